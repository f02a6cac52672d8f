#include "porogen/geometry/particles.h"

#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "near.h"

#include "porogen/core/random.h"

using namespace porogen;

namespace {

constexpr double pi = std::numbers::pi;

/// Micrometre-sized, irregular, tilted and away from the origin.
Particle flake() {
    Particle p;
    p.centre = {3e-6, -2e-6, 7e-6};
    p.orientation = Rotation(Eigen::AngleAxisd(0.9, Vec3(1, 2, -0.5).normalized()));
    p.outline = {{3e-6, -1e-6}, {2.5e-6, 2e-6}, {-0.5e-6, 3e-6}, {-3e-6, 0.5e-6}, {-1e-6, -2.5e-6}};
    p.half_thickness = 0.8e-6;
    p.rounding = 0.2e-6;
    return p;
}

Particle sphere() {
    Particle p;
    p.centre = {1e-6, 2e-6, 3e-6};
    p.rounding = 4e-6;
    return p;
}

Particle capsule() {
    Particle p = sphere();
    p.orientation = flake().orientation;
    p.half_thickness = 3e-6;
    p.rounding = 1e-6;
    return p;
}

Particle disc_without_thickness() {
    Particle p = flake();
    p.half_thickness = 0;
    p.rounding = 0.5e-6;
    return p;
}

std::vector<Particle> zoo() {
    return {flake(), sphere(), capsule(), disc_without_thickness()};
}

std::vector<Vec3> core_corners(const Particle& p) {
    std::vector<Vec2> outline = p.outline;
    if (outline.empty()) {
        outline.emplace_back(0, 0);
    }
    std::vector<Vec3> corners;
    for (const Vec2& c : outline) {
        for (const double side : {-1.0, 1.0}) {
            corners.push_back(p.centre +
                              p.orientation * Vec3(c.x(), c.y(), side * p.half_thickness));
        }
    }
    return corners;
}

/// Directions spread evenly over the sphere (Fibonacci lattice), plus the normals of the faces.
std::vector<Vec3> directions(const Particle& p, int count) {
    std::vector<Vec3> result;
    for (int n = 0; n < count; ++n) {
        const double z = 1 - (2 * n + 1.0) / count;
        const double angle = n * pi * (3 - std::sqrt(5.0));
        const double s = std::sqrt(1 - z * z);
        result.emplace_back(s * std::cos(angle), s * std::sin(angle), z);
    }
    result.emplace_back(particle_normal(p));
    result.emplace_back(-particle_normal(p));
    for (std::size_t n = 0; n < p.outline.size(); ++n) {
        const Vec2 edge = p.outline[(n + 1) % p.outline.size()] - p.outline[n];
        result.emplace_back(p.orientation * Vec3(edge.y(), -edge.x(), 0).normalized());
    }
    return result;
}

/// The slow twin: a convex body's signed distance is the largest, over all directions n, of n.x
/// minus the support function.
double distance_by_support(const Particle& p, const std::vector<Vec3>& normals, const Vec3& point) {
    const auto corners = core_corners(p);
    double distance = -1;
    for (const Vec3& n : normals) {
        double support = -1;
        for (const Vec3& corner : corners) {
            support = std::max(support, n.dot(corner));
        }
        distance = std::max(distance, n.dot(point) - support - p.rounding);
    }
    return distance;
}

/// Sums f(signed distance) over a fine grid around the particle [m^3 x f].
template <class F>
double integrate(const Particle& p, double margin, int cells, F f) {
    const double reach = bounding_radius(p) + margin;
    const double h = 2 * reach / cells;
    double sum = 0;
    for (int k = 0; k < cells; ++k) {
        for (int j = 0; j < cells; ++j) {
            for (int i = 0; i < cells; ++i) {
                const Vec3 x = p.centre + Vec3(-reach + (i + 0.5) * h, -reach + (j + 0.5) * h,
                                               -reach + (k + 0.5) * h);
                sum += f(signed_distance(p, x), h);
            }
        }
    }
    return sum * h * h * h;
}

} // namespace

