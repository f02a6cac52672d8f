#pragma once

#include <filesystem>

#include "porogen/pipeline/explore.h"
#include "porogen/pipeline/optimize.h"
#include "porogen/recipe/recipe.h"

namespace porogen::pipeline {

/// Writes what a search tells of its designs: `sensitivity.csv`, `response.csv` (of at least 3
/// designs) and `report.html`. `recipe` is the one searched.
void write_search_pages(const DesignSearch& search, const Recipe& recipe,
                        const std::filesystem::path& directory);

/// Writes `report.html` of an exploration of which nothing is missing.
void write_exploration_page(const ExplorePlan& plan, const Exploration& done,
                            const std::filesystem::path& directory);

/// Writes a file, or removes one that an earlier call left in its place.
void write_or_remove(const std::filesystem::path& file, bool exists, const std::string& text);

/// First line of every table: program, recipe, seed.
std::string stamp(const Recipe& recipe);

} // namespace porogen::pipeline
