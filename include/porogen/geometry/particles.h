#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "porogen/core/vec.h"

namespace porogen {

/// What a particle turns into.
enum class Role : std::uint8_t {
    host,    ///< stays: the framework
    porogen, ///< burns out and leaves a pore
};

/// A rounded convex body: every point within `rounding` of a convex core. The core is a prism,
/// its outline a convex polygon in the local xy-plane (counter-clockwise, around the origin),
/// extruded by +-half_thickness along local z. Degenerate cores give the other shapes: no outline
/// and no thickness is a sphere, no outline with a thickness a capsule. The one shape that is not
/// made this way is the ellipsoid, which has semi_axes and none of the rest.
struct Particle {
    Role role = Role::host;
    std::string population; ///< name of the recipe section it came from: "flakes", "porogen"
    Vec3 centre{0, 0, 0};   ///< [m]
    Rotation orientation = Rotation::Identity(); ///< local to world
    std::vector<Vec2> outline;                   ///< corners of the core [m]
    double half_thickness = 0;                   ///< of the core [m]
    double rounding = 0;                         ///< [m]
    Vec3 semi_axes{0, 0, 0}; ///< of an ellipsoid, along local x, y, z [m]; zero: no ellipsoid
    /// Number of the fibre that a capsule is a link of, or -1. Links follow each other in a packing
    /// and share the centres of their end balls.
    int fibre = -1;

    [[nodiscard]] bool is_ellipsoid() const { return semi_axes.x() > 0; }
};

/// Signed distance of a point in world coordinates to the surface of a particle [m],
/// negative inside. Exact everywhere: the depth inside a rounded convex body is the
/// depth in its core plus the rounding.
double signed_distance(const Particle& particle, const Vec3& point);

/// Exact volume of a particle [m^3]: Steiner's formula for core plus ball.
double volume(const Particle& particle);
/// Exact surface area of a particle [m^2].
double surface_area(const Particle& particle);
/// Radius of the smallest ball around the centre that holds the particle [m].
double bounding_radius(const Particle& particle);
/// Unit vector along the particle's local z (the normal of a flake), in world coordinates.
Vec3 particle_normal(const Particle& particle);

/// Are both links of one fibre?
bool same_fibre(const Particle& a, const Particle& b);

/// The box that particles live in: periodic in x and y, a floor at z = 0, a lid at z = size.z.
struct Box {
    Vec3 size{0, 0, 0}; ///< [m]
    /// Shortest vector from a to b, through the periodic sides in x and y.
    [[nodiscard]] Vec3 separation(const Vec3& a, const Vec3& b) const;
};

/// Particles in a box.
struct Packing {
    Box box;
    std::vector<Particle> particles;
};

/// A layer: an upright prism at least as wide as the box. Its sides are no surface: it meets its
/// own images there.
bool is_layer(const Particle& particle, const Box& box);
/// A foil: a layer that lies on the floor or reaches below it. Only its upper side is a surface.
bool is_foil(const Particle& particle, const Box& box);
/// How much of a foil stands above the floor [m].
double foil_thickness(const Particle& foil);

/// Volume of all particles of a role [m^3]; a ball that two links of a fibre share counts once,
/// which is exact where the fibre is straight, and of a foil what lies in the box.
double volume(const Packing& packing, Role role);
/// Surface of all particles of a role, each by itself, with the same care for fibres and foils
/// [m^2].
double surface_area(const Packing& packing, Role role);

/// The packing without its porogen: what burnout leaves.
Packing burn_out(const Packing& packing);

} // namespace porogen
