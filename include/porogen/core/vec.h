#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>

namespace porogen {

/// A point or direction in space, (x, y, z). z = 0 is the current collector, z = L the separator.
using Vec3 = Eigen::Vector3d;
/// The same in single precision, where there are very many.
using Vec3f = Eigen::Vector3f;
/// A point in the plane of a flake.
using Vec2 = Eigen::Vector2d;
/// A 3 x 3 tensor, row-major in meaning: T(row, column).
using Mat3 = Eigen::Matrix3d;
/// The same in single precision, where there are very many.
using Mat3f = Eigen::Matrix3f;
/// A rotation; a particle's orientation takes local to world coordinates.
using Rotation = Eigen::Quaterniond;

} // namespace porogen
