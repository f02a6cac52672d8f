#include "recipe/between_keys.h"

namespace porogen {

namespace {

/// A uniform law needs no median where both its ends are given.
std::vector<KeyOrder> window_orders(const Recipe& recipe, const std::string& section) {
    const std::string middle = section + ".diameter";
    const std::string low = middle + "_min";
    const std::string high = middle + "_max";
    if (recipe.text(section + ".size_law") == "uniform" && !recipe.is_auto(low) &&
        !recipe.is_auto(high)) {
        return {{low, high}};
    }
    return {{low, middle}, {middle, high}};
}

} // namespace

std::vector<KeyOrder> key_orders(const Recipe& recipe) {
    std::vector<KeyOrder> orders{{"flakes.diameter_min", "flakes.diameter"},
                                 {"flakes.diameter", "flakes.diameter_max"},
                                 {"porogen.diameter_min", "porogen.diameter_max"}};
    for (const std::string& name : recipe.populations()) {
        for (KeyOrder& order : window_orders(recipe, "population." + name)) {
            orders.push_back(std::move(order));
        }
    }
    return orders;
}

std::vector<std::string> ShareKeys::all() const {
    std::vector<std::string> keys{base};
    keys.insert(keys.end(), of_populations.begin(), of_populations.end());
    return keys;
}

ShareKeys share_keys(const Recipe& recipe, std::string_view role) {
    ShareKeys keys{std::string(role), role == "host" ? "flakes.share" : "porogen.share", {}};
    for (const std::string& name : recipe.populations()) {
        if (recipe.text("population." + name + ".role") == role) {
            keys.of_populations.push_back("population." + name + ".share");
        }
    }
    return keys;
}

} // namespace porogen
