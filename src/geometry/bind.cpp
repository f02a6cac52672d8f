#include "porogen/geometry/bind.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/core/units.h"
#include "porogen/volume/cut_cells.h"
#include "porogen/volume/line_sweeps.h"
#include "porogen/volume/redistance.h"

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
        if (!has_surface()) {
            return;
        }
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
            const std::int64_t n = cell_around(place, corner);
            if (radius_[n] < 0) {
                return radius_[n];
            }
            least = std::min(least, at(n, place).distance);
        }
        return least;
    }

    /// By how much the ball of this radius that touches the surface at the foot of a cell is too
    /// large; overrated beside ridges of the distance. Ends that do not wrap let it through: if the
    /// smaller ball with its centre on the end fits, so does the larger.
    [[nodiscard]] float excess(std::int64_t n, float radius) const {
        const Vector3f cell = centre_of(n, shape_);
        const PointDistance way = at(n, cell);
        float step = radius - way.distance;
        for (std::size_t a = 0; a < 3; ++a) {
            const float slope = way.normal[static_cast<int>(a)];
            if (!volume_.periodic[a] && slope != 0) {
                const float end = slope < 0 ? 0 : static_cast<float>(shape_[all_axes[a]] - 1);
                step = std::min(step, (end - cell[static_cast<int>(a)]) / slope);
            }
        }
        return way.distance + step - interpolated_radius(cell + step * way.normal);
    }
    [[nodiscard]] bool has_surface() const { return !surface_.points.empty(); }
    [[nodiscard]] float largest_radius() const {
        return *std::max_element(radius_.begin(), radius_.end());
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

    /// One of the eight cells around a place; beyond ends that do not wrap, the last one.
    [[nodiscard]] std::int64_t cell_around(const Vector3f& place, int corner) const {
        std::array<std::int64_t, 3> cell{};
        for (std::size_t a = 0; a < 3; ++a) {
            const std::int64_t count = shape_[all_axes[a]];
            cell[a] = static_cast<std::int64_t>(std::floor(place[static_cast<int>(a)])) +
                      (corner >> a & 1);
            if (cell[a] < 0 || cell[a] >= count) {
                cell[a] = volume_.periodic[a] ? (cell[a] % count + count) % count
                                              : std::clamp<std::int64_t>(cell[a], 0, count - 1);
            }
        }
        return shape_.index(cell[0], cell[1], cell[2]);
    }

  private:
    [[nodiscard]] float interpolated_radius(const Vector3f& place) const {
        const Vector3f part = place - place.array().floor().matrix();
        float value = 0;
        for (int corner = 0; corner < 8; ++corner) {
            float weight = 1;
            for (int a = 0; a < 3; ++a) {
                weight *= (corner >> a & 1) != 0 ? part[a] : 1 - part[a];
            }
            value += weight * radius_[cell_around(place, corner)];
        }
        return value;
    }

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

/// Sweeps along the axes lose edges from sight where many converge: goes along the nearest edge to
/// where the cell's foot on it should be, and asks the cells there.
float polished(const NearestSource& near, const std::vector<Edge>& edges, const Pores& pores,
               std::int64_t n) {
    constexpr int most_looks = 12;
    constexpr float stride = 3;
    const Vector3f cell = centre_of(n, pores.shape());
    std::int32_t best = near.source[n];
    float square = near.square[n];
    for (int look = 0; look < most_looks; ++look) {
        const Edge& edge = edges[static_cast<std::size_t>(best)];
        const float t = pores.shortest()(cell - edge.middle).dot(edge.along);
        const Vector3f foot = edge.middle + std::clamp(t, -stride, stride) * edge.along;
        bool improved = false;
        for (int corner = 0; corner < 8; ++corner) {
            const std::int32_t other = near.source[pores.cell_around(foot, corner)];
            if (other < 0 || other == best) {
                continue;
            }
            const Edge& candidate = edges[static_cast<std::size_t>(other)];
            const float length =
                squared_distance(candidate, pores.shortest()(cell - candidate.middle));
            if (length < square) {
                square = length;
                best = other;
                improved = true;
            }
        }
        if (!improved) {
            break;
        }
    }
    return square;
}

/// Finds the nearest edge, as far as `reach`, of the cells with `wanted`.
NearestSource nearest_edges(const std::vector<Edge>& edges, const Pores& pores,
                            std::array<bool, 3> periodic, const Grid<std::uint8_t>& wanted,
                            float reach) {
    const Shape& shape = pores.shape();
    NearestSource near{Grid<std::int32_t>(shape, -1), Grid<float>(shape, -1)};
    for (std::int64_t n = 0; n < shape.size(); ++n) {
        near.square[n] = wanted[n] != 0 ? infinity : -1; // nothing is nearer than -1
    }
    const auto square = [&](std::int64_t i, std::int64_t j, std::int64_t k, std::int32_t source) {
        const Edge& edge = edges[static_cast<std::size_t>(source)];
        const Vector3f cell(static_cast<float>(i), static_cast<float>(j), static_cast<float>(k));
        return squared_distance(edge, pores.shortest()(cell - edge.middle));
    };
    for (std::size_t e = 0; e < edges.size(); ++e) {
        for (int corner = 0; corner < 8; ++corner) {
            const std::int64_t n = pores.cell_around(edges[e].middle, corner);
            const float length = square(n % shape.x, n / shape.x % shape.y, n / (shape.x * shape.y),
                                        static_cast<std::int32_t>(e));
            if (near.source[n] < 0 || length < near.square[n]) {
                near.square[n] = length;
                near.source[n] = static_cast<std::int32_t>(e);
            }
        }
    }
    spread_sources(near, periodic, reach * reach, square);
    return near;
}

/// Distance to the surface of the solid closed with balls of `radius` [voxels], no deeper than
/// `depth` inside the binder. A cell whose foot a fitting ball touches keeps its distance. Others
/// lie behind a ball that is stuck at an edge, whose surface is `radius` from it; pores without any
/// such ball are filled.
Grid<float> closed(const PhaseVolume& volume, const Pores& pores, float radius) {
    constexpr float skin = 1.2F; // of the space of ball centres, through which the edges are found
    const float tolerance = 0.05F + 0.01F * radius; // of the distances
    constexpr float hardly = 0.5F;                  // so little excess and no edge: rough distances
    enum : std::uint8_t { free, stuck, hardly_stuck, at_centres };
    const Shape& shape = pores.shape();
    const auto voxel = static_cast<float>(volume.voxel.x());
    Grid<float> distance = volume.distance;
    Grid<std::uint8_t> state(shape, free);
    parallel_blocks(shape.size(), block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            const float own = pores.radius()[n];
            if (own > -depth && own < radius) {
                const float excess = pores.excess(n, radius);
                state[n] = excess > hardly ? stuck : excess > tolerance ? hardly_stuck : free;
            }
            if (state[n] == free && std::abs(own - radius) < skin) {
                state[n] = at_centres;
            }
        }
    });
    const std::vector<Edge> edges = pores.edges(radius);
    const NearestSource near = nearest_edges(edges, pores, volume.periodic, state, radius + depth);
    parallel_blocks(shape.size(), block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            const bool found = near.source[n] >= 0;
            if (state[n] == stuck || (state[n] == hardly_stuck && found)) {
                const float length = found ? std::sqrt(polished(near, edges, pores, n)) : infinity;
                const float behind = std::max(radius - length, -depth);
                distance[n] = std::min(distance[n], voxel * behind);
            }
        }
    });
    return distance;
}

