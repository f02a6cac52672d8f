#include <algorithm>
#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/core/random.h"
#include "porogen/volume/morphology.h"
#include "volume/phase_depth.h"
#include "volume/sample.h"

using namespace porogen;

namespace {

constexpr double pi = std::numbers::pi;

/// Part of the pore volume in pores of at most a diameter, linear between samples.
double cumulative_at(const SizeDistribution& sizes, double diameter) {
    const auto above = std::lower_bound(sizes.diameter.begin(), sizes.diameter.end(), diameter);
    const auto i = static_cast<std::size_t>(above - sizes.diameter.begin());
    if (i == 0 || i == sizes.diameter.size()) {
        return i == 0 ? 0 : 1;
    }
    const double t =
        (diameter - sizes.diameter[i - 1]) / (sizes.diameter[i] - sizes.diameter[i - 1]);
    return sizes.cumulative[i - 1] + t * (sizes.cumulative[i] - sizes.cumulative[i - 1]);
}

/// Two straight cylindrical pores along z, of radii 5.3 and 9.7, far from each other.
PhaseVolume two_cylinders(double plateau) {
    return sample({36, 36, 24}, {1, 1, 1}, {false, false, false}, [&](const Vec3& p) {
        const double wide = 9.7 - std::hypot(p.x() - 12.2, p.y() - 12.4);
        const double narrow = 5.3 - std::hypot(p.x() - 28.6, p.y() - 28.1);
        return std::min(plateau, std::max(wide, narrow));
    });
}

} // namespace

TEST_CASE("pore depth: ridges between cells, also beyond a narrow band") {
    const std::uint64_t seed = 22;
    CAPTURE(seed);
    RandomStream random(seed, "ridges");
    double mean_error = 0;
    constexpr int trials = 12;
    for (int trial = 0; trial < trials; ++trial) {
        const double x = 14.5 + random.uniform();
        const double y = 14.5 + random.uniform();
        const double plateau = trial % 2 == 0 ? 100 : 3;
        const auto channel =
            sample({30, 30, 6}, {1, 1, 1}, {true, true, false}, [&](const Vec3& p) {
                return std::min(plateau, 11.3 - std::hypot(p.x() - x, p.y() - y));
            });
        const Grid<float> depth = phase_depth(channel, Space::pore).ridge;
        const auto largest = static_cast<double>(*std::max_element(depth.begin(), depth.end()));
        CHECK(std::abs(largest - 11.3) < 0.2);
        mean_error += (largest - 11.3) / trials;
    }
    CHECK(std::abs(mean_error) < 0.05);
}

TEST_CASE("cylindrical pores of two radii: both diameters and their volumes") {
    const double narrow_part = 5.3 * 5.3 / (5.3 * 5.3 + 9.7 * 9.7);
    auto image = two_cylinders(100);
    image.distance = {};
    for (const auto& volume : {two_cylinders(100), two_cylinders(3), image}) {
        const SizeDistribution sizes = pore_size_distribution(volume, 24);
        REQUIRE(sizes.diameter.size() == 24);
        CAPTURE(sizes.diameter.back());
        CAPTURE(volume.has_distance());
        CHECK(sizes.cumulative.back() == 1);
        CHECK(std::is_sorted(sizes.cumulative.begin(), sizes.cumulative.end()));
        // Labels alone place the wall to about half a voxel on each side.
        const double tolerance = volume.has_distance() ? 0.6 : 1.2;
        CHECK(std::abs(sizes.diameter.back() - 19.4) < tolerance);
        CHECK(cumulative_at(sizes, 8.5) < 0.03);
        CHECK(std::abs(cumulative_at(sizes, 14) - narrow_part) < 0.02);
        const double bin =
            sizes.diameter[1] - sizes.diameter[0]; // all that a percentile can resolve
        CHECK(std::abs(sizes.d10 - 10.6) < tolerance + 0.5 * bin);
        CHECK(std::abs(sizes.d50 - 19.4) < tolerance + 0.5 * bin);
        CHECK(std::abs(sizes.d90 - 19.4) < tolerance + 0.5 * bin);
    }
}

TEST_CASE("a spherical pore is one size, through the periodic side as well") {
    for (const double x : {15.3, 0.4}) {
        const auto volume =
            sample({30, 30, 30}, {1, 1, 1}, {true, true, false}, [&](const Vec3& p) {
                double dx = std::abs(p.x() - x);
                dx = std::min(dx, 30 - dx);
                return 10.2 - Vec3(dx, p.y() - 15.1, p.z() - 14.8).norm();
            });
        const SizeDistribution sizes = pore_size_distribution(volume, 24);
        CHECK(std::abs(sizes.diameter.back() - 20.4) < 0.6);
        CHECK(std::abs(sizes.d50 - 20.4) < 1);
        CHECK(cumulative_at(sizes, 16) < 0.02);
    }
}

TEST_CASE("a slit between plates is as wide as it is, and its open ends do not narrow it") {
    const auto volume = sample({8, 20, 6}, {1, 1, 1}, {true, true, false},
                               [](const Vec3& p) { return 5.7 - std::abs(p.y() - 9.4); });
    const SizeDistribution sizes = pore_size_distribution(volume, 12);
    CHECK(std::abs(sizes.diameter.back() - 11.4) < 0.9);
    CHECK(std::abs(sizes.d10 - 11.4) < 1);
}

