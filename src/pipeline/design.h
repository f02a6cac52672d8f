#pragma once

#include <string>
#include <vector>

#include "porogen/optimize/search.h"
#include "porogen/pipeline/cast_memory.h"
#include "porogen/recipe/options.h"
#include "porogen/recipe/recipe.h"

namespace porogen::pipeline {

/// A recipe with the overrides that hold for a stage.
Recipe at_stage(const Recipe& recipe, Stage stage);

/// A recipe with other values of some keys, SI. A thickness becomes the nearest whole number of
/// voxels.
Recipe with_values(const Recipe& recipe, const std::vector<DesignVariable>& variables,
                   const std::vector<double>& values);

/// The recipe with the random numbers of a replicate: another seed, unless it is 0.
Recipe with_replicate(const Recipe& recipe, int replicate);

/// What makes two evaluations the same: recipe hash, seed, version of the program.
std::string evaluation_key(const Recipe& recipe);

/// Walks the whole line and keeps its result.json. A design that does not exist, did not converge
/// or was not plated comes back with its reason.
Evaluation evaluate(const Recipe& recipe, CastMemory& memory);

/// Reads what is asked out of an evaluation's result.json. A design for which the objective does
/// not exist is not feasible; a constrained quantity that does not exist is NaN.
void judge(Evaluation& evaluation, const SearchGoal& goal);

} // namespace porogen::pipeline
