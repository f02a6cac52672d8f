#pragma once

#include <cmath>

#include "body.h"

namespace porogen {

/// What a contact does to the bodies that it joins, for unit stiffness.
struct ContactForce {
    Vec3 on_a{0, 0, 0};        ///< force on a; b feels the opposite [m]
    Vec3 torque_on_a{0, 0, 0}; ///< about a's centre [m^2]
    Vec3 torque_on_b{0, 0, 0}; ///< about b's centre [m^2]
    double energy = 0;         ///< whose negative gradient the forces are [m^2]
    double stiffness = 0;      ///< sum over the points that push [1]
    double turning_a = 0;      ///< sum of stiffness x lever^2 about a's centre [m^2]
    double turning_b = 0;      ///< the same about b's [m^2]
    double depth = 0;          ///< how deep the rounded bodies overlap, 0 if they do not [m]
};

/// The larger of two depths; NaN if either is, where std::max would drop it.
inline double deeper(double a, double b) {
    return std::isnan(a) || a >= b ? a : b;
}

/// Contact of two bodies. Depths up to `slack` x thickness of the thinner body do not push.
/// `normal` remembers a direction that separates the two from call to call (zero at first).
ContactForce contact(const Body& a, const Body& b, double slack, Vec3& normal);

/// Contact of a body with floor (z = 0) and lid (z = height); the wall is b.
ContactForce wall_contact(const Body& body, double height, double slack);

} // namespace porogen
