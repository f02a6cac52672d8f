#include "transport/solve_plain.h"

#include <chrono>
#include <cmath>
#include <vector>

#include "transport/end_layer.h"

namespace porogen {

namespace {

using Vector = std::vector<double>;

/// One resistor of the network, between two cells or between a cell and a plate.
struct Resistor {
    std::size_t from;
    std::size_t to; ///< the same as `from` for a plate
    double g;
};

struct Circuit {
    std::vector<Resistor> links;
    std::vector<Resistor> lower;
    std::vector<Resistor> upper;
};

Circuit read_circuit(const ConductorNetwork& network) {
    Circuit circuit;
    const Shape shape = network.shape;
    for (const Axis axis : all_axes) {
        const std::int64_t stride = shape.stride(axis);
        for (std::int64_t n = 0; n < shape.size(); ++n) {
            const std::int64_t at = n / stride % shape[axis];
            const std::int64_t up = at + 1 < shape[axis] ? n + stride : n - at * stride;
            const float g = network.face[static_cast<std::size_t>(axis)][n];
            if (g > 0 && up != n) {
                circuit.links.push_back({static_cast<std::size_t>(n), static_cast<std::size_t>(up),
                                         static_cast<double>(g)});
            }
        }
    }
    const transport::EndLayer ends{shape, network.axis};
    for (std::int64_t m = 0; m < ends.size(); ++m) {
        const auto first = static_cast<std::size_t>(ends.lower(m));
        const auto last = static_cast<std::size_t>(ends.upper(m));
        const auto plate = static_cast<std::size_t>(m);
        circuit.lower.push_back({first, first, static_cast<double>(network.end_lower[plate])});
        circuit.upper.push_back({last, last, static_cast<double>(network.end_upper[plate])});
    }
    return circuit;
}

/// Marks every cell that current from the given plate could reach.
std::vector<bool> reached_from(const Circuit& circuit, const std::vector<Resistor>& plate,
                               std::size_t cells) {
    std::vector<bool> reached(cells, false);
    for (const Resistor& r : plate) {
        reached[r.from] = reached[r.from] || r.g > 0;
    }
    bool grew = true;
    while (grew) {
        grew = false;
        for (const Resistor& r : circuit.links) {
            if (reached[r.from] != reached[r.to]) {
                reached[r.from] = true;
                reached[r.to] = true;
                grew = true;
            }
        }
    }
    return reached;
}

Vector multiply(const Circuit& circuit, const std::vector<bool>& active, const Vector& v) {
    Vector product(v.size(), 0.0);
    for (const Resistor& r : circuit.links) {
        const double current = r.g * (v[r.from] - v[r.to]);
        product[r.from] += current;
        product[r.to] -= current;
    }
    for (const auto* plate : {&circuit.lower, &circuit.upper}) {
        for (const Resistor& r : *plate) {
            product[r.from] += r.g * v[r.from];
        }
    }
    for (std::size_t n = 0; n < v.size(); ++n) {
        product[n] = active[n] ? product[n] : 0;
    }
    return product;
}

double dot(const Vector& a, const Vector& b) {
    double sum = 0;
    for (std::size_t n = 0; n < a.size(); ++n) {
        sum += a[n] * b[n];
    }
    return sum;
}

} // namespace

NetworkSolution solve_plain(const ConductorNetwork& network, double tolerance, int max_iterations) {
    const auto start = std::chrono::steady_clock::now();
    const auto cells = static_cast<std::size_t>(network.shape.size());
    const Circuit circuit = read_circuit(network);
    const std::vector<bool> from_lower = reached_from(circuit, circuit.lower, cells);
    const std::vector<bool> from_upper = reached_from(circuit, circuit.upper, cells);

    NetworkSolution solution;
    SolveReport& report = solution.report;
    std::vector<bool> active(cells);
    for (std::size_t n = 0; n < cells; ++n) {
        active[n] = from_lower[n] && from_upper[n];
        report.unknowns += active[n] ? 1 : 0;
    }
    report.percolates = report.unknowns > 0;

    Vector b(cells, 0.0);
    for (const Resistor& r : circuit.lower) {
        b[r.from] += active[r.from] ? r.g : 0;
    }
    Vector x(cells, 0.0);
    Vector r = b;
    Vector p = r;
    const double b2 = dot(b, b);
    double r2 = b2;
    while (r2 > tolerance * tolerance * b2 && report.iterations < max_iterations) {
        const Vector q = multiply(circuit, active, p);
        const double alpha = r2 / dot(p, q);
        for (std::size_t n = 0; n < cells; ++n) {
            x[n] += alpha * p[n];
            r[n] -= alpha * q[n];
        }
        const double r2_next = dot(r, r);
        for (std::size_t n = 0; n < cells; ++n) {
            p[n] = r[n] + r2_next / r2 * p[n];
        }
        r2 = r2_next;
        ++report.iterations;
    }
    report.converged = !(r2 > tolerance * tolerance * b2);
    report.residual = report.percolates ? std::sqrt(r2 / b2) : 0;

    double in = 0;
    double out = 0;
    for (std::size_t m = 0; m < circuit.lower.size(); ++m) {
        const Resistor& lower = circuit.lower[m];
        const Resistor& upper = circuit.upper[m];
        in += active[lower.from] ? lower.g * (1 - x[lower.from]) : 0;
        out += active[upper.from] ? upper.g * x[upper.from] : 0;
    }
    report.conductance = 0.5 * (in + out);
    report.flux_imbalance = report.percolates ? std::abs(in - out) / report.conductance : 0;
    solution.potential = Grid<float>(network.shape);
    for (std::size_t n = 0; n < cells; ++n) {
        solution.potential[static_cast<std::int64_t>(n)] = static_cast<float>(x[n]);
    }
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return solution;
}

} // namespace porogen
