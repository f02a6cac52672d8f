#pragma once

#include <vector>

#include "porogen/core/vec.h"

namespace porogen {

/// Nematic order of unit vectors along z: <3 cos^2 - 1> / 2 [1].
double order_parameter(const std::vector<Vec3>& normals);

/// March-Dollase parameter r of unit vectors about z [1], by maximum likelihood: the density
/// per solid angle is (r^2 cos^2 + sin^2 / r)^(-3/2) (Dollase, J. Appl. Cryst. 1986, 19, 267,
/// eq. 4). 1 random, < 1 along z.
double march_dollase(const std::vector<Vec3>& normals);

} // namespace porogen
