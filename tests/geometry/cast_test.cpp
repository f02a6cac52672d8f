#include "porogen/geometry/cast.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include <doctest/doctest.h>

#include "geometry/contact.h"
#include "geometry/convex_distance.h"
#include "geometry/neighbours.h"
#include "geometry/orientation.h"
#include "geometry/overlap.h"
#include "geometry/relax.h"
#include "geometry/seeding.h"
#include "near.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/core/random.h"
#include "refusal.h"

using namespace porogen;

namespace {

constexpr double pi = std::numbers::pi;

/// A few dozen flakes and beads.
CastOptions small_casting() {
    CastOptions options;
    options.size = {16e-6, 16e-6, 18e-6};
    options.host_fraction = 0.45;
    options.porogen_fraction = 0.15;
    options.populations[1].diameter_max = 7e-6;
    options.populations[0].diameter = 5e-6;
    options.populations[0].diameter_max = 7e-6;
    options.max_sweeps = 2000;
    return options;
}

CastOptions spheres(double fraction) {
    CastOptions options;
    options.size = {16e-6, 16e-6, 16e-6};
    options.host_fraction = 0;
    options.porogen_fraction = fraction;
    options.populations = {porogen_beads()};
    options.populations[0].diameter_min = 2.6e-6;
    options.populations[0].diameter_max = 3.4e-6;
    options.max_sweeps = 1500;
    return options;
}

double volume_of(const Packing& packing, Role role) {
    double sum = 0;
    for (const Particle& p : packing.particles) {
        sum += p.role == role ? volume(p) : 0;
    }
    return sum;
}

bool same_particles(const Packing& a, const Packing& b) {
    bool same = a.particles.size() == b.particles.size();
    for (std::size_t n = 0; same && n < a.particles.size(); ++n) {
        same = a.particles[n].centre == b.particles[n].centre &&
               a.particles[n].orientation.coeffs() == b.particles[n].orientation.coeffs() &&
               a.particles[n].outline == b.particles[n].outline &&
               a.particles[n].rounding == b.particles[n].rounding;
    }
    return same;
}

/// Lowest and highest z that a particle reaches.
std::pair<double, double> extent_z(const Particle& p) {
    double top = p.orientation.toRotationMatrix().col(2).z();
    top = std::abs(top) * p.half_thickness;
    double low = p.outline.empty() ? 0 : 1;
    double high = p.outline.empty() ? 0 : -1;
    for (const Vec2& corner : p.outline) {
        const double z = (p.orientation * Vec3(corner.x(), corner.y(), 0)).z();
        low = std::min(low, z);
        high = std::max(high, z);
    }
    return {p.centre.z() + low - top - p.rounding, p.centre.z() + high + top + p.rounding};
}

Particle random_tilt(Particle p, RandomStream& random) {
    const Vec3 axis(random.normal(), random.normal(), random.normal());
    p.orientation = Rotation(Eigen::AngleAxisd(random.uniform(0, pi), axis.normalized()));
    return p;
}

/// The slow twin: distance of two cores by climbing over directions n, from many starts: the signed
/// distance is the largest gap that a plane can have between them.
double distance_by_planes(const Body& a, const Body& b) {
    const auto gap = [&](const Vec3& n) {
        return n.dot(support_point(b, -n) - support_point(a, n));
    };
    double best = -1;
    constexpr int count = 2000;
    for (int i = 0; i < count; ++i) {
        const double z = 1 - (2 * i + 1.0) / count;
        const double angle = i * pi * (3 - std::sqrt(5.0));
        Vec3 n(std::sqrt(1 - z * z) * std::cos(angle), std::sqrt(1 - z * z) * std::sin(angle), z);
        best = std::max(best, gap(n));
    }
    return best;
}

} // namespace

