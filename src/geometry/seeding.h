#pragma once

#include "porogen/geometry/cast.h"

namespace porogen {

/// The slurry before it settles: flakes and beads of the asked volumes, at random places and in
/// random orientations in a box `fill_height` times the final height. They may overlap. Throws
/// Error(infeasible) if a population's volume is less than about one of its particles.
Packing seed_slurry(const CastOptions& options);

} // namespace porogen
