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

} // namespace

Grid<float> pore_depth(const PhaseVolume& volume) {
    return volume.has_distance() ? depth_from_distance(volume) : depth_from_labels(volume);
}

} // namespace porogen
