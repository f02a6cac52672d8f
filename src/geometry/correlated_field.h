#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "porogen/core/random.h"
#include "porogen/core/vec.h"

namespace porogen {

/// A Gaussian random field of mean 0 and variance 1 at every point of space: white noise on a
/// lattice, smoothed with cubic B-splines and divided by the root of the sum of the squared
/// weights. The correlation of two points depends on their separation alone, within 0.006: it is
/// exp(-1/2) at the correlation length, and within 0.011 of exp(-r^2 / (2 length^2)) at any other
/// distance and in any direction. The lattice belongs to the box, so the field is the same whatever
/// grid it is sampled on.
class CorrelatedField {
  public:
    /// The box starts at the origin; the field repeats along its periodic sides, and stays as it is
    /// at the end beyond the others. Precondition: length > 0, at most half of every periodic side.
    /// Memory and time to set up grow as the volume of the box / length^3.
    CorrelatedField(const Vec3& size, std::array<bool, 3> periodic, double length,
                    RandomStream random);

    [[nodiscard]] double operator()(const Vec3& point) const;

  private:
    /// The lattice along one axis: nodes at (first + n) spacing, n = 0 .. count - 1.
    struct Lattice {
        double size = 0;    ///< of the box [m]
        double spacing = 0; ///< [m]
        std::int64_t first = 0;
        std::int64_t count = 0;
        bool periodic = false;
    };
    struct Weights;
    static Lattice lattice(double size, bool periodic, double knots);
    [[nodiscard]] Weights weights(const Lattice& along, double position) const;

    double knots_; ///< distance of the B-splines' knots [m]
    std::array<Lattice, 3> axes_;
    std::vector<double> noise_; ///< one value per node, x fastest
};

} // namespace porogen