TEST_CASE("a small casting keeps what it promises") {
    const CastOptions options = small_casting();
    const CastResult result = cast(options);
    const Packing& packing = result.packing;
    const double box = options.size.prod();

    CHECK(volume_of(packing, Role::host) == test::near(0.45 * box).epsilon(1e-12));
    CHECK(volume_of(packing, Role::porogen) == test::near(0.15 * box).epsilon(1e-12));
    CHECK(packing.box.size == options.size);

    CHECK(result.report.relaxed);
    CHECK(result.report.deepest_overlap <= options.max_overlap);
    CHECK(result.report.overlap_fraction < 0.01);
    CHECK(result.report.sweeps <= options.max_sweeps);
    for (const Particle& p : packing.particles) {
        const double allowance =
            options.max_overlap * 2 * (p.half_thickness + p.rounding) * (1 + 1e-12);
        const auto [low, high] = extent_z(p);
        CHECK(low >= -allowance);
        CHECK(high <= options.size.z() + allowance);
    }
    // The lid turns flakes towards flat.
    CHECK(result.report.order_parameter > 0);
    CHECK(result.report.orientation_r < 1);

    SUBCASE("the reported depth is the true one: points of one particle inside another") {
        double deepest = 0;
        for (std::size_t i = 0; i < packing.particles.size(); ++i) {
            for (std::size_t j = 0; j < packing.particles.size(); ++j) {
                Particle other = packing.particles[j];
                other.centre = packing.particles[i].centre +
                               packing.box.separation(packing.particles[i].centre, other.centre);
                const Body body = make_body(packing.particles[i]);
                const double thinner = std::min(body.thickness, make_body(other).thickness);
                for (int n = 0; i != j && n < core_corner_count(body); ++n) {
                    const double depth =
                        body.rounding - signed_distance(other, core_corner(body, n));
                    deepest = std::max(deepest, depth / thinner);
                }
            }
        }
        // Corners see the faces they dent, not crossing edges.
        CHECK(deepest <= result.report.deepest_overlap * (1 + 1e-9));
        CHECK(deepest > 0.2 * result.report.deepest_overlap);
    }
    SUBCASE("same bits with one thread") {
        const ThreadLimit one(1);
        CHECK(same_particles(cast(options).packing, packing));
    }
    SUBCASE("another seed, another packing") {
        CastOptions other = options;
        other.seed = 2;
        CHECK_FALSE(same_particles(cast(other).packing, packing));
    }
}

TEST_CASE("spheres pack to 0.6 without pressing into each other, and not to 0.7") {
    // Random close packing of equal spheres: 0.64 (Bernal & Mason, Nature 1960, 188, 910).
    const CastReport loose = cast(spheres(0.6)).report;
    CHECK(loose.relaxed);
    CHECK(loose.overlap_fraction < 0.01);
    CastOptions strict = spheres(0.7);
    strict.max_overlap = 0.01;
    const CastReport dense = cast(strict).report;
    CHECK_FALSE(dense.relaxed);
    CHECK(dense.deepest_overlap > 0.01);
}

TEST_CASE("a casting keeps within max_sweeps, from a dense slurry too") {
    for (const double fill_height : {1.0, 2.5}) {
        for (const int max_sweeps : {10, 37, 400}) {
            CAPTURE(fill_height);
            CAPTURE(max_sweeps);
            CastOptions options = spheres(0.7);
            options.fill_height = fill_height;
            options.max_overlap = 1e-6; // never reached
            options.max_sweeps = max_sweeps;
            const CastReport report = cast(options).report;
            CHECK_FALSE(report.relaxed);
            CHECK(report.sweeps <= max_sweeps);
            CHECK(report.sweeps > max_sweeps / 2);
        }
    }
}

TEST_CASE("what is no longer a number is reported, never counted as relaxed") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    Particle bead;
    bead.rounding = 1e-6;
    bead.centre = Vec3(2e-6, 2e-6, 2e-6);
    const Body sound = make_body(bead);
    Body near = sound;
    near.centre.x() += 1e-6;
    const auto code_of = [](const Body& a, const Body& b) {
        Relaxation relaxation({a, b}, Box{{8e-6, 8e-6, 8e-6}}, 0.01);
        return test::refusal([&] {
            relaxation.evaluate();
            relaxation.evaluate();
        });
    };
    CHECK(code_of(sound, near) == ExitCode::done);

    Body lost = near;
    lost.centre.y() = nan;
    CHECK(code_of(sound, lost) == ExitCode::not_converged);
    Body spun = near;
    spun.axes(1, 1) = nan;
    CHECK(code_of(spun, sound) == ExitCode::not_converged);
    Body degenerate = near;
    degenerate.rounding = nan;
    CHECK(code_of(degenerate, sound) == ExitCode::not_converged);

    Vec3 normal = Vec3::Zero();
    CHECK(std::isnan(contact(sound, degenerate, 0.01, normal).depth));
    degenerate.centre.z() = 0;
    CHECK(std::isnan(wall_contact(degenerate, 8e-6, 0.01).depth));
}

