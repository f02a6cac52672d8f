#include "porogen/transport/solve_fed.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "porogen/core/errors.h"
#include "porogen/core/memory.h"
#include "transport/conjugate_gradients.h"
#include "transport/graph_rows.h"
#include "transport/solve_checks.h"

namespace porogen {

using namespace transport;

FedReport solve_fed(const ConductorNetwork& network, const std::vector<float>& ground,
                    const std::vector<double>& current, std::vector<double>& potential,
                    const SolveOptions& options, Progress& progress) {
    check(options);
    const auto nodes = static_cast<std::size_t>(network.nodes());
    if (ground.size() != nodes || current.size() != nodes || potential.size() != nodes) {
        throw_bad_input("fed network: ground, current and potential need one value per node; give "
                        "vectors as long as the network's");
    }
    require_memory(bytes_per_node * static_cast<double>(nodes), "conductor network");
    std::vector<Source> sources;
    sources.reserve(nodes);
    for (std::size_t n = 0; n < nodes; ++n) {
        if (!std::isfinite(current[n])) {
            throw_bad_input("fed network: the current fed into node " + std::to_string(n) +
                            " is not finite; give a number");
        }
        if (current[n] != 0) {
            sources.push_back({static_cast<std::int32_t>(n), current[n]});
        }
    }
    if (sources.empty()) {
        std::fill(potential.begin(), potential.end(), 0.0);
        return {.converged = true};
    }
    const Buffer<float> inverse = inverse_diagonals(network.first, network.conductance, ground);
    const std::vector<std::int64_t> planes = plane_starts(network.shape, network.cell);
    const GraphRows rows{network.shape,       network.cell, network.first, network.neighbour,
                         network.conductance, ground,       inverse,       planes};
    Buffer<double> x(nodes);
    std::copy(potential.begin(), potential.end(), x.begin());
    const Convergence went =
        conjugate_gradients(rows, std::nullopt, sources, x, options, progress);
    std::copy(x.begin(), x.end(), potential.begin());
    return {went.converged, went.iterations, went.residual};
}

} // namespace porogen
