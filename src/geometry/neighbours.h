#pragma once

#include <vector>

#include "body.h"

namespace porogen {

/// Two bodies that may touch: b through the periodic image moved by `shift`.
struct NeighbourPair {
    int a = 0;
    int b = 0;
    Vec3 shift{0, 0, 0};        ///< [m]
    Vec3 normal = Vec3::Zero(); ///< direction that separated them last; zero: unknown
};

/// All pairs, each once, whose bounding balls are closer than `skin` [m]; bodies also against
/// images of themselves. Sorted by (a, b, image). `centres` lie in the box in x and y.
std::vector<NeighbourPair> find_neighbours(const std::vector<Body>& bodies, const Box& box,
                                           double skin);

} // namespace porogen
