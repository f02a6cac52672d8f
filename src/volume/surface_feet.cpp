#include "volume/surface_feet.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "porogen/core/parallel.h"

namespace porogen {

namespace {

using Eigen::Matrix3f;
using Eigen::Vector3f;
using Cell = std::array<std::int64_t, 3>;

constexpr float infinity = std::numeric_limits<float>::infinity();

/// Values and derivatives, at t in [0, 1], of the Catmull-Rom weights of the points -1, 0, 1, 2.
/// Half-way they are (-1, 9, 9, -1) / 16, those of the cut cells.
struct Weights {
    std::array<float, 4> value;
    std::array<float, 4> slope;
};

Weights catmull_rom(float t) {
    const float t2 = t * t;
    const float t3 = t2 * t;
    return {{0.5F * (-t + 2 * t2 - t3), 0.5F * (2 - 5 * t2 + 3 * t3), 0.5F * (t + 4 * t2 - 3 * t3),
             0.5F * (t3 - t2)},
            {0.5F * (-1 + 4 * t - 3 * t2), 0.5F * (-10 * t + 9 * t2), 0.5F * (1 + 8 * t - 9 * t2),
             0.5F * (3 * t2 - 2 * t)}};
}

/// The distance in voxels, continued beyond the box: periodically or linearly.
class Continued {
  public:
    explicit Continued(const PhaseVolume& volume)
        : distance_(volume.distance), periodic_(volume.periodic),
          scale_(static_cast<float>(1 / volume.voxel.x())) {}

    [[nodiscard]] float operator()(Cell cell) const {
        const Shape& shape = distance_.shape();
        for (std::size_t a = 0; a < 3; ++a) {
            const std::int64_t count = shape[all_axes[a]];
            if (cell[a] >= 0 && cell[a] < count) {
                continue;
            }
            if (periodic_[a]) {
                cell[a] = (cell[a] % count + count) % count;
                continue;
            }
            const std::int64_t end = cell[a] < 0 ? 0 : count - 1;
            const std::int64_t inner = cell[a] < 0 ? std::min<std::int64_t>(1, count - 1)
                                                   : std::max<std::int64_t>(count - 2, 0);
            const auto steps = static_cast<float>(std::abs(cell[a] - end));
            cell[a] = end;
            const float at_end = (*this)(cell);
            cell[a] = inner;
            // A distance has no slope above 1, but for where one held up to a band ends: continued
            // by such a jump it would have a surface beyond the end.
            return at_end + steps * std::clamp(at_end - (*this)(cell), -1.0F, 1.0F);
        }
        return scale_ * distance_(cell[0], cell[1], cell[2]);
    }

    /// The 4 x 4 x 4 values around the cube from `base` to the next cells.
    void gather(const Cell& base, std::array<float, 64>& block) const {
        const Shape& shape = distance_.shape();
        bool inside = true;
        for (std::size_t a = 0; a < 3; ++a) {
            inside = inside && base[a] >= 1 && base[a] + 2 < shape[all_axes[a]];
        }
        std::size_t n = 0;
        for (std::int64_t k = -1; k < 3; ++k) {
            for (std::int64_t j = -1; j < 3; ++j) {
                for (std::int64_t i = -1; i < 3; ++i, ++n) {
                    block[n] = inside ? scale_ * distance_(base[0] + i, base[1] + j, base[2] + k)
                                      : (*this)({base[0] + i, base[1] + j, base[2] + k});
                }
            }
        }
    }

    /// Marks the cells of row (., j, k) that may have the surface between them and a neighbour.
    void find_beside(std::int64_t j, std::int64_t k, std::vector<std::uint8_t>& beside) const {
        const Shape& shape = distance_.shape();
        const float* const row = distance_.data() + shape.index(0, j, k);
        const auto length = static_cast<std::size_t>(shape.x);
        std::fill(beside.begin(), beside.end(), std::uint8_t{0});
        for (std::size_t i = 1; i < length; ++i) {
            const auto differ = static_cast<std::uint8_t>((row[i] < 0) != (row[i - 1] < 0));
            beside[i] |= differ;
            beside[i - 1] |= differ;
        }
        beside.front() = beside.back() = 1;
        for (const Axis axis : {Axis::y, Axis::z}) {
            const std::int64_t at = axis == Axis::y ? j : k;
            const std::int64_t count = shape[axis];
            for (const std::int64_t step : {-1, 1}) {
                std::int64_t next = at + step;
                if (next < 0 || next >= count) {
                    if (!periodic_[static_cast<std::size_t>(axis)]) {
                        std::fill(beside.begin(), beside.end(), std::uint8_t{1});
                        return;
                    }
                    next = next < 0 ? count - 1 : 0;
                }
                const float* const other = row + (next - at) * shape.stride(axis);
                for (std::size_t i = 0; i < length; ++i) {
                    beside[i] |= static_cast<std::uint8_t>((row[i] < 0) != (other[i] < 0));
                }
            }
        }
    }

