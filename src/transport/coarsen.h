#pragma once

#include <cstdint>
#include <vector>

#include "transport/graph_rows.h"

namespace porogen::transport {

struct Coarsening {
    /// Coarse node of each fine one.
    Buffer<std::int32_t> parent;
    Graph coarse;
};

/// The next level: the nodes within blocks of 2 x 2 x 2 cells, those joined by strong links
/// together. A block may thus hold several coarse nodes: the pieces of a wall and of the pores
/// beside it, of a good and of a bad conductor, of the carriers of a cell stay apart, and with them
/// what a coarse grid can correct. A link is strong if it has at least a twentieth of the strongest
/// link of either node; and a node that hangs on another by seven tenths of all its links follows
/// it.
///
/// A conductance between coarse nodes is half the sum of those it replaces: they are twice as far
/// apart, and the bare Galerkin sum of constant interpolation would be about twice too stiff
/// (Braess, Computing 1995, 55, 379).
template <class Rows>
Coarsening coarsen(const Rows& fine);

} // namespace porogen::transport
