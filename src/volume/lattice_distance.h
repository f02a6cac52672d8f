#pragma once

#include <array>
#include <vector>

#include "porogen/core/grid.h"

namespace porogen {

/// Values on the nodes of the tetrahedra that cells are cut by [m], made from the signed distance
/// at the centres so that their linear interpolant is on average the distance itself.
///
/// Between the centres: cubics along each axis in turn, weights (-1, 9, 9, -1) / 16. Plain means
/// would shift a surface of curvature 1/R by h^2 / (4 R). Before that, 1/32 of the second
/// differences along the three axes is taken off: with true values at its nodes, the interpolant
/// of x^2 / 2 is on average h^2 / 32 too high on the 24 tetrahedra, which would shift a surface
/// inwards by h^2 / (16 R). Periodic axes wrap; at the ends of the others the distance is continued
/// linearly. Exact for planes.
struct LatticeDistance {
    /// At the centres.
    Grid<float> centre;
    /// Shape (nx + 1, ny + 1, nz + 1).
    Grid<float> corner;
    /// At face centres: shape has one more than the cells along its axis.
    std::array<Grid<float>, 3> face;
};

/// The centres along one axis that a corner is interpolated from, and their weights.
struct CornerStencil {
    std::array<std::int64_t, 4> cell{};
    std::array<float, 4> weight{}; ///< binary fractions, exact in any precision
};

CornerStencil corner_stencil(std::int64_t corner, std::int64_t cells, bool periodic);

LatticeDistance lattice_distance(const Grid<float>& distance, std::array<bool, 3> periodic);

/// Least and greatest of the values that the cut of each cell of row (., j, k) depends on: most
/// cells are wholly on one side and need no cut.
struct RowBounds {
    std::vector<float> low;
    std::vector<float> high;
};

void find_bounds(const LatticeDistance& lattice, std::int64_t j, std::int64_t k, RowBounds& bounds);

} // namespace porogen
