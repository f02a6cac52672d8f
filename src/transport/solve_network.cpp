#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <string>

#include "porogen/core/memory.h"
#include "porogen/core/parallel.h"
#include "porogen/transport/solve.h"
#include "transport/circuit.h"
#include "transport/graph_rows.h"
#include "transport/kernels.h"
#include "transport/solve_checks.h"
#include "transport/winding_sets.h"

namespace porogen {

namespace {

using namespace transport;

bool is_conductance(float g) {
    return g >= 0 && g <= std::numeric_limits<float>::max();
}

std::size_t index(std::int64_t n) {
    return static_cast<std::size_t>(n);
}

void check(const ConductorNetwork& network) {
    const auto nodes = network.nodes();
    const auto is_node = [&](std::int32_t n) { return n >= 0 && n < nodes; };
    const std::size_t links = network.neighbour.size();
    bool sound = network.shape.size() > 0 && nodes < std::numeric_limits<std::int32_t>::max() &&
                 network.first.size() == index(nodes) + 1 && network.first.front() == 0 &&
                 network.first.back() == static_cast<std::int64_t>(links) &&
                 network.conductance.size() == links &&
                 std::is_sorted(network.first.begin(), network.first.end()) &&
                 std::is_sorted(network.cell.begin(), network.cell.end()) &&
                 std::all_of(network.neighbour.begin(), network.neighbour.end(), is_node);
    if (sound && nodes > 0) {
        sound = network.cell.front() >= 0 && network.cell.back() < network.shape.size();
    }
    for (const auto* plate : {&network.lower, &network.upper}) {
        for (const ConductorNetwork::PlateLink& link : *plate) {
            sound = sound && is_node(link.node) && is_conductance(link.conductance);
        }
    }
    for (const ConductorNetwork::WrapLink& link : network.wraps) {
        sound = sound && is_node(link.last) && is_node(link.first);
    }
    if (!sound) {
        throw_bad_input(
            "conductor network: its rows, plates or wraps do not fit its nodes (each node needs a "
            "cell of the grid, in ascending order, and links to nodes); build it with the "
            "functions made for it");
    }
    if (!std::all_of(network.conductance.begin(), network.conductance.end(), is_conductance)) {
        throw_bad_input(
            "conductor network: a conductance is negative, infinite or not a number; every link "
            "needs a finite value >= 0");
    }
}

/// What current can get through.
struct Clusters {
    std::vector<std::uint8_t> joins; ///< per node
    std::int64_t unknowns = 0;
    std::int64_t dead_end = 0;
    std::int64_t floating = 0;
};

bool wraps_around(const ConductorNetwork& network, std::int64_t n, std::int64_t m) {
    const std::int64_t stride = network.shape.stride(network.axis);
    const std::int64_t extent = network.shape[network.axis];
    const auto layer = [&](std::int64_t node) {
        return network.cell[index(node)] / stride % extent;
    };
    return extent > 2 && std::abs(layer(n) - layer(m)) > 1;
}

Clusters find_clusters(const ConductorNetwork& network) {
    WindingSets sets(index(network.nodes()));
    for (std::int64_t n = 0; n < network.nodes(); ++n) {
        for (std::int64_t e = network.first[index(n)]; e < network.first[index(n + 1)]; ++e) {
            const std::int32_t m = network.neighbour[index(e)];
            if (m < n && network.conductance[index(e)] > 0 && !wraps_around(network, n, m)) {
                sets.join(static_cast<std::int32_t>(n), m);
            }
        }
    }
    for (const ConductorNetwork::WrapLink& wrap : network.wraps) {
        if (wrap.conductance > 0) {
            sets.join(wrap.last, wrap.first, wrap.axis == network.axis ? 1 : 0);
        }
    }
    std::vector<std::uint8_t> reach(index(network.nodes()), 0);
    for (const ConductorNetwork::PlateLink& link : network.lower) {
        reach[index(sets.root(link.node))] |= static_cast<std::uint8_t>(link.conductance > 0);
    }
    for (const ConductorNetwork::PlateLink& link : network.upper) {
        reach[index(sets.root(link.node))] |=
            static_cast<std::uint8_t>(link.conductance > 0 ? 2 : 0);
    }
    Clusters clusters;
    clusters.joins.resize(index(network.nodes()));
    for (std::int32_t n = 0; n < network.nodes(); ++n) {
        const std::uint8_t bits = reach[index(sets.root(n))];
        const bool joins = network.drive == Drive::periodic ? sets.winds(n)
                           : network.drive == Drive::walls  ? (bits & 2U) != 0
                                                            : bits == 3;
        clusters.joins[index(n)] = joins ? 1 : 0;
        ++(joins ? clusters.unknowns : bits == 0 ? clusters.floating : clusters.dead_end);
    }
    return clusters;
}

Circuit network_circuit(const ConductorNetwork& network, const Clusters& clusters) {
    Circuit circuit;
    circuit.axis = network.axis;
    circuit.drive = network.drive;
    const auto read = [&](const std::vector<ConductorNetwork::PlateLink>& from,
                          std::vector<Circuit::End>& to) {
        for (const ConductorNetwork::PlateLink& link : from) {
            if (clusters.joins[index(link.node)] != 0) {
                to.push_back({link.node, static_cast<double>(link.conductance)});
            }
        }
    };
    for (const ConductorNetwork::Wall& wall : network.walls) {
        if (network.drive == Drive::walls && clusters.joins[index(wall.node)] != 0) {
            circuit.walls.push_back({wall.node, static_cast<double>(wall.area)});
        }
    }
    read(network.lower, circuit.lower);
    read(network.upper, circuit.upper);
    for (const ConductorNetwork::WrapLink& wrap : network.wraps) {
        if (network.drive == Drive::periodic && wrap.axis == network.axis &&
            clusters.joins[index(wrap.last)] != 0) {
            circuit.wraps.push_back({wrap.last, wrap.first, static_cast<double>(wrap.conductance)});
        }
    }
    return circuit;
}

} // namespace

NetworkSolution solve(const ConductorNetwork& network, const SolveOptions& options,
                      Progress& progress) {
    const auto start = std::chrono::steady_clock::now();
    check(options);
    check(network);
    require_memory(bytes_per_node * static_cast<double>(network.nodes()), "conductor network");
    NetworkSolution solution;
    SolveReport& report = solution.report;
    const Clusters clusters = find_clusters(network);
    report.unknowns = clusters.unknowns;
    report.dead_end = clusters.dead_end;
    report.floating = clusters.floating;
    solution.potential.assign(index(network.nodes()), 0.0);
    const Circuit circuit = network_circuit(network, clusters);
    if (clusters.unknowns == 0 || (network.drive == Drive::walls && circuit.walls.empty())) {
        report.converged = true;
    } else {
        Buffer<float> plates(index(network.nodes()));
        std::fill(plates.begin(), plates.end(), 0.0F);
        const auto add_plate = [&](const std::vector<Circuit::End>& ends) {
            for (const Circuit::End& end : ends) {
                plates[index(end.node)] += static_cast<float>(end.conductance);
            }
        };
        if (network.drive == Drive::fixed_potential) {
            add_plate(circuit.lower);
        }
        if (network.drive == Drive::fixed_potential || network.drive == Drive::walls) {
            add_plate(circuit.upper);
        }
        Buffer<float> inverse;
        inverse_diagonals(network.first, network.conductance, plates, inverse);
        const std::vector<std::int64_t> planes = plane_starts(network.shape, network.cell);
        const GraphRows rows{network.shape,       network.cell, network.first, network.neighbour,
                             network.conductance, plates,       inverse,       planes};
        Buffer<double> x(index(network.nodes()));
        const auto layers = static_cast<double>(network.shape[network.axis]);
        for_entries(x.size(), [&](std::size_t n) {
            const auto layer = rows.layer(static_cast<std::int64_t>(n), network.axis);
            x[n] = clusters.joins[n] != 0 && !has_given_current(network.drive)
                       ? 1 - (static_cast<double>(layer) + 0.5) / layers
                       : 0;
        });
        solve_circuit(rows, circuit, options, progress, x, report);
        std::copy(x.begin(), x.end(), solution.potential.begin());
    }
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return solution;
}

} // namespace porogen
