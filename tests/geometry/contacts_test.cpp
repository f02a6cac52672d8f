#include "porogen/geometry/contacts.h"

#include <cmath>
#include <limits>
#include <numbers>

#include <doctest/doctest.h>

#include "near.h"

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/core/random.h"

using namespace porogen;

namespace {

constexpr double pi = std::numbers::pi;
constexpr double um = 1e-6;

Particle sphere(const Vec3& centre, double radius) {
    Particle particle;
    particle.centre = centre;
    particle.rounding = radius;
    return particle;
}

/// A rounded box of outer half edges `half`.
Particle box(const Vec3& centre, const Vec3& half, double rounding) {
    Particle particle;
    particle.centre = centre;
    const double x = half.x() - rounding;
    const double y = half.y() - rounding;
    particle.outline = {{-x, -y}, {x, -y}, {x, y}, {-x, y}};
    particle.half_thickness = half.z() - rounding;
    particle.rounding = rounding;
    return particle;
}

/// A link of a fibre from one point to another.
Particle link(const Vec3& from, const Vec3& to, double radius, int fibre) {
    Particle particle;
    particle.centre = 0.5 * (from + to);
    particle.orientation = Rotation::FromTwoVectors(Vec3::UnitZ(), to - from);
    particle.half_thickness = 0.5 * (to - from).norm();
    particle.rounding = radius;
    particle.fibre = fibre;
    return particle;
}

/// 3 x 3 x 4 spheres on a cubic lattice of the given spacing.
Packing cubic_array(double spacing, double radius) {
    Packing packing;
    packing.box.size = spacing * Vec3(3, 3, 4);
    for (int n = 0; n < 36; ++n) {
        const Vec3 cell(n % 3, n / 3 % 3, n / 9);
        packing.particles.push_back(sphere(spacing * (cell + Vec3::Constant(0.5)), radius));
    }
    return packing;
}

/// Area of the overlap's section on a fine grid of points.
double counted_area(const Packing& packing, const ParticleContact& contact, double offset) {
    const Particle& a = packing.particles[static_cast<std::size_t>(contact.a)];
    Particle b = packing.particles[static_cast<std::size_t>(contact.b)];
    b.centre = a.centre + packing.box.separation(a.centre, b.centre);
    const Vec3 u = contact.normal.unitOrthogonal();
    const Vec3 v = contact.normal.cross(u);
    const double reach = bounding_radius(a) + offset;
    constexpr int points = 500;
    const double h = 4 * reach / points;
    int inside = 0;
    for (int n = 0; n < points * points; ++n) {
        const Vec3 at =
            contact.point + (h * (n % points + 0.5) - 2 * reach) * u +
            (h * (n / points + 0.5) - 2 * reach) * v; // NOLINT(bugprone-integer-division)
        inside += std::max(signed_distance(a, at), signed_distance(b, at)) <= offset ? 1 : 0;
    }
    return inside * h * h;
}

} // namespace

TEST_CASE("contacts of a cubic array: six neighbours, lens-shaped overlaps, floor and lid") {
    const double spacing = 4 * um;
    for (const double offset : {0.0, 0.1 * um, -0.05 * um}) {
        const double radius = 2.2 * um;
        const Packing packing = cubic_array(spacing, radius);
        const ContactStatistics stats = measure_contacts(packing, offset);
        const double outer = radius + offset;
        CHECK(stats.contacts.size() == 36 * 2 + 27);
        CHECK(stats.histogram == std::vector<std::int64_t>{0, 0, 0, 0, 0, 18, 18});
        CHECK(stats.mean_coordination == test::near(5.5));
        const double area = pi * (outer * outer - spacing * spacing / 4);
        CHECK(stats.area_d10 == test::near(area).epsilon(1e-4));
        CHECK(stats.area_d90 == test::near(area).epsilon(1e-4));
        CHECK(stats.mean_area == test::near(area).epsilon(1e-4));
        CHECK(stats.total_area == test::near(99 * area).epsilon(1e-4));
        CHECK(stats.area_fraction ==
              test::near(2 * 99 * area / (36 * 4 * pi * radius * radius)).epsilon(1e-4));
        CHECK(stats.contacts.front().depth == test::near(2 * outer - spacing));
        CHECK(stats.on_floor == 9);
        CHECK(stats.on_lid == 9);
    }
    CHECK(measure_contacts(cubic_array(spacing, 1.99 * um)).contacts.empty());
    CHECK(measure_contacts(cubic_array(spacing, 1.99 * um), 0.02 * um).contacts.size() == 99);
    CHECK(measure_contacts(cubic_array(spacing, 2.01 * um), -0.02 * um).contacts.empty());
}

