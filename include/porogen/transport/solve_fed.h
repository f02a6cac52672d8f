#pragma once

#include <memory>
#include <vector>

#include "porogen/core/progress.h"
#include "porogen/transport/network.h"
#include "porogen/transport/solve.h"

namespace porogen {

struct FedReport {
    bool converged = false;
    int iterations = 0;
    /// |current - A x| / |current| at the end [1].
    double residual = 0;
};

/// Potentials of a network that is fed with given currents and tied to ground at any of its nodes:
///   sum over links g (x_n - x_neighbour) + ground_n x_n = current_n.
/// Its plates, wraps and drive do not count beyond what stands in the rows. `potential`
/// is where to start from. The engine is that of solve(): the same bits for any number of threads.
/// Preconditions: one value per node, `ground` >= 0, and every cluster that is fed is tied to
/// ground (one that is neither keeps its potentials, unless nothing is fed at all: then all are 0).
/// Throws Error(interrupted), and
/// Error(bad_input) for sizes that do not fit or too little memory; not converging is reported.
FedReport solve_fed(const ConductorNetwork& network, const std::vector<float>& ground,
                    const std::vector<double>& current, std::vector<double>& potential,
                    const SolveOptions& options = {}, Progress& progress = no_progress());

/// The same again and again for one network whose conductances and ties change a little in between:
/// the preconditioner is that of the first time, or of the last time that it took too many
/// iterations. The network and `ground` are looked at as they are at each call; their arrays have
/// to stay where they are.
class FedSolver {
  public:
    FedSolver(const ConductorNetwork& network, const std::vector<float>& ground);
    ~FedSolver();
    FedSolver(const FedSolver&) = delete;
    FedSolver& operator=(const FedSolver&) = delete;

    FedReport solve(const std::vector<double>& current, std::vector<double>& potential,
                    const SolveOptions& options = {}, Progress& progress = no_progress());

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace porogen
