#include "porogen/core/text.h"

#include <algorithm>

namespace porogen {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    const std::size_t width = b.size() + 1;
    std::vector<std::size_t> cost((a.size() + 1) * width);
    const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& {
        return cost[i * width + j];
    };
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                at(i, j) = i + j;
                continue;
            }
            const std::size_t replace = at(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1);
            at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, replace});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
            }
        }
    }
    return cost.back();
}

std::string closest(std::string_view word, const std::vector<std::string>& candidates,
                    std::size_t part) {
    constexpr std::size_t longest_word = 100; // no slip, and the distance is quadratic
    std::string best;
    if (word.size() > longest_word) {
        return best;
    }
    std::size_t least = word.size() + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t longest = std::max(word.size(), candidate.size());
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < least && distance <= std::max<std::size_t>(1, longest / part) &&
            distance < longest) {
            least = distance;
            best = candidate;
        }
    }
    return best;
}

} // namespace porogen
