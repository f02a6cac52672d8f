#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "geometry/line_sweeps.h"
#include "geometry/surface_feet.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// How far a place lies from the surface around a point of it, and in which direction.
struct PointDistance {
    float distance;         ///< signed, negative inside [voxels]
    Eigen::Vector3f normal; ///< gradient of the distance
};

/// `offset`: from the point to the place [voxels]. The surface is taken to be curved like a
/// circle in the direction of the offset, and to end three quarters of a voxel from the point.
PointDistance distance_from(const SurfacePoint& point, const Eigen::Vector3f& offset);

/// The shortest of the ways between two places of a box that is periodic along some axes.
class ShortestWay {
  public:
    ShortestWay(const Shape& shape, std::array<bool, 3> periodic);
    [[nodiscard]] Eigen::Vector3f operator()(Eigen::Vector3f way) const {
        for (int a = 0; a < 3; ++a) {
            way[a] -= way[a] > half_[a] ? period_[a] : way[a] < -half_[a] ? -period_[a] : 0.0F;
        }
        return way;
    }

  private:
    Eigen::Vector3f period_;
    Eigen::Vector3f half_;
};

/// Points all over a surface, and which of them is nearest to each cell.
struct NearestSurface {
    std::vector<SurfacePoint> points;
    NearestSource nearest; ///< indices of points
};

/// The points are the surface_feet(). Cells farther than `reach` [voxels] have no nearest point.
/// Preconditions: has_distance(), cubic voxels.
NearestSurface nearest_surface(const PhaseVolume& volume, double reach);

/// Turns a field that has the right zero into the distance to it, up to `band` [m] and constant
/// beyond; no cell changes sides. Labels stay. Preconditions: has_distance(), cubic voxels.
void redistance(PhaseVolume& volume, double band);

} // namespace porogen
