#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "porogen/recipe/recipe.h"

namespace porogen {

/// In which results a key stands.
enum class ResultWhen : std::uint8_t {
    always,
    oriented,    ///< cast.orientation_r is given
    bound,       ///< there is a binder
    measured,    ///< transport was measured, along the axes asked for
    both_states, ///< transport.host_state = "both" of an llto host
    plated,
    resolved,  ///< plated, in space
    beside,    ///< resolved, and the one-dimensional prediction beside it exists
    electrode, ///< plated by the one-dimensional model, or beside
};

/// One entry of result.json. The table of these is the only place where the names are explained:
/// the reference, the search's check of its keys and the "did you mean" follow from it.
struct ResultKey {
    /// Dotted. {a,b} stands for one key each, NAME for the name of a population, [] for the
    /// elements of a list: "plating.steps[].voltage".
    std::string key;
    /// SI; "1" of pure numbers, counts and of true and false; "" of what is no number.
    std::string unit;
    /// What it is, in a sentence.
    std::string doc;
    ResultWhen when = ResultWhen::always;
};

/// Every entry, in the order of result.json.
const std::vector<ResultKey>& result_reference();

/// The keys that a pattern stands for, {a,b} written out; NAME and [] stay.
std::vector<std::string> result_key_instances(const ResultKey& key);

/// The entry of a key ("geometry.populations.flakes.particles", "plating.steps[].voltage"); nullptr
/// if there is none. Those of the recipe in it, "recipe.cast.porosity", are one entry.
const ResultKey* find_result_key(std::string_view key);

/// Does result_number() answer this key for some result? Elements of lists are out of its reach.
bool is_result_number(std::string_view key);

/// The number's key most like an unknown one (edit distance; a right end wins), or "".
std::string nearest_result_key(std::string_view unknown);

/// Throws Error(bad_input) if the objective or a constraint of a search is a number that no
/// result.json has.
void require_result_numbers(const Recipe& recipe);

/// The reference as Markdown.
std::string result_reference_markdown();

} // namespace porogen
