#include "porogen/volume/deposit_front.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

#include "porogen/core/parallel.h"
#include "porogen/volume/redistance.h"
#include "volume/solid_slabs.h"

namespace porogen {

namespace {

using Cell = std::array<std::int64_t, 3>;

constexpr std::int64_t block = 1 << 14;
/// Half the band in which the distance is kept [voxels].
constexpr std::int64_t reach = 4;
/// How far from the surface moves are held on cells: those around a foot are within this [voxels].
constexpr float shell = 2;

Cell cell_of(std::int64_t n, const Shape& shape) {
    return {n % shape.x, n / shape.x % shape.y, n / (shape.x * shape.y)};
}

Vec3f centre_of(std::int64_t n, const Shape& shape) {
    const Cell cell = cell_of(n, shape);
    return {static_cast<float>(cell[0]), static_cast<float>(cell[1]), static_cast<float>(cell[2])};
}

/// The neighbour of a cell some steps away; -1 beyond ends that do not wrap.
std::int64_t neighbour(Cell cell, const Cell& steps, const Shape& shape,
                       std::array<bool, 3> periodic) {
    for (std::size_t a = 0; a < 3; ++a) {
        const std::int64_t count = shape[all_axes[a]];
        cell[a] += steps[a];
        if (cell[a] < 0 || cell[a] >= count) {
            if (!periodic[a]) {
                return -1;
            }
            cell[a] = (cell[a] % count + count) % count;
        }
    }
    return shape.index(cell[0], cell[1], cell[2]);
}

/// Visits the cells of the cube of 3 x 3 x 3 around one but for itself.
template <class Visit>
void visit_around(std::int64_t n, const Shape& shape, std::array<bool, 3> periodic,
                  const Visit& visit) {
    const Cell cell = cell_of(n, shape);
    for (std::int64_t c = 0; c < 27; ++c) {
        const std::int64_t other =
            c == 13 ? -1 : neighbour(cell, {c % 3 - 1, c / 3 % 3 - 1, c / 9 - 1}, shape, periodic);
        if (other >= 0) {
            visit(other);
        }
    }
}

/// Marks everything within `steps` cells, along every axis, of what is marked.
void dilate(Grid<std::uint8_t>& marks, std::array<bool, 3> periodic, std::int64_t steps) {
    const Shape& shape = marks.shape();
    for (const Axis axis : all_axes) {
        const std::int64_t count = shape[axis];
        const std::int64_t stride = shape.stride(axis);
        const std::int64_t lines = shape.size() / count;
        const bool wraps = periodic[static_cast<std::size_t>(axis)];
        parallel_blocks(lines, 256, [&](std::int64_t begin, std::int64_t end) {
            std::vector<std::uint8_t> line(static_cast<std::size_t>(count));
            for (std::int64_t l = begin; l < end; ++l) {
                const std::int64_t first = l / stride * stride * count + l % stride;
                std::fill(line.begin(), line.end(), std::uint8_t{0});
                const std::int64_t lap = wraps ? std::min(steps, count) : 0;
                std::int64_t left = 0; // cells still to mark, going up, then down
                for (std::int64_t n = -lap; n < count; ++n) {
                    const std::int64_t at = n < 0 ? n + count : n;
                    left = marks[first + at * stride] != 0 ? steps + 1 : left - 1;
                    if (n >= 0 && left > 0) {
                        line[static_cast<std::size_t>(n)] = 1;
                    }
                }
                left = 0;
                for (std::int64_t n = count - 1 + lap; n >= 0; --n) {
                    const std::int64_t at = n % count;
                    left = marks[first + at * stride] != 0 ? steps + 1 : left - 1;
                    if (n < count && left > 0) {
                        line[static_cast<std::size_t>(n)] = 1;
                    }
                }
                for (std::int64_t n = 0; n < count; ++n) {
                    marks[first + n * stride] = line[static_cast<std::size_t>(n)];
                }
            }
        });
    }
}

/// A cell that a moving surface is nearest to.
struct MovingCell {
    std::int64_t cell;
    float held; ///< its distance so far [m]
    float base; ///< the same measured anew, or with a seam closed [m]
    float move; ///< of that surface [m]
};

/// Where the grid is coarse for what it holds, measuring the distance anew and closing seams adds
/// volume of its own, at worst more than is asked for. So the smaller the factor of the moves the
/// less of it counts, below this factor; with none the volume is that before, to the bit.
constexpr double whole_base = 0.5;

/// Brings the moves from the cells that the surface cuts to all cells near it.
class Extension {
  public:
    Extension(const PhaseVolume& volume, const Grid<float>& move, const Grid<std::uint8_t>& is_cut)
        : volume_(volume), shape_(volume.shape()), voxel_(static_cast<float>(volume.voxel.x())),
          shortest_(shape_, volume.periodic), near_(shape_) {
        parallel_blocks(shape_.size(), block, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t n = begin; n < end; ++n) {
                near_[n] = move[n] > 0 ? 1 : 0;
            }
        });
        dilate(near_, volume.periodic, reach + 2);
        Grid<std::uint8_t> around =
            near_; // all that can be nearest to a cell near a moving surface
        dilate(around, volume.periodic, reach + 1);
        surface_ = nearest_surface(volume, static_cast<double>(reach), &around);
        find_feet();
        fill(move, is_cut);
        Grid<float> smooth(shape_, unknown);
        for_near([&](std::int64_t n) { smooth[n] = std::max(at_foot(n, true), 0.0F); });
        moves_ = std::move(smooth);
    }

