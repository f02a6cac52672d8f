#include "porogen/geometry/level_set.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <memory>
#include <mutex>
#include <vector>

#include <openvdb/tools/LevelSetRebuild.h>
#include <openvdb/tools/Prune.h>

#include "geometry/level_set_data.h"
#include "porogen/core/parallel.h"
#include "porogen/volume/distance_transform.h"

namespace porogen {

namespace {

using Leaf = openvdb::FloatTree::LeafNodeType;
using openvdb::Coord;
constexpr int leaf_edge = Leaf::DIM;

/// What one leaf-sized block of cells turns into: a leaf where the band passes, else a constant
/// tile.
struct Block {
    std::unique_ptr<Leaf> leaf;
    bool inside = false;
};

/// `field(i, j, k)`: distance at the cell [um], for any cell, also outside the box.
template <class Field>
Block make_block(const Coord& origin, float background, const Field& field) {
    auto leaf = std::make_unique<Leaf>(origin, background);
    for (openvdb::Index n = 0; n < Leaf::SIZE; ++n) {
        const Coord cell = leaf->offsetToGlobalCoord(n);
        const auto value = static_cast<float>(field(cell.x(), cell.y(), cell.z()));
        if (std::abs(value) < background) {
            leaf->setValueOn(n, value);
        } else {
            leaf->setValueOff(n, std::copysign(background, value));
        }
    }
    float constant = 0;
    bool active = false;
    if (leaf->isConstant(constant, active) && !active) {
        return {nullptr, constant < 0};
    }
    return {std::move(leaf), false};
}

/// Leaf blocks that cover the box and one more all around it, x fastest.
struct Blocks {
    std::int64_t x, y, z;
    explicit Blocks(const Shape& shape) : x(along(shape.x)), y(along(shape.y)), z(along(shape.z)) {}
    [[nodiscard]] std::int64_t count() const { return x * y * z; }
    [[nodiscard]] Coord origin(std::int64_t n) const {
        return {corner(n % x), corner(n / x % y), corner(n / (x * y))};
    }

  private:
    static std::int64_t along(std::int64_t cells) {
        return (cells + leaf_edge - 1) / leaf_edge + 2;
    }
    static int corner(std::int64_t block) { return static_cast<int>((block - 1) * leaf_edge); }
};

template <class Field>
openvdb::FloatGrid::Ptr narrow_band(const Shape& shape, double voxel, double background,
                                    const Field& field) {
    initialize_openvdb();
    auto grid = openvdb::FloatGrid::create(static_cast<float>(background));
    grid->setTransform(cell_transform(voxel));
    grid->setGridClass(openvdb::GRID_LEVEL_SET);
    const Blocks blocks(shape);
    std::vector<Block> filled(static_cast<std::size_t>(blocks.count()));
    parallel_blocks(blocks.count(), 16, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            filled[static_cast<std::size_t>(n)] =
                make_block(blocks.origin(n), grid->background(), field);
        }
    });
    for (std::int64_t n = 0; n < blocks.count(); ++n) {
        Block& block = filled[static_cast<std::size_t>(n)];
        if (block.leaf) {
            grid->tree().addLeaf(block.leaf.release());
        } else if (block.inside) {
            grid->tree().addTile(1, blocks.origin(n), -grid->background(), false);
        }
    }
    openvdb::tools::pruneLevelSet(grid->tree());
    return grid;
}

constexpr std::array<bool, 3> not_periodic{};

/// A field on the box's cells, continued beyond its sides: periodically, or by its last layer.
class Continued {
  public:
    Continued(const Grid<float>& field, std::array<bool, 3> periodic)
        : field_(field), periodic_(periodic) {}
    double operator()(std::int64_t i, std::int64_t j, std::int64_t k) const {
        const Shape& n = field_.shape();
        return field_(inside(i, n.x, periodic_[0]), inside(j, n.y, periodic_[1]),
                      inside(k, n.z, periodic_[2]));
    }

  private:
    static std::int64_t inside(std::int64_t i, std::int64_t count, bool periodic) {
        return periodic ? ((i % count) + count) % count : std::clamp<std::int64_t>(i, 0, count - 1);
    }
    const Grid<float>& field_;
    std::array<bool, 3> periodic_;
};

