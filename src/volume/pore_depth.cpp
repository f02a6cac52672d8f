#include "volume/pore_depth.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "porogen/core/parallel.h"
#include "volume/lower_envelope.h"

namespace porogen {

namespace {

constexpr std::int64_t block = 1 << 16;

/// 0 on the solid, infinity in the pores.
Grid<float> solid_sites(const PhaseVolume& volume) {
    Grid<float> sites(volume.shape(), std::numeric_limits<float>::infinity());
    for (std::int64_t n = 0; n < sites.size(); ++n) {
        if (volume.labels[n] != pore_label) {
            sites[n] = 0;
        }
    }
    return sites;
}

Grid<float> depth_from_labels(const PhaseVolume& volume) {
    Grid<float> depth = solid_sites(volume);
    lower_envelope(depth, volume.voxel, volume.periodic);
    const auto half_voxel = static_cast<float>(0.5 * std::cbrt(volume.voxel.prod()));
    parallel_blocks(depth.size(), block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            depth[n] = std::sqrt(depth[n]) - half_voxel;
        }
    });
    return depth;
}

Grid<float> depth_from_distance(const PhaseVolume& volume) {
    const Grid<float>& distance = volume.distance;
    const float plateau = *std::max_element(distance.begin(), distance.end());
    Grid<float> depth = solid_sites(volume);
    Grid<std::int64_t> nearest;
    lower_envelope(depth, volume.voxel, volume.periodic, &nearest);
    parallel_blocks(depth.size(), block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            if (distance[n] < plateau) {
                depth[n] = distance[n];
            } else if (nearest[n] >= 0) {
                depth[n] = std::max(plateau, std::sqrt(depth[n]) + distance[nearest[n]]);
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

Grid<float> pore_depth(const PhaseVolume& volume) {
    return raise_ridges(volume.has_distance() ? depth_from_distance(volume)
                                              : depth_from_labels(volume),
                        volume.periodic);
}

} // namespace porogen
