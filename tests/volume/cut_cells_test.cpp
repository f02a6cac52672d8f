#include "porogen/volume/cut_cells.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/random.h"
#include "volume/sample.h"

using namespace porogen;

namespace {

constexpr double pi = std::numbers::pi;

double solid_volume(const CutCells& cells, const Vec3& voxel) {
    double sum = 0;
    for (const float fraction : cells.solid_fraction) {
        sum += static_cast<double>(fraction);
    }
    return sum * voxel.prod();
}

/// Aperture of the upper less that of the lower face of a cell, for each axis.
Vec3 aperture_difference(const CutCells& cells, std::int64_t n) {
    const Shape& shape = cells.solid_fraction.shape();
    const std::int64_t i = n % shape.x;
    const std::int64_t j = n / shape.x % shape.y;
    const std::int64_t k = n / (shape.x * shape.y);
    const double x = i > 0 ? cells.aperture[0][n - 1] : cells.lower_end[0](0, j, k);
    const double y = j > 0 ? cells.aperture[1][n - shape.x] : cells.lower_end[1](i, 0, k);
    const double z = k > 0 ? cells.aperture[2][n - shape.x * shape.y] : cells.lower_end[2](i, j, 0);
    return {cells.aperture[0][n] - x, cells.aperture[1][n] - y, cells.aperture[2][n] - z};
}

struct Measured {
    double volume;
    double area;
};

Measured measure_sphere(std::int64_t n, const Vec3& stretch, double radius) {
    const Vec3 size(1, 1, 1);
    const Shape shape{static_cast<std::int64_t>(std::lround(static_cast<double>(n) * stretch.x())),
                      static_cast<std::int64_t>(std::lround(static_cast<double>(n) * stretch.y())),
                      static_cast<std::int64_t>(std::lround(static_cast<double>(n) * stretch.z()))};
    const Vec3 voxel(size.x() / static_cast<double>(shape.x),
                     size.y() / static_cast<double>(shape.y),
                     size.z() / static_cast<double>(shape.z));
    const Vec3 centre(0.503, 0.497, 0.511);
    const auto volume = sample(shape, voxel, {true, true, true},
                               [&](const Vec3& p) { return (p - centre).norm() - radius; });
    const CutCells cells = cut_cells(volume);
    return {solid_volume(cells, voxel), surface_area(cells)};
}

/// Volume fraction of the unit cube, centred on the origin, where normal . x <= distance: of the
/// corner pyramid below the plane, what sticks out beyond each upper side is taken off again. No
/// component of the normal may be 0.
double plane_cut_fraction(const Vec3& normal, double distance) {
    const Vec3 m = normal.cwiseAbs(); // by symmetry
    const double alpha = distance + 0.5 * m.sum();
    double volume = 0;
    for (int corner = 0; corner < 8; ++corner) {
        const Vec3 at(corner & 1, corner >> 1 & 1, corner >> 2);
        const double sign = at.sum() == 1 || at.sum() == 3 ? -1 : 1;
        volume += sign * std::pow(std::max(0.0, alpha - m.dot(at)), 3);
    }
    return volume / (6 * m.prod());
}

} // namespace

