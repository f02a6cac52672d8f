#pragma once

#include <string>

#include "porogen/core/progress.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// A binder that wets the particles and sits where capillary forces draw it: in necks about
/// contacts and in narrow gaps.
struct BindOptions {
    double volume_fraction = 0; ///< binder volume / box volume [1]; 0: nothing happens
    std::string name = "binder";
};

struct BindReport {
    double volume_fraction = 0; ///< as got [1]
    /// Radius of the balls that just do not fit where the binder is: that of the meniscus [m].
    double neck_radius = 0;
};

/// Fills what no ball of a certain radius reaches that fits into the pores (a morphological closing
/// of the solid), with the radius chosen for the asked volume. Adds a phase with a label of its
/// own; cells whose centre lies in the binder take it, and `distance` becomes that to the surface
/// of host and binder together. The ends of the box limit no ball: beyond them the structure goes
/// on as its last layer. Throws Error(bad_input) on a fraction that is negative, 1 or more, or no
/// number, and Error(infeasible) if the pores have no narrow places for that much. Preconditions:
/// has_distance(), cubic voxels, no film.
BindReport bind(PhaseVolume& volume, const BindOptions& options,
                Progress& progress = no_progress());

} // namespace porogen
