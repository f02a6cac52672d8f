#pragma once

#include <array>
#include <string_view>

namespace porogen {

/// Two keys of which the first must not exceed the second.
struct KeyOrder {
    std::string_view small;
    std::string_view large;
};

inline constexpr std::array key_orders{
    KeyOrder{"flakes.diameter_min", "flakes.diameter"},
    KeyOrder{"flakes.diameter", "flakes.diameter_max"},
    KeyOrder{"porogen.diameter_min", "porogen.diameter_max"},
};

} // namespace porogen
