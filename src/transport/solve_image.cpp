#include <chrono>

#include "porogen/core/parallel.h"
#include "porogen/transport/solve.h"
#include "transport/circuit.h"
#include "transport/image_rows.h"
#include "transport/slabs.h"
#include "transport/solve_checks.h"

namespace porogen {

namespace {

using namespace transport;

/// The end faces and wraps of an image, read off its rows.
Circuit image_circuit(const ImageNetwork& network, const ImageRows& rows) {
    Circuit circuit;
    circuit.axis = network.axis;
    circuit.drive = network.drive;
    const auto upper_face = static_cast<std::size_t>(network.axis) * 2 + 1;
    const std::int64_t last = rows.shape()[network.axis] - 1;
    const auto read = [&](std::int64_t begin, std::int64_t end) {
        rows.forward(begin, end, [&](const auto& links) {
            const auto n = static_cast<std::int32_t>(links.n);
            if (links.at_lower()) {
                circuit.lower.push_back({n, links.end()});
            }
            if (links.at_upper()) {
                circuit.upper.push_back({n, links.end()});
            }
            const Place p = links.place();
            const std::int64_t layer = network.axis == Axis::x   ? p.i
                                       : network.axis == Axis::y ? p.j
                                                                 : p.k;
            if (network.drive == Drive::periodic && layer == last && links.m[upper_face] != n) {
                circuit.wraps.push_back(
                    {n, links.m[upper_face], links.exact_conductance(upper_face)});
            }
        });
    };
    if (network.axis == Axis::z && last > 0) {
        read(0, 1);
        read(last, last + 1);
    } else {
        read(0, rows.shape().z);
    }
    return circuit;
}

/// What the potentials would be in a uniform material.
Buffer<double> linear_profile(const ImageRows& rows, Axis axis) {
    Buffer<double> x(static_cast<std::size_t>(rows.nodes()));
    const auto layers = static_cast<double>(rows.shape()[axis]);
    parallel_blocks(rows.shape().z, planes_per_block(rows.shape()),
                    [&](std::int64_t begin, std::int64_t end) {
                        rows.forward(begin, end, [&](const auto& links) {
                            const Place p = links.place();
                            const auto layer = static_cast<double>(axis == Axis::x   ? p.i
                                                                   : axis == Axis::y ? p.j
                                                                                     : p.k);
                            x[static_cast<std::size_t>(links.n)] = 1 - (layer + 0.5) / layers;
                        });
                    });
    return x;
}

Grid<float> on_grid(const ImageRows& rows, const Buffer<double>& x) {
    Grid<float> field(rows.shape());
    parallel_blocks(rows.shape().z, planes_per_block(rows.shape()),
                    [&](std::int64_t begin, std::int64_t end) {
                        rows.forward(begin, end, [&](const auto& links) {
                            const Place p = links.place();
                            field(p.i, p.j, p.k) =
                                static_cast<float>(x[static_cast<std::size_t>(links.n)]);
                        });
                    });
    return field;
}

} // namespace

ImageSolution solve(const ImageNetwork& network, const SolveOptions& options, Progress& progress) {
    const auto start = std::chrono::steady_clock::now();
    check(options);
    ImageSolution solution;
    SolveReport& report = solution.report;
    const ImageRows rows(network);
    report.unknowns = rows.nodes();
    report.dead_end = rows.cells().dead_end;
    report.floating = rows.cells().floating;
    if (rows.nodes() == 0) {
        report.converged = true;
        solution.potential = Grid<float>(rows.shape());
    } else {
        Buffer<double> x = linear_profile(rows, network.axis);
        solve_circuit(rows, image_circuit(network, rows), options, progress, x, report);
        report.conductance *= rows.scale();
        for (LayerFlow& layer : report.layers) {
            layer.current *= rows.scale();
        }
        solution.potential = on_grid(rows, x);
    }
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return solution;
}

} // namespace porogen
