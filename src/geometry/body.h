#pragma once

#include <array>
#include <vector>

#include "porogen/geometry/particles.h"

namespace porogen {

/// What packing needs of a particle, laid out for speed: the core's corners in a fixed array, the
/// rotation as a matrix. A core without outline has one corner at the origin, so that every body
/// has a support function of the same form. An ellipsoid is what a ball as large as its sharpest
/// curvature leaves when it rolls along the inside (the core), and that ball.
struct Body {
    static constexpr int max_corners = 8;

    Vec3 centre{0, 0, 0}; ///< [m]
    Rotation orientation = Rotation::Identity();
    Mat3 axes = Mat3::Identity(); ///< columns: local x, y, z in the world
    int corners = 1;
    std::array<Vec2, max_corners> outline{}; ///< counter-clockwise [m]
    double half_thickness = 0;               ///< of the core [m]
    double rounding = 0;                     ///< [m]
    Vec3 semi_axes{0, 0, 0};                 ///< of an ellipsoid [m]; zero: a rounded prism
    double reach = 0;                        ///< bounding radius [m]
    double thickness = 0;                    ///< smallest extent, the yardstick of overlaps [m]
    double arm = 0; ///< lever that turns an angle into a length [m]; 0: does not turn
    /// (a^2 - 1) / (a^2 + 1) of the extent a along local z relative to across: how a shape turns in
    /// a flow, -1 a thin plate, 0 a ball, 1 a thin rod (Jeffery, Proc. R. Soc. A 1922, 102, 161)
    /// [1].
    double slenderness = 0;

    [[nodiscard]] bool is_ellipsoid() const { return semi_axes.x() > 0; }
};

/// Throws Error(bad_input) for more than Body::max_corners corners.
Body make_body(const Particle& particle);
std::vector<Body> make_bodies(const Packing& packing);

/// Median of the bodies' smallest extents [m]. Wants at least one body.
double median_thickness(const std::vector<Body>& bodies);

/// Which particles are links that hang on the particle before them.
std::vector<bool> jointed(const Packing& packing);

/// Point of the core farthest along a direction (world coordinates).
Vec3 support_point(const Body& body, const Vec3& direction);

/// Corner n of the core, 0 <= n < 2 corners, in world coordinates: first
/// the upper side, then the lower.
Vec3 core_corner(const Body& body, int n);

/// Number of distinct core corners: both sides, or one if the core has no thickness.
int core_corner_count(const Body& body);

/// Distance of a point to a core, negative inside, and the direction in which it grows.
struct CoreDistance {
    double distance = 0; ///< [m]
    Vec3 outwards{0, 0, 1};
};

CoreDistance core_distance(const Body& body, const Vec3& point);

} // namespace porogen
