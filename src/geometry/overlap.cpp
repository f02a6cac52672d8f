#include "overlap.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/core/parallel.h"
#include "porogen/core/progress.h"

namespace porogen {

namespace {

/// Adds one to all points of layers [begin, end) that lie in the particle, through the periodic
/// sides. Points of the link `before` it in the same fibre (null: none) have been counted.
void count_particle(const Particle& particle, const Particle* before, const Box& box,
                    const Shape& points, std::int64_t begin, std::int64_t end,
                    std::vector<std::uint8_t>& counts) {
    const double reach = bounding_radius(particle);
    const double hx = box.size.x() / static_cast<double>(points.x);
    const double hy = box.size.y() / static_cast<double>(points.y);
    const double hz = box.size.z() / static_cast<double>(points.z);
    const auto first = [](double low, double h) {
        return static_cast<std::int64_t>(std::ceil(low / h - 0.5));
    };
    const auto wrap = [](std::int64_t n, std::int64_t count) {
        return ((n % count) + count) % count;
    };
    const Vec3& c = particle.centre;
    Particle jointed;
    if (before != nullptr) {
        jointed = *before;
        jointed.centre = c + box.separation(c, before->centre);
    }
    const auto k_end = std::min(end, first(c.z() + reach, hz));
    for (auto k = std::max(begin, first(c.z() - reach, hz)); k < k_end; ++k) {
        const double z = (static_cast<double>(k) + 0.5) * hz;
        const double disc2 = reach * reach - (z - c.z()) * (z - c.z());
        const double disc = std::sqrt(std::max(disc2, 0.0));
        for (auto j = first(c.y() - disc, hy); j < first(c.y() + disc, hy); ++j) {
            const double y = (static_cast<double>(j) + 0.5) * hy;
            const double row = std::sqrt(std::max(disc2 - (y - c.y()) * (y - c.y()), 0.0));
            for (auto i = first(c.x() - row, hx); i < first(c.x() + row, hx); ++i) {
                const double x = (static_cast<double>(i) + 0.5) * hx;
                if (signed_distance(particle, {x, y, z}) < 0 &&
                    !(before != nullptr && signed_distance(jointed, {x, y, z}) < 0)) {
                    const auto n = points.index(wrap(i, points.x), wrap(j, points.y), k - begin);
                    ++counts[static_cast<std::size_t>(n)];
                }
            }
        }
    }
}

} // namespace

double overlap_fraction(const Packing& packing, double h) {
    const Vec3& size = packing.box.size;
    // Very thin particles would ask for more points than it takes to know the overlap to a per
    // mille.
    constexpr double most_points = 3e7;
    const double spacing = std::max(h, std::cbrt(size.prod() / most_points));
    const auto along = [&](double length) {
        return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(length / spacing)));
    };
    const Shape points{along(size.x()), along(size.y()), along(size.z())};
    constexpr std::int64_t layers = 8;
    const double twice = parallel_sum(points.z, layers, [&](std::int64_t begin, std::int64_t end) {
        throw_if_interrupted();
        std::vector<std::uint8_t> counts(
            static_cast<std::size_t>(points.x * points.y * (end - begin)));
        const Particle* last = nullptr;
        for (const Particle& particle : packing.particles) {
            const bool jointed = last != nullptr && same_fibre(*last, particle);
            count_particle(particle, jointed ? last : nullptr, packing.box, points, begin, end,
                           counts);
            last = &particle;
        }
        double extra = 0;
        for (const std::uint8_t n : counts) {
            extra += n > 1 ? n - 1 : 0;
        }
        return extra;
    });
    const double total = volume(packing, Role::host) + volume(packing, Role::porogen);
    return total > 0 ? twice * size.prod() / static_cast<double>(points.size()) / total : 0;
}

} // namespace porogen
