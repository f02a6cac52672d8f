#pragma once

#include <array>
#include <cstdint>

#include "porogen/core/grid.h"
#include "porogen/core/vec.h"

namespace porogen {

/// Replaces f by its lower envelope of paraboloids, g(p) = min over q of f(q) + |p - q|^2 [m^2],
/// where p and q are cell centres (Felzenszwalb & Huttenlocher, Theory of Computing 2012, 8, 415,
/// section 2): one axis after the other, O(N), parallel over lines. Cells with f = infinity
/// take no part. Periodic axes wrap. If `nearest` is given, it receives the minimising
/// q of every p, -1 if there is none.
void lower_envelope(Grid<float>& f, const Vec3& voxel, std::array<bool, 3> periodic,
                    Grid<std::int64_t>* nearest = nullptr);

} // namespace porogen
