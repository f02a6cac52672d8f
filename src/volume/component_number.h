#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "porogen/core/errors.h"

namespace porogen {

/// A number as Components::id holds it, of a component or of a cell within its row.
inline std::int32_t component_number(std::int64_t n) {
    constexpr std::int64_t largest = std::numeric_limits<std::int32_t>::max();
    if (n > largest) {
        throw_bad_input("connected components: " + std::to_string(n) +
                        " components or cells in a row (at most " + std::to_string(largest) +
                        " can be numbered); crop or coarsen the image");
    }
    return static_cast<std::int32_t>(n);
}

} // namespace porogen
