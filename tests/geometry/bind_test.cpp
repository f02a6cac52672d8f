#include "porogen/geometry/bind.h"

#include <array>
#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "near.h"
#include "refusal.h"

#include "geometry/samples.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/volume/cut_cells.h"

using namespace porogen;
using namespace porogen::samples;

namespace {

double solid(const PhaseVolume& volume) {
    return mean_solid_fraction(cut_cells(volume));
}

/// Volume between two touching spheres of radius R that no ball of radius r reaches: inside the
/// torus of tube radius r around the circle on which all three touch, outside the spheres.
double neck_volume(double R, double r) {
    const double ring = std::sqrt((R + r) * (R + r) - R * R);
    const double top = r * R / (R + r); // where the tube touches the sphere
    double volume = 0;
    constexpr int slices = 2000;
    for (int s = 0; s < slices; ++s) {
        const double z = top * (s + 0.5) / slices;
        const double outer = ring - std::sqrt(r * r - z * z);
        const double inner = R * R - (R - z) * (R - z);
        volume += 2 * std::numbers::pi * (outer * outer - inner) * top / slices;
    }
    return volume;
}

/// Two touching spheres along a direction, cut to a narrow band.
PhaseVolume two_spheres(std::int64_t cells, const Vec3& direction) {
    const double h = 1 * um / static_cast<double>(cells);
    const auto n = static_cast<std::int64_t>(3.8 * static_cast<double>(cells));
    const Vec3 contact = h * (Vec3::Constant(static_cast<double>(n) / 2) + Vec3(0.2, 0.37, 0.44));
    const Vec3 way = 1 * um * direction.normalized();
    return sample({n, n, n}, h,
                  [=](const Vec3& p) {
                      return std::clamp(
                          std::min(ball(contact - way, 1 * um)(p), ball(contact + way, 1 * um)(p)),
                          -4 * h, 4 * h);
                  },
                  {false, false, false});
}

ExitCode refusal(PhaseVolume volume, double fraction, const std::string& name = "binder") {
    return test::refusal([&] { bind(volume, {fraction, name}); });
}

} // namespace

TEST_CASE("the neck between two spheres is that of the closing") {
    // How far the radius is off that gives the volume of a neck.
    const auto error = [](std::int64_t cells, double radius, const Vec3& direction) {
        const auto start = two_spheres(cells, direction);
        auto volume = start;
        const double fraction = neck_volume(1 * um, radius * um) / volume.size().prod();
        const BindReport report = bind(volume, {fraction, "binder"});
        CHECK(std::abs(report.volume_fraction - fraction) < 2e-6);
        CHECK(std::abs(solid(volume) - solid(start) - fraction) < 2e-6);
        return std::abs(report.neck_radius / (radius * um) - 1);
    };
    for (const double radius : {0.3, 1.0}) {
        CAPTURE(radius);
        CHECK(error(12, radius, {0.3, 0.5, 0.8}) < 0.012);
    }
    const double coarse = error(8, 0.5, {0, 0, 1});
    const double fine = error(16, 0.5, {0, 0, 1});
    MESSAGE("errors at 8 and 16 cells per radius: " << coarse << ", " << fine);
    CHECK(fine < 0.01);
    CHECK(std::log2(coarse / fine) > 1.5);
}

TEST_CASE("binder gets a label of its own, and the distance is that to host and binder") {
    const auto start = two_spheres(10, {0, 0, 1});
    auto volume = start;
    const BindReport report =
        bind(volume, {neck_volume(1 * um, 0.5 * um) / volume.size().prod(), "pvdf"});
    REQUIRE(volume.phases.size() == 3);
    CHECK(volume.phases[2].label == 2);
    CHECK(volume.phases[2].name == "pvdf");
    const double h = volume.voxel.x();
    const Shape& s = volume.shape();
    const Vec3 contact = h * (Vec3::Constant(static_cast<double>(s.x) / 2) + Vec3(0.2, 0.37, 0.44));
    const double r = report.neck_radius;
    const double ring = std::sqrt((1 * um + r) * (1 * um + r) - 1e-12);
    std::int64_t binder = 0;
    for (std::int64_t n = 0; n < s.size(); ++n) {
        const Vec3 p =
            h * Vec3(static_cast<double>(n % s.x) + 0.5, static_cast<double>(n / s.x % s.y) + 0.5,
                     static_cast<double>(n / (s.x * s.y)) + 0.5) -
            contact;
        REQUIRE((volume.labels[n] != 0) == (volume.distance[n] < 0));
        REQUIRE((volume.labels[n] == 1) == (start.labels[n] == 1));
        REQUIRE(volume.distance[n] <= start.distance[n]);
        binder += volume.labels[n] == 2;
        // Where the neck's surface is nearer than the spheres', the distance to it is the tube's.
        const double across = std::hypot(p.x(), p.y());
        if (std::abs(p.z()) < 0.15 * um && std::abs(across - (ring - r)) < 2 * h) {
            const double exact = r - std::hypot(across - ring, p.z());
            REQUIRE(std::abs(volume.distance[n] - exact) < 0.06 * h);
        }
    }
    CHECK(static_cast<double>(binder) / static_cast<double>(s.size()) ==
          test::near(report.volume_fraction).epsilon(0.1));
}

