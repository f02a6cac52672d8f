#include "volume/phase_depth.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "porogen/core/parallel.h"
#include "volume/lower_envelope.h"

namespace porogen {

namespace {

constexpr std::int64_t block = 1 << 16;

bool belongs(std::uint8_t label, Space phase) {
    return (label == pore_label) == (phase == Space::pore);
}

/// 0 outside the phase, infinity in it.
Grid<float> outside_sites(const PhaseVolume& volume, Space phase) {
    Grid<float> sites(volume.shape(), std::numeric_limits<float>::infinity());
    for (std::int64_t n = 0; n < sites.size(); ++n) {
        if (!belongs(volume.labels[n], phase)) {
            sites[n] = 0;
        }
    }
    return sites;
}

Grid<float> depth_from_labels(const PhaseVolume& volume, Space phase) {
    Grid<float> depth = outside_sites(volume, phase);
    lower_envelope(depth, volume.voxel, volume.periodic);
    // The nearest centre outside lies half a voxel behind a wall along the grid, and next to
    // nothing behind an oblique one, where there are many to choose from.
    const auto behind_wall = static_cast<float>(0.25 * std::cbrt(volume.voxel.prod()));
    parallel_blocks(depth.size(), block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            depth[n] = std::sqrt(depth[n]) - behind_wall;
        }
    });
    return depth;
}

/// Shortest step between two positions along an axis.
std::int64_t shortest(std::int64_t step, std::int64_t cells, bool periodic) {
    if (!periodic) {
        return step;
    }
    return step > cells / 2 ? step - cells : step < -(cells / 2) ? step + cells : step;
}

/// Continues the distance beyond the plateau at which it ends. It changes by at most the length of
/// the way, so every cell q of the band bounds it, D(p) <= |p - q| + D(q), and those on the normal
/// through p attain the bound: descend to the least bound from the cell outside nearest to p.
class Continuation {
  public:
    /// `depth`: the distance with the sign that makes it positive in the phase [m].
    Continuation(const PhaseVolume& volume, const Grid<float>& depth, float plateau)
        : volume_(volume), depth_(depth), plateau_(plateau),
          deepest_(static_cast<float>(-2 * volume.voxel.maxCoeff())) {}

    [[nodiscard]] float depth(std::int64_t p, std::int64_t start) const {
        const Shape& shape = volume_.shape();
        const Cell from{p % shape.x, p / shape.x % shape.y, p / (shape.x * shape.y)};
        const Cell near{start % shape.x, start / shape.x % shape.y, start / (shape.x * shape.y)};
        Cell step{};
        for (std::size_t a = 0; a < 3; ++a) {
            step[a] = shortest(near[a] - from[a], shape[all_axes[a]], volume_.periodic[a]);
        }
        float best = static_cast<float>(length(step)) + depth_[start];
        for (bool improved = true; improved;) {
            improved = false;
            const Cell middle = step;
            for (std::int64_t n = 0; n < 27; ++n) {
                const Cell next{middle[0] + n % 3 - 1, middle[1] + n / 3 % 3 - 1,
                                middle[2] + n / 9 - 1};
                const float candidate = bound(from, next);
                if (candidate < best) {
                    best = candidate;
                    step = next;
                    improved = true;
                }
            }
        }
        return std::max(plateau_, best);
    }

  private:
    using Cell = std::array<std::int64_t, 3>;

    /// |p - q| + D(q), infinite where q is outside the box or the band.
    [[nodiscard]] float bound(const Cell& from, const Cell& step) const {
        const Shape& shape = volume_.shape();
        Cell q{};
        for (std::size_t a = 0; a < 3; ++a) {
            const std::int64_t cells = shape[all_axes[a]];
            q[a] = from[a] + step[a];
            if (q[a] < 0 || q[a] >= cells) {
                if (!volume_.periodic[a]) {
                    return std::numeric_limits<float>::infinity();
                }
                q[a] = (q[a] % cells + cells) % cells;
            }
        }
        const float there = depth_(q[0], q[1], q[2]);
        return there < plateau_ && there > deepest_ ? static_cast<float>(length(step)) + there
                                                    : std::numeric_limits<float>::infinity();
    }

