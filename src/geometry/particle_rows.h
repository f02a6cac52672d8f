#pragma once

#include <cstdint>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/geometry/particles.h"

namespace porogen {

/// Points [first, last) along an axis.
struct PointRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

/// A lattice of points: point n of an axis lies at (n + shift) spacing. Cell centres have a shift
/// of 1/2. Numbers may lie beyond the box.
struct PointLattice {
    double spacing = 0; ///< [m]
    double shift = 0;   ///< [1]
};

/// Signed distance of one particle at the points of a lattice, row by row along x, in float: what
/// signed_distance gives, to 1e-6 of the particle's size, several times faster.
class ParticleRows {
  public:
    /// The particle must outlive this.
    ParticleRows(const Particle& particle, const PointLattice& lattice);

    /// Points along an axis that can lie within `reach` [m] of the particle.
    [[nodiscard]] PointRange range(Axis axis, double reach) const;
    /// The same of the row (., j, k), more tightly.
    [[nodiscard]] PointRange row_range(std::int64_t j, std::int64_t k, double reach) const;
    /// Distances at the points first, first + 1, … of row (., j, k) [m].
    void distances(std::int64_t first, std::int64_t count, std::int64_t j, std::int64_t k,
                   float* out) const;

  private:
    /// An edge of the outline, from corner to corner, in the particle's frame.
    struct Edge {
        Vec2 corner;   ///< the first [m]
        Vec2 along;    ///< direction, a unit vector
        double length; ///< [m]
    };
    /// A half space around the particle: normal . (p - centre) <= offset.
    struct HalfSpace {
        Vec3 normal;
        double offset; ///< [m]
    };

    [[nodiscard]] Vec3 relative_point(std::int64_t i, std::int64_t j, std::int64_t k) const;
    void core_row(std::int64_t count, const Vec3& start, float* out) const;

    const Particle* particle_;
    PointLattice lattice_;
    double radius_; ///< of a ball that holds it [m]
    Vec3 extent_;   ///< of a box that holds it, half its edges [m]
    Mat3 to_local_;
    std::vector<Edge> edges_;
    std::vector<HalfSpace> bounds_;
};

} // namespace porogen