/// A field cut by the sides of the box: inside, the larger of the two distances; outside, the way
/// over the nearest point of the sides (exact where the surface meets them at right angles).
class Clipped {
  public:
    Clipped(const Shape& shape, double voxel) : shape_(shape), voxel_(voxel) {}
    /// `distance`: of the cell of the box that is nearest to (i, j, k).
    double operator()(double distance, std::int64_t i, std::int64_t j, std::int64_t k) const {
        const Vec3 q(beyond(i, shape_.x), beyond(j, shape_.y), beyond(k, shape_.z));
        if (q.maxCoeff() < 0) {
            return std::max(distance, q.maxCoeff());
        }
        return std::hypot(q.cwiseMax(0.0).norm(), std::max(distance, 0.0));
    }

  private:
    /// How far a cell's centre lies beyond the nearer of two opposite sides.
    [[nodiscard]] double beyond(std::int64_t index, std::int64_t count) const {
        const double a = static_cast<double>(index) + 0.5;
        return std::max(-a, a - static_cast<double>(count)) * voxel_;
    }
    Shape shape_;
    double voxel_;
};

/// Upwind gradient of the distance (Godunov's, as in Osher & Fedkiw 2003, eq. 6.3 and 6.4): 1 for a
/// distance, also at creases where central differences vanish.
double upwind_gradient(const Continued& d, const Shape& shape, std::int64_t n, double voxel) {
    const std::int64_t i = n % shape.x;
    const std::int64_t j = n / shape.x % shape.y;
    const std::int64_t k = n / (shape.x * shape.y);
    const double centre = d(i, j, k);
    const double sign = centre < 0 ? -1 : 1;
    const auto squared_slope = [&](double below, double above) {
        const double slope = std::max({sign * (centre - below), sign * (centre - above), 0.0});
        return slope * slope;
    };
    return std::sqrt(squared_slope(d(i - 1, j, k), d(i + 1, j, k)) +
                     squared_slope(d(i, j - 1, k), d(i, j + 1, k)) +
                     squared_slope(d(i, j, k - 1), d(i, j, k + 1))) /
           voxel;
}

bool next_to_surface(const Continued& d, const Shape& shape, std::int64_t n) {
    const std::int64_t i = n % shape.x;
    const std::int64_t j = n / shape.x % shape.y;
    const std::int64_t k = n / (shape.x * shape.y);
    const bool inside = d(i, j, k) < 0;
    return (d(i - 1, j, k) < 0) != inside || (d(i + 1, j, k) < 0) != inside ||
           (d(i, j - 1, k) < 0) != inside || (d(i, j + 1, k) < 0) != inside ||
           (d(i, j, k - 1) < 0) != inside || (d(i, j, k + 1) < 0) != inside;
}

/// Mean gradient of the field on the cells next to its surface: 1 for a distance.
double surface_gradient(const PhaseVolume& volume) {
    const Continued d(volume.distance, volume.periodic);
    constexpr std::int64_t block = 1 << 14;
    const auto sum = [&](const auto& value) {
        return parallel_sum(volume.distance.size(), block,
                            [&](std::int64_t begin, std::int64_t end) {
                                double total = 0;
                                for (std::int64_t n = begin; n < end; ++n) {
                                    total += next_to_surface(d, volume.shape(), n) ? value(n) : 0;
                                }
                                return total;
                            });
    };
    const double cells = sum([](std::int64_t) { return 1.0; });
    const double gradients = sum(
        [&](std::int64_t n) { return upwind_gradient(d, volume.shape(), n, volume.voxel.x()); });
    return cells > 0 ? gradients / cells : 1;
}

/// A narrow band of true distances for `field`, which has the right zero but may be steeper or
/// flatter
/// (`gradient`, 1 for a distance).
template <class Field>
openvdb::FloatGrid::Ptr level_set_of(const Shape& shape, double voxel, double gradient,
                                     const Field& field) {
    constexpr double tolerated = 0.2;
    if (std::abs(gradient - 1) <= tolerated) {
        return narrow_band(shape, voxel, half_width * voxel, field);
    }
    const auto steep =
        narrow_band(shape, voxel, half_width * voxel * std::max(gradient, 1.0), field);
    return openvdb::tools::levelSetRebuild(*steep, 0.0F, static_cast<float>(half_width));
}

