#pragma once

#include "porogen/geometry/particles.h"

namespace porogen {

/// Spacing of the points that measure the overlap of a casting / median thickness [1].
inline constexpr double overlap_spacing = 0.12;

/// Volume counted twice / volume of all particles [1]: on a grid of spacing h (wider where that
/// makes more than 3e7 points), the points inside n > 1 particles count n - 1 times. Looks at
/// nothing but signed_distance().
double overlap_fraction(const Packing& packing, double h);

} // namespace porogen
