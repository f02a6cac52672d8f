#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/core/vec.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// A point of the surface. Lengths in voxels; cell (i, j, k) has its centre at (i, j, k).
struct SurfacePoint {
    Vec3f position;
    Vec3f normal; ///< of length 1, into the pores
    /// How the normal turns along the surface, symmetric: positive where the solid bulges
    /// [1/voxel].
    Mat3f turn;
};

/// Which of many things in space is nearest to each cell: `source`, -1 where none is within reach,
/// and the squared distance to it, `square`.
struct NearestSource {
    Grid<std::int32_t> source;
    Grid<float> square;
};

/// How far a place lies from the surface around a point of it, and in which direction.
struct PointDistance {
    float distance; ///< signed, negative inside [voxels]
    Vec3f normal;   ///< gradient of the distance
};

/// `offset`: from the point to the place [voxels]. The surface is taken to be curved like a
/// circle in the direction of the offset, and to end three quarters of a voxel from the point.
PointDistance distance_from(const SurfacePoint& point, const Vec3f& offset);

/// The shortest of the ways between two places of a box that is periodic along some axes.
class ShortestWay {
  public:
    ShortestWay(const Shape& shape, std::array<bool, 3> periodic);
    [[nodiscard]] Vec3f operator()(Vec3f way) const {
        for (int a = 0; a < 3; ++a) {
            way[a] -= way[a] > half_[a] ? period_[a] : way[a] < -half_[a] ? -period_[a] : 0.0F;
        }
        return way;
    }

  private:
    Vec3f period_;
    Vec3f half_;
};

/// Points all over a surface, and which of them is nearest to each cell.
struct NearestSurface {
    std::vector<SurfacePoint> points;
    NearestSource nearest; ///< indices of points
};

/// The points are the feet of the cells beside the surface, on the zero of an interpolant
/// of the distance. Cells farther than `reach` [voxels] have no nearest point.
/// `where`: marks the cells to look at, all others have no nearest point and bring none.
/// Preconditions: has_distance(), cubic voxels.
NearestSurface nearest_surface(const PhaseVolume& volume, double reach,
                               const Grid<std::uint8_t>* where = nullptr);

/// Turns a field that has the right zero into the distance to it, up to `band` [m] and constant
/// beyond; no cell changes sides. Labels stay. Preconditions: has_distance(), cubic voxels.
void redistance(PhaseVolume& volume, double band);

} // namespace porogen
