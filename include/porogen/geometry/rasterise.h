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
    double porosity = -1;   ///< porosity to hit exactly [1]; negative: take the packing as it is
    double max_offset = 1;  ///< largest uniform surface offset allowed for that [voxels]
    std::string solid_name = "llto";
};

struct RasteriseResult {
    PhaseVolume volume;       ///< labels 0 pore, 1 solid, with distance; periodic in x and y
    double offset = 0;        ///< how far the surface was moved outwards to hit the porosity [m]
    double porosity_cast = 0; ///< porosity before that [1]
};

/// A packing (after burnout) on a grid, its surface moved by a uniform fraction of a voxel so that
/// the porosity is the asked one. Throws Error(infeasible) if that takes more than max_offset.
RasteriseResult rasterise(const Packing& packing, const RasteriseOptions& options,
                          Progress& progress = no_progress());

} // namespace porogen
