#include "volume/crofton.h"

#include <cmath>
#include <numbers>

#include "porogen/core/parallel.h"

namespace porogen {

namespace {

/// One of the 13 test directions: a step to a neighbour and the part of all directions it stands
/// for.
struct Direction {
    std::array<std::int64_t, 3> step{};
    Vec3 vector{0, 0, 0}; ///< the step in space [m]
    double weight = 0;    ///< the weights sum to 1
};

std::array<Direction, 13> neighbour_directions(const Vec3& voxel) {
    std::array<Direction, 13> directions;
    std::size_t count = 0;
    for (std::int64_t z = 0; z <= 1; ++z) {
        for (std::int64_t y = -1; y <= 1; ++y) {
            for (std::int64_t x = -1; x <= 1; ++x) {
                const bool upper_half = z > 0 || y > 0 || (y == 0 && x > 0);
                if (upper_half) {
                    directions[count].step = {x, y, z};
                    directions[count].vector = voxel.cwiseProduct(Vec3(
                        static_cast<double>(x), static_cast<double>(y), static_cast<double>(z)));
                    ++count;
                }
            }
        }
    }
    return directions;
}

/// Voronoi weights by counting evenly spread points (a Fibonacci lattice on the sphere), which
/// serves any shape of cell. 1e5 points give them to about 1e-4.
void set_voronoi_weights(std::array<Direction, 13>& directions) {
    constexpr int points = 100'000;
    const double golden_angle = std::numbers::pi * (3 - std::sqrt(5.0));
    for (int p = 0; p < points; ++p) {
        const double z = 1 - (2.0 * p + 1) / points;
        const double r = std::sqrt(1 - z * z);
        const Vec3 point(r * std::cos(golden_angle * p), r * std::sin(golden_angle * p), z);
        Direction* closest = &directions[0];
        double largest = -1;
        for (Direction& direction : directions) {
            const double cosine = std::abs(point.dot(direction.vector)) / direction.vector.norm();
            if (cosine > largest) {
                largest = cosine;
                closest = &direction;
            }
        }
        closest->weight += 1.0 / points;
    }
}

/// Index of a neighbour along one axis, -1 beyond an end that does not wrap.
std::int64_t neighbour(std::int64_t n, std::int64_t step, std::int64_t cells, bool periodic) {
    const std::int64_t next = n + step;
    if (next >= 0 && next < cells) {
        return next;
    }
    return periodic ? (next + cells) % cells : -1;
}

struct Line {
    double crossings = 0;
    double pairs = 0;
};

/// Crossings and pairs of each layer along z.
std::vector<Line> count_along(const PhaseVolume& volume, const Direction& direction) {
    const Shape& shape = volume.shape();
    const auto& [di, dj, dk] = direction.step;
    std::vector<Line> layers(static_cast<std::size_t>(shape.z));
    for (std::int64_t k = 0; k < shape.z; ++k) {
        const std::int64_t k2 = neighbour(k, dk, shape.z, volume.periodic[2]);
        std::int64_t crossings = 0;
        std::int64_t pairs = 0;
        for (std::int64_t j = 0; j < shape.y; ++j) {
            const std::int64_t j2 = neighbour(j, dj, shape.y, volume.periodic[1]);
            if (j2 < 0 || k2 < 0) {
                continue;
            }
            for (std::int64_t i = 0; i < shape.x; ++i) {
                const std::int64_t i2 = neighbour(i, di, shape.x, volume.periodic[0]);
                if (i2 < 0) {
                    continue;
                }
                const bool solid = volume.labels(i, j, k) != pore_label;
                const bool solid_there = volume.labels(i2, j2, k2) != pore_label;
                crossings += solid != solid_there ? 1 : 0;
                ++pairs;
            }
        }
        if (k2 >= 0) {
            for (const std::int64_t layer : {k, k2}) {
                layers[static_cast<std::size_t>(layer)].crossings +=
                    0.5 * static_cast<double>(crossings);
                layers[static_cast<std::size_t>(layer)].pairs += 0.5 * static_cast<double>(pairs);
            }
        }
    }
    return layers;
}

/// What a direction adds to the specific surface [1/m].
double share(const Direction& direction, const Line& line) {
    return line.pairs > 0
               ? 2 * direction.weight * line.crossings / (line.pairs * direction.vector.norm())
               : 0;
}

struct CountedDirection {
    Direction direction;
    std::vector<Line> layers;
};

std::vector<CountedDirection> count_all(const PhaseVolume& volume) {
    std::array<Direction, 13> directions = neighbour_directions(volume.voxel);
    set_voronoi_weights(directions);
    std::vector<CountedDirection> counted(directions.size());
    parallel_blocks(13, 1, [&](std::int64_t begin, std::int64_t end) {
        for (auto d = static_cast<std::size_t>(begin); d < static_cast<std::size_t>(end); ++d) {
            counted[d] = {directions[d], count_along(volume, directions[d])};
        }
    });
    return counted;
}

} // namespace

double crofton_specific_surface(const PhaseVolume& volume) {
    double sum = 0;
    for (const auto& [direction, layers] : count_all(volume)) {
        Line all;
        for (const Line& layer : layers) {
            all.crossings += layer.crossings;
            all.pairs += layer.pairs;
        }
        sum += share(direction, all);
    }
    return sum;
}

std::vector<double> crofton_profile(const PhaseVolume& volume) {
    std::vector<double> profile(static_cast<std::size_t>(volume.shape().z), 0);
    for (const auto& [direction, layers] : count_all(volume)) {
        for (std::size_t k = 0; k < layers.size(); ++k) {
            profile[k] += share(direction, layers[k]);
        }
    }
    return profile;
}

} // namespace porogen
