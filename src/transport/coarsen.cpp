#include "transport/coarsen.h"

#include <algorithm>

#include "porogen/core/parallel.h"
#include "transport/end_layer.h"

namespace porogen::transport {

namespace {

/// Reads 1 / diagonal off the faces and ends; 0 where the cell is not active. Faces between an
/// active and another cell carry nothing, because clusters are closed.
template <class Active>
void set_inverse_diagonal(Level& level, const Active& active) {
    level.inverse_diagonal = Grid<float>(level.shape);
    const Shape shape = level.shape;
    Grid<float>& inverse = level.inverse_diagonal;
    level.zero_row.assign(static_cast<std::size_t>(shape.x), 0.0F);
    const Stencil a = level.stencil();
    parallel_blocks(shape.z, planes_per_block(shape), [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t k = begin; k < end; ++k) {
            for (std::int64_t j = 0; j < shape.y; ++j) {
                const RowLinks links = row_links(a, j, k);
                const float* gx = a.face[0] + links.first;
                const float wrap = wrap_link(a, links.first);
                for (std::int64_t i = 0; i < shape.x; ++i) {
                    const float left = i > 0 ? gx[i - 1] : wrap;
                    const float right = i + 1 < shape.x ? gx[i] : wrap;
                    const float sum = (left + right) + (links.g[0][i] + links.g[1][i]) +
                                      (links.g[2][i] + links.g[3][i]);
                    inverse[links.first + i] = active(links.first + i) ? sum : 0.0F;
                }
            }
        }
    });
    const EndLayer ends{shape, level.axis};
    for (std::int64_t m = 0; m < ends.size(); ++m) {
        inverse[ends.lower(m)] += level.end_lower[static_cast<std::size_t>(m)];
        inverse[ends.upper(m)] += level.end_upper[static_cast<std::size_t>(m)];
    }
    parallel_blocks(inverse.size(), 65536, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            inverse[n] = inverse[n] == 0 ? 0.0F : 1.0F / inverse[n];
        }
    });
}

/// Mean of the conductances that are not 0 along each axis; 0 if there is none.
std::array<double, 3> mean_link(const Level& level) {
    std::array<double, 3> mean{};
    const std::int64_t cells = level.shape.size();
    for (std::size_t a = 0; a < 3; ++a) {
        const float* face = level.face[a];
        const float* inverse = level.inverse_diagonal.data();
        const double links = parallel_sum(cells, 65536, [&](std::int64_t begin, std::int64_t end) {
            double count = 0;
            for (std::int64_t n = begin; n < end; ++n) {
                count += face[n] > 0 && inverse[n] > 0 ? 1 : 0;
            }
            return count;
        });
        const double sum = parallel_sum(cells, 65536, [&](std::int64_t begin, std::int64_t end) {
            double total = 0;
            for (std::int64_t n = begin; n < end; ++n) {
                total += inverse[n] > 0 ? static_cast<double>(face[n]) : 0.0;
            }
            return total;
        });
        mean[a] = links > 0 ? sum / links : 0;
    }
    return mean;
}

std::array<int, 3> choose_factor(const Level& level) {
    const std::array<double, 3> mean = mean_link(level);
    double strongest = 0;
    for (const Axis axis : all_axes) {
        if (level.shape[axis] > 1) {
            strongest = std::max(strongest, mean[static_cast<std::size_t>(axis)]);
        }
    }
    std::array<int, 3> factor{1, 1, 1};
    for (const Axis axis : all_axes) {
        const auto a = static_cast<std::size_t>(axis);
        if (level.shape[axis] > 1 && mean[a] >= 0.4 * strongest) {
            factor[a] = 2;
        }
    }
    return factor;
}

/// Fine over coarse distance for the upper face of each coarse layer, the last being the one that
/// wraps.
std::vector<float> distance_ratios(const std::vector<float>& fine, const std::vector<float>& coarse,
                                   int factor) {
    std::vector<float> ratio(coarse.size());
    for (std::size_t i = 0; i < coarse.size(); ++i) {
        const std::size_t next = (i + 1) % coarse.size();
        const auto f = static_cast<std::size_t>(factor);
        const std::size_t last_child = std::min(fine.size(), (i + 1) * f) - 1;
        ratio[i] = (fine[last_child] + fine[next * f]) / (coarse[i] + coarse[next]);
    }
    return ratio;
}

std::vector<float> coarse_widths(const std::vector<float>& fine, int factor) {
    const auto f = static_cast<std::size_t>(factor);
    std::vector<float> coarse((fine.size() + f - 1) / f, 0.0F);
    for (std::size_t i = 0; i < fine.size(); ++i) {
        coarse[i / f] += fine[i];
    }
    return coarse;
}

/// Adds the faces of one fine row, along y or z, to the coarse row they lie on.
void add_row(const Level& fine, const float* face, std::int64_t first, float ratio, float* sum) {
    const float* inverse = fine.inverse_diagonal.data() + first;
    const int shift = fine.factor[0] - 1;
    for (std::int64_t i = 0; i < fine.shape.x; ++i) {
        sum[i >> shift] += inverse[i] > 0 ? ratio * face[first + i] : 0.0F;
    }
}

/// The same along x: only the last cell of each aggregate has its face on the aggregate's.
void add_row_along(const Level& fine, std::int64_t first, const std::vector<float>& ratio,
                   float* sum) {
    const std::int64_t factor = fine.factor[0];
    for (std::size_t parent = 0; parent < ratio.size(); ++parent) {
        const std::int64_t last_child =
            first + std::min(fine.shape.x, (static_cast<std::int64_t>(parent) + 1) * factor) - 1;
        if (fine.inverse_diagonal[last_child] > 0) {
            sum[parent] += ratio[parent] * fine.face[0][last_child];
        }
    }
}

