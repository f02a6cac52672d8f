#include "porogen/volume/correlation.h"

#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/parallel.h"
#include "porogen/core/random.h"
#include "volume/sample.h"

using namespace porogen;

namespace {

constexpr double pi = std::numbers::pi;

PhaseVolume sphere(std::int64_t n, double radius) {
    return sample(
        {n, n, n}, Vec3::Constant(1.0 / static_cast<double>(n)), {true, true, true},
        [radius](const Vec3& p) { return (p - Vec3(0.512, 0.503, 0.495)).norm() - radius; });
}

} // namespace

TEST_CASE("two-point correlation of spheres: exact overlap with themselves, surface by its slope") {
    const double radius = 0.24; // less than a quarter: no image interferes up to half the box
    const double volume = 4.0 / 3 * pi * radius * radius * radius;
    const double surface = 4 * pi * radius * radius;
    const TwoPointCorrelation s2 = two_point_correlation(sphere(64, radius));
    for (std::size_t a = 0; a < 3; ++a) {
        CHECK(s2.lag[a].size() == 33);
        CHECK(s2.lag[a].back() == test::near(0.5));
        for (std::size_t n = 0; n < s2.lag[a].size(); ++n) {
            const double t = s2.lag[a][n] / (2 * radius);
            const double common = t < 1 ? volume * (1 - 1.5 * t + 0.5 * t * t * t) : 0;
            CHECK(std::abs(s2.probability[a][n] - (1 - 2 * volume + common)) < 0.006 * volume);
        }
        CHECK(-4 * s2.slope[a] == test::near(surface).epsilon(0.02));
    }
    CHECK(s2.specific_surface == test::near(surface).epsilon(0.01));
}

TEST_CASE("two-point correlation of labels equals the count of pairs of cells") {
    const std::uint64_t seed = 31;
    CAPTURE(seed);
    RandomStream random(seed, "pairs");
    const Shape shape{9, 8, 7};
    PhaseVolume image;
    image.labels = Grid<std::uint8_t>(shape);
    for (std::uint8_t& label : image.labels) {
        label = random.uniform() < 0.4 ? 1 : 0;
    }
    image.voxel = {1, 2, 3};
    image.periodic = {true, false, false};
    const TwoPointCorrelation s2 = two_point_correlation(image);
    for (const Axis axis : all_axes) {
        const auto a = static_cast<std::size_t>(axis);
        const std::int64_t cells = shape[axis];
        REQUIRE(static_cast<std::int64_t>(s2.lag[a].size()) == cells / 2 + 1);
        for (std::int64_t lag = 0; lag <= cells / 2; ++lag) {
            double both = 0;
            double pairs = 0;
            for (std::int64_t n = 0; n < shape.size(); ++n) {
                const std::int64_t position = n / shape.stride(axis) % cells;
                if (position + lag >= cells && !image.periodic[a]) {
                    continue;
                }
                const std::int64_t there =
                    n + ((position + lag) % cells - position) * shape.stride(axis);
                both += image.labels[n] == 0 && image.labels[there] == 0 ? 1 : 0;
                ++pairs;
            }
            CHECK(s2.probability[a][static_cast<std::size_t>(lag)] ==
                  test::near(both / pairs).epsilon(1e-12));
        }
    }
}

TEST_CASE("two-point correlation of slabs: linear pieces, ends of the box are no surface") {
    for (const bool wraps : {true, false}) {
        const auto slab = sample({3, 4, 40}, {1, 1, 0.5}, {true, true, wraps},
                                 [](const Vec3& p) { return std::abs(p.z() - 9.3) - 2.6; });
        const TwoPointCorrelation s2 = two_point_correlation(slab);
        for (std::size_t n = 0; n < s2.lag[2].size(); ++n) {
            const double r = s2.lag[2][n];
            // Pairs with neither point in the slab; without wrapping the lag stays in the box.
            const double pairs = wraps ? 20 : 20 - r;
            const double first = 5.2; // lower points in the slab
            const double second = 5.2;
            const double in_box = wraps ? 0 : r > 9.3 - 2.6 ? r - 6.7 : 0;
            const double in_box2 = wraps ? 0 : 20 - r < 11.9 ? 11.9 - (20 - r) : 0;
            const double common = r < 5.2 ? 5.2 - r : 0;
            const double exact = (pairs - (first - in_box2) - (second - in_box) + common) / pairs;
            CHECK(s2.probability[2][n] == test::near(exact).epsilon(1e-5));
        }
        CHECK(s2.slope[2] == test::near(-1.0 / 20));
        CHECK(s2.slope[0] == 0);
        // Lines along the slab are in it or not: 11 of 40 layers have their centres there.
        CHECK(s2.probability[0].back() == test::near(29.0 / 40));
        CHECK(s2.specific_surface == test::near(2.0 / 3 * 2 / 20));
    }
}

TEST_CASE("two-point correlation does not depend on the number of threads") {
    const PhaseVolume spheres = sphere(24, 0.45);
    const TwoPointCorrelation many = two_point_correlation(spheres);
    const ThreadLimit single(1);
    const TwoPointCorrelation one = two_point_correlation(spheres);
    CHECK(many.probability == one.probability);
    CHECK(many.slope == one.slope);
}
