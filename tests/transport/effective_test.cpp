#include "porogen/transport/effective.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "porogen/core/errors.h"
#include "structures.h"

using namespace porogen;
using namespace porogen::test;

namespace {

class Recorder : public Progress {
  public:
    void update(double fraction) override { fractions.push_back(fraction); }
    std::vector<double> fractions;
};

} // namespace

TEST_CASE("an image: straight channels have tortuosity one, layers across none at all") {
    const PhaseVolume volume =
        make_image({8, 4, 4}, 1e-6, [](auto i, auto, auto) { return i % 2; });
    const EffectiveTransport t = measure_image(volume, conductivities({0.7}), Sides::no_flux, {});
    CHECK(t.conductivity[2] == doctest::Approx(0.35).epsilon(1e-9));
    CHECK(t.relative[2] == doctest::Approx(0.5).epsilon(1e-9));
    CHECK(t.tortuosity_factor[2] == doctest::Approx(1).epsilon(1e-9));
    CHECK(t.report[1].percolates);
    CHECK_FALSE(t.report[0].percolates);
    CHECK(t.conductivity[0] == 0);
    CHECK(t.relative[0] == 0);
    CHECK(std::isinf(t.tortuosity_factor[0]));
}

TEST_CASE("straight layers have tortuosity one, whatever their conductivities") {
    const PhaseVolume volume =
        make_image({9, 4, 4}, 1e-6, [](auto i, auto, auto) { return i % 3; });
    const EffectiveTransport t = measure_image(volume, conductivities({2, 0, 0.5}), Sides::no_flux,
                                               {.axes = {false, false, true}});
    CHECK(t.conductivity[2] == doctest::Approx(2.5 / 3));
    CHECK(t.relative[2] == doctest::Approx(1.25 / 3));
    CHECK(t.tortuosity_factor[2] == doctest::Approx(1));
    CHECK_FALSE(t.measured[0]);
    CHECK(std::isnan(t.conductivity[0]));
    CHECK(std::isnan(t.relative[1]));
    CHECK(std::isnan(t.tortuosity_factor[1]));
}

TEST_CASE("nothing conducts") {
    const PhaseVolume volume =
        make_image({4, 4, 4}, 1e-6, [](auto i, auto, auto) { return i % 2; });
    const EffectiveTransport t = measure_image(volume, conductivities({}), Sides::periodic, {});
    for (const std::size_t a : {0U, 1U, 2U}) {
        CHECK(t.conductivity[a] == 0);
        CHECK(t.relative[a] == 0);
        CHECK(std::isinf(t.tortuosity_factor[a]));
        CHECK_FALSE(t.report[a].percolates);
    }
}

TEST_CASE("ions between insulating spheres") {
    const PhaseVolume volume = make_solid({32, 32, 32}, 1e-6, sphere_in_cube(32, 0.3));
    const EffectiveTransport t = measure_ionic(volume, {.electrolyte = 0.2}, {});
    for (const std::size_t a : {0U, 1U, 2U}) {
        CHECK(t.conductivity[a] == doctest::Approx(0.2 * 0.60566).epsilon(0.001));
        CHECK(t.relative[a] == doctest::Approx(0.60566).epsilon(0.001));
        CHECK(t.tortuosity_factor[a] == doctest::Approx(0.7 / 0.60566).epsilon(0.002));
        CHECK(t.report[a].converged);
    }
    CHECK_THROWS_AS(measure_ionic(volume, {}, {}), Error);
    CHECK_THROWS_AS(measure_ionic(volume, {.electrolyte = std::nan("")}, {}), Error);
}

TEST_CASE("electrons in the solid and its film") {
    PhaseVolume volume = make_solid({12, 12, 4}, 1e-6, [](const Vec3& p) {
        return std::max(std::abs(p.x() - 6), std::abs(p.y() - 6)) - 3; // a square bar along z
    });
    const MeasureOptions z{.axes = {false, false, true}};
    const EffectiveTransport bare = measure_electronic(volume, 2, 1, z);
    CHECK(bare.relative[2] == doctest::Approx(0.25).epsilon(0.01));
    CHECK(bare.tortuosity_factor[2] == doctest::Approx(1).epsilon(0.01));
    add_film(volume, 1e-4);
    const EffectiveTransport coated = measure_electronic(volume, 2, 1, z);
    const double film = 1e-4 * 24e-6 / 144e-12; // perimeter / area of the box
    CHECK(coated.conductivity[2] == doctest::Approx(film + 0.5).epsilon(0.06));
    CHECK(std::isnan(coated.relative[2])); // two carriers, no bulk to compare with
    const EffectiveTransport halved = measure_electronic(volume, 2, 0.5, z);
    CHECK(halved.conductivity[2] - 0.5 ==
          doctest::Approx(0.5 * (coated.conductivity[2] - 0.5)).epsilon(0.01));
    const EffectiveTransport across =
        measure_electronic(volume, 2, 1, {.axes = {true, false, false}});
    CHECK_FALSE(across.report[0].percolates);
}

TEST_CASE("on an insulating host the film conducts, with no bulk to compare it with") {
    PhaseVolume volume = make_solid({12, 12, 4}, 1e-6, [](const Vec3& p) {
        return std::max(std::abs(p.x() - 6), std::abs(p.y() - 6)) - 3; // a square bar along z
    });
    const MeasureOptions xz{.axes = {true, false, true}};
    const EffectiveTransport bare = measure_electronic(volume, 0, 1, xz);
    CHECK(bare.conductivity[2] == 0);
    CHECK(bare.relative[2] == 0);
    CHECK(std::isinf(bare.tortuosity_factor[2]));
    add_film(volume, 1e-4);
    const EffectiveTransport coated = measure_electronic(volume, 0, 1, xz);
    const double film = 1e-4 * 24e-6 / 144e-12; // perimeter / area of the box
    CHECK(coated.conductivity[2] == doctest::Approx(film).epsilon(0.06));
    CHECK(std::isnan(coated.relative[2]));
    CHECK(std::isnan(coated.tortuosity_factor[2]));
    CHECK(coated.relative[0] == 0);
    CHECK(std::isinf(coated.tortuosity_factor[0]));
}

TEST_CASE("without a distance ions and electrons run through whole voxels") {
    PhaseVolume volume =
        make_image({4, 4, 10}, 1e-6, [](auto i, auto, auto) { return i < 1 ? 0 : i; });
    volume.periodic = {true, true, false};
    const MeasureOptions z{.axes = {false, false, true}};
    CHECK(measure_ionic(volume, {.electrolyte = 0.4}, z).conductivity[2] ==
          doctest::Approx(0.1).epsilon(1e-9));
    CHECK(measure_electronic(volume, 0.4, 1, z).conductivity[2] ==
          doctest::Approx(0.3).epsilon(1e-9));
}

TEST_CASE("progress runs from 0 to 1 over all axes") {
    const PhaseVolume volume = overlapping_spheres(24, 0.5, 4, 1);
    Recorder progress;
    measure_image(volume, conductivities({1.0}), Sides::no_flux, {}, progress);
    REQUIRE(progress.fractions.size() > 6);
    CHECK(progress.fractions.front() < 0.2);
    CHECK(progress.fractions.back() == doctest::Approx(1));
    CHECK(std::is_sorted(progress.fractions.begin(), progress.fractions.end()));
}
