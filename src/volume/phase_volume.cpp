#include "porogen/volume/phase_volume.h"

namespace porogen {

std::array<std::int64_t, 256> count_labels(const Grid<std::uint8_t>& labels) {
    std::array<std::int64_t, 256> count{};
    for (const std::uint8_t label : labels) {
        ++count[label];
    }
    return count;
}

std::vector<Phase> phases_present(const Grid<std::uint8_t>& labels) {
    const std::array<std::int64_t, 256> count = count_labels(labels);
    std::vector<Phase> phases;
    for (int label = 0; label < 256; ++label) {
        if (count[static_cast<std::size_t>(label)] > 0) {
            phases.push_back({static_cast<std::uint8_t>(label), "label " + std::to_string(label)});
        }
    }
    return phases;
}

} // namespace porogen