TEST_CASE("what cannot be cast is refused with the right code") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CastOptions options = small_casting();
    options.host_fraction = 0.8;
    CHECK(test::refusal([&] { cast(options); }) == ExitCode::infeasible);
    options = small_casting();
    options.size.x() = 4e-6;
    CHECK(test::refusal([&] { cast(options); }) == ExitCode::infeasible);
    options = small_casting();
    options.porogen_fraction = 1e-4;
    CHECK(test::refusal([&] { cast(options); }) == ExitCode::infeasible);

    const auto refused = [](auto change) {
        CastOptions bad = small_casting();
        change(bad);
        return test::refusal([&] { cast(bad); }) == ExitCode::bad_input;
    };
    CHECK(refused([&](CastOptions& o) { o.host_fraction = nan; }));
    CHECK(refused([&](CastOptions& o) { o.porogen_fraction = nan; }));
    CHECK(refused([&](CastOptions& o) { o.size.z() = nan; }));
    CHECK(refused([&](CastOptions& o) { o.size.y() = std::numeric_limits<double>::infinity(); }));
    CHECK(refused([&](CastOptions& o) { o.host_fraction = o.porogen_fraction = 0; }));
    CHECK(refused([&](CastOptions& o) { o.fill_height = 0.9; }));
    CHECK(refused([&](CastOptions& o) { o.fill_height = nan; }));
    CHECK(refused([&](CastOptions& o) { o.max_overlap = nan; }));
    CHECK(refused([&](CastOptions& o) { o.max_sweeps = 0; }));
    CHECK(refused([&](CastOptions& o) { o.populations[0].diameter = nan; }));
    CHECK(refused(
        [&](CastOptions& o) { o.populations[0].diameter_min = o.populations[0].diameter_max; }));
    CHECK(refused([&](CastOptions& o) { o.populations[0].diameter_spread = nan; }));
    CHECK(refused([&](CastOptions& o) { o.populations[0].aspect = 0.5; }));
    CHECK(refused([&](CastOptions& o) { o.populations[0].rounding = nan; }));
    CHECK(refused([&](CastOptions& o) { o.populations[1].diameter_min = nan; }));
    CHECK(refused([&](CastOptions& o) { o.populations[1].diameter_max = nan; }));
}

TEST_CASE("an interrupt stops the casting") {
    request_interrupt();
    CHECK(test::refusal([] { cast(small_casting()); }) == ExitCode::interrupted);
    clear_interrupt();
}

TEST_CASE("the slurry has the asked shapes: 5 to 8 corners, sizes in their windows") {
    CastOptions options;
    options.seed = 4;
    const Packing slurry = seed_slurry(options).packing;
    int flakes = 0;
    int usual = 0;
    for (const Particle& p : slurry.particles) {
        if (p.role == Role::porogen) {
            CHECK(2 * p.rounding > 0.98 * options.populations[1].diameter_min);
            CHECK(2 * p.rounding < 1.02 * options.populations[1].diameter_max);
            continue;
        }
        CHECK(p.outline.size() >= 5);
        CHECK(p.outline.size() <= 8);
        CHECK(p.rounding / (p.rounding + p.half_thickness) == test::near(0.15));
        double area = pi * p.rounding * p.rounding;
        for (std::size_t n = 0; n < p.outline.size(); ++n) {
            const Vec2& a = p.outline[n];
            const Vec2& b = p.outline[(n + 1) % p.outline.size()];
            const Vec2& c = p.outline[(n + 2) % p.outline.size()];
            CHECK((b - a).x() * (c - b).y() - (b - a).y() * (c - b).x() > 0); // convex
            area += (a.x() * b.y() - a.y() * b.x()) / 2 + (b - a).norm() * p.rounding;
        }
        const double diameter = std::sqrt(4 * area / pi);
        ++flakes;
        usual += diameter > 5e-6 && diameter < 8e-6;
    }
    REQUIRE(flakes > 500);
    CHECK(std::abs(static_cast<double>(usual) / flakes - 0.9) < 0.06); // the paper's 5-8 um
}