    /// Value of the neighbour of a cell across an end of the box that does not wrap: that on the
    /// end itself, because what lies beyond is no surface; any other neighbour's own.
    [[nodiscard]] float neighbour(const Cell& cell, std::size_t axis, int step, float& span) const {
        Cell next = cell;
        next[axis] += step;
        const float value = (*this)(next);
        const bool beyond = next[axis] < 0 || next[axis] >= distance_.shape()[all_axes[axis]];
        span = 1;
        if (beyond && !periodic_[axis]) {
            span = 0.5F;
            return 0.5F * (value + (*this)(cell));
        }
        return value;
    }

  private:
    const Grid<float>& distance_;
    std::array<bool, 3> periodic_;
    float scale_;
};

/// The tricubic interpolant.
class Interpolant {
  public:
    explicit Interpolant(const Continued& field) : field_(field) {}

    float operator()(const Vector3f& place, Vector3f& gradient) {
        Cell base{};
        std::array<Weights, 3> weights{};
        for (std::size_t a = 0; a < 3; ++a) {
            const float x = place[static_cast<int>(a)];
            base[a] = static_cast<std::int64_t>(std::floor(x));
            weights[a] = catmull_rom(x - static_cast<float>(base[a]));
        }
        if (!held_ || base != base_) {
            field_.gather(base, block_);
            base_ = base;
            held_ = true;
        }
        float value = 0;
        gradient.setZero();
        for (std::size_t k = 0; k < 4; ++k) {
            float plane = 0;
            float plane_x = 0;
            float plane_y = 0;
            for (std::size_t j = 0; j < 4; ++j) {
                const float* const row = block_.data() + 4 * (j + 4 * k);
                float along = 0;
                float slope = 0;
                for (std::size_t i = 0; i < 4; ++i) {
                    along += weights[0].value[i] * row[i];
                    slope += weights[0].slope[i] * row[i];
                }
                plane += weights[1].value[j] * along;
                plane_x += weights[1].value[j] * slope;
                plane_y += weights[1].slope[j] * along;
            }
            value += weights[2].value[k] * plane;
            gradient[0] += weights[2].value[k] * plane_x;
            gradient[1] += weights[2].value[k] * plane_y;
            gradient[2] += weights[2].slope[k] * plane;
        }
        return value;
    }

    /// Derivative of the normal of the level set through a cell, by central differences.
    [[nodiscard]] Matrix3f turn(const Cell& cell) {
        field_.gather(cell, block_);
        base_ = cell;
        held_ = true;
        const auto at = [&](int x, int y, int z) {
            return block_[static_cast<std::size_t>(1 + x + 4 * (1 + y) + 16 * (1 + z))];
        };
        const Vector3f gradient =
            0.5F * Vector3f(at(1, 0, 0) - at(-1, 0, 0), at(0, 1, 0) - at(0, -1, 0),
                            at(0, 0, 1) - at(0, 0, -1));
        const float slope = gradient.norm();
        if (!(slope > 0.2F)) {
            return Matrix3f::Zero();
        }
        const float middle = 2 * at(0, 0, 0);
        const float xy = 0.25F * (at(1, 1, 0) - at(-1, 1, 0) - at(1, -1, 0) + at(-1, -1, 0));
        const float xz = 0.25F * (at(1, 0, 1) - at(-1, 0, 1) - at(1, 0, -1) + at(-1, 0, -1));
        const float yz = 0.25F * (at(0, 1, 1) - at(0, -1, 1) - at(0, 1, -1) + at(0, -1, -1));
        Matrix3f second;
        second << at(1, 0, 0) - middle + at(-1, 0, 0), xy, xz, //
            xy, at(0, 1, 0) - middle + at(0, -1, 0), yz,       //
            xz, yz, at(0, 0, 1) - middle + at(0, 0, -1);
        const Vector3f n = gradient / slope;
        const Matrix3f tangential = Matrix3f::Identity() - n * n.transpose();
        return tangential * second * tangential / slope;
    }