    /// The cells whose distance changes, with what it changes from.
    [[nodiscard]] std::vector<MovingCell> moving_cells(const Grid<float>& move) const {
        const std::int64_t blocks = (shape_.size() + block - 1) / block;
        std::vector<std::vector<MovingCell>> parts(static_cast<std::size_t>(blocks));
        parallel_blocks(shape_.size(), block, [&](std::int64_t begin, std::int64_t end) {
            std::vector<MovingCell>& part = parts[static_cast<std::size_t>(begin / block)];
            for (std::int64_t n = begin; n < end; ++n) {
                if (near_[n] == 0) {
                    continue;
                }
                const float held = volume_.distance[n];
                MovingCell moving =
                    surface_.nearest.source[n] < 0 ? MovingCell{n, held, held, 0} : next(n);
                const float closed = closed_seam(n, move);
                if (moving.move > 0 || closed < moving.base) {
                    moving.base = std::min(moving.base, closed);
                    part.push_back(moving);
                }
            }
        });
        std::vector<MovingCell> all;
        for (std::vector<MovingCell>& part : parts) {
            all.insert(all.end(), part.begin(), part.end());
            part = {};
        }
        return all;
    }

  private:
    static constexpr float unknown = -1;

    struct Foot {
        Vec3f place = Vec3f::Zero();
        float away = 0; ///< from the cell
    };

