#include "porogen/geometry/bind.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "geometry/redistance.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/core/units.h"
#include "porogen/volume/cut_cells.h"

namespace porogen {

namespace {

using Eigen::Vector3f;

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr std::int64_t block = 1 << 14;
/// How far the distance is kept inside the binder [voxels].
constexpr float depth = 4;

Vector3f centre_of(std::int64_t n, const Shape& shape) {
    return {static_cast<float>(n % shape.x), static_cast<float>(n / shape.x % shape.y),
            static_cast<float>(n / (shape.x * shape.y))};
}

/// A piece of a line along which balls that fit get stuck, about a voxel long.
struct Edge {
    Vector3f middle;
    Vector3f along;
};

float squared_distance(const Edge& edge, const Vector3f& offset) {
    constexpr float half_length = 0.6F;
    const float t = std::clamp(offset.dot(edge.along), -half_length, half_length);
    return (offset - t * edge.along).squaredNorm();
}

/// The pores as balls see them. Lengths in voxels.
class Pores {
  public:
    explicit Pores(const PhaseVolume& volume)
        : volume_(volume), shape_(volume.shape()), shortest_(shape_, volume.periodic),
          surface_(nearest_surface(volume, std::numeric_limits<double>::infinity())),
          radius_(shape_) {
        const double voxel = volume.voxel.x();
        parallel_blocks(shape_.size(), block, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t n = begin; n < end; ++n) {
                const double known = volume.distance[n] / voxel;
                const PointDistance way = at(n, centre_of(n, shape_));
                radius_[n] = known < 0 ? static_cast<float>(known) : std::abs(way.distance);
            }
        });
    }

    [[nodiscard]] const Shape& shape() const { return shape_; }
    [[nodiscard]] const ShortestWay& shortest() const { return shortest_; }
    /// Radius of the largest ball about the cell that fits; negative in the solid.
    [[nodiscard]] const Grid<float>& radius() const { return radius_; }

    /// Distance of a place from the surface next to a cell.
    [[nodiscard]] PointDistance at(std::int64_t cell, const Vector3f& place) const {
        const auto& point =
            surface_.points[static_cast<std::size_t>(surface_.nearest.source[cell])];
        return distance_from(point, shortest_(place - point.position));
    }

    /// Radius of the largest ball about a place, from all cells around it.
    [[nodiscard]] float radius_at(const Vector3f& place) const {
        float least = infinity;
        for (int corner = 0; corner < 8; ++corner) {
            std::array<std::int64_t, 3> cell{};
            for (std::size_t a = 0; a < 3; ++a) {
                const std::int64_t count = shape_[all_axes[a]];
                cell[a] = static_cast<std::int64_t>(std::floor(place[static_cast<int>(a)])) +
                          (corner >> a & 1);
                cell[a] = volume_.periodic[a] ? (cell[a] % count + count) % count
                                              : std::clamp<std::int64_t>(cell[a], 0, count - 1);
            }
            const std::int64_t n = shape_.index(cell[0], cell[1], cell[2]);
            if (radius_[n] < 0) {
                return radius_[n];
            }
            least = std::min(least, at(n, place).distance);
        }
        return least;
    }

    /// Does the ball of this radius that touches the surface at the foot of a cell fit?
    [[nodiscard]] bool ball_fits(std::int64_t n, float radius) const {
        constexpr float tolerance = 0.05F;
        const Vector3f cell = centre_of(n, shape_);
        const PointDistance way = at(n, cell);
        return radius_at(cell + (radius - way.distance) * way.normal) >= radius - tolerance;
    }

