#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "porogen/volume/phase_volume.h"

namespace porogen::verify {

/// Edge of a periodic cell [m]: of the size of a pore, so that the ladder is climbed in the same
/// range of numbers as an electrode.
inline constexpr double period = 1e-5;

/// Signed distance to the surface of a solid at a point, negative inside [m].
using Distance = std::function<double(const Vec3&)>;

/// An image that repeats on all sides, label(i, j, k).
PhaseVolume image(Shape shape, const Vec3& voxel,
                  const std::function<int(std::int64_t, std::int64_t, std::int64_t)>& label);

/// A solid, label 1, in a box of `size` [m] that repeats on all sides.
PhaseVolume solid(Shape shape, const Vec3& size, const Distance& distance);

/// The same film all over the surface [S].
void coat(PhaseVolume& volume, double sheet_conductance);

struct Sphere {
    Vec3 centre; ///< in the box [m]
    double radius = 0;
};

/// Spheres, label 1, in a box that repeats on all sides, as casting makes them: the distance to
/// each is known apart.
PhaseVolume spheres(Shape shape, const Vec3& size, const std::vector<Sphere>& all);

/// Spheres in cubic order, one period.
struct CubicArray {
    bool body_centred = false;
    double fraction = 0; ///< of the volume [1]

    [[nodiscard]] double radius() const; ///< [m]
    [[nodiscard]] PhaseVolume volume(std::int64_t cells) const;
};

/// Spheres of one radius at random that do not overlap (random sequential addition) in one cubic
/// period.
std::vector<Sphere> random_spheres(double radius, int attempts, std::uint64_t seed);

/// Alternating layers of equal thickness; their planes repeat `m` times along the edges of the box,
/// shifted by `phase` of a period.
Distance layers(const Vec3& m, const Vec3& size, double phase);

/// The surface cos x + cos y + cos z = 0, which is within 0.5 % of Schwarz' minimal surface P.
Distance schwarz_p();

} // namespace porogen::verify