    template <class Visit>
    void for_near(const Visit& visit) const {
        parallel_blocks(shape_.size(), block, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t n = begin; n < end; ++n) {
                if (near_[n] != 0 && surface_.nearest.source[n] >= 0) {
                    visit(n);
                }
            }
        });
    }

    [[nodiscard]] const SurfacePoint& point(std::int64_t n) const {
        return surface_.points[static_cast<std::size_t>(surface_.nearest.source[n])];
    }

    /// The places of the surface nearest to the cells [voxels].
    void find_feet() {
        feet_ = Grid<Foot>(shape_);
        for_near([&](std::int64_t n) {
            const SurfacePoint& nearest = point(n);
            const Vec3f centre = centre_of(n, shape_);
            const PointDistance way = distance_from(nearest, shortest_(centre - nearest.position));
            feet_[n] = {centre - way.distance * way.normal, std::abs(way.distance)};
        });
    }

    /// Interpolates the moves held on the cells around the foot of a cell, those with a move only,
    /// and only such as belong to a surface that faces the same way.
    [[nodiscard]] float at_foot(std::int64_t n, bool widely) const {
        const Vec3f& foot = feet_[n].place;
        const Vec3f& normal = point(n).normal;
        const Vec3f low = foot.array().floor();
        const Vec3f part = foot - low;
        const Cell base{static_cast<std::int64_t>(low[0]), static_cast<std::int64_t>(low[1]),
                        static_cast<std::int64_t>(low[2])};
        float sum = 0;
        float weights = 0;
        for (std::int64_t corner = 0; corner < 8; ++corner) {
            const Cell step{corner & 1, corner >> 1 & 1, corner >> 2};
            add(base, step, normal,
                (step[0] != 0 ? part[0] : 1 - part[0]) * (step[1] != 0 ? part[1] : 1 - part[1]) *
                    (step[2] != 0 ? part[2] : 1 - part[2]),
                sum, weights);
        }
        if (widely && !(weights > 1e-3F)) { // the foot is beside the polygons
            for (std::int64_t c = 0; c < 64; ++c) {
                add(base, {c % 4 - 1, c / 4 % 4 - 1, c / 16 - 1}, normal, 1, sum, weights);
            }
        }
        return weights > 1e-3F ? sum / weights : unknown;
    }

    void add(const Cell& base, const Cell& step, const Vec3f& normal, float weight, float& sum,
             float& weights) const {
        const std::int64_t other = neighbour(base, step, shape_, volume_.periodic);
        if (other < 0 || moves_[other] < 0 || !(point(other).normal.dot(normal) > 0)) {
            return;
        }
        sum += weight * moves_[other];
        weights += weight;
    }

    /// Moves constant along normals on all cells within the shell: those cut hold their own, the
    /// others take what lies at their feet, again and again.
    void fill(const Grid<float>& move, const Grid<std::uint8_t>& is_cut) {
        constexpr int rounds = 3;
        moves_ = Grid<float>(shape_, unknown);
        for_near([&](std::int64_t n) {
            if (is_cut[n] != 0) {
                moves_[n] = move[n] / voxel_;
            }
        });
        for (int round = 0; round < rounds; ++round) {
            Grid<float> better = moves_;
            for_near([&](std::int64_t n) {
                if (is_cut[n] == 0 && feet_[n].away < shell) {
                    better[n] = at_foot(n, false);
                }
            });
            moves_ = std::move(better);
        }
    }

    /// The distance that a cell has now, and the move that is to be taken off it: those of the
    /// surface that will be nearest.
    [[nodiscard]] MovingCell next(std::int64_t n) const {
        const Cell cell = cell_of(n, shape_);
        const bool inside = volume_.distance[n] < 0;
        const float side = inside ? -1.0F : 1.0F;
        const float d = side * feet_[n].away;
        float move = moves_[n];
        const float held = volume_.distance[n] / voxel_;
        // Measuring the distance anew is a little off each time, so near the surface the one held
        // is trusted, and forgotten only as fast as the surface moves on.
        const float tolerance = 0.01F + 0.02F * std::abs(d);
        const float trust = std::clamp(2 - std::abs(d), 0.0F, 1.0F) * std::max(1 - move, 0.0F);
        float base = d + trust * std::clamp(held - d, -tolerance, tolerance);
        if (side * held < side * d && is_near_end(cell, std::abs(d))) {
            base = held; // of a surface that goes on beyond the end
        }
        // A point that moves sends out a sphere, and the surface is what they envelop (Huygens).
        constexpr float differ = 0.02F;
        float best = side * (base - move);
        for (std::int64_t c = 0; c < 6; ++c) {
            Cell step{};
            step[static_cast<std::size_t>(c / 2)] = 2 * (c % 2) - 1;
            const std::int64_t other = neighbour(cell, step, shape_, volume_.periodic);
            if (other < 0 || moves_[other] < 0 || !(std::abs(moves_[other] - moves_[n]) > differ)) {
                continue;
            }
            const float away =
                side * shortest_(centre_of(n, shape_) - point(other).position).norm();
            const float then = side * (away - moves_[other]);
            if (then < best) {
                best = then;
                base = away;
                move = moves_[other];
            }
        }
        const float now = volume_.distance[n];
        return {n, now, move > 0 ? voxel_ * base : now, voxel_ * move};
    }

    /// Within some voxels of an end that does not wrap.
    [[nodiscard]] bool is_near_end(const Cell& cell, float voxels) const {
        for (std::size_t a = 0; a < 3; ++a) {
            const std::int64_t last = shape_[all_axes[a]] - 1;
            if (!volume_.periodic[a] &&
                static_cast<float>(std::min(cell[a], last - cell[a])) < voxels) {
                return true;
            }
        }
        return false;
    }

    /// Where two fronts have met, the distance stays small, and the cut cells would find slits
    /// between the grid points: makes it so deep that they cannot, if the fronts were moving.
    [[nodiscard]] float closed_seam(std::int64_t n, const Grid<float>& move) const {
        constexpr float deep = -0.6F; // a plane leaves none but open neighbours above -1
        const float held = volume_.distance[n];
        if (!(held < 0) || held <= deep * voxel_) {
            return held;
        }
        bool open = false;
        bool moves = move[n] > 0;
        visit_around(n, shape_, volume_.periodic, [&](std::int64_t other) {
            open = open || !(volume_.distance[other] < 0);
            moves = moves || move[other] > 0;
        });
        return open || !moves ? held : deep * voxel_;
    }

    const PhaseVolume& volume_;
    Shape shape_;
    float voxel_;
    NearestSurface surface_;
    ShortestWay shortest_;
    Grid<std::uint8_t> near_; ///< of a moving surface
    Grid<Foot> feet_;         ///< of the cells near one
    Grid<float> moves_;       ///< [voxels], < 0 where not known
};

