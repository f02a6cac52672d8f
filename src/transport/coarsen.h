#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "transport/graph_rows.h"

namespace porogen::transport {

struct Coarsening {
    /// Cells along each axis that become one.
    std::array<std::int64_t, 3> factor{1, 1, 1};
    /// Coarse node of each fine one.
    Buffer<std::int32_t> parent;
    Graph coarse;
};

/// The next level: the nodes within blocks of 2 x 2 x 2 cells, those joined by strong links
/// together. Along axes whose links are on average less than 0.4 times as strong as on the
/// strongest (long voxels), blocks are one cell thick until the others have caught up: along them
/// the smoother leaves nothing smooth that a coarse grid could take over. A block may thus hold
/// several coarse nodes: the pieces of a wall and of the pores beside it, of a good and of a bad
/// conductor, of the carriers of a cell stay apart, and with them what a coarse grid can correct. A
/// link is strong if it has at least a fiftieth of the strongest link of either node; and a node
/// that hangs on another by nine tenths of all its links follows it.
///
/// A conductance between coarse nodes of different blocks is 0.6 times the sum of those it
/// replaces: they are up to twice as far apart, and the bare Galerkin sum of constant interpolation
/// would be about twice too stiff (Braess, Computing 1995, 55, 379). Of 0.45 to 0.8, 0.6 was
/// among those with the fewest iterations.
///
/// `plates`: the axis at whose ends the plates are; none: a plate is whatever ties a node to ground
/// within its own cell, and the coarse node has the sum of its children's ties.
template <class Rows>
Coarsening coarsen(const Rows& fine, std::optional<Axis> plates);

} // namespace porogen::transport