    /// Edges of the space of the centres of balls of a radius that fit.
    [[nodiscard]] std::vector<Edge> edges(float radius) const {
        const std::int64_t rows = shape_.y * shape_.z;
        constexpr std::int64_t some_rows = 64;
        std::vector<std::vector<Edge>> parts(
            static_cast<std::size_t>((rows + some_rows - 1) / some_rows));
        parallel_blocks(rows, some_rows, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t n = begin * shape_.x; n < end * shape_.x; ++n) {
                add_edges(n, radius, parts[static_cast<std::size_t>(begin / some_rows)]);
            }
        });
        std::vector<Edge> all;
        for (const std::vector<Edge>& part : parts) {
            all.insert(all.end(), part.begin(), part.end());
        }
        return all;
    }

  private:
    /// Two neighbours whose nearest surfaces face each other have a ridge of the distance between
    /// them. Where on it both surfaces are `radius` away, there is an edge: two Newton steps.
    void add_edges(std::int64_t n, float radius, std::vector<Edge>& edges) const {
        constexpr float near = 2;
        constexpr float least_turn = 0.1F; // less is a shallow dent, whose neck is thinner still
        if (!(radius_[n] > 0) || !(std::abs(radius_[n] - radius) < near)) {
            return;
        }
        const Vector3f cell = centre_of(n, shape_);
        const PointDistance own = at(n, cell);
        for (std::size_t a = 0; a < 3; ++a) {
            const std::int64_t count = shape_[all_axes[a]];
            const std::int64_t stride = shape_.stride(all_axes[a]);
            const auto position = static_cast<std::int64_t>(cell[static_cast<int>(a)]);
            if (position + 1 == count && !volume_.periodic[a]) {
                continue;
            }
            const std::int64_t next = position + 1 == count ? n - position * stride : n + stride;
            if (!(radius_[next] > 0) || !(std::abs(radius_[next] - radius) < near)) {
                continue;
            }
            Vector3f step = Vector3f::Zero();
            step[static_cast<int>(a)] = 1;
            const PointDistance other = at(next, cell + step);
            const float rise = own.normal[static_cast<int>(a)];
            const float fall = other.normal[static_cast<int>(a)];
            if (!(rise - fall > least_turn)) {
                continue;
            }
            const float part =
                std::clamp((other.distance - own.distance - fall) / (rise - fall), 0.0F, 1.0F);
            if (const auto edge = edge_near(n, next, cell + part * step, radius)) {
                edges.push_back(*edge);
            }
        }
    }

    [[nodiscard]] std::optional<Edge> edge_near(std::int64_t one, std::int64_t two,
                                                const Vector3f& start, float radius) const {
        constexpr float farthest = 1.5F;
        constexpr float tolerance = 0.1F;
        Vector3f place = start;
        Vector3f along;
        for (int step = 0; step < 2; ++step) {
            const PointDistance a = at(one, place);
            const PointDistance b = at(two, place);
            const float cosine = a.normal.dot(b.normal);
            const float determinant = 1 - cosine * cosine;
            if (!(determinant > 1e-3F)) {
                return std::nullopt;
            }
            const float miss_a = radius - a.distance;
            const float miss_b = radius - b.distance;
            place += (miss_a - cosine * miss_b) / determinant * a.normal +
                     (miss_b - cosine * miss_a) / determinant * b.normal;
            along = a.normal.cross(b.normal).normalized();
            if (!((place - start).norm() < farthest)) {
                return std::nullopt;
            }
        }
        if (!(radius_at(place) >= radius - tolerance)) {
            return std::nullopt;
        }
        return Edge{place, along};
    }

    const PhaseVolume& volume_;
    Shape shape_;
    ShortestWay shortest_;
    NearestSurface surface_;
    Grid<float> radius_;
};

/// Squared distances to the nearest edges, as far as `reach`.
NearestSource nearest_edges(const std::vector<Edge>& edges, const Pores& pores,
                            std::array<bool, 3> periodic, float reach) {
    const Shape& shape = pores.shape();
    NearestSource near{Grid<std::int32_t>(shape, -1), Grid<float>(shape, infinity)};
    const auto square = [&](std::int64_t i, std::int64_t j, std::int64_t k, std::int32_t source) {
        const Edge& edge = edges[static_cast<std::size_t>(source)];
        const Vector3f cell(static_cast<float>(i), static_cast<float>(j), static_cast<float>(k));
        return squared_distance(edge, pores.shortest()(cell - edge.middle));
    };
    for (std::size_t e = 0; e < edges.size(); ++e) {
        std::array<std::int64_t, 3> cell{};
        for (std::size_t a = 0; a < 3; ++a) {
            const std::int64_t count = shape[all_axes[a]];
            cell[a] = std::lround(edges[e].middle[static_cast<int>(a)]);
            cell[a] = periodic[a] ? (cell[a] % count + count) % count
                                  : std::clamp<std::int64_t>(cell[a], 0, count - 1);
        }
        const std::int64_t n = shape.index(cell[0], cell[1], cell[2]);
        const float length = square(cell[0], cell[1], cell[2], static_cast<std::int32_t>(e));
        if (length < near.square[n]) {
            near.square[n] = length;
            near.source[n] = static_cast<std::int32_t>(e);
        }
    }
    spread_sources(near, periodic, reach * reach, square);
    return near;
}

/// Distance to the surface of the solid closed with balls of `radius` [voxels], no deeper than
/// `depth` inside the binder. A cell whose foot a fitting ball touches keeps its distance. Others
/// lie behind a ball that is stuck at an edge, whose surface is `radius` from it.
Grid<float> closed(const PhaseVolume& volume, const Pores& pores, float radius) {
    const Shape& shape = pores.shape();
    const auto voxel = static_cast<float>(volume.voxel.x());
    Grid<float> distance = volume.distance;
    if (!(radius > 0)) {
        return distance;
    }
    const NearestSource edge =
        nearest_edges(pores.edges(radius), pores, volume.periodic, radius + depth);
    parallel_blocks(shape.size(), block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            const float own = pores.radius()[n];
            if (!(own < radius) || own < -depth) {
                continue;
            }
            const float behind = std::max(radius - std::sqrt(edge.square[n]), -depth);
            if (behind < own && !pores.ball_fits(n, radius)) {
                distance[n] = std::min(distance[n], voxel * behind);
            }
        }
    });
    return distance;
}

double blurred_volume(const Grid<float>& distance, float voxel) {
    const float scale = 1 / (1.5F * voxel);
    return parallel_sum(distance.size(), block, [&](std::int64_t begin, std::int64_t end) {
        double part = 0;
        for (std::int64_t n = begin; n < end; ++n) {
            const float x = std::clamp(scale * distance[n], -1.0F, 1.0F);
            const float square = x * x;
            part += static_cast<double>(0.5F - x * (15 - square * (10 - 3 * square)) / 16);
        }
        return part;
    });
}

} // namespace

} // namespace porogen
