#include "porogen/volume/phase_volume.h"

#include <algorithm>
#include <functional>

#include "porogen/core/parallel.h"

namespace porogen {

std::array<std::int64_t, 256> count_labels(const Grid<std::uint8_t>& labels) {
    using Count = std::array<std::int64_t, 256>;
    constexpr std::int64_t block = 1 << 20;
    std::vector<Count> parts(static_cast<std::size_t>((labels.size() + block - 1) / block));
    parallel_blocks(labels.size(), block, [&](std::int64_t begin, std::int64_t end) {
        Count& part = parts[static_cast<std::size_t>(begin / block)];
        for (std::int64_t n = begin; n < end; ++n) {
            ++part[labels[n]];
        }
    });
    Count count{};
    for (const Count& part : parts) {
        std::transform(part.begin(), part.end(), count.begin(), count.begin(), std::plus<>());
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
