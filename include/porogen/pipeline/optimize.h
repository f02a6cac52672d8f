#pragma once

#include <filesystem>

#include "porogen/core/progress.h"
#include "porogen/optimize/search.h"
#include "porogen/recipe/recipe.h"

namespace porogen {

struct DesignSearch {
    SearchResult result;
    /// Names and bounds, for the report.
    SearchProblem problem;
    /// The recipe with the best design in, without the search: `porogen run` takes it.
    Recipe best;
};

/// Searches the design that a recipe's [optimize] section asks for: every design walks the whole
/// line (with the overrides of the recipe), every evaluation is kept in `directory`/history.db, and
/// the best goes to `directory`/best.toml. Started again in the same directory it goes on where it
/// stopped. Throws Error(bad_input) if the recipe asks for no variables or for result keys that do
/// not exist, Error(interrupted) when stopped; the history is complete then.
DesignSearch optimize(const Recipe& recipe, const std::filesystem::path& directory,
                      Progress& progress = no_progress());

} // namespace porogen