TEST_CASE("signed distance agrees with the support function, inside and outside") {
    RandomStream stream(5, "points");
    for (const Particle& p : zoo()) {
        const auto normals = directions(p, 40000);
        for (int n = 0; n < 40; ++n) {
            const Vec3 x = p.centre + 6e-6 * Vec3(stream.uniform(-1, 1), stream.uniform(-1, 1),
                                                  stream.uniform(-1, 1));
            const double exact = distance_by_support(p, normals, x);
            const double fast = signed_distance(p, x);
            // The twin's directions are 0.02 apart: it may fall short by about half an edge x
            // angle.
            CHECK(fast >= exact - 1e-18);
            CHECK(fast <= exact + 3e-8);
        }
    }
}

TEST_CASE("distance of a box-shaped flake at hand-made points") {
    Particle p;
    p.outline = {{-2, -1}, {2, -1}, {2, 1}, {-2, 1}};
    p.half_thickness = 0.5;
    p.rounding = 0.25;
    CHECK(signed_distance(p, {0, 0, 0}) == test::near(-0.75));
    CHECK(signed_distance(p, {1.9, 0, 0}) == test::near(-0.35));
    CHECK(signed_distance(p, {0, 0, 0.75}) == test::near(0.0));
    CHECK(signed_distance(p, {5, 0, 0}) == test::near(2.75));
    CHECK(signed_distance(p, {3, 3, 2.5}) == test::near(2.75)); // (1, 2, 2) off the corner
}

TEST_CASE("volumes and areas of bodies known in closed form") {
    CHECK(volume(sphere()) == test::near(4 * pi / 3 * 64e-18));
    CHECK(surface_area(sphere()) == test::near(4 * pi * 16e-12));
    CHECK(volume(capsule()) == test::near((6 * pi + 4 * pi / 3) * 1e-18));
    CHECK(surface_area(capsule()) == test::near((12 * pi + 4 * pi) * 1e-12));
    Particle sharp = flake();
    sharp.outline = {{-2e-6, -1e-6}, {2e-6, -1e-6}, {2e-6, 1e-6}, {-2e-6, 1e-6}};
    sharp.half_thickness = 0.5e-6;
    sharp.rounding = 0;
    CHECK(volume(sharp) == test::near(8e-18));
    CHECK(surface_area(sharp) == test::near(28e-12));
}

TEST_CASE("Steiner's volume and area agree with quadrature of the signed distance") {
    for (const Particle& p : zoo()) {
        // A smeared step and its derivative: half-widths of three cells lose only O(width^2).
        const double counted = integrate(
            p, 0, 120, [](double d, double h) { return std::clamp(0.5 - d / (2 * h), 0.0, 1.0); });
        CHECK(counted == test::near(volume(p)).epsilon(3e-3));
        const double area = integrate(p, 0.3e-6, 120, [](double d, double h) {
            const double width = 1.5 * h;
            return std::abs(d) < width ? (1 + std::cos(pi * d / width)) / (2 * width) : 0.0;
        });
        CHECK(area == test::near(surface_area(p)).epsilon(5e-3));
    }
}

TEST_CASE("the bounding ball holds the particle and touches it") {
    for (const Particle& p : zoo()) {
        double farthest = 0;
        for (const Vec3& corner : core_corners(p)) {
            farthest = std::max(farthest, (corner - p.centre).norm() + p.rounding);
        }
        CHECK(bounding_radius(p) == test::near(farthest));
    }
}

TEST_CASE("the normal follows the orientation") {
    Particle p;
    p.orientation = Rotation(Eigen::AngleAxisd(pi / 2, Vec3::UnitX()));
    CHECK((particle_normal(p) - Vec3(0, -1, 0)).norm() < 1e-15);
}

TEST_CASE(
    "separation takes the short way through the periodic sides, never through floor and lid") {
    const Box box{{10, 20, 5}};
    CHECK((box.separation({1, 1, 0}, {9, 19, 5}) - Vec3(-2, -2, 5)).norm() < 1e-14);
    CHECK((box.separation({1, 1, 0}, {2, 3, -1}) - Vec3(1, 2, -1)).norm() < 1e-14);
    CHECK((box.separation({-9, 41, 0}, {11, 1, 1}) - Vec3(0, 0, 1)).norm() < 1e-14);
}

