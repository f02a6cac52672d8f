#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "porogen/volume/phase_volume.h"

namespace porogen {

/// Lengths of the pieces into which the surface cuts straight lines along one axis, in one phase.
struct ChordLengths {
    /// Length of all lines in the phase / half the number of their intersections with the surface
    /// [m]: the mean chord without the bias of the ends, where each cut chord counts half. 0 if no
    /// line meets the surface.
    double mean = 0;
    /// Chords with both ends on the surface; the distribution below is that of these alone.
    std::int64_t count = 0;
    /// Ascending, evenly spaced [m].
    std::vector<double> length;
    /// Part of the chords (by number) of at most this length, ends at 1.
    std::vector<double> cumulative;
    /// 10 % of the chords are at most this long [m].
    double d10 = 0;
    double d50 = 0;
    double d90 = 0;
};

/// Along x, y, z.
struct ChordStatistics {
    std::array<ChordLengths, 3> pore;
    std::array<ChordLengths, 3> solid;
};

/// Chords of pore and solid on all lines through cell centres. With a distance their ends are the
/// zeros of its interpolant along the line, linear between values half a cell apart, of which those
/// between the centres come from a cubic: the surface that the cut cells measure. Images cross at
/// the faces between cells. Lines wrap where the volume is periodic; those that meet no surface
/// there have no chord. Averaged over all directions the mean is 4 (volume of the phase) / surface
/// (Cauchy); axis by axis that holds where the surface has no preferred direction.
///
/// `lengths`: number of lengths at which the distribution is sampled, at least 2; percentiles are
/// exact. Throws Error(bad_input) if it is less.
ChordStatistics chord_lengths(const PhaseVolume& volume, int lengths = 48);

} // namespace porogen
