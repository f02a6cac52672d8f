#pragma once

#include <cstdint>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/core/progress.h"
#include "porogen/transport/image_network.h"
#include "porogen/transport/network.h"

namespace porogen {

struct SolveOptions {
    /// On |b - A x| / |b| [1]. The conductance comes from the power, whose error is of second
    /// order: 1e-6 is plenty for it, potentials of a good picture need no more.
    double tolerance = 1e-6;
    int max_iterations = 500;
    /// Gauss-Seidel sweeps on the network itself before and after each coarse correction. One takes
    /// half as many iterations more, each a third cheaper.
    int smoothing_sweeps = 2;
};

/// One layer of cells perpendicular to the axis of the current.
struct LayerFlow {
    double carrier_fraction = 0; ///< nodes of the layer that carry current / its cells [1]
    double potential = 0;        ///< their mean potential [1]; 0 if there are none
    double current = 0; ///< through the layer's upper face, of the end the upper plate's [S]
};

struct SolveReport {
    /// A path of non-zero conductances joins the two ends.
    bool percolates = false;
    bool converged = false;
    int iterations = 0;
    /// |b - A x| / |b| at the end [1].
    double residual = 0;
    /// Power / (potential difference of the ends)^2 [S].
    double conductance = 0;
    /// The conductance's own relative error, from the energy that the last step still removed [1]:
    /// how far the answer is from that of the network solved exactly, the voxels' error apart.
    double error = 0;
    /// (Largest - smallest) / mean of the currents through all layers [1]. Of first order in the
    /// error of the potentials, so more severe than `error`.
    double flux_imbalance = 0;
    /// Nodes in clusters that join the ends; all others carry no current.
    std::int64_t unknowns = 0;
    /// Nodes in clusters that reach one end only, and neither.
    std::int64_t dead_end = 0;
    std::int64_t floating = 0;
    std::vector<LayerFlow> layers;
    double seconds = 0;
};

struct ImageSolution {
    /// 1 at the lower plate, 0 at the upper; 0 in cells that carry no current. With a fixed current
    /// or a periodic box the mean is arbitrary.
    Grid<float> potential;
    SolveReport report;
};

struct NetworkSolution {
    /// Of each node, as above.
    std::vector<double> potential;
    SolveReport report;
};

/// Potentials of a network by conjugate gradients in double, preconditioned with a multigrid
/// K-cycle in float. Clusters that do not join both ends are left out. A network that does not
/// percolate gives conductance 0, percolates = false and no iterations. Deterministic for any
/// number of threads. Throws Error(interrupted), and Error(bad_input) if it would need more memory
/// than there is; not converging is reported, not thrown.
ImageSolution solve(const ImageNetwork& network, const SolveOptions& options = {},
                    Progress& progress = no_progress());
NetworkSolution solve(const ConductorNetwork& network, const SolveOptions& options = {},
                      Progress& progress = no_progress());

} // namespace porogen
