#include "porogen/transport/solve_fed.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "porogen/core/errors.h"
#include "porogen/core/memory.h"
#include "transport/conjugate_gradients.h"
#include "transport/graph_rows.h"
#include "transport/multigrid.h"
#include "transport/solve_checks.h"

namespace porogen {

using namespace transport;

namespace {

/// A preconditioner with which a solution takes this many times the iterations of its first is
/// made anew.
constexpr int worn = 2;

std::vector<Source> sources_of(const std::vector<double>& current) {
    std::vector<Source> sources;
    sources.reserve(current.size());
    for (std::size_t n = 0; n < current.size(); ++n) {
        if (!std::isfinite(current[n])) {
            throw_bad_input("fed network: the current fed into node " + std::to_string(n) +
                            " is not finite; give a number");
        }
        if (current[n] != 0) {
            sources.push_back({static_cast<std::int32_t>(n), current[n]});
        }
    }
    return sources;
}

} // namespace

struct FedSolver::State {
    State(const ConductorNetwork& of, const std::vector<float>& tied)
        : network(of), ground(tied), inverse(of.cell.size()),
          planes(plane_starts(of.shape, of.cell)), rows{of.shape,     of.cell,        of.first,
                                                        of.neighbour, of.conductance, ground,
                                                        inverse,      planes} {}

    const ConductorNetwork& network;
    const std::vector<float>& ground;
    Buffer<float> inverse;
    std::vector<std::int64_t> planes;
    GraphRows rows;
    std::optional<Multigrid<GraphRows>> multigrid;
    int first_iterations = 0; ///< that its first solution took
};

FedSolver::FedSolver(const ConductorNetwork& network, const std::vector<float>& ground) {
    const auto nodes = static_cast<std::size_t>(network.nodes());
    if (ground.size() != nodes) {
        throw_bad_input("fed network: ground, current and potential need one value per node; give "
                        "vectors as long as the network's");
    }
    require_memory(bytes_per_node * static_cast<double>(nodes), "conductor network");
    state_ = std::make_unique<State>(network, ground);
}

FedSolver::~FedSolver() = default;

FedReport FedSolver::solve(const std::vector<double>& current, std::vector<double>& potential,
                           const SolveOptions& options, Progress& progress) {
    check(options);
    State& s = *state_;
    const std::size_t nodes = s.ground.size();
    if (current.size() != nodes || potential.size() != nodes) {
        throw_bad_input("fed network: ground, current and potential need one value per node; give "
                        "vectors as long as the network's");
    }
    const std::vector<Source> sources = sources_of(current);
    if (sources.empty()) {
        std::fill(potential.begin(), potential.end(), 0.0);
        return {.converged = true};
    }
    inverse_diagonals(s.network.first, s.network.conductance, s.ground, s.inverse);
    const bool is_new = !s.multigrid;
    if (is_new) {
        s.multigrid.emplace(s.rows, std::nullopt, options.smoothing_sweeps);
    }
    Buffer<double> x(nodes);
    std::copy(potential.begin(), potential.end(), x.begin());
    const Convergence went =
        conjugate_gradients(s.rows, *s.multigrid, sources, x, options, progress);
    std::copy(x.begin(), x.end(), potential.begin());
    if (is_new) {
        s.first_iterations = went.iterations;
    } else if (!went.converged || went.iterations > worn * s.first_iterations + 1) {
        s.multigrid.reset();
    }
    return {went.converged, went.iterations, went.residual};
}

FedReport solve_fed(const ConductorNetwork& network, const std::vector<float>& ground,
                    const std::vector<double>& current, std::vector<double>& potential,
                    const SolveOptions& options, Progress& progress) {
    return FedSolver(network, ground).solve(current, potential, options, progress);
}

} // namespace porogen