/// The volume of the solid, of which only some slabs change.
class SolidSum {
  public:
    explicit SolidSum(const PhaseVolume& volume)
        : slabs_(volume), parts_(static_cast<std::size_t>(slabs_.count())) {}

    [[nodiscard]] const SolidSlabs& slabs() const { return slabs_; }

    void measure(const Grid<float>& distance, const std::vector<std::int64_t>& which,
                 const Grid<float>* move, Grid<std::uint8_t>* is_cut) {
        parallel_blocks(
            static_cast<std::int64_t>(which.size()), 1, [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t n = begin; n < end; ++n) {
                    const std::int64_t s = which[static_cast<std::size_t>(n)];
                    parts_[static_cast<std::size_t>(s)] = slabs_.at(distance, s, move, is_cut);
                }
            });
    }

    [[nodiscard]] std::vector<std::int64_t> all() const {
        std::vector<std::int64_t> numbers;
        for (std::int64_t s = 0; s < slabs_.count(); ++s) {
            numbers.push_back(s);
        }
        return numbers;
    }

    /// [cells]
    [[nodiscard]] SlabSolid sum() const {
        SlabSolid sum;
        for (const SlabSolid& part : parts_) {
            sum.inside += part.inside;
            sum.growth += part.growth;
        }
        return sum;
    }

  private:
    SolidSlabs slabs_;
    std::vector<SlabSolid> parts_;
};