  private:
    const Continued& field_;
    std::array<float, 64> block_{};
    Cell base_{};
    bool held_ = false;
};

/// Where the surface crosses the lines from a cell to its neighbours: the way to the nearest
/// crossing along each axis, signed; infinite if there is none.
std::optional<Vector3f> crossings(const Continued& field, const Cell& cell, float value) {
    Vector3f way = Vector3f::Constant(infinity);
    bool any = false;
    for (std::size_t a = 0; a < 3; ++a) {
        for (const int step : {-1, 1}) {
            float span = 1;
            const float next = field.neighbour(cell, a, step, span);
            if ((next < 0) == (value < 0)) {
                continue;
            }
            any = true;
            const float length = span * value / (value - next);
            float& nearest = way[static_cast<int>(a)];
            if (!(std::abs(nearest) <= length)) {
                nearest = static_cast<float>(step) * length;
            }
        }
    }
    return any ? std::optional(way) : std::nullopt;
}

/// Foot of a cell on the plane through its crossings.
SurfacePoint foot_on_plane(const Vector3f& way, float value) {
    constexpr float least = 1e-4F; // a crossing at the centre itself
    Vector3f inverse;
    for (int a = 0; a < 3; ++a) {
        inverse[a] = 1 / std::copysign(std::max(std::abs(way[a]), least), way[a]);
    }
    const Vector3f step = inverse / inverse.squaredNorm();
    return {step, (value < 0 ? 1.0F : -1.0F) * step.normalized(), Matrix3f::Zero()};
}

/// Foot of a cell on the zero of the interpolant; nothing where it is too rough to be trusted.
/// Steps to the tangent plane and in it: the way left shrinks by distance x curvature each time.
std::optional<SurfacePoint> foot_on_interpolant(Interpolant& interpolant, const Cell& cell,
                                                float nearest_crossing) {
    constexpr int most_steps = 6;
    const Vector3f centre(static_cast<float>(cell[0]), static_cast<float>(cell[1]),
                          static_cast<float>(cell[2]));
    const Matrix3f turn = interpolant.turn(cell);
    Vector3f step = Vector3f::Zero();
    Vector3f gradient;
    const float value = interpolant(centre, gradient);
    float at_foot = value;
    for (int n = 0; n < most_steps; ++n) {
        const float square = gradient.squaredNorm();
        if (!(square > 0.04F)) {
            return std::nullopt;
        }
        const Vector3f tangential = -step + (step.dot(gradient) / square) * gradient;
        const Vector3f move = (-at_foot / square) * gradient + tangential;
        step += move;
        if (!(step.squaredNorm() < 4)) {
            return std::nullopt;
        }
        at_foot = interpolant(centre + step, gradient);
        if (move.squaredNorm() < 1e-5F && std::abs(at_foot) < 1e-4F) {
            break;
        }
    }
    const float slope = gradient.norm();
    if (!(std::abs(at_foot) < 0.01F * slope) || !(slope > 0.2F) ||
        step.norm() > 1.05F * nearest_crossing + 0.05F) {
        return std::nullopt;
    }
    step -= (at_foot / (slope * slope)) * gradient; // what is left would add up over many rounds
    return SurfacePoint{step, gradient / slope, turn};
}

/// Adds the feet of a row's cells beside the surface.
void feet_of_row(const Continued& field, const Shape& shape, std::int64_t j, std::int64_t k,
                 const Grid<std::uint8_t>* where, SurfaceFeet& feet) {
    Interpolant interpolant(field);
    std::vector<std::uint8_t> beside(static_cast<std::size_t>(shape.x));
    field.find_beside(j, k, beside);
    for (std::int64_t i = 0; i < shape.x; ++i) {
        if (beside[static_cast<std::size_t>(i)] == 0 ||
            (where != nullptr && (*where)(i, j, k) == 0)) {
            continue;
        }
        const Cell cell{i, j, k};
        const float value = field(cell);
        const std::optional<Vector3f> way = crossings(field, cell, value);
        if (!way) {
            continue;
        }
        SurfacePoint point = foot_on_interpolant(interpolant, cell, way->cwiseAbs().minCoeff())
                                 .value_or(foot_on_plane(*way, value));
        point.position +=
            Vector3f(static_cast<float>(i), static_cast<float>(j), static_cast<float>(k));
        feet.cells.push_back(shape.index(i, j, k));
        feet.points.push_back(point);
    }
}

} // namespace

SurfaceFeet surface_feet(const PhaseVolume& volume, const Grid<std::uint8_t>* where) {
    const Shape& shape = volume.shape();
    const Continued field(volume);
    constexpr std::int64_t block = 64;
    const std::int64_t rows = shape.y * shape.z;
    std::vector<SurfaceFeet> parts(static_cast<std::size_t>((rows + block - 1) / block));
    parallel_blocks(rows, block, [&](std::int64_t begin, std::int64_t end) {
        SurfaceFeet& part = parts[static_cast<std::size_t>(begin / block)];
        for (std::int64_t row = begin; row < end; ++row) {
            feet_of_row(field, shape, row % shape.y, row / shape.y, where, part);
        }
    });
    SurfaceFeet feet;
    for (SurfaceFeet& part : parts) {
        feet.cells.insert(feet.cells.end(), part.cells.begin(), part.cells.end());
        feet.points.insert(feet.points.end(), part.points.begin(), part.points.end());
        part = {};
    }
    return feet;
}

} // namespace porogen