/// A closing and the solid fraction it makes.
struct Closing {
    double radius = 0; ///< [voxels]
    double solid = 0;
    Grid<float> distance;
};

double solid_fraction(PhaseVolume& frame, const Grid<float>& distance) {
    frame.distance = distance;
    return mean_solid_fraction(cut_cells(frame));
}

/// Two closings, one with less solid than asked for and one with at least as much. Between them the
/// volume is taken for a power of the radius.
struct Bracket {
    Closing low;
    Closing high;
};

[[noreturn]] void throw_too_much(double asked, double got) {
    throw_infeasible("binder: " + format_number(asked) +
                     " of the box is more than its necks can take (filling all that the largest "
                     "balls cannot reach makes " +
                     format_number(got) + "); lower binder.mass_fraction");
}

Bracket find_bracket(const PhaseVolume& volume, const Pores& pores, PhaseVolume& frame, double host,
                     double asked, Progress& progress) {
    constexpr double first = 2;   // [voxels]; less is not resolved
    constexpr double close = 1.1; // so close that the fields in between are good closings
    constexpr int most_steps = 40;
    const double largest = static_cast<double>(pores.largest_radius());
    const auto closing = [&](double radius) {
        throw_if_interrupted();
        Closing result{radius, 0, closed(volume, pores, static_cast<float>(radius))};
        result.solid = solid_fraction(frame, result.distance);
        return result;
    };
    Bracket bracket{{0, host, volume.distance}, {}};
    const auto gained = [&](const Closing& at) { return at.solid - host; };
    double radius = std::min(first, largest);
    for (int step = 0;; ++step) {
        progress.update(step / (step + 4.0));
        Closing next = closing(radius);
        if (gained(next) >= asked) {
            bracket.high = std::move(next);
            break;
        }
        if (!(radius < largest)) {
            throw_too_much(asked, gained(next));
        }
        const double growth = std::sqrt(asked / std::max(gained(next), 1e-12));
        bracket.low = std::move(next);
        radius = std::min(radius * std::clamp(1.03 * growth, close, 2.0), largest);
    }
    for (int step = 0; step < most_steps && bracket.low.radius > 0 &&
                       bracket.high.radius > close * bracket.low.radius;
         ++step) {
        const double low = std::log(std::max(gained(bracket.low), 1e-12));
        const double part = (std::log(asked) - low) / (std::log(gained(bracket.high)) - low);
        Closing next =
            closing(bracket.low.radius *
                    std::pow(bracket.high.radius / bracket.low.radius, std::clamp(part, 0.1, 0.9)));
        (gained(next) >= asked ? bracket.high : bracket.low) = std::move(next);
    }
    return bracket;
}

