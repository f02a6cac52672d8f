#include "porogen/geometry/sinter.h"

#include <array>
#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "geometry/samples.h"
#include "near.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/volume/cut_cells.h"
#include "refusal.h"

using namespace porogen;
using namespace porogen::samples;

namespace {

double solid(const PhaseVolume& volume) {
    return mean_solid_fraction(cut_cells(volume));
}

/// Height of the surface in a column of cells, by the cubic through the four cells around it [m].
double height(const PhaseVolume& volume, std::int64_t i) {
    const auto at = [&](std::int64_t k) { return static_cast<double>(volume.distance(i, 0, k)); };
    std::int64_t k = 1;
    while (at(k + 1) < 0) {
        ++k;
    }
    double t = at(k) / (at(k) - at(k + 1));
    for (int step = 0; step < 30; ++step) { // fixed point: the field is almost a distance
        const double value =
            -t * (t - 1) * (t - 2) / 6 * at(k - 1) + (t + 1) * (t - 1) * (t - 2) / 2 * at(k) -
            (t + 1) * t * (t - 2) / 2 * at(k + 1) + (t + 1) * t * (t - 1) / 6 * at(k + 2);
        t -= value / (at(k + 1) - at(k));
    }
    return (static_cast<double>(k) + 0.5 + t) * volume.voxel.z();
}

/// Root mean square error of a rippled layer's height, times k, after the time that takes a small
/// ripple to exp(-1/2). sinh(k z) = exp(-k^2 t) sinh(k a) cos(k x) moves by its curvature exactly
/// (the "hairclip" of curve shortening) and keeps its volume by symmetry.
double ripple_error(std::int64_t cells, double steepness, double& got) {
    const double wavelength = 4 * um;
    const double h = wavelength / static_cast<double>(cells);
    const double k = 2 * std::numbers::pi / wavelength;
    const double middle = wavelength + 0.13 * h;
    const auto exact = [&](double x, double decay) {
        return std::asinh(decay * std::sinh(steepness) * std::cos(k * x)) / k;
    };
    auto volume = sample({cells, 4, 2 * cells}, h,
                         [&](const Vec3& p) { return p.z() - middle - exact(p.x(), 1); });
    const double before = solid(volume);
    SinterOptions options;
    options.length = std::sqrt(0.5) / k;
    sinter(volume, options);
    CHECK(std::abs(solid(volume) - before) < 1e-6);
    double square = 0;
    got = 0;
    for (std::int64_t i = 0; i < cells; ++i) {
        const double x = (static_cast<double>(i) + 0.5) * h;
        const double z = height(volume, i) - middle;
        square += std::pow(k * (z - exact(x, std::exp(-0.5))), 2) / static_cast<double>(cells);
        got += 2 * z * std::cos(k * x) / static_cast<double>(cells);
    }
    got *= k;
    return std::sqrt(square);
}

} // namespace

TEST_CASE("a ripple on a layer decays as the curvature flow tells") {
    double amplitude = 0;
    ripple_error(16, 0.1, amplitude); // small: the linear law, whatever its height
    CHECK(amplitude == test::near(0.1 * std::exp(-0.5)).epsilon(0.005));
    std::array<double, 2> error{};
    for (int level = 0; level < 2; ++level) {
        error[static_cast<std::size_t>(level)] = ripple_error(8 << level, 1, amplitude);
    }
    MESSAGE("errors at 8 and 16 cells per wavelength: " << error[0] << ", " << error[1]
                                                        << " of 0.66");
    CHECK(error[1] < 0.015);
    CHECK(std::log2(error[0] / error[1]) > 1.5);
}

TEST_CASE("a sphere afloat stays the sphere it is") {
    const double h = 0.25 * um;
    const Field exact = ball(h * Vec3(10.2, 9.9, 10.3), 6 * h);
    auto volume = sample({20, 20, 20}, h, exact);
    const double before = solid(volume);
    const SinterReport report = sinter(volume, {0.75 * um});
    CHECK(report.steps == 54);
    CHECK(std::abs(solid(volume) - before) < 1e-6);
    CHECK(report.surface_after == test::near(report.surface_before).epsilon(2e-4));
    for (std::int64_t n = 0; n < volume.distance.size(); ++n) {
        const Vec3 cell(static_cast<double>(n % 20), static_cast<double>(n / 20 % 20),
                        static_cast<double>(n / 400));
        const double d = exact(h * (cell + Vec3::Constant(0.5)));
        if (std::abs(d) < h) {
            REQUIRE(std::abs(volume.distance[n] - d) < 0.02 * h);
        }
        REQUIRE((volume.labels[n] == 1) == (volume.distance[n] < 0));
    }
}

TEST_CASE("touching spheres grow a neck, lose surface, and keep their volume") {
    const double h = 0.25 * um;
    const auto start = sample({22, 22, 38}, h, [&](const Vec3& p) {
        return std::min(ball(h * Vec3(11.2, 11.1, 11.3), 8 * h)(p),
                        ball(h * Vec3(11.2, 11.1, 27.3), 8 * h)(p));
    });
    const double before = solid(start);
    double neck = 0;
    double surface = 1e300;
    for (const double length : {0.0, 0.25, 0.5, 1.0}) {
        auto volume = start;
        const SinterReport report = sinter(volume, {length * um});
        double area = 0; // of the layer between the spheres [cells]
        for (std::int64_t n = 0; n < 22 * 22; ++n) {
            area += std::clamp(0.5 - volume.distance[22 * 22 * 19 + n] / h, 0.0, 1.0);
        }
        CHECK(std::sqrt(area / std::numbers::pi) > neck + (length > 0 ? 0.5 : 0));
        CHECK((length == 0 || report.surface_after < surface));
        CHECK(std::abs(solid(volume) - before) < 1e-6);
        neck = std::sqrt(area / std::numbers::pi);
        surface = length == 0 ? surface : report.surface_after;
    }
}

TEST_CASE("sintering by nothing changes nothing, and neither does the number of threads") {
    const auto start = crowd({32, 28, 30}, 0.25 * um, 10, 7);
    auto same = start;
    CHECK(sinter(same, {0}).steps == 0);
    CHECK(std::equal(same.distance.begin(), same.distance.end(), start.distance.begin()));
    auto many = start;
    sinter(many, {0.25 * um});
    const ThreadLimit single(1);
    auto one = start;
    sinter(one, {0.25 * um});
    CHECK(std::equal(many.distance.begin(), many.distance.end(), one.distance.begin()));
    auto empty = sample({6, 6, 6}, 0.25 * um, [](const Vec3&) { return 1 * um; });
    CHECK(sinter(empty, {1 * um}).surface_after == 0);
}

TEST_CASE("sinter refuses lengths that make no sense") {
    const auto start =
        sample({10, 10, 10}, 0.25 * um, ball({1.2 * um, 1.2 * um, 1.3 * um}, 0.5 * um));
    const auto refusal = [&](double length) {
        auto volume = start;
        return test::refusal([&] { sinter(volume, {length}); });
    };
    for (const double length : {-1e-7, std::nan(""), 1.0, HUGE_VAL}) {
        CAPTURE(length);
        CHECK(refusal(length) == ExitCode::bad_input);
    }
    CHECK(refusal(0.1 * um) == ExitCode::done);
}
