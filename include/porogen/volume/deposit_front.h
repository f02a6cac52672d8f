#pragma once

#include "porogen/core/grid.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// What became of the moves asked for.
struct FrontMove {
    double factor =
        1; ///< by which all moves were multiplied so that the volume is the one asked for
    double volume = 0; ///< of the solid and deposit, afterwards [m^3]
    double error = 0;  ///< (grown - asked) / asked
};

/// Largest factor that advance_front() tries; what growth then has found no place is in `error`.
inline constexpr double largest_front_factor = 2;

/// Moves the surface of `volume` outwards (into the pores) by `move` [m] (>= 0, one value per cell
/// that the surface cuts: how far the surface in that cell goes; 0: at rest) times one common
/// factor near 1, such that the solid grows by `growth` [m^3]. Moves of more than half a voxel per
/// call are less accurate. Where voxels are coarse for what they hold the distance measured anew
/// has a volume of its own: a factor below 1/2 says so, and then that counts in part only, so that
/// there is a factor for any growth that finds room.
///
/// Cells within four voxels of a moving surface get the distance from the moved one; all others,
/// and all cells whose nearest surface is at rest, keep theirs bit for bit. Beyond, where a front
/// has come nearer, the distance is too large until the front is within four voxels. `framework`:
/// distance of the bare framework, which no distance exceeds. Labels stay, `bodies` are reset.
/// Preconditions: has_distance(), cubic voxels, growth >= 0.
FrontMove advance_front(PhaseVolume& volume, const Grid<float>& framework, const Grid<float>& move,
                        double growth);

/// Volume of the solid [m^3] behind the polygons of cut_cells() of the distance alone, `bodies`
/// aside, in double precision throughout. Preconditions: has_distance(), cubic voxels.
double solid_volume(const PhaseVolume& volume);

} // namespace porogen