/// Sums the fine faces that lie on the upper faces of the aggregates, over a range of coarse
/// planes.
void sum_faces(const Level& fine, Level& coarse, const std::array<std::vector<float>, 3>& ratio,
               std::int64_t begin, std::int64_t end) {
    const std::array<int, 3>& factor = fine.factor;
    const auto closes = [](std::int64_t at, int aggregate, std::int64_t extent) {
        return (at + 1) % aggregate == 0 || at + 1 == extent;
    };
    for (std::int64_t k = begin * factor[2]; k < std::min(fine.shape.z, end * factor[2]); ++k) {
        for (std::int64_t j = 0; j < fine.shape.y; ++j) {
            const std::int64_t first = fine.shape.index(0, j, k);
            const std::int64_t row = coarse.shape.index(0, j / factor[1], k / factor[2]);
            add_row_along(fine, first, ratio[0], coarse.own_face[0].data() + row);
            if (closes(j, factor[1], fine.shape.y)) {
                add_row(fine, fine.face[1], first,
                        ratio[1][static_cast<std::size_t>(j / factor[1])],
                        coarse.own_face[1].data() + row);
            }
            if (closes(k, factor[2], fine.shape.z)) {
                add_row(fine, fine.face[2], first,
                        ratio[2][static_cast<std::size_t>(k / factor[2])],
                        coarse.own_face[2].data() + row);
            }
        }
    }
}

/// The plates lie half a layer outside: their distance grows with the width of the end layer.
std::vector<float> sum_ends(const Level& fine, const Level& coarse, const std::vector<float>& end,
                            float ratio) {
    std::array<Axis, 2> across{};
    std::copy_if(all_axes.begin(), all_axes.end(), across.begin(),
                 [&](Axis axis) { return axis != fine.axis; });
    const std::int64_t fine_row = fine.shape[across[0]];
    const std::int64_t coarse_row = coarse.shape[across[0]];
    const int factor_row = fine.factor[static_cast<std::size_t>(across[0])];
    const int factor_column = fine.factor[static_cast<std::size_t>(across[1])];
    std::vector<float> sum(static_cast<std::size_t>(coarse_row * coarse.shape[across[1]]));
    for (std::size_t m = 0; m < end.size(); ++m) {
        const auto cell = static_cast<std::int64_t>(m);
        const std::int64_t parent =
            cell % fine_row / factor_row + coarse_row * (cell / fine_row / factor_column);
        sum[static_cast<std::size_t>(parent)] += end[m] * ratio;
    }
    return sum;
}

} // namespace

Level finest_level(const ConductorNetwork& network, const Grid<std::uint8_t>& active) {
    Level level;
    level.shape = network.shape;
    level.axis = network.axis;
    level.periodic = network.periodic;
    for (std::size_t a = 0; a < 3; ++a) {
        level.face[a] = network.face[a].data();
        level.width[a].assign(static_cast<std::size_t>(network.shape[all_axes[a]]), 1.0F);
    }
    level.end_lower = network.end_lower;
    level.end_upper = network.end_upper;
    const EndLayer ends{network.shape, network.axis};
    for (std::int64_t m = 0; m < ends.size(); ++m) {
        if (active[ends.lower(m)] == 0) {
            level.end_lower[static_cast<std::size_t>(m)] = 0;
        }
        if (active[ends.upper(m)] == 0) {
            level.end_upper[static_cast<std::size_t>(m)] = 0;
        }
    }
    set_inverse_diagonal(level, [&](std::int64_t n) { return active[n] != 0; });
    level.rhs = Grid<float>(level.shape);
    level.x = Grid<float>(level.shape);
    level.factor = choose_factor(level);
    return level;
}

Level coarsen(const Level& fine) {
    Level coarse;
    coarse.axis = fine.axis;
    coarse.periodic = fine.periodic;
    for (std::size_t a = 0; a < 3; ++a) {
        coarse.width[a] = coarse_widths(fine.width[a], fine.factor[a]);
    }
    coarse.shape = {static_cast<std::int64_t>(coarse.width[0].size()),
                    static_cast<std::int64_t>(coarse.width[1].size()),
                    static_cast<std::int64_t>(coarse.width[2].size())};
    for (std::size_t a = 0; a < 3; ++a) {
        coarse.own_face[a] = Grid<float>(coarse.shape);
        coarse.face[a] = coarse.own_face[a].data();
    }
    std::array<std::vector<float>, 3> ratio;
    for (std::size_t a = 0; a < 3; ++a) {
        ratio[a] = distance_ratios(fine.width[a], coarse.width[a], fine.factor[a]);
    }
    parallel_blocks(
        coarse.shape.z, planes_per_block(fine.shape),
        [&](std::int64_t begin, std::int64_t end) { sum_faces(fine, coarse, ratio, begin, end); });
    const auto along = static_cast<std::size_t>(fine.axis);
    coarse.end_lower = sum_ends(fine, coarse, fine.end_lower,
                                fine.width[along].front() / coarse.width[along].front());
    coarse.end_upper = sum_ends(fine, coarse, fine.end_upper,
                                fine.width[along].back() / coarse.width[along].back());
    set_inverse_diagonal(coarse, [](std::int64_t) { return true; });
    coarse.rhs = Grid<float>(coarse.shape);
    coarse.x = Grid<float>(coarse.shape);
    coarse.factor = choose_factor(coarse);
    return coarse;
}

} // namespace porogen::transport
