#pragma once

#include <cstdint>
#include <vector>

#include "porogen/optimize/variable.h"
#include "porogen/recipe/recipe.h"

namespace porogen {

/// The material values that stages read and that are not known for certain, with the range each is
/// trusted in, in the logarithm where the range spans a decade or more; in the order of
/// data/materials.toml. A value that the recipe gives itself counts as known.
std::vector<DesignVariable> uncertain_inputs(const Recipe& recipe);

/// Draws of them, evenly over their ranges (scrambled Sobol points), each in the variables' order.
std::vector<std::vector<double>> draw(const std::vector<DesignVariable>& inputs, int count,
                                      std::uint64_t seed);

} // namespace porogen