LevelSet wrap(const openvdb::FloatGrid::Ptr& grid) {
    return LevelSet(std::make_shared<const LevelSet::Data>(LevelSet::Data{grid}));
}

/// Distance to the part of space that belongs to a label rather than to the other solids, negative
/// inside [m]. Its zero lies half-way between the cells of the two.
Grid<float> label_distance(const PhaseVolume& volume, std::uint8_t label) {
    Grid<std::uint8_t> own(volume.shape());
    Grid<std::uint8_t> other(volume.shape());
    for (std::int64_t n = 0; n < own.size(); ++n) {
        own[n] = volume.labels[n] == label;
        other[n] = volume.labels[n] != label && volume.labels[n] != pore_label;
    }
    const auto to_own = squared_distance_transform(own, volume.voxel, volume.periodic);
    const auto to_other = squared_distance_transform(other, volume.voxel, volume.periodic);
    Grid<float> distance(volume.shape());
    const auto half = static_cast<float>(volume.voxel.x() / 2);
    // Without any other solid the distance to it is infinite: cut to the box, which is as good.
    const auto far = static_cast<float>(volume.size().norm());
    for (std::int64_t n = 0; n < distance.size(); ++n) {
        const float inner = std::min(std::sqrt(to_other[n]), far);
        const float outer = std::min(std::sqrt(to_own[n]), far);
        distance[n] = own[n] != 0     ? half - inner
                      : other[n] != 0 ? outer - half
                                      : (outer - inner) / 2;
    }
    return distance;
}

} // namespace

void initialize_openvdb() {
    static std::once_flag once;
    std::call_once(once, [] { openvdb::initialize(); });
}

openvdb::math::Transform::Ptr cell_transform(double voxel) {
    auto transform = openvdb::math::Transform::createLinearTransform(voxel);
    transform->postTranslate(openvdb::Vec3d(voxel / 2));
    return transform;
}

openvdb::FloatGrid::Ptr open_level_set(const PhaseVolume& volume) {
    assert(volume.has_distance());
    const Continued distance(volume.distance, volume.periodic);
    return level_set_of(volume.shape(), volume.voxel.x() * micrometres, surface_gradient(volume),
                        [&](std::int64_t i, std::int64_t j, std::int64_t k) {
                            return distance(i, j, k) * micrometres;
                        });
}

LevelSet solid_level_set(const PhaseVolume& volume) {
    assert(volume.has_distance());
    const double voxel = volume.voxel.x() * micrometres;
    const Continued distance(volume.distance, not_periodic);
    const Clipped clipped(volume.shape(), voxel);
    return wrap(level_set_of(volume.shape(), voxel, surface_gradient(volume),
                             [&](std::int64_t i, std::int64_t j, std::int64_t k) {
                                 return clipped(distance(i, j, k) * micrometres, i, j, k);
                             }));
}

LevelSet phase_level_set(const PhaseVolume& volume, std::uint8_t label) {
    assert(volume.has_distance());
    const bool only_solid =
        std::all_of(volume.labels.begin(), volume.labels.end(),
                    [&](std::uint8_t other) { return other == label || other == pore_label; });
    if (only_solid) {
        return solid_level_set(volume);
    }
    const double voxel = volume.voxel.x() * micrometres;
    const Grid<float> to_label = label_distance(volume, label);
    const Continued distance(volume.distance, not_periodic);
    const Continued own(to_label, not_periodic);
    const Clipped clipped(volume.shape(), voxel);
    return wrap(level_set_of(volume.shape(), voxel, surface_gradient(volume),
                             [&](std::int64_t i, std::int64_t j, std::int64_t k) {
                                 const double d = std::max(distance(i, j, k), own(i, j, k));
                                 return clipped(d * micrometres, i, j, k);
                             }));
}

} // namespace porogen