/// The surface as a function of the factor of all moves.
class Front {
  public:
    Front(PhaseVolume& volume, const Grid<float>& framework, const std::vector<MovingCell>& cells,
          SolidSum& solid)
        : volume_(volume), framework_(framework), cells_(cells), solid_(solid),
          moves_(volume.shape()) {
        std::vector<std::uint8_t> layers(static_cast<std::size_t>(volume.shape().z));
        for (const MovingCell& moving : cells) {
            moves_[moving.cell] = moving.move;
            layers[static_cast<std::size_t>(layer_of(moving.cell))] = 1;
        }
        std::vector<std::uint8_t> changes(static_cast<std::size_t>(solid.slabs().count()));
        for (std::int64_t k = 0; k < volume.shape().z; ++k) {
            if (layers[static_cast<std::size_t>(k)] != 0) {
                for (const std::int64_t s : solid.slabs().around(k)) {
                    changes[static_cast<std::size_t>(s)] = 1;
                }
            }
        }
        for (std::int64_t s = 0; s < solid.slabs().count(); ++s) {
            if (changes[static_cast<std::size_t>(s)] != 0) {
                slabs_.push_back(s);
            }
        }
    }

    /// Moves the surface and measures the solid [cells].
    SlabSolid at(double factor) {
        const double part = std::min(factor / whole_base, 1.0);
        parallel_blocks(
            static_cast<std::int64_t>(cells_.size()), block,
            [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t n = begin; n < end; ++n) {
                    const MovingCell& m = cells_[static_cast<std::size_t>(n)];
                    const double base = part < 1 ? (1 - part) * static_cast<double>(m.held) +
                                                       part * static_cast<double>(m.base)
                                                 : static_cast<double>(m.base);
                    volume_.distance[m.cell] =
                        std::min(framework_[m.cell],
                                 static_cast<float>(base - factor * static_cast<double>(m.move)));
                }
            });
        solid_.measure(volume_.distance, slabs_, &moves_, nullptr);
        return solid_.sum();
    }

    /// Takes up what is left by changing single distances by less than a thousandth of a voxel:
    /// those nearest to 0 are the finest.
    void settle(double target, double tolerance) {
        constexpr std::size_t most = 8;
        std::vector<std::int64_t> nearest;
        for (const MovingCell& moving : cells_) {
            const float size = std::abs(volume_.distance[moving.cell]);
            if (!(moving.move > 0) || !(size < 0.5F * static_cast<float>(volume_.voxel.x()))) {
                continue;
            }
            const auto finer = [&](std::int64_t a, std::int64_t b) {
                return std::abs(volume_.distance[a]) < std::abs(volume_.distance[b]);
            };
            const auto place = std::upper_bound(nearest.begin(), nearest.end(), moving.cell, finer);
            nearest.insert(place, moving.cell);
            if (nearest.size() > most) {
                nearest.pop_back();
            }
        }
        for (const std::int64_t cell : nearest) {
            if (std::abs(left(target)) <= tolerance) {
                return;
            }
            shift(cell, target, tolerance);
        }
        // On a surface along the grid all are alike. Cells farther away have less influence.
        const std::size_t tried = std::min<std::size_t>(nearest.size(), 2);
        for (std::size_t c = 0; c < tried; ++c) {
            for (std::int64_t n = 0; n < 18; ++n) {
                Cell step{};
                step[static_cast<std::size_t>(n / 6)] = (n % 6 / 2 + 1) * (n % 2 == 0 ? 1 : -1);
                const std::int64_t cell = neighbour(cell_of(nearest[c], volume_.shape()), step,
                                                    volume_.shape(), volume_.periodic);
                if (std::abs(left(target)) <= tolerance) {
                    return;
                }
                if (cell >= 0 && moves_[cell] > 0) {
                    shift(cell, target, tolerance);
                }
            }
        }
    }

    [[nodiscard]] double left(double target) const { return target - solid_.sum().inside; }

  private:
    [[nodiscard]] std::int64_t layer_of(std::int64_t cell) const {
        return cell / (volume_.shape().x * volume_.shape().y);
    }

    /// Changes one distance such that less is left, if possible.
    void shift(std::int64_t cell, double target, double tolerance) {
        const auto slabs = solid_.slabs().around(layer_of(cell));
        const auto set = [&](float value) {
            volume_.distance[cell] = value;
            solid_.measure(volume_.distance, slabs, &moves_, nullptr);
            return left(target);
        };
        const double voxel = volume_.voxel.x();
        float best = volume_.distance[cell];
        const float first = best;
        const double trial = 1e-3 * voxel;
        double least = left(target);
        const double changed = set(static_cast<float>(static_cast<double>(best) - trial));
        const double influence = (least - changed) / trial; // [cells/m]
        if (std::abs(influence) * voxel > 1e-6) {
            for (int step = 0; step < 4 && std::abs(least) > tolerance; ++step) {
                const auto value =
                    static_cast<float>(static_cast<double>(best) - least / influence);
                if (value == best || !(value <= framework_[cell]) ||
                    !(std::abs(value - first) < static_cast<float>(2e-3 * voxel)) ||
                    (value < 0) != (first < 0)) {
                    break;
                }
                const double now = set(value);
                if (!(std::abs(now) < std::abs(least))) {
                    break;
                }
                least = now;
                best = value;
            }
        }
        set(best);
    }

    PhaseVolume& volume_;
    const Grid<float>& framework_;
    const std::vector<MovingCell>& cells_;
    SolidSum& solid_;
    Grid<float> moves_;
    std::vector<std::int64_t> slabs_; ///< that change
};

