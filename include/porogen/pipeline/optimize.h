#pragma once

#include <filesystem>

#include "porogen/core/progress.h"
#include "porogen/optimize/search.h"
#include "porogen/recipe/options.h"
#include "porogen/recipe/recipe.h"

namespace porogen {

/// A finished search.
struct DesignSearch {
    SearchResult result;
    SearchGoal goal;
    SearchProblem problem; ///< names and bounds; its functions are empty
    Recipe best; ///< the best design as a recipe without a search, which `porogen run` takes
};

/// Searches the design that a recipe's [optimize] section asks for: every design walks the whole
/// line (with the overrides of the recipe), every evaluation is kept in `directory`/history.db, and
/// the best goes to `directory`/best.toml. Started again in the same directory it goes on where it
/// stopped; a file `directory`/stop stops it between evaluations, and is removed then. Throws
/// Error(bad_input) if the recipe asks for no variables or for result keys that do not exist,
/// Error(interrupted) when stopped; the history is complete then.
DesignSearch optimize(const Recipe& recipe, const std::filesystem::path& directory,
                      Progress& progress = no_progress());

} // namespace porogen