TEST_CASE("coverage by balls equals the brute force") {
    const std::uint64_t seed = 21;
    CAPTURE(seed);
    RandomStream random(seed, "pores");
    const Shape shape{15, 14, 13};
    PhaseVolume image;
    image.labels = Grid<std::uint8_t>(shape);
    for (std::uint8_t& label : image.labels) {
        label = random.uniform() < 0.02 ? 1 : 0;
    }
    image.voxel = {1, 1, 1};
    image.phases = {{0, "pore"}, {1, "solid"}};
    image.periodic = {true, false, true};
    const PhaseDepth depth = phase_depth(image, Space::pore);
    const SizeDistribution sizes = pore_size_distribution(image, 6);
    REQUIRE(sizes.diameter.size() == 6);
    for (std::size_t s = 0; s + 1 < 6; ++s) {
        double pores = 0;
        double covered = 0;
        for (std::int64_t p = 0; p < shape.size(); ++p) {
            if (image.labels[p] != 0) {
                continue;
            }
            ++pores;
            for (std::int64_t c = 0; c < shape.size(); ++c) {
                std::int64_t dx = std::abs(p % 15 - c % 15);
                dx = std::min(dx, 15 - dx);
                const std::int64_t dy = p / 15 % 14 - c / 15 % 14;
                std::int64_t dz = std::abs(p / 210 - c / 210);
                dz = std::min(dz, 13 - dz);
                const auto radius = static_cast<double>(depth.centred[c]);
                if (depth.ridge[c] >= 0.5 * sizes.diameter[s] - 1e-5 &&
                    static_cast<double>(dx * dx + dy * dy + dz * dz) <= radius * radius + 1e-4) {
                    ++covered;
                    break;
                }
            }
        }
        CHECK(sizes.cumulative[s] == doctest::Approx(1 - covered / pores).epsilon(0.003).scale(1));
    }
}

TEST_CASE("pore sizes: no pores, no solid, pores below two voxels, senseless input") {
    const auto solid = sample({5, 5, 5}, {1, 1, 1}, {}, [](const Vec3&) { return -2.0; });
    CHECK(pore_size_distribution(solid).diameter.empty());
    auto empty = sample({5, 5, 5}, {1, 1, 1}, {}, [](const Vec3&) { return 2.0; });
    empty.distance = {};
    CHECK(pore_size_distribution(empty).diameter.empty());
    PhaseVolume speck;
    speck.labels = Grid<std::uint8_t>(Shape{5, 5, 5}, 1);
    speck.labels(2, 2, 2) = 0;
    speck.voxel = {1, 1, 1};
    const SizeDistribution one = pore_size_distribution(speck);
    REQUIRE(one.diameter.size() == 1);
    CHECK(one.diameter[0] == test::near(1.5)); // the cell, for want of anything sharper
    CHECK(one.cumulative[0] == 1);
    CHECK_THROWS_AS(pore_size_distribution(speck, 1), Error);
}

TEST_CASE("pore sizes do not depend on the number of threads") {
    const auto volume = two_cylinders(3);
    const SizeDistribution many = pore_size_distribution(volume, 8);
    const ThreadLimit single(1);
    const SizeDistribution one = pore_size_distribution(volume, 8);
    CHECK(many.cumulative == one.cumulative);
    CHECK(many.d50 == one.d50);
}

TEST_CASE("solid: an array of spheres is all of their diameter, as the distance and as an image") {
    auto spheres = sample({32, 32, 32}, {1, 1, 1}, {true, true, true},
                          [](const Vec3& p) { return (p - Vec3(16.2, 15.9, 16.4)).norm() - 11.3; });
    for (const bool image : {false, true}) {
        CAPTURE(image);
        if (image) {
            spheres.distance = {};
        }
        const SizeDistribution grains = size_distribution(spheres, Space::solid, 24);
        CHECK(std::abs(grains.diameter.back() - 22.6) < (image ? 1.2 : 0.4));
        CHECK(std::abs(grains.d10 - 22.6) < 1.5);
        // Of an image, corners of the staircase stick out of the ball.
        CHECK(cumulative_at(grains, 18) < (image ? 0.08 : 0.02));
    }
}

TEST_CASE("solid: slabs of two thicknesses, each its own, also in a narrow band") {
    for (const double plateau : {100.0, 3.0}) {
        const auto slabs =
            sample({6, 8, 48}, {1, 1, 1}, {true, true, true}, [plateau](const Vec3& p) {
                const double thick = std::abs(p.z() - 14.2) - 8.3;
                const double thin = std::abs(p.z() - 36.7) - 3.4;
                return std::max(std::min(thick, thin), -plateau);
            });
        const SizeDistribution grains = size_distribution(slabs, Space::solid, 30);
        CHECK(std::abs(grains.diameter.back() - 16.6) < 0.3);
        CHECK(std::abs(cumulative_at(grains, 12) - 3.4 / 11.7) < 0.03);
        CHECK(cumulative_at(grains, 5.8) < 0.01);
        CHECK(std::abs(grains.d50 - 16.6) < 0.8);
    }
}

TEST_CASE("solid: touching spheres cast as a union are grains of their own") {
    const auto pair = sample({24, 24, 44}, {1, 1, 1}, {true, true, false}, [](const Vec3& p) {
        return std::min((p - Vec3(12, 12, 12)).norm() - 9.2, (p - Vec3(12, 12, 30)).norm() - 9.2);
    });
    const SizeDistribution grains = size_distribution(pair, Space::solid, 24);
    CHECK(std::abs(grains.diameter.back() - 18.4) < 0.5);
    CHECK(cumulative_at(grains, 15) < 0.03);
}
