#include <algorithm>
#include <cmath>
#include <string>

#include "porogen/core/errors.h"
#include "porogen/transport/image_network.h"

namespace porogen {

namespace {

std::string name_of(const PhaseVolume& volume, int label) {
    for (const Phase& phase : volume.phases) {
        if (phase.label == label) {
            return "\"" + phase.name + "\" (label " + std::to_string(label) + ")";
        }
    }
    return "label " + std::to_string(label);
}

std::vector<std::uint8_t> labels_in_use(const Grid<std::uint8_t>& labels) {
    std::vector<std::uint8_t> used;
    for (const Phase& phase : phases_present(labels)) {
        used.push_back(phase.label);
    }
    return used;
}

void check(const PhaseVolume& volume, const std::vector<std::uint8_t>& labels,
           const std::array<double, 256>& conductivity) {
    for (const std::uint8_t label : labels) {
        const double k = conductivity[label];
        if (!(k >= 0) || std::isinf(k)) {
            throw_bad_input(
                "conductivity of " + name_of(volume, label) + ": " + std::to_string(k) +
                " S/m is no conductivity (negative, infinite or not a number); give a finite "
                "value >= 0");
        }
    }
}

} // namespace

ImageNetwork voxel_network(const PhaseVolume& volume, const std::array<double, 256>& conductivity,
                           Axis axis, std::array<bool, 3> periodic, Drive drive) {
    if (volume.shape().size() <= 0) {
        throw_bad_input(
            "conductor network: the volume has no cells (nothing to conduct); give it some");
    }
    if (!((volume.voxel.array() > 0).all() && volume.voxel.array().isFinite().all())) {
        throw_bad_input(
            "conductor network: the voxel size is not positive (conductances need lengths); set "
            "all three edges in metres");
    }
    check(volume, labels_in_use(volume.labels), conductivity);
    return {&volume, conductivity, axis, periodic, drive};
}

ImageNetwork voxel_network(const PhaseVolume& volume, const std::array<double, 256>& conductivity,
                           Axis axis, Sides sides) {
    std::array<bool, 3> periodic{};
    periodic.fill(sides == Sides::periodic);
    return voxel_network(volume, conductivity, axis, periodic);
}

} // namespace porogen
