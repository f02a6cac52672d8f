#include "porogen/transport/solve.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "transport/clusters.h"
#include "transport/exact_matrix.h"
#include "transport/multigrid.h"

namespace porogen {

namespace {

using namespace transport;

constexpr std::int64_t cells_per_block = 65536;

bool is_conductance(float g) {
    return g >= 0 && g <= std::numeric_limits<float>::max();
}

void check_conductances(const ConductorNetwork& network) {
    bool sound = std::all_of(network.end_lower.begin(), network.end_lower.end(), is_conductance) &&
                 std::all_of(network.end_upper.begin(), network.end_upper.end(), is_conductance);
    for (const Grid<float>& face : network.face) {
        const double unsound =
            parallel_sum(face.size(), cells_per_block, [&](std::int64_t begin, std::int64_t end) {
                double count = 0;
                for (std::int64_t n = begin; n < end; ++n) {
                    count += is_conductance(face[n]) ? 0 : 1;
                }
                return count;
            });
        sound = sound && unsound == 0;
    }
    if (!sound) {
        throw_bad_input(
            "conductor network: a conductance is negative, infinite or not a number; every face "
            "and end needs a finite value >= 0");
    }
}

void check(const ConductorNetwork& network, const SolveOptions& options) {
    const std::int64_t cells = network.shape.size();
    const auto plates =
        static_cast<std::size_t>(cells > 0 ? cells / network.shape[network.axis] : 0);
    const bool faces_fit =
        std::all_of(network.face.begin(), network.face.end(),
                    [&](const auto& face) { return face.shape() == network.shape; });
    if (!(cells > 0) || !faces_fit || network.end_lower.size() != plates ||
        network.end_upper.size() != plates) {
        throw_bad_input(
            "conductor network: it has no cells, or faces and ends that do not fit its shape; "
            "give every cell three faces and every end cell a conductance to its plate");
    }
    if (network.periodic[static_cast<std::size_t>(network.axis)]) {
        throw_bad_input(
            "conductor network: periodic along the axis that joins the plates (current has "
            "nowhere to come from); close that axis");
    }
    if (!(options.tolerance > 0) || options.max_iterations < 0 || options.smoothing_sweeps < 1) {
        throw_bad_input(
            "solve options: tolerance must be > 0, max_iterations >= 0 and smoothing_sweeps >= "
            "1; correct them");
    }
    check_conductances(network);
}

/// What the potentials would be in a uniform material.
Grid<double> linear_profile(const Level& level) {
    Grid<double> x(level.shape);
    const std::int64_t stride = level.shape.stride(level.axis);
    const std::int64_t extent = level.shape[level.axis];
    parallel_blocks(x.size(), cells_per_block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            const auto layer = static_cast<double>(n / stride % extent);
            const bool active = level.inverse_diagonal[n] > 0;
            x[n] = active ? 1 - (layer + 0.5) / static_cast<double>(extent) : 0;
        }
    });
    return x;
}

/// scale M r. The preconditioner sees r scaled to entries about 1, so that neither the unit of the
/// network nor the progress of the iteration can drive floats out of their range.
const Grid<float>& precondition(Multigrid& multigrid, const Grid<double>& r, double scale) {
    Grid<float>& rhs = multigrid.rhs();
    parallel_blocks(r.size(), cells_per_block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            rhs[n] = static_cast<float>(scale * r[n]);
        }
    });
    return multigrid.apply();
}

double dot(const Grid<float>& z, const Grid<double>& r) {
    return parallel_sum(r.size(), cells_per_block, [&](std::int64_t begin, std::int64_t end) {
        double sum = 0;
        for (std::int64_t n = begin; n < end; ++n) {
            sum += static_cast<double>(z[n]) * r[n];
        }
        return sum;
    });
}

/// p = z / scale + beta p
void turn(Grid<float>& p, const Grid<float>& z, double scale, double beta) {
    parallel_blocks(p.size(), cells_per_block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            p[n] = static_cast<float>(static_cast<double>(z[n]) / scale +
                                      beta * static_cast<double>(p[n]));
        }
    });
}