/// Finds the factor; returns it with the surface there.
double find_factor(Front& front, double target, double growth) {
    constexpr int most_steps = 20;
    const double enough = std::clamp(1e-8 * growth, 1e-6, 5e-4);
    double low = 0;
    double high = largest_front_factor;
    double factor = 1;
    std::optional<double> last_factor;
    double last_left = 0;
    for (int step = 0; step < most_steps; ++step) {
        const SlabSolid solid = front.at(factor);
        const double left = target - solid.inside;
        if (std::abs(left) <= enough) {
            return factor;
        }
        (left > 0 ? low : high) = factor;
        double slope = solid.growth;
        if (last_factor && std::abs(factor - *last_factor) < 0.2) {
            slope = (last_left - left) / (factor - *last_factor); // far better than its estimate
        }
        last_factor = factor;
        last_left = left;
        double next = factor + left / slope;
        if (!(next > low)) {
            next = low;
        }
        if (!(next < high)) {
            next = high;
        }
        if (next == factor) { // an end of the range, or as fine as factors are
            return factor;
        }
        // A bound that was tried already is no place to go to.
        const bool tried =
            (next == low && low > 0) || (next == high && high < largest_front_factor);
        factor = tried ? (low + high) / 2 : next;
    }
    return factor;
}

} // namespace

double solid_volume(const PhaseVolume& volume) {
    assert(volume.has_distance());
    SolidSum solid(volume);
    solid.measure(volume.distance, solid.all(), nullptr, nullptr);
    return solid.sum().inside * volume.voxel.prod();
}

FrontMove advance_front(PhaseVolume& volume, const Grid<float>& framework, const Grid<float>& move,
                        double growth) {
    assert(volume.has_distance() && growth >= 0);
    volume.bodies.reset();
    const double cell = volume.voxel.prod();
    SolidSum solid(volume);
    Grid<std::uint8_t> is_cut(volume.shape());
    solid.measure(volume.distance, solid.all(), nullptr, &is_cut);
    const double before = solid.sum().inside;
    FrontMove result;
    result.volume = before * cell;
    if (!(growth > 0)) {
        result.factor = 0;
        return result;
    }
    const std::vector<MovingCell> cells = Extension(volume, move, is_cut).moving_cells(move);
    if (cells.empty()) {
        result.error = -1;
        return result;
    }
    const double asked = growth / cell;
    Front front(volume, framework, cells, solid);
    result.factor = find_factor(front, before + asked, asked);
    if (std::abs(front.left(before + asked)) < 1e-2) {
        front.settle(before + asked, 1e-11 * asked);
    }
    const double after = solid.sum().inside;
    result.volume = after * cell;
    result.error = (after - before) / asked - 1;
    return result;
}

} // namespace porogen
