#include "porogen/geometry/coat.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include <doctest/doctest.h>

#include "porogen/core/errors.h"
#include "porogen/geometry/rasterise.h"
#include "porogen/volume/cut_cells.h"
#include "volume/sample.h"

using namespace porogen;

namespace {

constexpr double pi = std::numbers::pi;

/// A cubic array of solid spheres of radius 3 um in a box of 8 x 8 x 24 um.
PhaseVolume sphere_array() {
    return sample({32, 32, 96}, Vec3::Constant(0.25e-6), {true, true, false}, [](const Vec3& p) {
        const double z = std::remainder(p.z() - 4e-6, 8e-6);
        return Vec3(p.x() - 4e-6, p.y() - 4e-6, z).norm() - 3e-6;
    });
}

ExitCode exit_code(PhaseVolume volume, const CoatOptions& options) {
    try {
        coat(volume, {}, options);
    } catch (const Error& error) {
        return error.code();
    }
    return ExitCode::done;
}

} // namespace

TEST_CASE("the film's mass closes, and its thickness is mass over true area") {
    PhaseVolume volume = sphere_array();
    CoatOptions options;
    const CoatReport report = coat(volume, {}, options);
    const double box = 8e-6 * 8e-6 * 24e-6;
    const double host_mass = 4830 * mean_solid_fraction(cut_cells(volume)) * box;
    const double film_mass = report.thickness * report.area * 1900 * 0.3;
    CHECK(film_mass == doctest::Approx(0.02 * host_mass).epsilon(1e-12));
    CHECK(report.mass_per_area * report.area == doctest::Approx(0.02 * host_mass).epsilon(1e-12));
    CHECK(report.volume_fraction * box * 1900 == doctest::Approx(0.02 * host_mass).epsilon(1e-12));
    CHECK(report.coverage == doctest::Approx(1).epsilon(1e-6));
    CHECK(report.area == doctest::Approx(3 * 4 * pi * 9e-12).epsilon(2e-3));
    // Spheres: mass per area = w rho R / 3.
    CHECK(report.mass_per_area == doctest::Approx(0.02 * 4830 * 1e-6).epsilon(5e-3));
    CHECK(report.sheet_conductance == sheet_conductance(report.mass_per_area, options));
}

TEST_CASE("the film stands on the cells within two voxels of the surface and nowhere else") {
    PhaseVolume volume = sphere_array();
    const CoatReport report = coat(volume, {}, {});
    REQUIRE(volume.has_film());
    for (std::int64_t n = 0; n < volume.labels.size(); ++n) {
        const bool near_surface = std::abs(static_cast<double>(volume.distance[n])) < 0.5e-6;
        REQUIRE(volume.film.thickness[n] ==
                (near_surface ? static_cast<float>(report.thickness) : 0));
        REQUIRE(volume.film.sheet_conductance[n] ==
                (near_surface ? static_cast<float>(report.sheet_conductance) : 0));
    }
}

TEST_CASE("a closed pore stays bare") {
    // A hollow ball of solid in the middle of free pore: outer radius 7, inner 4.
    const auto shell = [](const Vec3& p) {
        const double r = (p - Vec3(10, 10, 10)).norm();
        return std::max(r - 7, 4 - r);
    };
    PhaseVolume volume = sample({40, 40, 40}, Vec3::Constant(0.5), {true, true, false}, shell);
    const CoatReport report = coat(volume, {}, {});
    CHECK(report.area == doctest::Approx(4 * pi * 49).epsilon(3e-3));
    CHECK(report.coverage == doctest::Approx(49.0 / 65).epsilon(3e-3));
    for (std::int64_t k = 0; k < 40; ++k) {
        for (std::int64_t j = 0; j < 40; ++j) {
            for (std::int64_t i = 0; i < 40; ++i) {
                const Vec3 p =
                    0.5 * Vec3(static_cast<double>(i) + 0.5, static_cast<double>(j) + 0.5,
                               static_cast<double>(k) + 0.5);
                const double r = (p - Vec3(10, 10, 10)).norm();
                if (r < 4.9) {
                    REQUIRE(volume.film.thickness(i, j, k) == 0);
                }
                if (r > 6.1 && r < 7.9) {
                    REQUIRE(volume.film.thickness(i, j, k) > 0);
                }
            }
        }
    }
}

