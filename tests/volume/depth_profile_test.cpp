#include "porogen/volume/depth_profile.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/volume/morphology.h"
#include "volume/sample.h"

using namespace porogen;

namespace {

constexpr double pi = std::numbers::pi;

double mean(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// A cone that narrows from radius 9 at the collector by half a cell per cell, solid outside, with
/// a bubble beside it that nothing reaches.
PhaseVolume cone_and_bubble() {
    return sample({32, 32, 12}, {1, 1, 1}, {true, true, false}, [](const Vec3& p) {
        const double slope = std::sqrt(1.25);
        const double cone = (9 - 0.5 * p.z() - std::hypot(p.x() - 12.2, p.y() - 12.1)) / slope;
        const double bubble = 2.6 - (p - Vec3(26.1, 26.2, 5.9)).norm();
        return std::max(cone, bubble);
    });
}

} // namespace

TEST_CASE("depth profile of a conical pore: areas of the sections, and of the cone's side") {
    const PhaseVolume volume = cone_and_bubble();
    const CutCells cells = cut_cells(volume);
    const DepthProfile profile = depth_profile(volume, cells);
    REQUIRE(profile.z.size() == 12);
    CHECK(profile.film_thickness.empty());
    for (std::size_t k = 0; k < 12; ++k) {
        const double z = static_cast<double>(k) + 0.5;
        const double radius = 9 - 0.5 * z;
        CHECK(profile.z[k] == test::near(z));
        CHECK(profile.open_porosity[k] * 1024 == test::near(pi * radius * radius).epsilon(0.01));
        const auto cap = [](double height) { // volume of the bubble below
            const double h = std::clamp(height - 5.9, -2.6, 2.6);
            return pi * (2.6 * 2.6 * h - h * h * h / 3);
        };
        CHECK(std::abs((profile.porosity[k] - profile.open_porosity[k]) * 1024 -
                       (cap(z + 0.5) - cap(z - 0.5))) < 0.5);
        if (k < 2 || k > 9) { // away from the bubble
            CHECK(profile.specific_surface[k] * 1024 ==
                  test::near(2 * pi * radius * std::sqrt(1.25)).epsilon(0.01));
        }
    }
    const Morphology whole = measure_morphology(volume);
    CHECK(mean(profile.porosity) == test::near(whole.porosity).epsilon(1e-9));
    CHECK(mean(profile.open_porosity) == test::near(whole.open_porosity).epsilon(1e-9));
    CHECK(mean(profile.specific_surface) == test::near(whole.specific_surface).epsilon(1e-9));
}

TEST_CASE("depth profile of an image: layers counted, surface by Crofton") {
    PhaseVolume image = cone_and_bubble();
    image.distance = {};
    const DepthProfile profile = depth_profile(image, {});
    for (const std::size_t k : {0U, 1U, 10U, 11U}) {
        const double radius = 9 - 0.5 * (static_cast<double>(k) + 0.5);
        CHECK(profile.porosity[k] * 1024 == test::near(pi * radius * radius).epsilon(0.07));
        CHECK(profile.specific_surface[k] * 1024 ==
              test::near(2 * pi * radius * std::sqrt(1.25)).epsilon(0.12));
    }
    CHECK(mean(profile.specific_surface) ==
          test::near(measure_morphology(image).specific_surface).epsilon(0.02));
}

TEST_CASE("depth profile: the film is averaged over the area, bare parts included") {
    PhaseVolume volume = sample({24, 24, 6}, {1, 1, 1}, {true, true, false}, [](const Vec3& p) {
        return std::hypot(p.x() - 12, p.y() - 12) - 7.4;
    });
    const Shape shape = volume.shape();
    volume.film.thickness = Grid<float>(shape);
    volume.film.sheet_conductance = Grid<float>(shape);
    for (std::int64_t n = 0; n < shape.size(); ++n) { // half of the rod is coated, thicker upwards
        const std::int64_t k = n / (24 * 24);
        volume.film.thickness[n] = n % 24 < 12 ? 0.1F * static_cast<float>(k) : 0;
    }
    const DepthProfile profile = depth_profile(volume, cut_cells(volume));
    REQUIRE(profile.film_thickness.size() == 6);
    for (std::size_t k = 0; k < 6; ++k) {
        CHECK(profile.film_thickness[k] == test::near(0.05 * static_cast<double>(k)).epsilon(1e-4));
    }
}
