#pragma once

#include <array>
#include <vector>

#include "porogen/volume/phase_volume.h"

namespace porogen {

/// Probability that two points at a distance r along an axis both lie in the pores.
struct TwoPointCorrelation {
    /// 0, 1, 2, … cells, up to half the box, for x, y, z [m].
    std::array<std::vector<double>, 3> lag;
    /// S2 at these lags [1]; at 0 the porosity, as the lines sample it.
    std::array<std::vector<double>, 3> probability;
    /// Slope of S2 at 0, -(intersections with the surface per length) / 2 [1/m].
    std::array<double, 3> slope{};
    /// -4 S2'(0), mean of the three axes (Debye, Anderson & Brumberger, J. Appl. Phys. 1957, 28,
    /// 679) [1/m]. Exact for surfaces without preferred direction; one that faces along an axis
    /// counts 2/3, along a diagonal of the box 1.15.
    double specific_surface = 0;
};

/// Along lines through all cell centres, each cut into pore and solid as in chord_lengths(). S2 of
/// such a line is piecewise linear in r and bends only where r is a distance of two intersections,
/// so it is summed over their pairs and exact at every lag; the slope at 0 is that of the first
/// piece, however short, not a difference of lags. Periodic axes wrap; along the others S2 averages
/// over the pairs that lie in the box, and the slope leaves out the ends of the box, which are no
/// surface.
TwoPointCorrelation two_point_correlation(const PhaseVolume& volume);

} // namespace porogen
