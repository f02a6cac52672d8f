#pragma once

#include <cstdint>
#include <vector>

#include "porogen/volume/phase_volume.h"
#include "porogen/volume/redistance.h"

namespace porogen {

/// The cells beside a surface, in the order of their indices, and the point of it nearest to each.
struct SurfaceFeet {
    std::vector<std::int64_t> cells;
    std::vector<SurfacePoint> points;
};

/// Feet of the cells beside the surface on the zero of the tricubic (Catmull-Rom) interpolant of
/// the distance, found as by Chopp, SIAM J. Sci. Comput. 2001, 23, 230; where it is too rough to be
/// trusted, on the plane through the crossings of the grid's lines. Beyond the ends of axes that do
/// not wrap, the distance is continued linearly, and whatever lies there is no surface.
/// `where`: marks the cells to look at, if not all. Preconditions: has_distance(), cubic voxels.
SurfaceFeet surface_feet(const PhaseVolume& volume, const Grid<std::uint8_t>* where = nullptr);

} // namespace porogen
