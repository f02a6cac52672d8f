#include "volume/lower_envelope.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "porogen/core/parallel.h"

namespace porogen {

namespace {

/// Lines that are worked on together, so that a cache line of neighbours is used whole.
constexpr std::int64_t tile_width = 16;
constexpr float infinity = std::numeric_limits<float>::infinity();

/// The lower envelope of parabolas along one line of cells.
class LineEnvelope {
  public:
    LineEnvelope(std::int64_t length, double spacing, bool periodic)
        : length_(length), margin_(periodic ? length / 2 : 0), square_(spacing * spacing) {
        const auto capacity = static_cast<std::size_t>(length + 2 * margin_);
        vertex_.resize(capacity);
        height_.resize(capacity);
        start_.resize(capacity);
    }

    /// g[p] = min over q of f[q] + (p - q)^2 h^2, and `winner[p]` = q; returns false if f is
    /// infinite everywhere.
    bool transform(const float* f, float* g, std::int64_t* winner) {
        build(f);
        if (count_ == 0) {
            return false;
        }
        std::size_t v = 0;
        for (std::int64_t p = 0; p < length_; ++p) {
            while (v + 1 < count_ && start_[v + 1] <= static_cast<double>(p)) {
                ++v;
            }
            const std::int64_t q = wrap(vertex_[v]);
            const auto step = static_cast<double>(p - vertex_[v]);
            g[p] = static_cast<float>(step * step * square_ + static_cast<double>(f[q]));
            winner[p] = q;
        }
        return true;
    }

  private:
    /// On a periodic line the nearest image of q lies within half a period of p, so copies of the
    /// line half a period beyond both ends are enough.
    void build(const float* f) {
        count_ = 0;
        for (std::int64_t q = -margin_; q < length_ + margin_; ++q) {
            const float value = f[wrap(q)];
            if (value == infinity) {
                continue;
            }
            const auto position = static_cast<double>(q);
            const double height = static_cast<double>(value) / square_ + position * position;
            double start = -std::numeric_limits<double>::infinity();
            while (count_ > 0) {
                const std::size_t last = count_ - 1;
                start = (height - height_[last]) / (2 * static_cast<double>(q - vertex_[last]));
                if (start > start_[last]) {
                    break;
                }
                --count_;
                start = -std::numeric_limits<double>::infinity();
            }
            vertex_[count_] = q;
            height_[count_] = height;
            start_[count_] = start;
            ++count_;
        }
    }

    [[nodiscard]] std::int64_t wrap(std::int64_t q) const {
        return q < 0 ? q + length_ : q >= length_ ? q - length_ : q;
    }

    std::int64_t length_;
    std::int64_t margin_;
    double square_;
    std::size_t count_ = 0;
    std::vector<std::int64_t> vertex_; ///< position of each parabola on the envelope, ascending
    std::vector<double> height_;       ///< f / h^2 + q^2
    std::vector<double> start_;        ///< where it takes over from the one before
};

/// Working memory for a tile of lines.
struct Tile {
    std::vector<float> f;
    std::vector<float> g;
    std::vector<std::int64_t> winner;
    std::vector<std::int64_t> nearest;
};

/// Transforms the lines start, start + 1, … (or a single one along x).
void transform_tile(Grid<float>& f, Axis axis, std::int64_t start, std::int64_t width,
                    LineEnvelope& line, Tile& tile, Grid<std::int64_t>* nearest) {
    const std::int64_t length = f.shape()[axis];
    const std::int64_t stride = f.shape().stride(axis);
    for (std::int64_t p = 0; p < length; ++p) {
        for (std::int64_t w = 0; w < width; ++w) {
            tile.f[static_cast<std::size_t>(w * length + p)] = f[start + p * stride + w];
        }
    }
    for (std::int64_t w = 0; w < width; ++w) {
        const float* const in = tile.f.data() + w * length;
        float* const out = tile.g.data() + w * length;
        std::int64_t* const winner = tile.winner.data() + w * length;
        if (!line.transform(in, out, winner)) {
            std::fill(out, out + length, infinity);
            std::fill(winner, winner + length, std::int64_t{0});
        }
    }
    for (std::int64_t p = 0; p < length; ++p) {
        for (std::int64_t w = 0; w < width; ++w) {
            f[start + p * stride + w] = tile.g[static_cast<std::size_t>(w * length + p)];
        }
    }
    if (nearest == nullptr) {
        return;
    }
    for (std::int64_t w = 0; w < width; ++w) {
        for (std::int64_t p = 0; p < length; ++p) {
            tile.nearest[static_cast<std::size_t>(p)] = (*nearest)[start + p * stride + w];
        }
        for (std::int64_t p = 0; p < length; ++p) {
            const auto q =
                static_cast<std::size_t>(tile.winner[static_cast<std::size_t>(w * length + p)]);
            (*nearest)[start + p * stride + w] = tile.nearest[q];
        }
    }
}

void transform_axis(Grid<float>& f, Axis axis, double spacing, bool periodic,
                    Grid<std::int64_t>* nearest) {
    const Shape& shape = f.shape();
    const std::int64_t length = shape[axis];
    const std::int64_t width = axis == Axis::x ? 1 : std::min(tile_width, shape.x);
    const std::int64_t tiles_per_row = axis == Axis::x ? 1 : (shape.x + width - 1) / width;
    const std::int64_t rows = axis == Axis::y   ? shape.z
                              : axis == Axis::z ? shape.y
                                                : shape.y * shape.z;
    const std::int64_t row_stride = axis == Axis::y ? shape.stride(Axis::z) : shape.x;
    const std::int64_t block = axis == Axis::x ? 256 : 8;
    parallel_blocks(rows * tiles_per_row, block, [&](std::int64_t begin, std::int64_t end) {
        LineEnvelope line(length, spacing, periodic);
        const auto cells = static_cast<std::size_t>(width * length);
        Tile tile{std::vector<float>(cells), std::vector<float>(cells),
                  std::vector<std::int64_t>(cells),
                  std::vector<std::int64_t>(static_cast<std::size_t>(length))};
        for (std::int64_t t = begin; t < end; ++t) {
            const std::int64_t i = t % tiles_per_row * width;
            const std::int64_t lines = axis == Axis::x ? 1 : std::min(width, shape.x - i);
            transform_tile(f, axis, t / tiles_per_row * row_stride + i, lines, line, tile, nearest);
        }
    });
}

} // namespace

void lower_envelope(Grid<float>& f, const Vec3& voxel, std::array<bool, 3> periodic,
                    Grid<std::int64_t>* nearest) {
    if (f.empty()) {
        return;
    }
    if (nearest != nullptr) {
        *nearest = Grid<std::int64_t>(f.shape(), -1);
        for (std::int64_t n = 0; n < f.size(); ++n) {
            (*nearest)[n] = f[n] == infinity ? -1 : n;
        }
    }
    for (const Axis axis : all_axes) {
        const auto a = static_cast<std::size_t>(axis);
        transform_axis(f, axis, voxel[static_cast<int>(axis)], periodic[a], nearest);
    }
}

} // namespace porogen
