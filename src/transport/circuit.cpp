#include "transport/circuit.h"

#include <algorithm>
#include <cmath>

#include "porogen/core/parallel.h"
#include "transport/graph_rows.h"
#include "transport/image_rows.h"
#include "transport/kernels.h"

namespace porogen::transport {

namespace {

double total(const std::vector<Circuit::End>& ends) {
    double sum = 0;
    for (const Circuit::End& end : ends) {
        sum += end.conductance;
    }
    return sum;
}

/// Power in the plates: current times potential drop, of all end links.
double in_plates(const std::vector<Circuit::End>& ends, const Buffer<double>& x, double plate) {
    double power = 0;
    for (const Circuit::End& end : ends) {
        const double drop = plate - x[static_cast<std::size_t>(end.node)];
        power += end.conductance * drop * drop;
    }
    return power;
}

double fed_power(const Circuit& circuit, const Buffer<double>& x) {
    double power = 0;
    for (const Source& source : sources(circuit)) {
        power += source.current * x[static_cast<std::size_t>(source.node)];
    }
    return power;
}

/// What each layer of cells carries and stands at.
template <class Rows>
std::vector<LayerFlow> layer_flows(const Rows& matrix, const Circuit& circuit,
                                   const Buffer<double>& x) {
    const Shape& shape = matrix.shape();
    const Axis axis = circuit.axis;
    const auto layers = static_cast<std::size_t>(shape[axis]);
    const std::int64_t block = planes_per_block(shape);
    const std::int64_t blocks = (shape.z + block - 1) / block;
    std::vector<std::vector<LayerFlow>> parts(static_cast<std::size_t>(blocks));
    parallel_blocks(shape.z, block, [&](std::int64_t begin, std::int64_t end) {
        std::vector<LayerFlow>& part = parts[static_cast<std::size_t>(begin / block)];
        part.resize(layers);
        matrix.forward(begin, end, [&](const auto& links) {
            LayerFlow& layer = part[static_cast<std::size_t>(links.place()[axis])];
            layer.carrier_fraction += 1;
            layer.potential += x[static_cast<std::size_t>(links.n)];
            layer.current += links.flow_up(axis, x.data());
        });
    });
    std::vector<LayerFlow> flows(layers);
    for (const auto& part : parts) {
        for (std::size_t l = 0; l < part.size(); ++l) {
            flows[l].carrier_fraction += part[l].carrier_fraction;
            flows[l].potential += part[l].potential;
            flows[l].current += part[l].current;
        }
    }
    for (LayerFlow& layer : flows) {
        layer.potential = layer.carrier_fraction > 0 ? layer.potential / layer.carrier_fraction : 0;
        layer.carrier_fraction /=
            static_cast<double>(shape.size()) / static_cast<double>(shape[axis]);
    }
    return flows;
}

double drop_around(const Circuit::Wrap& wrap, const Buffer<double>& x) {
    return x[static_cast<std::size_t>(wrap.last)] - x[static_cast<std::size_t>(wrap.first)];
}

/// Current through the ends of the box.
struct EndCurrents {
    double in = 0;
    double out = 0;
};

EndCurrents end_currents(const Circuit& circuit, const Buffer<double>& x) {
    EndCurrents current;
    switch (circuit.drive) {
    case Drive::fixed_potential:
        for (const Circuit::End& end : circuit.lower) {
            current.in += end.conductance * (1 - x[static_cast<std::size_t>(end.node)]);
        }
        for (const Circuit::End& end : circuit.upper) {
            current.out += end.conductance * x[static_cast<std::size_t>(end.node)];
        }
        break;
    case Drive::fixed_current:
        current = {1, 1};
        break;
    case Drive::walls:
        current.in = 1;
        for (const Circuit::End& end : circuit.upper) {
            current.out += end.conductance * x[static_cast<std::size_t>(end.node)];
        }
        break;
    case Drive::periodic:
        for (const Circuit::Wrap& wrap : circuit.wraps) {
            current.out += wrap.conductance * (drop_around(wrap, x) + 1);
        }
        current.in = current.out;
        break;
    }
    return current;
}

/// Power at a potential difference of 1, or 1 / power at a current of 1. Both are stationary at the
/// solution, so their error is the square of that of the potentials.
template <class Rows>
double conductance(const Rows& matrix, const Circuit& circuit, const Buffer<double>& x) {
    const double inside =
        sum_nodes(matrix, [&](const auto& links) { return links.dissipation(x.data()); });
    switch (circuit.drive) {
    case Drive::fixed_potential:
        return inside + in_plates(circuit.lower, x, 1) + in_plates(circuit.upper, x, 0);
    case Drive::fixed_current: {
        const double in_ends = 1 / total(circuit.lower) + 1 / total(circuit.upper);
        return 1 / (2 * fed_power(circuit, x) - inside + in_ends);
    }
    case Drive::walls:
        // A straight conductor fed evenly along its length dissipates a third of what it would with
        // all the current from end to end.
        return 1 / (3 * (2 * fed_power(circuit, x) - inside - in_plates(circuit.upper, x, 0)));
    case Drive::periodic:
        break;
    }
    double power = inside;
    for (const Circuit::Wrap& wrap : circuit.wraps) {
        power += wrap.conductance * (2 * drop_around(wrap, x) + 1);
    }
    return power;
}

/// The layers' currents with those through the ends of the box.
double imbalance(const std::vector<LayerFlow>& layers, double in) {
    double least = in;
    double most = in;
    double sum = in;
    for (const LayerFlow& layer : layers) {
        least = std::min(least, layer.current);
        most = std::max(most, layer.current);
        sum += layer.current;
    }
    return (most - least) / (sum / static_cast<double>(layers.size() + 1));
}

} // namespace

std::vector<Source> sources(const Circuit& circuit) {
    std::vector<Source> b;
    const auto feed = [&](const std::vector<Circuit::End>& ends, double factor) {
        for (const Circuit::End& end : ends) {
            b.push_back({end.node, factor * end.conductance});
        }
    };
    switch (circuit.drive) {
    case Drive::fixed_potential:
        feed(circuit.lower, 1);
        break;
    case Drive::fixed_current:
        feed(circuit.lower, 1 / total(circuit.lower));
        feed(circuit.upper, -1 / total(circuit.upper));
        break;
    case Drive::periodic:
        for (const Circuit::Wrap& wrap : circuit.wraps) {
            b.push_back({wrap.last, -wrap.conductance});
            b.push_back({wrap.first, wrap.conductance});
        }
        break;
    case Drive::walls: {
        double area = 0;
        for (const Circuit::Wall& wall : circuit.walls) {
            area += wall.area;
        }
        for (const Circuit::Wall& wall : circuit.walls) {
            b.push_back({wall.node, wall.area / area});
        }
        break;
    }
    }
    std::stable_sort(b.begin(), b.end(),
                     [](const Source& l, const Source& r) { return l.node < r.node; });
    return b;
}

template <class Rows>
void solve_circuit(const Rows& matrix, const Circuit& circuit, const SolveOptions& options,
                   Progress& progress, Buffer<double>& x, SolveReport& report) {
    Convergence went;
    {
        Multigrid<Rows> multigrid(matrix, circuit.axis, options.smoothing_sweeps);
        went = conjugate_gradients(matrix, multigrid, sources(circuit), x, options, progress);
    }
    report.percolates = true;
    report.converged = went.converged;
    report.iterations = went.iterations;
    report.residual = went.residual;
    report.conductance = conductance(matrix, circuit, x);
    // The power at unit current is a resistance.
    const double as_conductance = circuit.drive == Drive::fixed_current ? report.conductance
                                  : circuit.drive == Drive::walls       ? 3 * report.conductance
                                                                        : 1 / report.conductance;
    report.error = went.energy_error * as_conductance;
    const EndCurrents ends = end_currents(circuit, x);
    report.layers = layer_flows(matrix, circuit, x);
    report.layers.back().current = ends.out;
    report.flux_imbalance = circuit.drive == Drive::walls ? std::abs(1 - ends.out / ends.in)
                                                          : imbalance(report.layers, ends.in);
}

template void solve_circuit(const ImageRows& matrix, const Circuit& circuit,
                            const SolveOptions& options, Progress& progress, Buffer<double>& x,
                            SolveReport& report);
template void solve_circuit(const GraphRows& matrix, const Circuit& circuit,
                            const SolveOptions& options, Progress& progress, Buffer<double>& x,
                            SolveReport& report);

} // namespace porogen::transport