TEST_CASE("distance of cores agrees with planes between them, apart and overlapping") {
    const Packing slurry = seed_slurry(CastOptions{}).packing;
    RandomStream random(9, "pairs");
    int apart = 0;
    int overlapping = 0;
    for (std::size_t n = 0; n + 1 < 120; n += 2) {
        Particle p = random_tilt(slurry.particles[n], random);
        Particle q = random_tilt(slurry.particles[n + 1], random);
        p.centre.setZero();
        const Vec3 towards(random.normal(), random.normal(), random.normal());
        q.centre = random.uniform(1e-6, 7e-6) * towards.normalized();
        const Body a = make_body(p);
        const Body b = make_body(q);
        const Separation s = separation(a, b, 1, Vec3::Zero());
        const double planes = distance_by_planes(a, b);
        // The twin's directions are 0.08 apart: it misses up to that x half the size of a flake.
        CHECK(s.distance >= planes - 1e-12);
        CHECK(s.distance <= planes + 0.3e-6);
        CHECK(s.normal.dot(s.on_b - s.on_a) == test::near(s.distance).epsilon(1e-5));
        (s.distance > 0 ? apart : overlapping) += 1;
    }
    CHECK(apart >= 10);
    CHECK(overlapping >= 10);
}

TEST_CASE("contact forces and torques are the negative gradient of the energy") {
    const Packing slurry = seed_slurry(CastOptions{}).packing;
    RandomStream random(11, "pairs");
    int tested = 0;
    for (std::size_t n = 0; n + 1 < 600; n += 2) {
        Particle p = random_tilt(slurry.particles[n], random);
        Particle q = random_tilt(slurry.particles[n + 1], random);
        p.centre.setZero();
        const Vec3 towards(random.normal(), random.normal(), random.normal());
        q.centre = random.uniform(2e-6, 6e-6) * towards.normalized();
        const auto energy = [&](const Particle& moved) {
            Vec3 normal = Vec3::Zero();
            return contact(make_body(p), make_body(moved), 0.01, normal).energy;
        };
        Vec3 normal = Vec3::Zero();
        const ContactForce c = contact(make_body(p), make_body(q), 0.01, normal);
        if (!(c.energy > 0) || c.depth > 0.4e-6) {
            continue;
        }
        ++tested;
        Vec3 force;
        Vec3 torque;
        for (int d = 0; d < 3; ++d) {
            Particle plus = q;
            Particle minus = q;
            const double h = 1e-11;
            plus.centre[d] += h;
            minus.centre[d] -= h;
            force[d] = -(energy(plus) - energy(minus)) / (2 * h);
            plus = minus = q;
            const double angle = 1e-6;
            plus.orientation = Rotation(Eigen::AngleAxisd(angle, Vec3::Unit(d))) * q.orientation;
            minus.orientation = Rotation(Eigen::AngleAxisd(-angle, Vec3::Unit(d))) * q.orientation;
            torque[d] = -(energy(plus) - energy(minus)) / (2 * angle);
        }
        CHECK((force + c.on_a).norm() < 1e-2 * c.on_a.norm());
        CHECK((torque - c.torque_on_b).norm() <
              1e-2 * (c.torque_on_b.norm() + 1e-6 * c.on_a.norm()));
    }
    CHECK(tested > 15);
}

TEST_CASE("neighbours are those of a search through all pairs and images") {
    RandomStream random(3, "bodies");
    const Box box{{20e-6, 13e-6, 9e-6}};
    std::vector<Body> bodies(60);
    for (Body& body : bodies) {
        body.reach =
            random.uniform(1e-6, 6e-6); // larger than half the box: images of themselves count
        body.centre = {random.uniform(0, 20e-6), random.uniform(0, 13e-6), random.uniform(0, 9e-6)};
    }
    const double skin = 0.5e-6;
    std::size_t expected = 0;
    for (std::size_t a = 0; a < bodies.size(); ++a) {
        for (std::size_t b = a; b < bodies.size(); ++b) {
            for (int ny = -3; ny <= 3; ++ny) {
                for (int nx = -3; nx <= 3; ++nx) {
                    const Vec3 shift(nx * 20e-6, ny * 13e-6, 0);
                    const bool own = a == b && !(ny > 0 || (ny == 0 && nx > 0));
                    const double near = bodies[a].reach + bodies[b].reach + skin;
                    const Vec3 between = bodies[b].centre + shift - bodies[a].centre;
                    expected += !own && between.norm() < near;
                }
            }
        }
    }
    CHECK(find_neighbours(bodies, box, skin).size() == expected);
    CHECK(find_neighbours({}, box, skin).empty());
}

