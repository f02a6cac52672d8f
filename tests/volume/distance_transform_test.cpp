#include "porogen/volume/distance_transform.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "porogen/core/parallel.h"
#include "porogen/core/random.h"

using namespace porogen;

namespace {

/// The obvious twin: every cell against every site and its images.
double brute_force(const Grid<std::uint8_t>& site, const Vec3& voxel, std::array<bool, 3> periodic,
                   const std::array<std::int64_t, 3>& p) {
    const Shape& shape = site.shape();
    double best = std::numeric_limits<double>::infinity();
    for (std::int64_t k = 0; k < shape.z; ++k) {
        for (std::int64_t j = 0; j < shape.y; ++j) {
            for (std::int64_t i = 0; i < shape.x; ++i) {
                if (site(i, j, k) == 0) {
                    continue;
                }
                double square = 0;
                const std::array<std::int64_t, 3> q{i, j, k};
                for (std::size_t a = 0; a < 3; ++a) {
                    std::int64_t step = std::abs(q[a] - p[a]);
                    if (periodic[a]) {
                        step = std::min(step, shape[all_axes[a]] - step);
                    }
                    square += std::pow(static_cast<double>(step) * voxel[static_cast<int>(a)], 2);
                }
                best = std::min(best, square);
            }
        }
    }
    return best;
}

} // namespace

TEST_CASE("the distance transform equals the brute force, any voxel, wrapped or not") {
    const std::uint64_t seed = 11;
    CAPTURE(seed);
    RandomStream random(seed, "distance");
    const std::array<Shape, 4> shapes{Shape{12, 9, 7}, Shape{1, 8, 5}, Shape{21, 2, 3},
                                      Shape{5, 5, 1}};
    for (const Shape& shape : shapes) {
        for (int wrap = 0; wrap < 8; ++wrap) {
            const std::array<bool, 3> periodic{(wrap & 1) != 0, (wrap & 2) != 0, (wrap & 4) != 0};
            const Vec3 voxel(random.uniform(0.3, 3) * 1e-6, random.uniform(0.3, 3) * 1e-6,
                             random.uniform(0.3, 3) * 1e-6);
            Grid<std::uint8_t> site(shape);
            for (std::uint8_t& s : site) {
                s = random.uniform() < 0.03 ? 1 : 0;
            }
            site[static_cast<std::int64_t>(
                random.below(static_cast<std::uint64_t>(shape.size())))] = 1;
            const Grid<float> square = squared_distance_transform(site, voxel, periodic);
            double worst = 0;
            for (std::int64_t n = 0; n < shape.size(); ++n) {
                const double exact =
                    brute_force(site, voxel, periodic,
                                {n % shape.x, n / shape.x % shape.y, n / (shape.x * shape.y)});
                worst = std::max(worst, std::abs(static_cast<double>(square[n]) - exact) /
                                            std::max(exact, voxel.squaredNorm()));
            }
            CAPTURE(wrap);
            CHECK(worst < 1e-6);
        }
    }
}

TEST_CASE("without any site the distance is infinite") {
    for (const float square : squared_distance_transform(Grid<std::uint8_t>(Shape{4, 3, 2}),
                                                         {1, 1, 1}, {true, false, true})) {
        CHECK(square == std::numeric_limits<float>::infinity());
    }
    CHECK(squared_distance_transform(Grid<std::uint8_t>(), {1, 1, 1}, {}).empty());
}

TEST_CASE("the distance transform does not depend on the number of threads") {
    RandomStream random(12, "threads");
    Grid<std::uint8_t> site(Shape{33, 47, 29});
    for (std::uint8_t& s : site) {
        s = random.uniform() < 0.002 ? 1 : 0;
    }
    const auto many = squared_distance_transform(site, {1, 1.1, 0.9}, {true, true, false});
    const ThreadLimit single(1);
    const auto one = squared_distance_transform(site, {1, 1.1, 0.9}, {true, true, false});
    CHECK(std::equal(many.begin(), many.end(), one.begin()));
}
