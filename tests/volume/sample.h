#pragma once

#include <functional>

#include "porogen/volume/phase_volume.h"

namespace porogen {

/// A volume whose surface is the zero of `distance`, sampled at cell centres.
inline PhaseVolume sample(const Shape& shape, const Vec3& voxel, std::array<bool, 3> periodic,
                          const std::function<double(const Vec3&)>& distance) {
    PhaseVolume volume;
    volume.labels = Grid<std::uint8_t>(shape);
    volume.distance = Grid<float>(shape);
    volume.voxel = voxel;
    volume.phases = {{0, "pore"}, {1, "solid"}};
    volume.periodic = periodic;
    for (std::int64_t k = 0; k < shape.z; ++k) {
        for (std::int64_t j = 0; j < shape.y; ++j) {
            for (std::int64_t i = 0; i < shape.x; ++i) {
                const Vec3 centre(static_cast<double>(i) + 0.5, static_cast<double>(j) + 0.5,
                                  static_cast<double>(k) + 0.5);
                const double d = distance(centre.cwiseProduct(voxel));
                volume.distance(i, j, k) = static_cast<float>(d);
                volume.labels(i, j, k) = d < 0 ? 1 : 0;
            }
        }
    }
    return volume;
}

} // namespace porogen
