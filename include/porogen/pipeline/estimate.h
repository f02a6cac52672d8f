#pragma once

#include "porogen/recipe/recipe.h"

namespace porogen {

/// What a run will cost, before it starts.
struct Estimate {
    double cells = 0;     ///< of the grid
    double particles = 0; ///< flakes and beads
    double memory = 0;    ///< at the peak [bytes]
    double seconds = 0;   ///< on the threads in use; good to a factor of two or so
    double available = 0; ///< memory of this machine that is free now [bytes]; 0 if unknown
};

/// From the sizes in the recipe and rates measured on one desktop core. Also proves the options
/// consistent: throws Error(bad_input) or Error(infeasible) where a run would do so at its start.
Estimate estimate(const Recipe& recipe);

} // namespace porogen
