#include "porogen/volume/redistance.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "porogen/core/parallel.h"
#include "porogen/volume/line_sweeps.h"
#include "volume/surface_feet.h"

namespace porogen {

namespace {

using Eigen::Vector3f;
using Cell = std::array<std::int64_t, 3>;

constexpr float infinity = std::numeric_limits<float>::infinity();

Vector3f centre_of(std::int64_t n, const Shape& shape) {
    return {static_cast<float>(n % shape.x), static_cast<float>(n / shape.x % shape.y),
            static_cast<float>(n / (shape.x * shape.y))};
}

/// The cells around the foot of a cell know points that the sweeps did not bring there: takes the
/// nearest of these, and looks again from there.
class Polish {
  public:
    Polish(const NearestSurface& surface, std::array<bool, 3> periodic)
        : surface_(surface), shape_(surface.nearest.source.shape()), periodic_(periodic),
          shortest_(shape_, periodic) {}

    [[nodiscard]] std::int32_t nearest(std::int64_t n) const {
        constexpr int most_looks = 16;
        constexpr float near_enough = 0.02F; // squared way from the point to the foot
        constexpr float far = 4;             // the foot is hard to tell from farther away
        const Vector3f centre = centre_of(n, shape_);
        Best best{surface_.nearest.source[n], surface_.nearest.square[n]};
        for (int look = 0; look < most_looks; ++look) {
            const SurfacePoint& point = surface_.points[static_cast<std::size_t>(best.source)];
            const PointDistance way = distance_from(point, shortest_(centre - point.position));
            if (best.square - way.distance * way.distance < near_enough) {
                break;
            }
            const Vector3f foot = centre - way.distance * way.normal;
            if (!improve(best, centre, foot.array().floor(), 2) &&
                !(std::abs(way.distance) > far &&
                  improve(best, centre, point.position.array().round() - 1, 3))) {
                break;
            }
        }
        return best.source;
    }

  private:
    struct Best {
        std::int32_t source;
        float square;
    };

    /// Looks through a cube of cells from its lowest one, `edge` cells wide.
    bool improve(Best& best, const Vector3f& centre, const Vector3f& lowest, int edge) const {
        bool improved = false;
        for (int look = 0; look < edge * edge * edge; ++look) {
            const std::int32_t other =
                source_at(lowest + Vector3f(static_cast<float>(look % edge),
                                            static_cast<float>(look / edge % edge),
                                            static_cast<float>(look / (edge * edge))));
            if (other < 0 || other == best.source) {
                continue;
            }
            const SurfacePoint& candidate = surface_.points[static_cast<std::size_t>(other)];
            const float square = shortest_(centre - candidate.position).squaredNorm();
            if (square < best.square) {
                best = {other, square};
                improved = true;
            }
        }
        return improved;
    }

    /// What is nearest to a cell, -1 outside the box.
    [[nodiscard]] std::int32_t source_at(const Vector3f& place) const {
        Cell cell{};
        for (std::size_t a = 0; a < 3; ++a) {
            const std::int64_t count = shape_[all_axes[a]];
            cell[a] = static_cast<std::int64_t>(place[static_cast<int>(a)]);
            if (cell[a] < 0 || cell[a] >= count) {
                if (!periodic_[a]) {
                    return -1;
                }
                cell[a] = (cell[a] % count + count) % count;
            }
        }
        return surface_.nearest.source(cell[0], cell[1], cell[2]);
    }

    const NearestSurface& surface_;
    Shape shape_;
    std::array<bool, 3> periodic_;
    ShortestWay shortest_;
};

void polish(NearestSurface& surface, std::array<bool, 3> periodic) {
    const Shape& shape = surface.nearest.source.shape();
    const ShortestWay shortest(shape, periodic);
    const Polish better(surface, periodic);
    Grid<std::int32_t> source(shape, -1);
    parallel_blocks(shape.size(), 1 << 14, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            if (surface.nearest.source[n] >= 0) {
                source[n] = better.nearest(n);
            }
        }
    });
    parallel_blocks(shape.size(), 1 << 14, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            if (source[n] != surface.nearest.source[n]) {
                const SurfacePoint& point = surface.points[static_cast<std::size_t>(source[n])];
                surface.nearest.source[n] = source[n];
                surface.nearest.square[n] =
                    shortest(centre_of(n, shape) - point.position).squaredNorm();
            }
        }
    });
}

} // namespace

