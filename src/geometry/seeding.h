#pragma once

#include <vector>

#include "porogen/geometry/cast.h"

namespace porogen {

/// The slurry before it settles, and the foils under it.
struct Slurry {
    Packing packing; ///< heights are counted from the top of the plates
    std::vector<Particle> plates;
    double floor = 0; ///< thickness of the plates together [m]
};

/// Particles of the asked volumes, at random places and in random orientations (or inclined as
/// orientation_r asks) in a box `fill_height` times the final height. They may overlap. Throws
/// Error(infeasible) if a population's volume is less than about one of its particles.
Slurry seed_slurry(const CastOptions& options);

/// Has it a normal that March-Dollase's r speaks of: a flake, or an ellipsoid that is a disc?
bool is_platelet(const Particle& particle);

} // namespace porogen
