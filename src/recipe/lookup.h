#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "porogen/recipe/schema.h"

namespace porogen {

/// "domain" of "domain.voxel", "materials.llto" of "materials.llto.density", "" of a top-level key.
std::string_view section_of(std::string_view key);
/// "voxel" of "domain.voxel".
std::string_view name_of(std::string_view key);
/// Where the schema keeps what each [population.NAME] may hold.
inline constexpr std::string_view population_template = "population.NAME";
/// "fine" of the section "population.fine", "" of all else and where a population may not be called
/// so.
std::string_view population_of(std::string_view section);
/// Throws Error(bad_input), without location, if a population may not be called so.
void check_population_name(std::string_view name);
/// Every key of a recipe with these populations, in the order of the schema.
std::vector<const KeySpec*> keys_with(const std::vector<std::string>& populations);

/// Sections in schema order, without the top level and without the tables that only hold sections.
const std::vector<std::string>& sections();
/// Is it a section, or a table that holds sections ("materials", "population")?
bool is_table_name(std::string_view path);
/// The candidate with the least edit distance (neighbours swapped count as one edit), or "" if even
/// that differs in more than a third of its letters (and more than one).
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// Why a key does not exist, and which may have been meant:
/// "unknown key 'domain.voxle'; did you mean …?".
std::string describe_unknown_key(std::string_view path);
/// The same where the whole key is one word of its own, as in --set.
std::string describe_unsettable_key(std::string_view key);
/// The same for a table.
std::string describe_unknown_section(std::string_view path);
/// The same for a key of a population that the recipe does not declare.
std::string describe_undeclared(std::string_view key, const std::vector<std::string>& declared);
/// "[flakes]", and "[population.NAME]" of "population", which has no keys of its own.
std::string in_brackets(std::string_view section);
/// "a, b or c"
std::string join(const std::vector<std::string>& words, std::string_view last = " or ");

} // namespace porogen
