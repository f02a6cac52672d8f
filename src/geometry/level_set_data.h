#pragma once

#include <openvdb/openvdb.h>

#include "porogen/geometry/level_set.h"

namespace porogen {

struct LevelSet::Data {
    openvdb::FloatGrid::ConstPtr grid; ///< class level set, world units of one micrometre
};

/// Cells on either side of the surface that a level set keeps.
inline constexpr double half_width = 3;
/// OpenVDB refuses voxels of atomic size, so its grids are written in micrometres: [um/m].
inline constexpr double micrometres = 1e6;

/// Registers OpenVDB's grid types; harmless to call again, from any thread.
void initialize_openvdb();

/// Takes cell (i, j, k) to its centre ((i + 1/2) h, ...). `voxel` in [um].
openvdb::math::Transform::Ptr cell_transform(double voxel);

/// The level set of the solid without the sides of the box: beyond them the structure goes on
/// periodically, or else repeats its last layer. For rays that are clipped by the box themselves.
openvdb::FloatGrid::Ptr open_level_set(const PhaseVolume& volume);

} // namespace porogen
