#include "volume/lattice_distance.h"

#include <algorithm>
#include <vector>

#include "porogen/core/parallel.h"

namespace porogen {

namespace {

/// Interpolates along x within one row.
void interpolate_row(const float* in, const std::vector<CornerStencil>& stencils, float* out) {
    for (std::size_t i = 0; i < stencils.size(); ++i) {
        const CornerStencil& s = stencils[i];
        out[i] = s.weight[0] * in[s.cell[0]] + s.weight[1] * in[s.cell[1]] +
                 s.weight[2] * in[s.cell[2]] + s.weight[3] * in[s.cell[3]];
    }
}

/// Interpolates a row from the rows of one plane, `step` apart in memory.
void interpolate_across(const float* in, std::int64_t step, const CornerStencil& s,
                        std::int64_t length, float* out) {
    const float* const a = in + step * s.cell[0];
    const float* const b = in + step * s.cell[1];
    const float* const c = in + step * s.cell[2];
    const float* const d = in + step * s.cell[3];
    for (std::int64_t i = 0; i < length; ++i) {
        out[i] = s.weight[0] * a[i] + s.weight[1] * b[i] + s.weight[2] * c[i] + s.weight[3] * d[i];
    }
}

/// From cells to the faces between them along one axis, whose extent grows by one.
Grid<float> interpolate(const Grid<float>& from, Axis axis, bool periodic) {
    const Shape& source = from.shape();
    Shape target = source;
    (axis == Axis::x ? target.x : axis == Axis::y ? target.y : target.z) += 1;
    std::vector<CornerStencil> stencils;
    for (std::int64_t n = 0; n < target[axis]; ++n) {
        stencils.push_back(corner_stencil(n, source[axis], periodic));
    }
    Grid<float> to(target);
    parallel_blocks(target.y * target.z, 64, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) {
            const std::int64_t j = row % target.y;
            const std::int64_t k = row / target.y;
            float* const out = to.data() + row * target.x;
            if (axis == Axis::x) {
                interpolate_row(from.data() + row * source.x, stencils, out);
                continue;
            }
            const float* const plane =
                from.data() + source.index(0, axis == Axis::y ? 0 : j, axis == Axis::z ? 0 : k);
            const CornerStencil& s = stencils[static_cast<std::size_t>(axis == Axis::y ? j : k)];
            interpolate_across(plane, source.stride(axis), s, target.x, out);
        }
    });
    return to;
}

/// Lowers a row of `target` by 1/32 of the second difference of the rows below, at and above.
void sharpen_row(const float* below, const float* at, const float* above, std::int64_t length,
                 float* target) {
    for (std::int64_t i = 0; i < length; ++i) {
        target[i] -= (below[i] + above[i] - 2 * at[i]) * 0.03125F;
    }
}

/// The distance less 1/32 of the sum of its second differences along the axes. Where the distance
/// is continued linearly there is no difference.
Grid<float> sharpen(const Grid<float>& distance, std::array<bool, 3> periodic) {
    const Shape& shape = distance.shape();
    Grid<float> sharp = distance;
    parallel_blocks(shape.y * shape.z, 64, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) {
            const std::int64_t j = row % shape.y;
            const std::int64_t k = row / shape.y;
            const float* const at = distance.data() + row * shape.x;
            float* const target = sharp.data() + row * shape.x;
            const auto across = [&](std::int64_t n, std::int64_t cells, std::int64_t stride,
                                    bool wraps) {
                if (wraps || (n > 0 && n + 1 < cells)) {
                    sharpen_row(at + ((n + cells - 1) % cells - n) * stride, at,
                                at + ((n + 1) % cells - n) * stride, shape.x, target);
                }
            };
            across(j, shape.y, shape.x, periodic[1]);
            across(k, shape.z, shape.x * shape.y, periodic[2]);
            if (shape.x > 1) {
                sharpen_row(at, at + 1, at + 2, shape.x - 2, target + 1);
                if (periodic[0]) {
                    const std::int64_t last = shape.x - 1;
                    sharpen_row(at + last, at, at + 1, 1, target);
                    sharpen_row(at + last - 1, at + last, at, 1, target + last);
                }
            }
        }
    });
    return sharp;
}

} // namespace

CornerStencil corner_stencil(std::int64_t corner, std::int64_t cells, bool periodic) {
    const auto cubic = std::array{-0.0625F, 0.5625F, 0.5625F, -0.0625F};
    if (periodic) {
        const auto wrap = [&](std::int64_t n) { return (n % cells + cells) % cells; };
        return {{wrap(corner - 2), wrap(corner - 1), wrap(corner), wrap(corner + 1)}, cubic};
    }
    if (cells == 1) {
        return {{0, 0, 0, 0}, {1, 0, 0, 0}};
    }
    if (corner == 0) {
        return {{0, 1, 0, 0}, {1.5F, -0.5F, 0, 0}};
    }
    if (corner == cells) {
        return {{cells - 1, cells - 2, 0, 0}, {1.5F, -0.5F, 0, 0}};
    }
    if (cells == 2) {
        return {{0, 1, 0, 0}, {0.5F, 0.5F, 0, 0}};
    }
    if (corner == 1) { // the parabola through the three centres at hand
        return {{0, 1, 2, 0}, {0.375F, 0.75F, -0.125F, 0}};
    }
    if (corner == cells - 1) {
        return {{cells - 1, cells - 2, cells - 3, 0}, {0.375F, 0.75F, -0.125F, 0}};
    }
    return {{corner - 2, corner - 1, corner, corner + 1}, cubic};
}

LatticeDistance lattice_distance(const Grid<float>& distance, std::array<bool, 3> periodic) {
    LatticeDistance lattice;
    lattice.centre = sharpen(distance, periodic);
    for (const Axis axis : all_axes) {
        const auto a = static_cast<std::size_t>(axis);
        lattice.face[a] = interpolate(lattice.centre, axis, periodic[a]);
    }
    const Grid<float> edge = interpolate(lattice.face[2], Axis::y, periodic[1]);
    lattice.corner = interpolate(edge, Axis::x, periodic[0]);
    return lattice;
}

void find_bounds(const LatticeDistance& lattice, std::int64_t j, std::int64_t k,
                 RowBounds& bounds) {
    const Shape& shape = lattice.centre.shape();
    const std::int64_t length = shape.x;
    const float* const centre = lattice.centre.data() + shape.index(0, j, k);
    bounds.low.assign(centre, centre + length);
    bounds.high.assign(centre, centre + length);
    const auto include = [&](const Grid<float>& values, std::int64_t i, std::int64_t dj,
                             std::int64_t dk) {
        const float* const row = values.data() + values.shape().index(i, j + dj, k + dk);
        float* const low = bounds.low.data();
        float* const high = bounds.high.data();
        for (std::int64_t n = 0; n < length; ++n) {
            low[n] = std::min(low[n], row[n]);
            high[n] = std::max(high[n], row[n]);
        }
    };
    for (std::int64_t corner = 0; corner < 8; ++corner) {
        include(lattice.corner, corner & 1, corner >> 1 & 1, corner >> 2);
    }
    for (std::int64_t upper = 0; upper < 2; ++upper) {
        include(lattice.face[0], upper, 0, 0);
        include(lattice.face[1], 0, upper, 0);
        include(lattice.face[2], 0, 0, upper);
    }
}

} // namespace porogen
