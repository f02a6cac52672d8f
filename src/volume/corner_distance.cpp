#include "volume/corner_distance.h"

#include "porogen/core/parallel.h"

namespace porogen {

namespace {

/// The two centres between which a corner lies along one axis, and their weights.
struct Between {
    std::int64_t lower;
    std::int64_t upper;
    double lower_weight;
    double upper_weight;
};

Between between(std::int64_t corner, std::int64_t cells, bool periodic) {
    if (periodic) {
        return {(corner + cells - 1) % cells, corner % cells, 0.5, 0.5};
    }
    if (cells == 1) {
        return {0, 0, 0.5, 0.5};
    }
    if (corner == 0) {
        return {0, 1, 1.5, -0.5};
    }
    if (corner == cells) {
        return {cells - 2, cells - 1, -0.5, 1.5};
    }
    return {corner - 1, corner, 0.5, 0.5};
}

} // namespace

Grid<float> corner_distance(const Grid<float>& distance, std::array<bool, 3> periodic) {
    const Shape& cells = distance.shape();
    const Shape corners{cells.x + 1, cells.y + 1, cells.z + 1};
    Grid<float> result(corners);
    parallel_blocks(corners.y * corners.z, 64, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) {
            const Between y = between(row % corners.y, cells.y, periodic[1]);
            const Between z = between(row / corners.y, cells.z, periodic[2]);
            const float* const ll = distance.data() + cells.index(0, y.lower, z.lower);
            const float* const ul = distance.data() + cells.index(0, y.upper, z.lower);
            const float* const lu = distance.data() + cells.index(0, y.lower, z.upper);
            const float* const uu = distance.data() + cells.index(0, y.upper, z.upper);
            // Mean over the four rows around this row of corners.
            const auto row_mean = [&](std::int64_t i) {
                return z.lower_weight * (y.lower_weight * static_cast<double>(ll[i]) +
                                         y.upper_weight * static_cast<double>(ul[i])) +
                       z.upper_weight * (y.lower_weight * static_cast<double>(lu[i]) +
                                         y.upper_weight * static_cast<double>(uu[i]));
            };
            for (std::int64_t i = 0; i < corners.x; ++i) {
                const Between x = between(i, cells.x, periodic[0]);
                result[row * corners.x + i] = static_cast<float>(
                    x.lower_weight * row_mean(x.lower) + x.upper_weight * row_mean(x.upper));
            }
        }
    });
    return result;
}

} // namespace porogen