    [[nodiscard]] double length(const Cell& step) const {
        return volume_.voxel
            .cwiseProduct(Vec3(static_cast<double>(step[0]), static_cast<double>(step[1]),
                               static_cast<double>(step[2])))
            .norm();
    }

    const PhaseVolume& volume_;
    const Grid<float>& depth_;
    float plateau_;
    float deepest_; ///< the band on the other side: distance farther off may be a bound only
};

Grid<float> depth_from_distance(const PhaseVolume& volume, Space phase) {
    Grid<float> inside = volume.distance;
    if (phase == Space::solid) {
        for (float& distance : inside) {
            distance = -distance;
        }
    }
    const float plateau = *std::max_element(inside.begin(), inside.end());
    Grid<float> depth = outside_sites(volume, phase);
    Grid<std::int64_t> nearest;
    lower_envelope(depth, volume.voxel, volume.periodic, &nearest);
    const Continuation continuation(volume, inside, plateau);
    parallel_blocks(depth.size(), block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            if (inside[n] < plateau) {
                depth[n] = inside[n];
            } else if (nearest[n] >= 0) {
                depth[n] = continuation.depth(n, nearest[n]);
            }
        }
    });
    return depth;
}

/// Where a line through c and its opposite neighbours -, + peaks at c like a tent, D = R - s |x -
/// x0|, the three values give its height: R = D_c + |D_+ - D_-| / 2. Takes the highest of the tents
/// along the 13 lines. Distances are tents across every ridge, and along a ridge D_+ = D_- leaves
/// them as they are.
Grid<float> raise_ridges(const Grid<float>& depth, std::array<bool, 3> periodic) {
    const Shape& shape = depth.shape();
    Grid<float> raised(shape);
    const auto neighbour = [&](Axis axis, std::int64_t n, std::int64_t step) {
        const std::int64_t next = n + step;
        if (next >= 0 && next < shape[axis]) {
            return next;
        }
        // At an end that does not wrap the cell stands in for its missing neighbour.
        return periodic[static_cast<std::size_t>(axis)] ? (next + shape[axis]) % shape[axis] : n;
    };
    const auto at = [&](std::int64_t i, std::int64_t j, std::int64_t k, std::int64_t step) {
        const std::int64_t di = step % 3 - 1;
        const std::int64_t dj = step / 3 % 3 - 1;
        const std::int64_t dk = step / 9 - 1;
        return depth(neighbour(Axis::x, i, di), neighbour(Axis::y, j, dj),
                     neighbour(Axis::z, k, dk));
    };
    parallel_blocks(shape.y * shape.z, 64, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) {
            const std::int64_t j = row % shape.y;
            const std::int64_t k = row / shape.y;
            for (std::int64_t i = 0; i < shape.x; ++i) {
                const float here = depth(i, j, k);
                float rise = 0;
                // Steps 0 to 12 of the 27 and their opposites 26 to 14 make the 13 lines.
                for (std::int64_t step = 0; here > 0 && step < 13; ++step) {
                    const float minus = at(i, j, k, step);
                    const float plus = at(i, j, k, 26 - step);
                    if (minus <= here && plus <= here) {
                        rise = std::max(rise, 0.5F * std::abs(plus - minus));
                    }
                }
                raised(i, j, k) = here + rise;
            }
        }
    });
    return raised;
}

} // namespace

PhaseDepth phase_depth(const PhaseVolume& volume, Space phase) {
    PhaseDepth depth;
    depth.centred = volume.has_distance() ? depth_from_distance(volume, phase)
                                          : depth_from_labels(volume, phase);
    depth.ridge = raise_ridges(depth.centred, volume.periodic);
    return depth;
}

} // namespace porogen