TEST_CASE("bodies without narrow places take no binder") {
    const double h = 0.1 * um;
    const auto lone = sample({24, 24, 24}, h, ball(h * Vec3(12.2, 12.3, 11.6), 6 * h), {});
    const auto layer =
        sample({12, 12, 24}, h, [&](const Vec3& p) { return Vec3(0, 0, 1).dot(p) - 9.3 * h; });
    CHECK(refusal(lone, 1e-3) == ExitCode::infeasible);
    CHECK(refusal(layer, 1e-3) == ExitCode::infeasible);
}

TEST_CASE("a shift through the periodic sides shifts the binder along") {
    const auto start = crowd({32, 28, 30}, 0.25 * um, 14, 11);
    auto volume = start;
    const BindReport report = bind(volume, {0.02, "binder"});
    auto shifted = start;
    const auto from = [](std::int64_t i, std::int64_t j, std::int64_t k) {
        return std::array{(i + 13) % 32, (j + 9) % 28, k};
    };
    for (std::int64_t n = 0; n < shifted.labels.size(); ++n) {
        const auto [i, j, k] = from(n % 32, n / 32 % 28, n / (32 * 28));
        shifted.labels[n] = start.labels(i, j, k);
        shifted.distance[n] = start.distance(i, j, k);
    }
    const BindReport again = bind(shifted, {0.02, "binder"});
    CHECK(again.neck_radius == test::near(report.neck_radius).epsilon(0.01));
    std::int64_t other = 0;
    for (std::int64_t n = 0; n < shifted.labels.size(); ++n) {
        const auto [i, j, k] = from(n % 32, n / 32 % 28, n / (32 * 28));
        other += shifted.labels[n] != volume.labels(i, j, k);
    }
    MESSAGE(other << " cells differ");
    CHECK(static_cast<double>(other) < 0.002 * static_cast<double>(shifted.labels.size()));
    const ThreadLimit single(1);
    auto one = start;
    bind(one, {0.02, "binder"});
    CHECK(std::equal(one.distance.begin(), one.distance.end(), volume.distance.begin()));
    CHECK(std::equal(one.labels.begin(), one.labels.end(), volume.labels.begin()));
}

TEST_CASE("the volume got is the volume asked, from a trace to most of the pores") {
    const auto start = crowd({32, 28, 30}, 0.25 * um, 14, 11);
    const double host = solid(start);
    double radius = 0;
    for (const double fraction : {1e-4, 0.005, 0.05, 0.5}) {
        auto volume = start;
        const BindReport report = bind(volume, {fraction, "binder"});
        CHECK(std::abs(solid(volume) - host - fraction) < 2e-6);
        CHECK(report.neck_radius > radius);
        radius = report.neck_radius;
    }
    auto none = start;
    CHECK(bind(none, {0, "binder"}).neck_radius == 0);
    CHECK(none.phases.size() == 2);
}

TEST_CASE("bind refuses what cannot be") {
    const double h = 0.25 * um;
    const auto volume = sample({12, 12, 12}, h, ball(h * Vec3(6, 6, 6), 3 * h));
    for (const double fraction : {-0.1, std::nan(""), 1.0}) {
        CHECK(refusal(volume, fraction) == ExitCode::bad_input);
    }
    CHECK(refusal(volume, 0.01, "") == ExitCode::bad_input);
    CHECK(refusal(volume, 0.01, "llto") == ExitCode::bad_input);
    CHECK(refusal(volume, 0.99) == ExitCode::infeasible);
    CHECK(refusal(sample({6, 6, 6}, h, [](const Vec3&) { return 1 * um; }), 0.01) ==
          ExitCode::infeasible);
}