TEST_CASE("overlap of two spheres: the lens, also through a periodic side") {
    Particle ball;
    ball.rounding = 2e-6;
    Packing packing{{{10e-6, 10e-6, 10e-6}}, {ball, ball}};
    const double d = 3e-6;
    packing.particles[0].centre = {9.5e-6, 5e-6, 5e-6};
    packing.particles[1].centre = {2.5e-6, 5e-6, 5e-6};
    const double r = ball.rounding;
    const double lens = pi * (4 * r + d) * std::pow(2 * r - d, 2) / 12;
    const double both = 2 * volume(ball);
    CHECK(overlap_fraction(packing, 0.1e-6) == test::near(lens / both).epsilon(0.01));
    packing.particles[1].centre = {4.5e-6, 5e-6, 5e-6};
    CHECK(overlap_fraction(packing, 0.1e-6) == 0);
}

TEST_CASE("orientation: random, flat and upright; March-Dollase recovers its own r") {
    RandomStream random(6, "normals");
    const auto sample = [&](double r) {
        std::vector<Vec3> normals;
        for (int n = 0; n < 20000; ++n) {
            Vec3 v(random.normal(), random.normal(), random.normal());
            // An even squeeze of an isotropic set to r^2 x height at constant volume (March 1932):
            // normals go with the inverse transposed.
            v.z() *= std::pow(r, -1.5);
            normals.push_back(v.normalized());
        }
        return normals;
    };
    for (const double r : {0.4, 0.7, 1.0, 1.5}) {
        CHECK(march_dollase(sample(r)) == test::near(r).epsilon(0.015));
    }
    CHECK(std::abs(order_parameter(sample(1))) < 5 * std::sqrt(0.2 / 20000));
    CHECK(order_parameter({Vec3::UnitZ(), -Vec3::UnitZ()}) == test::near(1));
    CHECK(order_parameter({Vec3::UnitX(), Vec3::UnitY()}) == test::near(-0.5));
}

TEST_CASE("distance of ellipsoids agrees with planes between them, apart and overlapping") {
    RandomStream random(10, "ellipsoids");
    int apart = 0;
    int overlapping = 0;
    for (int n = 0; n < 60; ++n) {
        Particle p;
        p.semi_axes = 1e-6 * Vec3(random.uniform(1, 3), random.uniform(1, 3), random.uniform(1, 3));
        Particle q;
        q.rounding = 1e-6;
        if (n % 2 == 0) {
            q = p;
            q.semi_axes = 1e-6 * Vec3(1, random.uniform(1, 3), random.uniform(2, 3));
        }
        p = random_tilt(p, random);
        q = random_tilt(q, random);
        const Vec3 towards(random.normal(), random.normal(), random.normal());
        q.centre = random.uniform(1e-6, 5e-6) * towards.normalized();
        const Body a = make_body(p);
        const Body b = make_body(q);
        const Separation s = separation(a, b, 1, Vec3::Zero());
        const double planes = distance_by_planes(a, b);
        CHECK(s.distance >= planes - 2e-9);
        CHECK(s.distance <= planes + 0.05e-6);
        CHECK(s.normal.dot(s.on_b - s.on_a) == test::near(s.distance).epsilon(1e-3));
        (s.distance > 0 ? apart : overlapping) += 1;
        // Core and ball together are the ellipsoid: the touching point is on its surface.
        const Vec3 on_surface = s.on_a + a.rounding * s.normal;
        CHECK(std::abs(signed_distance(p, on_surface)) < 1e-9);
    }
    CHECK(apart >= 10);
    CHECK(overlapping >= 10);
}