ShortestWay::ShortestWay(const Shape& shape, std::array<bool, 3> periodic) {
    for (std::size_t a = 0; a < 3; ++a) {
        const int n = static_cast<int>(a);
        period_[n] = static_cast<float>(shape[all_axes[a]]);
        half_[n] = periodic[a] ? period_[n] / 2 : infinity;
    }
}

PointDistance distance_from(const SurfacePoint& point, const Vector3f& offset) {
    constexpr float extent = 0.75F;
    constexpr float most_curved = 1;
    const float height = offset.dot(point.normal);
    const Vector3f tangential = offset - height * point.normal;
    const float side = tangential.norm();
    const Vector3f turn = point.turn * tangential;
    const float curvature =
        side > 0 ? std::clamp(turn.dot(tangential) / (side * side), -most_curved, most_curved) : 0;
    // Circles about the same centre: radius 1 / curvature + height.
    const float spread = std::max(1 + curvature * height, 0.25F);
    const float within = std::min(side, extent * spread);
    const float above = height + 0.5F * curvature * within * within / spread;
    Vector3f normal = point.normal;
    if (side <= within) {
        return {above, (normal + turn / spread).normalized()};
    }
    const float beyond = side - within;
    const float length = std::hypot(above, beyond);
    const float sign = above < 0 ? -1.0F : 1.0F;
    normal = (std::abs(above) * normal + sign * (beyond / side) * tangential) / length;
    return {sign * length, normal};
}

NearestSurface nearest_surface(const PhaseVolume& volume, double reach,
                               const Grid<std::uint8_t>* where) {
    const Shape& shape = volume.shape();
    SurfaceFeet feet = surface_feet(volume, where);
    NearestSurface surface;
    surface.nearest = {Grid<std::int32_t>(shape, -1), Grid<float>(shape, infinity)};
    for (std::size_t n = 0; n < feet.cells.size(); ++n) {
        const Vector3f centre = centre_of(feet.cells[n], shape);
        surface.nearest.source[feet.cells[n]] = static_cast<std::int32_t>(n);
        surface.nearest.square[feet.cells[n]] = (feet.points[n].position - centre).squaredNorm();
    }
    surface.points = std::move(feet.points);
    const ShortestWay shortest(shape, volume.periodic);
    const auto limit = static_cast<float>(reach * reach);
    spread_sources(surface.nearest, volume.periodic, limit,
                   [&](std::int64_t i, std::int64_t j, std::int64_t k, std::int32_t source) {
                       if (where != nullptr && (*where)(i, j, k) == 0) {
                           return infinity;
                       }
                       const Vector3f cell(static_cast<float>(i), static_cast<float>(j),
                                           static_cast<float>(k));
                       return shortest(cell -
                                       surface.points[static_cast<std::size_t>(source)].position)
                           .squaredNorm();
                   });
    polish(surface, volume.periodic);
    return surface;
}

void redistance(PhaseVolume& volume, double band) {
    volume.bodies.reset();
    const Shape& shape = volume.shape();
    const double voxel = volume.voxel.x();
    const NearestSurface surface = nearest_surface(volume, band / voxel + 1);
    const ShortestWay shortest(shape, volume.periodic);
    const auto widest = static_cast<float>(band / voxel);
    constexpr float least = 1e-6F; // a cell stays on its side
    parallel_blocks(shape.y * shape.z, 64, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin * shape.x; n < end * shape.x; ++n) {
            float magnitude = widest;
            if (const std::int32_t source = surface.nearest.source[n]; source >= 0) {
                const SurfacePoint& point = surface.points[static_cast<std::size_t>(source)];
                const Vector3f offset = shortest(centre_of(n, shape) - point.position);
                const float d = distance_from(point, offset).distance;
                magnitude = std::clamp(std::abs(d), least, widest);
            }
            const double sign = volume.distance[n] < 0 ? -1 : 1;
            volume.distance[n] = static_cast<float>(sign * voxel * static_cast<double>(magnitude));
        }
    });
}

} // namespace porogen
