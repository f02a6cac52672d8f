#include "transport/multigrid.h"

#include <algorithm>
#include <utility>

#include "porogen/core/errors.h"
#include "porogen/core/progress.h"
#include "transport/image_rows.h"
#include "transport/kernels.h"

namespace porogen::transport {

namespace {

/// A level of at most this many nodes is the last.
constexpr std::int64_t small_level = 1000;
/// A last level with more nodes is not factorised, but swept.
constexpr std::int64_t largest_factor = 30000;
constexpr int sweeps_on_last_level = 8;

template <class Rows>
void set_zero(Level<Rows>& level) {
    for_entries(level.x.size(), [&](std::size_t n) { level.x[n] = 0; });
}

bool is_last(const Shape& shape, std::int64_t nodes) {
    return nodes <= small_level || shape.size() == 1;
}

} // namespace

CoarseLevel::CoarseLevel(Graph matrix, bool visited_twice)
    : graph(std::move(matrix)), rows(graph.rows()), level(rows), b(level.x.size()),
      twice(visited_twice), first_x(twice ? b.size() : 0), first_q(first_x.size()) {}

template <class Rows>
Multigrid<Rows>::Multigrid(const Rows& finest, std::optional<Axis> plates, int sweeps)
    : finest_(finest), sweeps_(sweeps) {
    const auto add = [&](auto& level) {
        throw_if_interrupted();
        const auto& fine = *level.rows;
        Coarsening next = coarsen(fine, plates);
        level.parent = std::move(next.parent);
        level.planes_per_parent = next.factor[2];
        // Two visits where they cost little, since the levels below get them too.
        const auto nodes = static_cast<double>(next.coarse.cell.size());
        coarse_.emplace_back(std::move(next.coarse),
                             nodes < 0.6 * static_cast<double>(fine.nodes()));
    };
    if (!is_last(finest.shape(), finest.nodes())) {
        add(finest_);
        while (!is_last(coarse_.back().rows.shape(), coarse_.back().rows.nodes())) {
            add(coarse_.back().level);
        }
        if (coarse_.back().rows.nodes() <= largest_factor) {
            last_ = std::make_unique<LastLevel>(coarse_.back().rows);
        }
    }
}

namespace {

/// Smooths, corrects from the next level, smooths back.
template <class Rows, class Correct>
void one_cycle(Level<Rows>& level, const Buffer<float>& b, Buffer<float>* coarse_b,
               const Buffer<float>* coarse_x, int sweeps, const Correct& correct) {
    set_zero(level);
    const int down = coarse_b == nullptr ? sweeps_on_last_level : sweeps;
    for (int s = 0; s < down; ++s) {
        smooth(*level.rows, level.slabs, b.data(), level.x.data(), false);
    }
    if (coarse_b != nullptr) {
        restrict_residual(*level.rows, b.data(), level.x.data(), level.parent.data(),
                          level.planes_per_parent, *coarse_b);
        correct();
        for_entries(level.x.size(), [&](std::size_t n) {
            level.x[n] += (*coarse_x)[static_cast<std::size_t>(level.parent[n])];
        });
    }
    for (int s = 0; s < down; ++s) {
        smooth(*level.rows, level.slabs, b.data(), level.x.data(), true);
    }
}

} // namespace

template <class Rows>
void Multigrid<Rows>::cycle(std::size_t level) {
    const bool last = level + 1 == coarse_.size();
    if (last && last_) {
        last_->solve(coarse_[level].b, coarse_[level].level.x);
        return;
    }
    one_cycle(coarse_[level].level, coarse_[level].b, last ? nullptr : &coarse_[level + 1].b,
              last ? nullptr : &coarse_[level + 1].level.x, 1, [&] { correct(level + 1); });
}

/// x of a coarse level from its b: one cycle, or two combined as flexible conjugate gradients do
/// (Notay & Vassilevski 2008, algorithm 3.1); the second is left out where the first has already
/// reduced the residual to a quarter.
template <class Rows>
void Multigrid<Rows>::correct(std::size_t level) {
    CoarseLevel& l = coarse_[level];
    cycle(level);
    if (!l.twice || level + 1 == coarse_.size()) {
        return;
    }
    Buffer<float>& x = l.level.x;
    std::swap(x, l.first_x);
    Buffer<float>& q = l.first_q;
    const double rho = multiply(l.rows, l.first_x, q);
    const double alpha = dot(l.first_x, l.b);
    if (!(rho > 0)) {
        std::swap(x, l.first_x);
        return;
    }
    const double step = alpha / rho;
    const double before = dot(l.b, l.b);
    const double after = sum_entries(x.size(), [&](std::size_t n) {
        l.b[n] -= static_cast<float>(step * static_cast<double>(q[n]));
        return static_cast<double>(l.b[n]) * static_cast<double>(l.b[n]);
    });
    double of_first = step;
    double of_second = 0;
    if (after > 0.0625 * before) {
        cycle(level);
        // q is not needed after gamma: A x of the second takes its place.
        const double gamma = dot(x, q);
        const double beta = multiply(l.rows, x, q);
        const double alpha2 = dot(x, l.b);
        const double rho2 = beta - gamma * gamma / rho;
        if (rho2 > 0) {
            of_second = alpha2 / rho2;
            of_first = step - gamma * alpha2 / (rho * rho2);
        }
    } else {
        std::fill(x.begin(), x.end(), 0.0F);
    }
    for_entries(x.size(), [&](std::size_t n) {
        x[n] = static_cast<float>(of_first * static_cast<double>(l.first_x[n]) +
                                  of_second * static_cast<double>(x[n]));
    });
}

template <class Rows>
const Buffer<float>& Multigrid<Rows>::apply(const Buffer<float>& b) {
    one_cycle(finest_, b, coarse_.empty() ? nullptr : &coarse_.front().b,
              coarse_.empty() ? nullptr : &coarse_.front().level.x, sweeps_, [&] { correct(0); });
    return finest_.x;
}

template class Multigrid<ImageRows>;
template class Multigrid<GraphRows>;

} // namespace porogen::transport
