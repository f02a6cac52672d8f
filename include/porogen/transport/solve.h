#pragma once

#include <cstdint>

#include "porogen/core/grid.h"
#include "porogen/core/progress.h"
#include "porogen/transport/network.h"

namespace porogen {

struct SolveOptions {
    /// On |b - A x| / |b| [1]. The conductance comes from the power, whose error is of second
    /// order: 1e-6 is plenty for it, potentials of a good picture need no more.
    double tolerance = 1e-6;
    int max_iterations = 500;
    /// Red-black Gauss-Seidel sweeps before and after each coarse correction.
    int smoothing_sweeps = 2;
};

struct SolveReport {
    /// A path of non-zero conductances joins the plates.
    bool percolates = false;
    bool converged = false;
    int iterations = 0;
    /// |b - A x| / |b| at the end [1].
    double residual = 0;
    /// Power / (potential difference of the plates)^2 [S].
    double conductance = 0;
    /// |in - out| / mean of the currents through the two plates [1].
    double flux_imbalance = 0;
    /// Cells in clusters that join the plates; all others carry no current.
    std::int64_t unknowns = 0;
    double seconds = 0;
};

struct NetworkSolution {
    /// 1 at the lower plate, 0 at the upper; 0 in cells that carry no current.
    Grid<float> potential;
    SolveReport report;
};

/// Potentials of a network by conjugate gradients in double, preconditioned with one multigrid
/// V-cycle in float (aggregates of 2 x 2 x 2, Galerkin sums of face conductances scaled by the
/// ratio of distances). Clusters that do not join both plates are left out. A network that does not
/// percolate gives conductance 0, percolates = false and no iterations. Deterministic for any
/// number of threads. Throws Error(interrupted); not converging is reported, not thrown.
NetworkSolution solve(const ConductorNetwork& network, const SolveOptions& options = {},
                      Progress& progress = no_progress());

} // namespace porogen
