#pragma once

#include "porogen/volume/phase_volume.h"

namespace porogen {

/// Radius of the largest ball around (nearly) each cell centre that the pore space holds [m]; 0 or
/// less outside the pores, infinity everywhere in a volume without solid.
///
/// Where the volume's distance ends in a plateau (a narrow band), it is continued by the distance
/// of the nearest solid cell centre plus that cell's own (negative) distance, an upper bound that
/// is second order in voxel / radius. On the ridges of the distance, which lie between cell
/// centres, the value is that of the ridge: without this, diameters of channels come out 0.8 voxels
/// too small on average.
Grid<float> pore_depth(const PhaseVolume& volume);

} // namespace porogen