TEST_CASE("cut fractions and apertures of planes are exact, for any tilt and voxel") {
    const std::uint64_t seed = 4;
    CAPTURE(seed);
    RandomStream random(seed, "tilts");
    for (int trial = 0; trial < 20; ++trial) {
        const Vec3 voxel(random.uniform(0.5, 2), random.uniform(0.5, 2), random.uniform(0.5, 2));
        const Vec3 normal = Vec3(random.normal(), random.normal(), random.normal()).normalized();
        const Shape shape{7, 6, 5};
        const Vec3 middle = 0.5 * voxel.cwiseProduct(Vec3(7, 6, 5));
        const double shift = random.uniform(-1, 1);
        const auto volume = sample(shape, voxel, {false, false, false},
                                   [&](const Vec3& p) { return normal.dot(p - middle) - shift; });
        const CutCells cells = cut_cells(volume);
        const Vec3 scaled = normal.cwiseProduct(voxel); // the normal seen from the unit cube
        for (std::int64_t n = 0; n < shape.size(); ++n) {
            const double expected = plane_cut_fraction(
                scaled.normalized(), -static_cast<double>(volume.distance[n]) / scaled.norm());
            CHECK(static_cast<double>(cells.solid_fraction[n]) ==
                  doctest::Approx(expected).epsilon(2e-6).scale(1));
        }
        // Differences of opposite apertures are the area vector of the piece of plane in the cell,
        // in the cells at the ends of the box too.
        const Vec3 face_area(voxel.y() * voxel.z(), voxel.z() * voxel.x(), voxel.x() * voxel.y());
        for (std::int64_t n = 0; n < shape.size(); ++n) {
            const Vec3 vector = aperture_difference(cells, n).cwiseProduct(face_area);
            CHECK((vector - static_cast<double>(cells.interface_area[n]) * normal).norm() < 1e-5);
        }
        const double area = surface_area(cells);
        const double step = 1e-3;
        const auto nearby = [&](double s) {
            return solid_volume(cut_cells(sample(shape, voxel, {false, false, false},
                                                 [&](const Vec3& p) {
                                                     return normal.dot(p - middle) - shift - s;
                                                 })),
                                voxel);
        };
        // dV/ds = A for a moving plane.
        CHECK(area == test::near((nearby(step) - nearby(-step)) / (2 * step)).epsilon(2e-3));
    }
}

TEST_CASE("tilted planes have their true area: 30, 45 and 60 degrees, where voxel faces are up to "
          "41 % off") {
    for (const double degrees : {0.0, 30.0, 45.0, 60.0}) {
        const double angle = degrees * pi / 180;
        const Shape shape{40, 4, 40};
        const Vec3 normal(std::sin(angle), 0, std::cos(angle));
        const auto volume = sample(shape, {1, 1, 1}, {false, true, false}, [&](const Vec3& p) {
            return normal.dot(p - Vec3(20.13, 0, 20.21));
        });
        // Trace of the plane in the box, times the width in y.
        const double tangent = std::tan(angle);
        const double length = degrees <= 45
                                  ? (std::min(40.0, 20.13 + 20.21 / std::max(tangent, 1e-9)) -
                                     std::max(0.0, 20.13 - 19.79 / std::max(tangent, 1e-9))) /
                                        std::cos(angle)
                                  : (std::min(40.0, 20.21 + 20.13 * tangent) -
                                     std::max(0.0, 20.21 - 19.87 * tangent)) /
                                        std::sin(angle);
        CAPTURE(degrees);
        CHECK(surface_area(cut_cells(volume)) == test::near(4 * length).epsilon(1e-5));
    }
}

TEST_CASE("both sides of a wall and of a gap thinner than a voxel count as surface") {
    // z = 6.2 .. 6.9 lies within one layer of cells: opposite sides cancel in the apertures.
    for (const double side : {1.0, -1.0}) {
        const auto volume = sample({6, 6, 12}, {1, 1, 1}, {true, true, false}, [&](const Vec3& p) {
            return side * (std::abs(p.z() - 6.5 - 1e-3) - 0.35);
        });
        const CutCells cells = cut_cells(volume);
        CHECK(std::abs(aperture_difference(cells, 6 * 36).z()) < 1e-6);
        CHECK(surface_area(cells) == test::near(72).epsilon(0.15));
    }
}

TEST_CASE("volume of a sphere converges with fourth order, its area with second") {
    const double radius = 0.37;
    const double volume = 4.0 / 3 * pi * radius * radius * radius;
    const double area = 4 * pi * radius * radius;
    for (const Vec3& stretch : {Vec3(1, 1, 1), Vec3(1, 1.5, 0.75)}) {
        const Measured coarse = measure_sphere(16, stretch, radius);
        const Measured fine = measure_sphere(32, stretch, radius);
        const Measured finest = measure_sphere(64, stretch, radius);
        const auto order = [](double a, double b) { return std::log2(std::abs(a / b)); };
        CAPTURE(coarse.volume / volume - 1);
        CAPTURE(fine.volume / volume - 1);
        CAPTURE(finest.volume / volume - 1);
        CAPTURE(coarse.area / area - 1);
        CAPTURE(fine.area / area - 1);
        CAPTURE(finest.area / area - 1);
        CHECK(std::abs(coarse.volume / volume - 1) < 3e-4);
        CHECK(order(coarse.volume - volume, fine.volume - volume) > 3.5);
        CHECK(std::abs(finest.volume / volume - 1) < 2e-6);
        CHECK(std::abs(fine.area / area - 1) < 5e-4);
        CHECK(order(coarse.area - area, fine.area - area) > 1.8);
        CHECK(order(fine.area - area, finest.area - area) > 1.8);
    }
}

