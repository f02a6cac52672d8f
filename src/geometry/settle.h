#pragma once

#include <vector>

#include "body.h"
#include "porogen/core/progress.h"
#include "porogen/geometry/cast.h"
#include "seeding.h"

namespace porogen {

/// Part of max_sweeps for the blade, and the most strain in one of these: flakes turn to second
/// order in it.
inline constexpr double shearing = 0.1;
inline constexpr double most_shear = 0.05;

/// Where the particles of a slurry come to rest.
struct Rest {
    std::vector<Body> bodies; ///< in the order of the particles
    double deepest = 0;       ///< deepest contact / thickness of the thinner particle [1]
    int sweeps = 0;
};

/// The way from slurry to casting: under the blade, under the lid, and shaken. Wants at least one
/// particle.
Rest settle(const CastOptions& options, const Slurry& slurry, Progress& progress);

} // namespace porogen
