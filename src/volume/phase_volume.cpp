#include "porogen/volume/phase_volume.h"

namespace porogen {

std::vector<Phase> phases_present(const Grid<std::uint8_t>& labels) {
    std::array<bool, 256> seen{};
    for (const std::uint8_t label : labels) {
        seen[label] = true;
    }
    std::vector<Phase> phases;
    for (int label = 0; label < 256; ++label) {
        if (seen[static_cast<std::size_t>(label)]) {
            phases.push_back({static_cast<std::uint8_t>(label), "label " + std::to_string(label)});
        }
    }
    return phases;
}

} // namespace porogen
