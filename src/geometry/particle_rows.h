#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/geometry/particles.h"

namespace porogen {

/// Cells [first, last) along an axis, possibly beyond the box.
struct CellRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

/// Signed distance of one particle at cell centres, row by row along x, in float: what
/// signed_distance gives, to 1e-6 of the particle's size, several times faster. Cell indices are
/// those of the particle itself and may lie beyond the box.
class ParticleRows {
  public:
    /// `reach`: how far outside the particle distances are of interest [m].
    ParticleRows(const Particle& particle, double voxel, double reach);

    /// Cells that can lie within reach, along an axis.
    [[nodiscard]] CellRange range(Axis axis) const;
    /// The same of the row (., j, k), more tightly.
    [[nodiscard]] CellRange row_range(std::int64_t j, std::int64_t k) const;
    /// Distances at the centres of cells first, first + 1, … of row (., j, k) [m].
    void distances(std::int64_t first, std::int64_t count, std::int64_t j, std::int64_t k,
                   float* out) const;

  private:
    /// An edge of the outline, from corner to corner, in the particle's frame.
    struct Edge {
        float x, y;             ///< first corner [m]
        float along_x, along_y; ///< direction, a unit vector
        float length;           ///< [m]
    };
    /// A half space around the particle grown by its reach: normal . (p - centre) <= offset.
    struct HalfSpace {
        Vec3 normal;
        double offset; ///< [m]
    };

    [[nodiscard]] Vec3 relative_centre(std::int64_t i, std::int64_t j, std::int64_t k) const;
    void core_row(std::int64_t count, const Vec3& start, float* out) const;

    const Particle* particle_;
    double voxel_;
    double radius_; ///< of a ball that holds all within reach [m]
    Mat3 to_local_;
    std::vector<Edge> edges_;
    std::vector<HalfSpace> bounds_;
};

} // namespace porogen
