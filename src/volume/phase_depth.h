#pragma once

#include "porogen/volume/morphology.h"

namespace porogen {

/// How large the balls are that a phase holds [m]; 0 or less outside the phase, infinity everywhere
/// in a volume without the other phase.
struct PhaseDepth {
    /// Radius of the largest ball around the cell centre.
    Grid<float> centred;
    /// Radius of the largest ball around any point of the cell, where the cell lies on a ridge
    /// of the distance (a pore's axis), which runs between cell centres.
    Grid<float> ridge;
};

/// Where the volume's distance ends in a plateau (a narrow band), it is continued from the band.
/// Without the ridges, diameters of channels come out 0.8 voxels too small on average.
PhaseDepth phase_depth(const PhaseVolume& volume, Space phase);

} // namespace porogen
