#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace porogen {

enum class ValueType {
    number,  ///< a quantity with a unit, or a pure number where unit is "1"; held in SI
    integer, ///< a whole number
    boolean, ///< true or false
    text,    ///< any string
    choice,  ///< one of `choices`
};

/// One key a recipe may hold. The table of these drives parsing, units, defaults, validation,
/// --set, the key reference and the JSON-Schema: a key exists if and only if it stands there.
struct KeySpec {
    /// Dotted, section first: "domain.voxel"; top-level keys have no dot. "population.NAME.share"
    /// stands for one key per population that a recipe declares.
    std::string key;
    ValueType type = ValueType::number;
    /// SI unit of a number.
    std::string unit = "1";
    /// As it would stand in a recipe, without quotes: "0.25 um", "0.46", "auto".
    std::string default_value;
    /// Allowed range of numbers and integers, inclusive.
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    /// low itself is not allowed.
    bool low_open = false;
    bool high_open = false;
    /// "auto" is allowed and means: derived from other keys, as `doc` says.
    bool may_be_auto = false;
    std::vector<std::string> choices;
    /// false: left out of the recipe hash (title, output switches).
    bool affects_result = true;
    /// A value kept for the record that no stage reads: setting it is an error.
    bool reference_only = false;
    /// One or two sentences for the reference.
    std::string doc;
};

/// Every key, in the order of the reference: the sections of the pipeline, then one key per entry
/// of data/materials.toml ("materials.llto.density").
const std::vector<KeySpec>& schema();

/// nullptr if there is none. Knows "population.fine.share" for any name that a population may have;
/// whether a recipe declares it, only the Recipe knows.
const KeySpec* find_key(std::string_view key);

/// The known key most like an unknown one (edit distance; a right name in
/// the wrong section wins), or "".
std::string nearest_key(std::string_view unknown);

/// The key reference as Markdown.
std::string key_reference();

/// JSON-Schema (draft 2020-12) of a recipe, for editors.
std::string json_schema();

} // namespace porogen