TEST_CASE(
    "a solid cut by the box has no cap there, and the other side of a wrap is the same face") {
    // A rod along z of radius 3: its ends at z = 0 and z = L are not surface.
    const Shape shape{16, 16, 8};
    const auto rod = [](const Vec3& p) { return std::hypot(p.x() - 8, p.y() - 8) - 5; };
    for (const bool wrap : {false, true}) {
        const auto volume = sample(shape, {1, 1, 1}, {true, true, wrap}, rod);
        const CutCells cells = cut_cells(volume);
        CHECK(surface_area(cells) == test::near(2 * pi * 5 * 8).epsilon(0.01));
        for (std::int64_t n = 0; n < 256; ++n) {
            CHECK(cells.lower_end[2][n] == test::near(cells.aperture[2][n]).epsilon(1e-5));
        }
        for (std::int64_t k = 0; k < shape.z; ++k) {
            for (std::int64_t j = 0; j < shape.y; ++j) {
                CHECK(cells.lower_end[0](0, j, k) == cells.aperture[0](shape.x - 1, j, k));
            }
        }
    }
}

TEST_CASE("fractions and apertures stay within 0 and 1, and cells agree with their labels") {
    // Edges, a gap thinner than a voxel and a plate thinner than a voxel.
    const auto rough = [](const Vec3& p) {
        const double plate = std::max(std::abs(p.z() - 3.1) - 0.2, std::abs(p.x() - 6) - 4.4);
        const double block = std::max(
            {std::abs(p.x() - 6) - 3.3, std::abs(p.y() - 6) - 3.2, std::abs(p.z() - 6.6) - 2.9});
        return std::min(plate, block);
    };
    const auto volume = sample({12, 12, 12}, {1, 1, 1}, {true, true, false}, rough);
    const CutCells cells = cut_cells(volume);
    for (std::int64_t n = 0; n < volume.labels.size(); ++n) {
        CHECK(cells.solid_fraction[n] >= 0);
        CHECK(cells.solid_fraction[n] <= 1);
        CHECK((volume.labels[n] == 1 ? cells.solid_fraction[n] > 0 : cells.solid_fraction[n] < 1));
        for (const auto& aperture : cells.aperture) {
            CHECK(aperture[n] >= 0);
            CHECK(aperture[n] <= 1);
        }
    }
}

TEST_CASE("the surface offset brings the solid fraction to the asked value, either way") {
    const auto sphere =
        sample({24, 24, 24}, Vec3(1, 1, 1) / 24, {true, true, false},
               [](const Vec3& p) { return (p - Vec3(0.5, 0.5, 0.4)).norm() - 0.3; });
    const double before = mean_solid_fraction(cut_cells(sphere));
    CHECK(before == test::near(4.0 / 3 * pi * 0.027).epsilon(0.005));
    for (const double target : {0.09, before, 0.12, 0.15}) {
        const auto offset = surface_offset(sphere, target, 0.1).offset;
        REQUIRE(offset.has_value());
        auto moved = sphere;
        for (float& d : moved.distance) {
            d -= static_cast<float>(*offset);
        }
        CHECK(std::abs(mean_solid_fraction(cut_cells(moved)) - target) < 3e-7);
        // A sphere's radius follows from its volume.
        CHECK(0.3 + *offset == test::near(std::cbrt(target * 3 / (4 * pi))).epsilon(0.003));
    }
    CHECK_FALSE(surface_offset(sphere, 0.5, 0.05).offset.has_value());
    CHECK_FALSE(surface_offset(sphere, 0.001, 0.05).offset.has_value());
    CHECK_FALSE(surface_offset(sphere, std::nan(""), 0.05).offset.has_value());
}