TEST_CASE("burnout leaves the host, in order, and the box") {
    Packing packing{{{1, 2, 3}}, {flake(), sphere(), capsule()}};
    packing.particles[1].role = Role::porogen;
    const Packing burnt = burn_out(packing);
    REQUIRE(burnt.particles.size() == 2);
    CHECK(burnt.box.size == packing.box.size);
    CHECK(burnt.particles[0].outline == packing.particles[0].outline);
    CHECK(burnt.particles[1].half_thickness == packing.particles[2].half_thickness);
}

TEST_CASE("ellipsoids: distance against a search over the surface, area against known ones") {
    Particle e;
    e.semi_axes = {3, 2, 1};
    e.orientation = Rotation(Eigen::AngleAxisd(0.8, Vec3(1, 2, 3).normalized()));
    e.centre = {0.5, -0.2, 0.1};
    CHECK(volume(e) == test::near(8 * std::numbers::pi));
    CHECK(bounding_radius(e) == 3);
    // Tri-axial 3, 2, 1: by quadrature of the parametric surface.
    double area = 0;
    constexpr int steps = 800;
    for (int i = 0; i < steps; ++i) {
        for (int j = 0; j < steps; ++j) {
            const double u = std::numbers::pi * (i + 0.5) / steps;
            const double v = 2 * std::numbers::pi * (j + 0.5) / steps;
            const Vec3 du(3 * std::cos(u) * std::cos(v), 2 * std::cos(u) * std::sin(v),
                          -std::sin(u));
            const Vec3 dv(-3 * std::sin(u) * std::sin(v), 2 * std::sin(u) * std::cos(v), 0);
            area += du.cross(dv).norm();
        }
    }
    area *= 2 * std::numbers::pi * std::numbers::pi / (steps * steps);
    CHECK(surface_area(e) == test::near(area).epsilon(1e-5));
    Particle ball;
    ball.semi_axes = Vec3::Constant(2);
    CHECK(surface_area(ball) == test::near(16 * std::numbers::pi));
    CHECK(signed_distance(ball, {0, 0, 3}) == test::near(1));
    CHECK(signed_distance(ball, Vec3::Zero()) == test::near(-2));
    Particle oblate;
    oblate.semi_axes = {2, 2, 1};
    const double eccentricity = std::sqrt(0.75);
    CHECK(surface_area(oblate) ==
          test::near(2 * std::numbers::pi * (4 + std::atanh(eccentricity) / eccentricity))
              .epsilon(1e-9));

    RandomStream random(5, "points");
    for (int n = 0; n < 200; ++n) {
        const Vec3 local(random.uniform(-4, 4), random.uniform(-3, 3), random.uniform(-2, 2));
        const double d = signed_distance(e, e.centre + e.orientation * local);
        CHECK((d < 0) == (local.cwiseQuotient(e.semi_axes).squaredNorm() < 1));
        double nearest = 1e9;
        for (int i = 0; i < 60; ++i) {
            for (int j = 0; j < 120; ++j) {
                const double u = std::numbers::pi * (i + 0.5) / 60;
                const double v = 2 * std::numbers::pi * j / 120;
                const Vec3 on(3 * std::sin(u) * std::cos(v), 2 * std::sin(u) * std::sin(v),
                              std::cos(u));
                nearest = std::min(nearest, (on - local).norm());
            }
        }
        CHECK(std::abs(d) <= nearest + 1e-12);
        CHECK(std::abs(d) > std::sqrt(std::max(0.0, nearest * nearest - 0.01)) - 0.03);
    }
    // On planes and axes of symmetry, where the nearest point may lie off them.
    CHECK(signed_distance(e, e.centre) == test::near(-1));
    CHECK(signed_distance(e, e.centre + e.orientation * Vec3(0, 0, 0.5)) == test::near(-0.5));
    CHECK(signed_distance(e, e.centre + e.orientation * Vec3(5, 0, 0)) == test::near(2));
    // Inside on the long axis: the nearest point is x = a^2 p / (a^2 - c^2).
    const double x = 9.0 / 8;
    CHECK(signed_distance(e, e.centre + e.orientation * Vec3(1, 0, 0)) ==
          test::near(-std::hypot(x - 1, std::sqrt(1 - x * x / 9))).epsilon(1e-6));
}
