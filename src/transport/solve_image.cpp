#include <algorithm>
#include <chrono>
#include <limits>

#include "porogen/core/parallel.h"
#include "porogen/transport/solve.h"
#include "transport/circuit.h"
#include "transport/image_rows.h"
#include "transport/image_tensor.h"
#include "transport/slabs.h"
#include "transport/solve_checks.h"

namespace porogen {

namespace {

using namespace transport;

/// Area of the faces of a node's cell behind which nothing conducts; the sides of the box are no
/// walls [m^2].
template <class Links>
double wall_area(const ImageNetwork& network, const Links& links) {
    const Vec3& voxel = network.volume->voxel;
    const Place p = links.place();
    double area = 0;
    for (std::size_t s = 0; s < ImageRows::faces; ++s) {
        const Axis axis = all_axes[s / 2];
        const std::int64_t last = network.volume->shape()[axis] - 1;
        const bool at_side = p[axis] == (s % 2 == 0 ? 0 : last);
        const bool wraps = network.periodic[s / 2] && axis != network.axis && last > 0;
        if (links.m[s] == links.n && (!at_side || wraps)) {
            area += voxel.prod() / voxel[static_cast<int>(axis)];
        }
    }
    return area;
}

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
            if (network.drive == Drive::walls) {
                const double area = wall_area(network, links);
                if (area > 0) {
                    circuit.walls.push_back({n, area});
                }
            }
            const Place p = links.place();
            if (network.drive == Drive::periodic && p[network.axis] == last &&
                links.m[upper_face] != n) {
                circuit.wraps.push_back(
                    {n, links.m[upper_face], links.exact_conductance(upper_face)});
            }
        });
    };
    if (network.axis == Axis::z && last > 0 && network.drive != Drive::walls) {
        read(0, 1);
        read(last, last + 1);
    } else {
        read(0, rows.shape().z);
    }
    return circuit;
}

/// Where to start from: what the potentials would be in a uniform material, or 0 where the current
/// is given, whose potentials may be of any size.
Buffer<double> first_guess(const ImageRows& rows, Axis axis, Drive drive) {
    Buffer<double> x(static_cast<std::size_t>(rows.nodes()));
    if (has_given_current(drive)) {
        std::fill(x.begin(), x.end(), 0.0);
        return x;
    }
    const auto layers = static_cast<double>(rows.shape()[axis]);
    parallel_blocks(rows.shape().z, planes_per_block(rows.shape()),
                    [&](std::int64_t begin, std::int64_t end) {
                        rows.forward(begin, end, [&](const auto& links) {
                            const auto layer = static_cast<double>(links.place()[axis]);
                            x[static_cast<std::size_t>(links.n)] = 1 - (layer + 0.5) / layers;
                        });
                    });
    return x;
}

template <class T>
Grid<T> on_grid(const ImageRows& rows, const Buffer<double>& x, T elsewhere) {
    Grid<T> field(rows.shape(), elsewhere);
    parallel_blocks(
        rows.shape().z, planes_per_block(rows.shape()), [&](std::int64_t begin, std::int64_t end) {
            rows.forward(begin, end, [&](const auto& links) {
                const Place p = links.place();
                field(p.i, p.j, p.k) = static_cast<T>(x[static_cast<std::size_t>(links.n)]);
            });
        });
    return field;
}

/// The potentials on the grid, `elsewhere` in cells that carry no current.
template <class T>
Grid<T> solve_on_grid(const ImageNetwork& network, const SolveOptions& options, Progress& progress,
                      T elsewhere, SolveReport& report) {
    const auto start = std::chrono::steady_clock::now();
    check(options);
    const ImageRows rows(network);
    report.unknowns = rows.nodes();
    report.dead_end = rows.cells().dead_end;
    report.floating = rows.cells().floating;
    Grid<T> potential;
    const Circuit circuit = image_circuit(network, rows);
    if (rows.nodes() == 0 || (network.drive == Drive::walls && circuit.walls.empty())) {
        report.converged = true;
        potential = Grid<T>(rows.shape(), elsewhere);
    } else {
        Buffer<double> x = first_guess(rows, network.axis, network.drive);
        solve_circuit(rows, circuit, options, progress, x, report);
        report.conductance *= rows.scale();
        for (LayerFlow& layer : report.layers) {
            layer.current *= rows.scale();
        }
        potential = on_grid(rows, x, elsewhere);
    }
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return potential;
}

} // namespace

ImageSolution solve(const ImageNetwork& network, const SolveOptions& options, Progress& progress) {
    ImageSolution solution;
    solution.potential = solve_on_grid(network, options, progress, 0.0F, solution.report);
    return solution;
}

Grid<double> transport::solve_precisely(const ImageNetwork& network, const SolveOptions& options,
                                        Progress& progress, SolveReport& report) {
    return solve_on_grid(network, options, progress, std::numeric_limits<double>::quiet_NaN(),
                         report);
}

} // namespace porogen
