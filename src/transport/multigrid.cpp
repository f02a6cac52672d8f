#include "transport/multigrid.h"

#include <algorithm>
#include <utility>

#include "porogen/core/parallel.h"
#include "transport/row_kernel.h"
#include "transport/smooth.h"

namespace porogen::transport {

namespace {

/// rhs - A x on one row; 0 in cells left out, whose potentials and sources are 0.
void row_residual(const Stencil& a, const RowLinks& links, const RowCopy& row, const float* rhs,
                  const float* x, float* __restrict residual) {
    std::array<const float*, 4> v{};
    for (std::size_t side = 0; side < 4; ++side) {
        v[side] = links.neighbour[side] < 0 ? a.zero_row : x + links.neighbour[side];
    }
    const float* own = row.potential();
    const float* link = row.link();
    const float* right = rhs + links.first;
    const float* inverse = a.inverse_diagonal + links.first;
    for (std::int64_t i = 0; i < a.shape.x; ++i) {
        const float inflow = right[i] + (link[i] * own[i] + link[i + 1] * own[i + 2]) +
                             (links.g[0][i] * v[0][i] + links.g[1][i] * v[1][i]) +
                             (links.g[2][i] * v[2][i] + links.g[3][i] * v[3][i]);
        const float safe = inverse[i] > 0 ? inverse[i] : 1.0F;
        residual[i] = inflow - own[i + 1] / safe;
    }
}

/// coarse.rhs = sums of the fine residual over the aggregates, for a range of coarse planes.
void restrict_planes(const Level& fine, Level& coarse, std::int64_t begin, std::int64_t end) {
    const Stencil a = fine.stencil();
    const std::array<int, 3>& factor = fine.factor;
    const int shift = factor[0] - 1;
    RowCopy row(fine.shape.x);
    std::vector<float> residual(static_cast<std::size_t>(fine.shape.x));
    const std::int64_t plane = coarse.shape.x * coarse.shape.y;
    std::fill(coarse.rhs.data() + begin * plane, coarse.rhs.data() + end * plane, 0.0F);
    for (std::int64_t k = begin * factor[2]; k < std::min(fine.shape.z, end * factor[2]); ++k) {
        for (std::int64_t j = 0; j < fine.shape.y; ++j) {
            const RowLinks links = row_links(a, j, k);
            row.load(a, links.first, fine.x.data());
            row_residual(a, links, row, fine.rhs.data(), fine.x.data(), residual.data());
            float* sum = coarse.rhs.data() + coarse.shape.index(0, j / factor[1], k / factor[2]);
            for (std::int64_t i = 0; i < fine.shape.x; ++i) {
                sum[i >> shift] += residual[static_cast<std::size_t>(i)];
            }
        }
    }
}

void restrict_residual(const Level& fine, Level& coarse) {
    parallel_blocks(
        coarse.shape.z, planes_per_block(fine.shape),
        [&](std::int64_t begin, std::int64_t end) { restrict_planes(fine, coarse, begin, end); });
}

/// fine.x += the coarse correction, constant over each aggregate, for a range of fine planes.
void prolong_planes(const Level& coarse, Level& fine, std::int64_t begin, std::int64_t end) {
    const std::array<int, 3>& factor = fine.factor;
    const int shift = factor[0] - 1;
    for (std::int64_t k = begin; k < end; ++k) {
        for (std::int64_t j = 0; j < fine.shape.y; ++j) {
            const std::int64_t first = fine.shape.index(0, j, k);
            const float* inverse = fine.inverse_diagonal.data() + first;
            const float* correction =
                coarse.x.data() + coarse.shape.index(0, j / factor[1], k / factor[2]);
            float* x = fine.x.data() + first;
            for (std::int64_t i = 0; i < fine.shape.x; ++i) {
                x[i] += inverse[i] > 0 ? correction[i >> shift] : 0.0F;
            }
        }
    }
}

void prolong(const Level& coarse, Level& fine) {
    parallel_blocks(
        fine.shape.z, planes_per_block(fine.shape),
        [&](std::int64_t begin, std::int64_t end) { prolong_planes(coarse, fine, begin, end); });
}

void set_zero(Grid<float>& grid) {
    parallel_blocks(grid.size(), 65536, [&](std::int64_t begin, std::int64_t end) {
        std::fill(grid.data() + begin, grid.data() + end, 0.0F);
    });
}

} // namespace

Multigrid::Multigrid(Level finest, int sweeps) : sweeps_(sweeps) {
    levels_.push_back(std::move(finest));
    while (!levels_.back().is_coarsest()) {
        levels_.push_back(coarsen(levels_.back()));
    }
}

Grid<float>& Multigrid::apply() {
    cycle(0);
    return levels_.front().x;
}

void Multigrid::cycle(std::size_t level) {
    Level& here = levels_[level];
    set_zero(here.x);
    smooth(here.stencil(), here.rhs.data(), here.x.data(), sweeps_, Order::forward);
    if (level + 1 < levels_.size()) {
        Level& coarse = levels_[level + 1];
        restrict_residual(here, coarse);
        cycle(level + 1);
        prolong(coarse, here);
    }
    smooth(here.stencil(), here.rhs.data(), here.x.data(), sweeps_, Order::reversed);
}

} // namespace porogen::transport
