#pragma once

#include <string>
#include <string_view>

#include "porogen/recipe/recipe.h"
#include "porogen/recipe/schema.h"

namespace porogen {

/// What a recipe may say for one key, checked. Each throws Error(bad_input)
/// with one line without a location.
///
/// From plain text, as in --set.
Recipe::Value value_from_text(const KeySpec& spec, std::string_view text);
/// From the values that TOML tells apart.
Recipe::Value value_from_string(const KeySpec& spec, const std::string& text);
Recipe::Value value_from_integer(const KeySpec& spec, std::int64_t value);
Recipe::Value value_from_real(const KeySpec& spec, double value);
Recipe::Value value_from_boolean(const KeySpec& spec, bool value);
/// From a number in the key's SI unit.
Recipe::Value value_from_si(const KeySpec& spec, double value);

/// The key's default, in SI.
Recipe::Value default_value(const KeySpec& spec);
bool is_auto_value(const KeySpec& spec, const Recipe::Value& value);

/// A number in SI as people write it for this key, in the unit of its default ("0.25 um"), with the
/// fewest digits that read back as the same double; in SI if no such text exists.
std::string readable(const KeySpec& spec, double si);
/// The value as --set takes it.
std::string to_text(const KeySpec& spec, const Recipe::Value& value);
/// The value as it stands in a TOML file: texts and quantities quoted.
std::string to_toml_literal(const KeySpec& spec, const Recipe::Value& value);
/// A TOML basic string.
std::string toml_string(std::string_view text);
/// The allowed range as people write it: "0.001 um to 100 um", "above 0",
/// "" if everything is allowed.
std::string range_text(const KeySpec& spec);

} // namespace porogen
