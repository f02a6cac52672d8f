#pragma once

#include "porogen/geometry/cast.h"
#include "seeding.h"

namespace porogen {

/// Throws Error(bad_input) for options that make no sense, Error(infeasible) for more particles
/// than any packing holds.
void check_options(const CastOptions& options);

/// Throws Error(infeasible) if a particle is wider than the box, or the foil fills it. Also what
/// makes "the nearest image" of a particle meaningful. `size`: of the casting, foil included [m].
void check_box(const Slurry& slurry, const Vec3& size);

} // namespace porogen
