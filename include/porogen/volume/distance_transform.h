#pragma once

#include <array>
#include <cstdint>

#include "porogen/core/grid.h"
#include "porogen/core/vec.h"

namespace porogen {

/// Squared Euclidean distance from each cell centre to the nearest cell centre with
/// site[n] != 0 [m^2] (Felzenszwalb & Huttenlocher, Theory of Computing 2012, 8, 415), exact, O(N),
/// parallel over lines. Periodic axes wrap. A grid without any site gives infinity everywhere.
Grid<float> squared_distance_transform(const Grid<std::uint8_t>& site, const Vec3& voxel,
                                       std::array<bool, 3> periodic);

} // namespace porogen