TEST_CASE("pores open to the collector alone are not reached: the coating comes from the separator "
          "side") {
    const auto wall = [](const Vec3& p) { return 3 - std::abs(p.z() - 10); };
    PhaseVolume volume =
        sample({6, 6, 20}, {1, 1, 1}, {true, true, false}, [&](const Vec3& p) { return -wall(p); });
    const CoatReport report = coat(volume, {}, {});
    CHECK(report.coverage == doctest::Approx(0.5).epsilon(1e-5));
    CHECK(report.area == doctest::Approx(36).epsilon(1e-5));
    CHECK(volume.film.thickness(3, 3, 13) > 0);
    CHECK(volume.film.thickness(3, 3, 6) == 0);
}

TEST_CASE(
    "the sheet conducts above its percolation threshold only, and like a thick film far above") {
    CoatOptions options;
    CHECK(sheet_conductance(0, options) == 0);
    CHECK(sheet_conductance(options.percolation_mass, options) == 0);
    CHECK(sheet_conductance(0.9 * options.percolation_mass, options) == 0);
    CHECK(sheet_conductance(std::nan(""), options) == 0);
    // Twice the threshold: sigma t (1/2)^1.24.
    const double thickness = 5e-6 / (1900 * 0.3);
    CHECK(sheet_conductance(5e-6, options) ==
          doctest::Approx(2000 * thickness * std::pow(0.5, 1.24)).epsilon(1e-12));
    CHECK(sheet_conductance(1.0, options) == doctest::Approx(2000 / 570.0).epsilon(1e-5));
    CHECK(sheet_conductance(1.001 * options.percolation_mass, options) <
          1e-3 * sheet_conductance(2 * options.percolation_mass, options));
    PhaseVolume volume = sphere_array();
    options.mass_fraction = 2e-4; // 1e-6 kg/m^2, below the threshold
    const CoatReport report = coat(volume, {}, options);
    CHECK(report.sheet_conductance == 0);
    CHECK(report.thickness > 0);
}

TEST_CASE("no film without mass; an earlier one goes") {
    PhaseVolume volume = sphere_array();
    coat(volume, {}, {});
    CoatOptions none;
    none.mass_fraction = 0;
    const CoatReport report = coat(volume, {}, none);
    CHECK_FALSE(volume.has_film());
    CHECK(report.area == 0);
    CHECK(report.thickness == 0);
}

TEST_CASE("coat refuses senseless input") {
    const PhaseVolume volume = sphere_array();
    const double nan = std::nan("");
    const auto with = [&](const std::function<void(CoatOptions&)>& change) {
        CoatOptions options;
        change(options);
        return exit_code(volume, options);
    };
    for (const double bad : {-1.0, nan, 1 / 0.0}) {
        CAPTURE(bad);
        CHECK(with([=](CoatOptions& o) { o.mass_fraction = bad; }) == ExitCode::bad_input);
        CHECK(with([=](CoatOptions& o) { o.host_density = bad; }) == ExitCode::bad_input);
        CHECK(with([=](CoatOptions& o) { o.film_density = bad; }) == ExitCode::bad_input);
        CHECK(with([=](CoatOptions& o) { o.film_porosity = bad; }) == ExitCode::bad_input);
        CHECK(with([=](CoatOptions& o) { o.film_conductivity = bad; }) == ExitCode::bad_input);
        CHECK(with([=](CoatOptions& o) { o.percolation_mass = bad; }) == ExitCode::bad_input);
        CHECK(with([=](CoatOptions& o) { o.percolation_exponent = bad; }) == ExitCode::bad_input);
        CHECK(with([=](CoatOptions& o) { o.contact_factor = bad; }) == ExitCode::bad_input);
    }
    CHECK(with([](CoatOptions& o) { o.film_porosity = 1; }) == ExitCode::bad_input);
    CHECK(with([](CoatOptions& o) { o.host_density = 0; }) == ExitCode::bad_input);
    PhaseVolume image = volume;
    image.distance = {};
    CHECK(exit_code(image, {}) == ExitCode::bad_input);
    PhaseVolume full = sample({4, 4, 4}, {1, 1, 1}, {}, [](const Vec3&) { return -3.0; });
    CHECK(exit_code(full, {}) == ExitCode::infeasible);
}
