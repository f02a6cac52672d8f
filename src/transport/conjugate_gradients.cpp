#include "transport/conjugate_gradients.h"

#include <algorithm>
#include <cmath>

#include "porogen/core/errors.h"
#include "transport/image_rows.h"
#include "transport/kernels.h"

namespace porogen::transport {

namespace {

/// The true residual replaces the recursive one each time that has fallen by this factor.
constexpr double replace_after = 1e-3;

/// r = b - A x in double, stored in float; returns r . r.
template <class Rows>
double residual(const Rows& a, const std::vector<Source>& b, const Buffer<double>& x,
                Buffer<float>& r) {
    const Shape& shape = a.shape();
    return parallel_sum(
        shape.z, planes_per_block(shape), [&](std::int64_t begin, std::int64_t end) {
            double sum = 0;
            auto source =
                std::lower_bound(b.begin(), b.end(), a.plane(begin),
                                 [](const Source& s, std::int64_t node) { return s.node < node; });
            a.forward(begin, end, [&](const auto& links) {
                const auto n = static_cast<std::size_t>(links.n);
                double rest = links.inflow(x.data()) - links.template plate<double>() * x[n];
                for (; source != b.end() && source->node == links.n; ++source) {
                    rest += source->current;
                }
                r[n] = static_cast<float>(rest);
                sum += rest * rest;
            });
            return sum;
        });
}

/// Reports the part of the way to the tolerance, on a logarithmic scale.
void show(Progress& progress, double first, double now, double goal) {
    const double whole = std::log(first / goal);
    progress.update(whole > 0 ? std::clamp(std::log(first / now) / whole, 0.0, 1.0) : 1.0);
}

} // namespace

template <class Rows>
Convergence conjugate_gradients(const Rows& a, Multigrid<Rows>& multigrid,
                                const std::vector<Source>& b, Buffer<double>& x,
                                const SolveOptions& options, Progress& progress) {
    Convergence result;
    const auto nodes = static_cast<std::size_t>(a.nodes());
    Buffer<float> r(nodes);
    Buffer<float> p(nodes);
    Buffer<float> q(nodes);
    for_entries(nodes, [&](std::size_t n) { p[n] = 0; });
    double source2 = 0;
    for (const Source& s : b) {
        source2 += s.current * s.current;
    }
    const double goal2 = options.tolerance * options.tolerance * source2;
    double r2 = residual(a, b, x, r);
    double true2 = r2;
    const double first2 = r2;
    double best2 = r2;
    double p_q = 0;
    // One step at least, unless there is nothing left but rounding: only a step tells how far off
    // the guess was, whatever the tolerance.
    const double rounding2 = 1e-24 * source2;
    while ((r2 > goal2 || (result.iterations == 0 && r2 > rounding2)) &&
           result.iterations < options.max_iterations) {
        throw_if_interrupted();
        const Buffer<float>& z = multigrid.apply(r);
        const double beta = p_q > 0 ? -dot(z, q) / p_q : 0;
        for_entries(nodes, [&](std::size_t n) {
            p[n] = z[n] + static_cast<float>(beta * static_cast<double>(p[n]));
        });
        p_q = multiply(a, p, q);
        if (!(p_q > 0)) {
            break;
        }
        const double p_r = dot(p, r);
        const double alpha = p_r / p_q;
        r2 = sum_entries(nodes, [&](std::size_t n) {
            x[n] += alpha * static_cast<double>(p[n]);
            r[n] -= static_cast<float>(alpha * static_cast<double>(q[n]));
            return static_cast<double>(r[n]) * static_cast<double>(r[n]);
        });
        result.energy_error = alpha * p_r;
        ++result.iterations;
        best2 = std::min(best2, r2);
        show(progress, first2, best2, goal2);
        if (!(r2 > goal2) || r2 < replace_after * replace_after * true2) {
            r2 = residual(a, b, x, r);
            if (r2 > goal2 && !(r2 < 0.25 * true2)) {
                break; // as far as the numbers go
            }
            true2 = r2;
        }
    }
    if (!(r2 <= goal2)) {
        r2 = residual(a, b, x, r);
    }
    result.residual = source2 > 0 ? std::sqrt(r2 / source2) : 0;
    result.converged = r2 <= goal2;
    return result;
}

template Convergence conjugate_gradients(const ImageRows& a, Multigrid<ImageRows>& multigrid,
                                         const std::vector<Source>& b, Buffer<double>& x,
                                         const SolveOptions& options, Progress& progress);
template Convergence conjugate_gradients(const GraphRows& a, Multigrid<GraphRows>& multigrid,
                                         const std::vector<Source>& b, Buffer<double>& x,
                                         const SolveOptions& options, Progress& progress);

} // namespace porogen::transport
