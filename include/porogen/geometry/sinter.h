#pragma once

#include "porogen/core/progress.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// Sintering as far as shape goes: the surface moves with its curvature, bumps shrink, necks grow,
/// and the solid keeps its volume.
struct SinterOptions {
    /// A ripple of wave number k decays to exp(-k^2 length^2) of its height: features well below
    /// this length vanish, those well above it stay [m]. 0: nothing happens.
    double length = 0;
};

/// All zero where nothing happened.
struct SinterReport {
    double surface_before = 0; ///< pore-solid area / box volume [1/m]
    double surface_after = 0;  ///< [1/m]
    int steps = 0;
};

/// Volume-conserving flow by mean curvature, d phi/dt = (kappa - mean kappa) |grad phi| with kappa
/// the sum of the principal curvatures, for the time length^2 [m^2]. The solid fraction stays what
/// it was to 1e-6; the distance is one again within the band it came with, at least four voxels.
/// Ends of the box that do not wrap hold nothing: the surface goes on straight beyond them.
/// Throws Error(bad_input) if length is negative or no number, takes more than 1e5 steps (129
/// voxels), or leaves no surface at all. Preconditions: has_distance(), cubic voxels, one solid
/// phase, no film.
SinterReport sinter(PhaseVolume& volume, const SinterOptions& options,
                    Progress& progress = no_progress());

} // namespace porogen
