#pragma once

#include <string>

#include "porogen/core/progress.h"
#include "porogen/geometry/particles.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// Signed distance of the union of all particles, sampled at cell centres [m], negative
/// inside. Outside it is exact up to `band`, and at least `band` beyond. Precondition:
/// box size is a whole number of voxels.
Grid<float> union_distance(const Packing& packing, const Shape& shape, double voxel, double band);

struct RasteriseOptions {
    double voxel = 0.25e-6; ///< edge of the cubic cells [m]; the box is a whole number of them
    /// How far from the surface the distance has to be known, for what is to be done with it
    /// [voxels].
    double band = 4;
    std::string solid_name = "llto";
};

/// The union of a packing's particles (after burnout) on a grid: labels 0 pore, 1 solid, with
/// distance; periodic in x and y.
PhaseVolume rasterise(const Packing& packing, const RasteriseOptions& options,
                      Progress& progress = no_progress());

/// How the surface of a solid was moved to give a porosity.
struct PorosityFit {
    double offset = 0;          ///< outwards, into the pores [m]
    double porosity_before = 0; ///< [1]
};

/// Moves the surface uniformly, by a fraction of a voxel, until the porosity is the asked one to
/// 1e-7, and labels cells anew: what becomes solid takes the commonest label beside it. Throws
/// Error(infeasible) if that takes more than `max_offset` [voxels]. Precondition:
/// volume.has_distance(), cubic voxels.
PorosityFit fit_porosity(PhaseVolume& volume, double porosity, double max_offset);

} // namespace porogen
