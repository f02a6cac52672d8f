#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "transport/coarsen.h"
#include "transport/last_level.h"
#include "transport/slabs.h"

namespace porogen::transport {

/// What a level of the hierarchy computes with, in float.
template <class Rows>
struct Level {
    explicit Level(const Rows& matrix)
        : rows(&matrix), slabs(matrix), x(static_cast<std::size_t>(matrix.nodes())) {}

    const Rows* rows;
    Slabs slabs;
    /// Of each node, on the next level; empty on the last one.
    Buffer<std::int32_t> parent;
    /// Planes of this level that have their parents in one plane of the next.
    std::int64_t planes_per_parent = 1;
    Buffer<float> x;
};

/// A coarse level also keeps its matrix and what its own iteration needs.
struct CoarseLevel {
    explicit CoarseLevel(Graph matrix, bool visited_twice);

    Graph graph;
    GraphRows rows;
    Level<GraphRows> level;
    Buffer<float> b;
    bool twice;
    Buffer<float> first_x; ///< first of two corrections
    Buffer<float> first_q; ///< the matrix times that
};

/// One K-cycle as an approximate inverse of a network's matrix (Notay & Vassilevski, Numer. Linear
/// Algebra Appl. 2008, 15, 473): Gauss-Seidel in slabs before and, in exactly opposite order, after
/// a correction from the next level, which on all but the finest is the better of two, combined as
/// conjugate gradients would. This makes it robust against contrasts and against coarse networks
/// that are too stiff or too soft. It is not linear: the outer iteration has to be flexible.
template <class Rows>
class Multigrid {
  public:
    Multigrid(const Rows& finest, std::optional<Axis> plates, int sweeps);

    /// x = approximate solution of A x = b; returns x.
    const Buffer<float>& apply(const Buffer<float>& b);

  private:
    void cycle(std::size_t level);
    void correct(std::size_t level);

    Level<Rows> finest_;
    std::unique_ptr<LastLevel> last_; ///< none if the last level is too large to factorise
    std::deque<CoarseLevel> coarse_;  ///< a deque, because levels point to their rows
    int sweeps_;
};

} // namespace porogen::transport
