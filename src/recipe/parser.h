#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "porogen/recipe/recipe.h"
#include "porogen/recipe/schema.h"

namespace porogen {

/// The key of a recipe that declares these populations, or Error(bad_input) that names the nearest
/// one.
const KeySpec& settable_key(std::string_view key, const std::vector<std::string>& populations);

/// Throws Error(bad_input) where a value of the right type and size still means nothing:
/// another than the default for a key that is kept for reference only, an objective
/// that is no key of result.json.
void check_meaning(const KeySpec& spec, const Recipe::Value& value);

} // namespace porogen
