#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/volume/phase_volume.h"
#include "volume/lattice_distance.h"

namespace porogen {

/// The solid in a slab of layers.
struct SlabSolid {
    double inside = 0; ///< volume [cells]
    double growth = 0; ///< its derivative by a factor of all moves [cells]
};

/// Measures the solid of a distance slab by slab, by the polygons of the cut cells, in double
/// precision throughout: a function of the distances as smooth as they are fine.
class SolidSlabs {
  public:
    static constexpr std::int64_t layers = 8;
    static constexpr std::int64_t reach = 3; ///< of the layers that a cut depends on

    explicit SolidSlabs(const PhaseVolume& volume);

    [[nodiscard]] std::int64_t count() const { return (shape_.z + layers - 1) / layers; }
    /// Slab `s`. `move`: of the cells, in units of `distance`; `is_cut`: marks the cells that the
    /// surface crosses with more than a sliver; both may be null.
    [[nodiscard]] SlabSolid at(const Grid<float>& distance, std::int64_t s, const Grid<float>* move,
                               Grid<std::uint8_t>* is_cut) const;
    /// Numbers of the slabs that depend on layer k.
    [[nodiscard]] std::vector<std::int64_t> around(std::int64_t k) const;

  private:
    using Plane = std::vector<double>;
    void sharpen(const Grid<float>& distance, std::int64_t k, Plane& out) const;

    Shape shape_;
    std::array<bool, 3> periodic_;
    double voxel_; ///< [m]
    std::array<std::vector<CornerStencil>, 3> stencils_;
};

} // namespace porogen
