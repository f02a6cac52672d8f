#pragma once

#include <string_view>

#include "porogen/recipe/recipe.h"
#include "porogen/recipe/schema.h"

namespace porogen {

/// The key, or Error(bad_input) that names the nearest one.
const KeySpec& settable_key(std::string_view key);

/// Throws Error(bad_input) where a value of the right type and size still means nothing:
/// another than the default for a key that is kept for reference only, an objective
/// that is no key of result.json.
void check_meaning(const KeySpec& spec, const Recipe::Value& value);

} // namespace porogen