/// The closing between two that makes the asked solid fraction, to 1e-6: their mean, weighted by
/// bracketed regula falsi as modified by Anderson & Björck, BIT 1973, 13, 253.
Closing blend(const Bracket& bracket, PhaseVolume& frame, double asked) {
    constexpr double tolerance = 1e-6;
    constexpr int most_steps = 30;
    Closing result = bracket.high;
    double low = 0;
    double high = 1;
    double low_excess = bracket.low.solid - asked;
    double high_excess = bracket.high.solid - asked;
    int kept = 0; // the end that the last step kept: -1 low, +1 high
    for (int step = 0; step < most_steps && std::abs(result.solid - asked) > tolerance; ++step) {
        const double weight = (low * high_excess - high * low_excess) / (high_excess - low_excess);
        for (std::int64_t n = 0; n < result.distance.size(); ++n) {
            const float a = bracket.low.distance[n];
            result.distance[n] = a + static_cast<float>(weight) * (bracket.high.distance[n] - a);
        }
        result.radius = bracket.low.radius + weight * (bracket.high.radius - bracket.low.radius);
        result.solid = solid_fraction(frame, result.distance);
        const double excess = result.solid - asked;
        const auto lighter = [&](double replaced) {
            const double m = 1 - excess / replaced;
            return m > 0 ? m : 0.5;
        };
        if (excess < 0) {
            high_excess *= kept == 1 ? lighter(low_excess) : 1;
            kept = 1;
            low = weight;
            low_excess = excess;
        } else {
            low_excess *= kept == -1 ? lighter(high_excess) : 1;
            kept = -1;
            high = weight;
            high_excess = excess;
        }
    }
    return result;
}

void check(const PhaseVolume& volume, const BindOptions& options) {
    if (!(options.volume_fraction >= 0 && options.volume_fraction < 1)) {
        throw_bad_input("binder: volume_fraction is " + format_number(options.volume_fraction) +
                        "; it must be at least 0 and less than 1");
    }
    for (const Phase& phase : volume.phases) {
        if (options.name.empty() || phase.name == options.name) {
            throw_bad_input("binder: name is '" + options.name +
                            "' (every phase needs one of its own); rename one");
        }
    }
}

} // namespace

BindReport bind(PhaseVolume& volume, const BindOptions& options, Progress& progress) {
    assert(volume.has_distance() && !volume.has_film());
    check(volume, options);
    if (!(options.volume_fraction > 0)) {
        return {};
    }
    PhaseVolume frame;
    frame.voxel = volume.voxel;
    frame.periodic = volume.periodic;
    frame.labels = Grid<std::uint8_t>(volume.shape());
    const double host = solid_fraction(frame, volume.distance);
    if (!(options.volume_fraction < 1 - host)) {
        throw_too_much(options.volume_fraction, 1 - host);
    }
    const Pores pores(volume);
    if (!pores.has_surface()) {
        throw_too_much(options.volume_fraction, 0);
    }
    const Bracket bracket =
        find_bracket(volume, pores, frame, host, options.volume_fraction, progress);
    Closing closing = blend(bracket, frame, host + options.volume_fraction);

    std::uint8_t label = 0;
    for (const Phase& phase : volume.phases) {
        label = std::max(label, phase.label);
    }
    ++label;
    for (std::int64_t n = 0; n < volume.labels.size(); ++n) {
        if (closing.distance[n] < 0 && volume.labels[n] == pore_label) {
            volume.labels[n] = label;
        }
    }
    volume.phases.push_back({label, options.name});
    volume.distance = std::move(closing.distance);
    volume.bodies.reset();
    progress.update(1);
    return {closing.solid - host, closing.radius * volume.voxel.x()};
}

} // namespace porogen
