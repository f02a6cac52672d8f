#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "porogen/recipe/recipe.h"

namespace porogen {

/// Two keys of which the first must not exceed the second, unless one of them is auto.
struct KeyOrder {
    std::string small;
    std::string large;
};

std::vector<KeyOrder> key_orders(const Recipe& recipe);

/// The keys that share out the volume of a role.
struct ShareKeys {
    std::string role;                        ///< "host" or "porogen"
    std::string base;                        ///< "flakes.share" or "porogen.share"
    std::vector<std::string> of_populations; ///< "population.fine.share"

    [[nodiscard]] std::vector<std::string> all() const;
};

ShareKeys share_keys(const Recipe& recipe, std::string_view role);

/// Shares add up to one up to this.
inline constexpr double share_slack = 1e-9;

} // namespace porogen
