#include "porogen/volume/chords.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "volume/sample.h"

using namespace porogen;

namespace {

constexpr double pi = std::numbers::pi;

/// A solid sphere in a box of edge 1.
PhaseVolume sphere(std::int64_t n, double radius, std::array<bool, 3> periodic) {
    return sample(
        {n, n, n}, Vec3::Constant(1.0 / static_cast<double>(n)), periodic,
        [radius](const Vec3& p) { return (p - Vec3(0.512, 0.503, 0.495)).norm() - radius; });
}

} // namespace

TEST_CASE("chords of spheres: Cauchy's mean along every axis, and the exact distribution") {
    const double radius = 0.4;
    const double volume = 4.0 / 3 * pi * radius * radius * radius;
    const double surface = 4 * pi * radius * radius;
    for (const bool image : {false, true}) {
        CAPTURE(image);
        PhaseVolume spheres = sphere(64, radius, {true, true, true});
        if (image) {
            spheres.distance = {};
        }
        const ChordStatistics chords = chord_lengths(spheres);
        for (std::size_t a = 0; a < 3; ++a) {
            CHECK(chords.solid[a].mean == test::near(4 * volume / surface).epsilon(0.006));
            CHECK(chords.pore[a].mean == test::near(4 * (1 - volume) / surface).epsilon(0.006));
            CHECK(chords.solid[a].cumulative.back() == 1);
            CHECK(chords.solid[a].length.back() == test::near(2 * radius).epsilon(0.02));
            // Lines at random hit a sphere with P(chord <= l) = (l / 2 R)^2.
            const double tolerance = image ? 0.03 : 0.01;
            CHECK(chords.solid[a].d10 ==
                  test::near(2 * radius * std::sqrt(0.1)).epsilon(3 * tolerance));
            CHECK(chords.solid[a].d50 ==
                  test::near(2 * radius * std::sqrt(0.5)).epsilon(tolerance));
            CHECK(chords.solid[a].d90 ==
                  test::near(2 * radius * std::sqrt(0.9)).epsilon(tolerance));
        }
    }
}

TEST_CASE(
    "chords of slabs are exact, whole where they wrap, and left out where the box cuts them") {
    const Vec3 voxel(0.5, 1, 2);
    for (const bool wraps : {true, false}) {
        const auto slabs = sample({5, 4, 30}, voxel, {true, true, wraps}, [](const Vec3& p) {
            return std::min(std::abs(p.z() - 12.3) - 5.1, std::abs(p.z() - 41.0) - 7.7);
        });
        const ChordStatistics chords = chord_lengths(slabs, 4);
        const double solid = 2 * (5.1 + 7.7);
        CHECK(chords.solid[2].count == 2 * 20);
        CHECK(chords.solid[2].mean == test::near(solid / 2).epsilon(1e-6));
        CHECK(chords.solid[2].d10 == test::near(10.2).epsilon(1e-6));
        CHECK(chords.solid[2].d90 == test::near(15.4).epsilon(1e-6));
        CHECK(chords.solid[2].cumulative == std::vector<double>{0, 0, 0.5, 1});
        // Between them 33.3 - 17.4, around them the rest.
        CHECK(chords.pore[2].count == (wraps ? 40 : 20));
        CHECK(chords.pore[2].mean == test::near((60 - solid) / 2).epsilon(1e-6));
        CHECK(chords.pore[2].d50 == test::near(15.9).epsilon(1e-6));
        CHECK(chords.pore[2].d90 == test::near(wraps ? 60 - solid - 15.9 : 15.9).epsilon(1e-6));
        CHECK(chords.pore[0].count == 0);
        CHECK(chords.pore[0].mean == 0);
        CHECK(chords.pore[0].length.empty());
    }
}

TEST_CASE("chords: of labels the same as counted by hand") {
    PhaseVolume image;
    image.labels = Grid<std::uint8_t>(Shape{8, 1, 1});
    for (const std::int64_t solid : {1, 2, 5}) {
        image.labels[solid] = 7;
    }
    image.voxel = {2, 1, 1};
    image.periodic = {true, true, false};
    const ChordStatistics wrapped = chord_lengths(image, 3);
    CHECK(wrapped.pore[0].count == 2);
    CHECK(wrapped.pore[0].d10 == 4);
    CHECK(wrapped.pore[0].d90 == 6);
    CHECK(wrapped.solid[0].d10 == 2);
    CHECK(wrapped.solid[0].d90 == 4);
    CHECK(wrapped.solid[0].mean == 3);
    image.periodic[0] = false;
    const ChordStatistics cut = chord_lengths(image, 3);
    CHECK(cut.pore[0].count == 1);
    CHECK(cut.pore[0].d50 == 4);
    CHECK(cut.pore[0].mean == 5);
    CHECK_THROWS_AS(chord_lengths(image, 1), Error);
}

TEST_CASE("chords do not depend on the number of threads") {
    const PhaseVolume spheres = sphere(24, 0.45, {true, true, false});
    const ChordStatistics many = chord_lengths(spheres);
    const ThreadLimit single(1);
    const ChordStatistics one = chord_lengths(spheres);
    for (std::size_t a = 0; a < 3; ++a) {
        CHECK(many.pore[a].cumulative == one.pore[a].cumulative);
        CHECK(many.pore[a].mean == one.pore[a].mean);
    }
}
