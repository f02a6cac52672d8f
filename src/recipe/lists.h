#pragma once

#include <string>
#include <vector>

#include <toml++/toml.h>

#include "porogen/recipe/recipe.h"

namespace porogen {

/// The blocks of [[optimize.variable]], [[optimize.constraint]] and [[optimize.override]]. Each
/// throws Error(bad_input) with location; `name` stands for the file, `populations` are those that
/// it declares.
std::vector<VariableEntry> read_variables(const toml::node& node, const std::string& name,
                                          const std::vector<std::string>& populations);
std::vector<ConstraintEntry> read_constraints(const toml::node& node, const std::string& name);
std::vector<OverrideEntry> read_overrides(const toml::node& node, const std::string& name,
                                          const std::vector<std::string>& populations);

/// Throws Error(bad_input), without location, unless `key` can be a number of result.json.
void check_result_key(const std::string& key);

/// The same unless it is a key or a ready-made objective.
void check_objective(const std::string& objective);

} // namespace porogen