TEST_CASE("contacts: plates face to face share the overlap of their faces") {
    Packing packing;
    packing.box.size = Vec3(30, 30, 20) * um;
    // Beside each other by 2 um along x and 1 um along y, across the periodic side.
    packing.particles = {box(Vec3(28, 10, 5) * um, Vec3(4, 3, 1) * um, 0.01 * um),
                         box(Vec3(0, 11, 6.99) * um, Vec3(4, 3, 1) * um, 0.01 * um)};
    const ContactStatistics stats = measure_contacts(packing);
    REQUIRE(stats.contacts.size() == 1);
    CHECK(stats.contacts[0].area == test::near(6 * 5 * um * um).epsilon(0.01));
    CHECK(std::abs(stats.contacts[0].normal.z()) == test::near(1));
    CHECK(stats.contacts[0].depth == test::near(0.01 * um));
    CHECK(stats.on_floor == 0);
    CHECK(stats.coordination == std::vector<int>{1, 1});
}

TEST_CASE("contact areas at random poses equal the count of points, edges on faces included") {
    const std::uint64_t seed = 51;
    CAPTURE(seed);
    RandomStream random(seed, "contacts");
    int found = 0;
    for (int trial = 0; trial < 40; ++trial) {
        Packing packing;
        packing.box.size = Vec3(40, 40, 40) * um;
        const auto pose = [&](Particle& particle) {
            const Vec3 axis(random.normal(), random.normal(), random.normal());
            particle.orientation = Rotation(
                Eigen::AngleAxisd(trial % 4 == 0 ? 0.3 : random.uniform(0, 3),
                                  trial % 4 == 0 ? Vec3(0, 1, 0) : Vec3(axis.normalized())));
        };
        Particle a = box(Vec3(1, 20, 20) * um, Vec3(3, 2.5, 1) * um, 0.15 * um);
        Particle b = trial % 3 == 0 ? link(Vec3(0, 0, -2) * um, Vec3(0, 0, 2) * um, 0.7 * um, -1)
                                    : box(Vec3::Zero(), Vec3(2, 3, 0.8) * um, 0.2 * um);
        pose(b);
        if (trial % 4 != 0) {
            pose(a);
        }
        const Vec3 way(random.normal(), random.normal(), random.normal());
        b.centre = a.centre + random.uniform(2, 3.5) * um * way.normalized();
        packing.particles = {a, b};
        const double offset = trial % 2 == 0 ? 0.05 * um : 0.0;
        const ContactStatistics stats = measure_contacts(packing, offset);
        for (const ParticleContact& contact : stats.contacts) {
            ++found;
            const double counted = counted_area(packing, contact, offset);
            const double grain = 1e-3 * um * um; // of the count
            CAPTURE(trial);
            CHECK(std::abs(contact.area - counted) < 0.02 * counted + 20 * grain);
        }
    }
    CHECK(found > 15);
}

TEST_CASE("contacts: a fibre is one body, whose links do not touch each other") {
    Packing packing;
    packing.box.size = Vec3(30, 30, 30) * um;
    const double r = 0.5 * um;
    // A bent fibre through the periodic side, and a straight one that crosses it twice.
    const std::vector<Vec3> bent{Vec3(26, 10, 10) * um, Vec3(29, 10, 10) * um,
                                 Vec3(32, 11, 10) * um, Vec3(34, 13, 10) * um};
    for (std::size_t n = 0; n + 1 < bent.size(); ++n) {
        packing.particles.push_back(link(bent[n], bent[n + 1], r, 4));
    }
    packing.particles.push_back(link(Vec3(27, 10, 10.9) * um, Vec3(31, 10, 10.9) * um, r, 2));
    packing.particles.push_back(link(Vec3(31, 10, 10.9) * um, Vec3(31, 10, 15.9) * um, r, 2));
    packing.particles.push_back(sphere(Vec3(4.2, 13, 10) * um, 2 * r));
    Particle burnt = sphere(Vec3(26, 10, 10) * um, 3 * um);
    burnt.role = Role::porogen;
    packing.particles.push_back(burnt);
    const ContactStatistics stats = measure_contacts(packing);
    CHECK(stats.coordination == std::vector<int>{2, 1, 1});
    CHECK(stats.contacts.size() > 2); // several links of either fibre
    CHECK(stats.histogram == std::vector<std::int64_t>{0, 2, 1});
    for (const ParticleContact& contact : stats.contacts) {
        CHECK(contact.a < contact.b);
        CHECK(contact.b != 6);
    }
}

TEST_CASE("contacts: nothing, one body, a senseless offset, any number of threads") {
    Packing packing;
    packing.box.size = Vec3(10, 10, 10) * um;
    CHECK(measure_contacts(packing).histogram.empty());
    packing.particles = {sphere(Vec3(5, 5, 5) * um, 5.1 * um)}; // touches its images and both walls
    const ContactStatistics one = measure_contacts(packing);
    CHECK(one.contacts.empty());
    CHECK(one.histogram == std::vector<std::int64_t>{1});
    CHECK(one.on_floor == 1);
    CHECK(one.on_lid == 1);
    CHECK_THROWS_AS(measure_contacts(packing, std::numeric_limits<double>::quiet_NaN()), Error);

    const Packing array = cubic_array(4 * um, 2.3 * um);
    const ContactStatistics many = measure_contacts(array);
    const ThreadLimit single(1);
    const ContactStatistics same = measure_contacts(array);
    CHECK(many.total_area == same.total_area);
    CHECK(many.contacts.front().point == same.contacts.front().point);
}
