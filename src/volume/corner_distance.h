#pragma once

#include <array>

#include "porogen/core/grid.h"

namespace porogen {

/// Signed distance at the corners of the cells [m], shape (nx + 1, ny + 1, nz + 1): the mean of the
/// eight surrounding centres, exact for planes. Periodic axes wrap; at the ends of the others the
/// centres are continued linearly.
Grid<float> corner_distance(const Grid<float>& distance, std::array<bool, 3> periodic);

} // namespace porogen
