#pragma once

#include <cstdint>
#include <vector>

#include "porogen/core/progress.h"
#include "porogen/transport/solve.h"
#include "transport/buffer.h"
#include "transport/multigrid.h"

namespace porogen::transport {

/// Current fed into one node; lists of them are sorted by node.
struct Source {
    std::int32_t node = 0;
    double current = 0;
};

struct Convergence {
    bool converged = false;
    int iterations = 0;
    /// |b - A x| / |b| [1].
    double residual = 0;
    /// By how much the last step lowered the energy x A x / 2 - b x, times 2: what the iterate
    /// before was off by, so no less than what the last one is, since the error shrinks from step
    /// to step (Hestenes & Stiefel, J. Res. Natl. Bur. Stand. 1952, 49, 409, theorem 6:1).
    double energy_error = 0;
};

/// Solves A x = b from the given x by conjugate gradients (flexible form, Notay, SIAM J. Sci.
/// Comput. 2000, 22, 1444) preconditioned with a Multigrid of A or of a matrix like it. x is in
/// double, all else in float: a direction rounded is still a direction, and the true residual takes
/// the place of the recursive one whenever that has fallen by a thousand, and at the end. If A has
/// constants in its null space, the sources must sum to 0.
template <class Rows>
Convergence conjugate_gradients(const Rows& a, Multigrid<Rows>& multigrid,
                                const std::vector<Source>& b, Buffer<double>& x,
                                const SolveOptions& options, Progress& progress);

} // namespace porogen::transport