/// x += alpha p and r -= alpha q; returns r . r.
double advance(Grid<double>& x, Grid<double>& r, const Grid<float>& p, const Grid<double>& q,
               double alpha) {
    return parallel_sum(x.size(), cells_per_block, [&](std::int64_t begin, std::int64_t end) {
        double sum = 0;
        for (std::int64_t n = begin; n < end; ++n) {
            x[n] += alpha * static_cast<double>(p[n]);
            r[n] -= alpha * q[n];
            sum += r[n] * r[n];
        }
        return sum;
    });
}

/// Reports the part of the way to the tolerance, on a logarithmic scale.
void show(Progress& progress, double first, double now, double goal) {
    const double whole = std::log(first / goal);
    progress.update(whole > 0 ? std::clamp(std::log(first / now) / whole, 0.0, 1.0) : 1.0);
}

/// Preconditioned conjugate gradients (Saad, Iterative Methods for Sparse Linear Systems, 2003,
/// algorithm 9.1). The directions are stored in float: a direction rounded is still a direction,
/// because x and r advance along it in double. When the recursive residual meets the goal the true
/// one is computed, and the iteration starts afresh if that does not, as long as this still helps.
void conjugate_gradients(Multigrid& multigrid, Grid<double>& x, const SolveOptions& options,
                         SolveReport& report, Progress& progress) {
    const Level& level = multigrid.finest();
    Grid<double> r(level.shape);
    Grid<double> q(level.shape);
    Grid<float> p(level.shape);
    const double source2 = source_norm2(level);
    const double goal2 = options.tolerance * options.tolerance * source2;
    const double first2 = residual(level, x, r);
    double true2 = first2;
    double r2 = first2;
    double best2 = first2; // residuals of conjugate gradients swing, progress should not
    double r_z = 0;        // 0 asks for a fresh start
    while (r2 > goal2 && report.iterations < options.max_iterations) {
        throw_if_interrupted();
        const double scale = std::sqrt(static_cast<double>(report.unknowns) / r2);
        const Grid<float>& z = precondition(multigrid, r, scale);
        const double r_z_next = dot(z, r) / scale;
        turn(p, z, scale, r_z > 0 ? r_z_next / r_z : 0);
        const double p_q = multiply(level, p, q);
        if (!(p_q > 0)) {
            break;
        }
        r_z = r_z_next;
        r2 = advance(x, r, p, q, r_z / p_q);
        ++report.iterations;
        best2 = std::min(best2, r2);
        show(progress, first2, best2, goal2);
        if (!(r2 > goal2)) {
            r2 = residual(level, x, r);
            if (!(r2 < 0.5 * true2)) {
                break; // as far as double goes
            }
            true2 = r2;
            r_z = 0;
        }
    }
    r2 = residual(level, x, r);
    report.residual = std::sqrt(r2 / source2);
    report.converged = r2 <= goal2;
}

NetworkSolution no_current(const Shape& shape, double seconds) {
    NetworkSolution solution;
    solution.potential = Grid<float>(shape);
    solution.report.converged = true;
    solution.report.seconds = seconds;
    return solution;
}

} // namespace

NetworkSolution solve(const ConductorNetwork& network, const SolveOptions& options,
                      Progress& progress) {
    const auto start = std::chrono::steady_clock::now();
    const auto seconds = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    check(network, options);
    ConductingCells cells = conducting_cells(network);
    if (cells.count == 0) {
        return no_current(network.shape, seconds());
    }

    NetworkSolution solution;
    SolveReport& report = solution.report;
    report.percolates = true;
    report.unknowns = cells.count;
    Multigrid multigrid(finest_level(network, cells.active), options.smoothing_sweeps);
    cells.active = {};
    Grid<double> x = linear_profile(multigrid.finest());
    conjugate_gradients(multigrid, x, options, report, progress);

    const Currents flow = currents(network, multigrid.finest(), x);
    report.conductance = flow.power;
    report.flux_imbalance = std::abs(flow.in - flow.out) / (0.5 * (flow.in + flow.out));
    solution.potential = Grid<float>(network.shape);
    std::transform(x.begin(), x.end(), solution.potential.begin(),
                   [](double v) { return static_cast<float>(v); });
    report.seconds = seconds();
    return solution;
}

} // namespace porogen
