#pragma once

#include "body.h"

namespace porogen {

/// How two cores stand to each other.
struct Separation {
    /// Shortest distance of the cores; negative: the shortest way out of each other [m].
    double distance = 0;
    /// Unit vector from a to b: b leaves a along it.
    Vec3 normal{0, 0, 1};
    /// Nearest (or deepest) point of a's core.
    Vec3 on_a{0, 0, 0};
    /// Nearest (or deepest) point of b's core.
    Vec3 on_b{0, 0, 0};
    /// Farther than the cutoff: only `normal` is set, a direction that separates them.
    bool apart = false;
};

/// Signed distance of two convex cores: the algorithm of Gilbert, Johnson & Keerthi (IEEE
/// J. Robot. Autom. 1988, 4, 193) while they are apart, the separating-axis test over all face
/// and edge-edge directions (exact for polytopes) once they overlap. Gives up early beyond
/// `cutoff` [m]. `guess`: a direction that may separate them, from an earlier call; zero if none.
Separation separation(const Body& a, const Body& b, double cutoff, const Vec3& guess);

} // namespace porogen
