// What castings look like to a physicist; cast_test.cpp holds the parts to their contracts.

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include <doctest/doctest.h>

#include "geometry/bond_order.h"
#include "geometry/relax.h"
#include "geometry/seeding.h"
#include "near.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/geometry/cast.h"
#include "porogen/geometry/rasterise.h"
#include "porogen/volume/morphology.h"
#include "refusal.h"

using namespace porogen;

namespace {

constexpr double pi = std::numbers::pi;

Population equal_spheres(double diameter) {
    Population spheres;
    spheres.name = "spheres";
    spheres.shape = ParticleShape::sphere;
    spheres.diameter = diameter;
    spheres.diameter_spread = 1;
    spheres.diameter_min = diameter / 2;
    spheres.diameter_max = diameter * 2;
    return spheres;
}

CastOptions only(const Population& population, double fraction, const Vec3& size) {
    CastOptions options;
    options.size = size;
    options.host_fraction = fraction;
    options.porogen_fraction = 0;
    options.populations = {population};
    options.max_sweeps = 2000;
    return options;
}

/// Volume of a ball between two heights.
double ball_between(double z, double r, double low, double high) {
    const auto below = [&](double height) { // volume under a height
        const double h = std::clamp(height - z + r, 0.0, 2 * r);
        return pi * h * h * (3 * r - h) / 3;
    };
    return below(high) - below(low);
}

/// Packing fraction away from floor and lid, which order the spheres next to them; what overlaps
/// counts once.
double core_fraction(const Packing& packing, double margin, double overlap_fraction) {
    const double low = margin;
    const double high = packing.box.size.z() - margin;
    double total = 0;
    for (const Particle& p : packing.particles) {
        total += ball_between(p.centre.z(), p.rounding, low, high);
    }
    return total * (1 - overlap_fraction) /
           (packing.box.size.x() * packing.box.size.y() * (high - low));
}

double mean_height(const Packing& packing, const std::string& population) {
    double sum = 0;
    double weight = 0;
    for (const Particle& p : packing.particles) {
        if (p.population == population) {
            sum += volume(p) * p.centre.z();
            weight += volume(p);
        }
    }
    return sum / weight / packing.box.size.z();
}

} // namespace

TEST_CASE("equal spheres under a lid: random close packing, without a crystal") {
    // 0.64 (Bernal & Mason, Nature 1960, 188, 910); a crystal has 0.74.
    const auto pack = [](double fraction) {
        CastOptions options = only(equal_spheres(2e-6), fraction, {13e-6, 13e-6, 22e-6});
        options.max_overlap = 0.004;
        options.max_sweeps = 6000;
        return cast(options);
    };
    const CastResult dense = pack(0.63);
    CHECK(dense.report.relaxed);
    CHECK(dense.report.overlap_fraction < 1e-3);
    const double diameter = 2 * dense.packing.particles.front().rounding;
    const double core = core_fraction(dense.packing, 2 * diameter, dense.report.overlap_fraction);
    CHECK(core > 0.62);
    CHECK(core < 0.645);
    const BondOrder order = bond_order(dense.packing, diameter, 2 * diameter);
    CHECK(order.q6 < 0.15);
    CHECK(order.crystalline < 0.1);
    // Denser than that they do not get: this is where they jam.
    CHECK_FALSE(pack(0.66).report.relaxed);
}

TEST_CASE("bond order knows a crystal") {
    Packing fcc;
    fcc.box.size = Vec3::Constant(6 * std::sqrt(2.0));
    for (int n = 0; n < 12 * 12 * 12; ++n) {
        const Eigen::Vector3i cell(n % 12, n / 12 % 12, n / 144);
        if (cell.sum() % 2 == 0) {
            Particle ball;
            ball.centre = std::sqrt(0.5) * cell.cast<double>();
            fcc.particles.push_back(ball);
        }
    }
    const BondOrder order = bond_order(fcc, 1, 2);
    CHECK(order.q6 == test::near(0.5745).epsilon(1e-3));
    CHECK(order.crystalline == 1);
}

TEST_CASE("an orientation that is asked for comes out, or is refused") {
    CastOptions options = only(Population{}, 0.54, {20e-6, 20e-6, 20e-6});
    options.max_sweeps = 3000;
    for (const double r : {0.15, 0.3, 0.6, 1.0}) {
        CAPTURE(r);
        options.orientation_r = r;
        const CastReport report = cast(options).report;
        CHECK(report.relaxed);
        CHECK(report.orientation_r == test::near(r).epsilon(0.15));
    }
    // Thin plates at random do not fit in so little room.
    options.populations[0].aspect = 8;
    options.populations[0].aspect_spread = 1;
    options.host_fraction = 0.68;
    options.max_sweeps = 40;
    CHECK(test::refusal([&] { cast(options); }) == ExitCode::infeasible);
}

TEST_CASE("a flake under the blade turns as Jeffery says") {
    Particle flake;
    flake.outline = {{2, 0}, {1, 2}, {-1, 2}, {-2, 0}, {-1, -2}, {1, -2}};
    flake.half_thickness = 0.5;
    flake.rounding = 0.1;
    flake.orientation = Rotation(Eigen::AngleAxisd(0.3, Vec3::UnitY()));
    Body body = make_body(flake);
    const double aspect =
        std::sqrt((1 + body.slenderness) / (1 - body.slenderness)); // extent along / across, < 1
    // Jeffery (1922), for an axis in the plane of shear: tan(angle to z) = a tan(strain a / (a^2 +
    // 1) + phase).
    const double strain = 1.7;
    const double phase = std::atan(std::tan(0.3) / aspect);
    const double expected =
        std::atan(aspect * std::tan(phase + strain * aspect / (aspect * aspect + 1)));
    const auto turned = [&](int steps) {
        Relaxation relaxation({body}, Box{{50, 50, 50}}, 0.01);
        for (int n = 0; n < steps; ++n) {
            relaxation.shear(strain / steps);
        }
        const Vec3 normal = relaxation.bodies().front().axes.col(2);
        return std::atan2(normal.x(), normal.z());
    };
    const double coarse = std::abs(turned(50) - expected);
    const double fine = std::abs(turned(100) - expected);
    CHECK(fine < 0.02);
    CHECK(std::log2(coarse / fine) > 0.8); // Euler's method
    CHECK(std::log2(coarse / fine) < 1.2);
}

TEST_CASE("the blade lays flakes flat, and heavy particles sink") {
    CastOptions options;
    options.size = {24e-6, 24e-6, 24e-6};
    options.host_fraction = 0.25;
    options.porogen_fraction = 0.15;
    options.max_sweeps = 1500;
    const CastResult still = cast(options);
    options.shear = 5;
    CHECK(cast(options).report.order_parameter > still.report.order_parameter + 0.1);
    options.shear = 0;
    options.settling = 1;
    const CastResult settled = cast(options);
    const auto beads_above_flakes = [](const CastResult& result) {
        return mean_height(result.packing, "porogen") - mean_height(result.packing, "flakes");
    };
    CHECK(beads_above_flakes(settled) > beads_above_flakes(still) + 0.02);
}

TEST_CASE("fibres keep their length, their bends and hold together") {
    Population fibre;
    fibre.name = "rope";
    fibre.shape = ParticleShape::fibre;
    fibre.diameter = 0.6e-6;
    fibre.diameter_spread = 1;
    fibre.diameter_min = 0.3e-6;
    fibre.diameter_max = 1e-6;
    fibre.aspect = 30;
    fibre.aspect_spread = 1;
    fibre.persistence_length = 10e-6;
    CastOptions options = only(fibre, 0.15, {12e-6, 12e-6, 9e-6});
    const CastResult mat = cast(options);
    CHECK(mat.report.relaxed);
    CHECK(mat.report.overlap_fraction < 0.01);
    CHECK(std::isnan(mat.report.orientation_r));
    CHECK(mat.report.order_parameter < 0); // lies rather than stands
    const auto& links = mat.packing.particles;
    CHECK(volume(mat.packing, Role::host) / options.size.prod() == test::near(0.15).epsilon(1e-9));
    double widest = 0;
    double cosine = 0;
    int joints = 0;
    for (std::size_t n = 1; n < links.size(); ++n) {
        if (!same_fibre(links[n - 1], links[n])) {
            continue;
        }
        const Vec3 a = links[n - 1].half_thickness * particle_normal(links[n - 1]);
        const Vec3 b = links[n].half_thickness * particle_normal(links[n]);
        const Vec3 gap = mat.packing.box.separation(links[n - 1].centre, links[n].centre) - a - b;
        widest = std::max(widest, gap.norm() / links[n].rounding);
        cosine += particle_normal(links[n - 1]).dot(particle_normal(links[n]));
        ++joints;
    }
    REQUIRE(joints > 100);
    CHECK(widest < 0.3); // of a radius: the surface stays closed
    const double length = 2 * links.front().half_thickness;
    CHECK(cosine / joints == test::near(std::exp(-length / 10e-6)).epsilon(0.08));
    SUBCASE("same bits with one thread") {
        const ThreadLimit one(1);
        const CastResult again = cast(options);
        CHECK(std::equal(links.begin(), links.end(), again.packing.particles.begin(),
                         again.packing.particles.end(), [](const Particle& a, const Particle& b) {
                             return a.centre == b.centre &&
                                    a.orientation.coeffs() == b.orientation.coeffs();
                         }));
    }
}

TEST_CASE("a drawn fibre forgets its direction over the persistence length") {
    Population fibre;
    fibre.shape = ParticleShape::fibre;
    fibre.diameter = 1e-6;
    fibre.diameter_spread = 1;
    fibre.aspect = 200;
    fibre.aspect_spread = 1;
    fibre.diameter_min = 0.5e-6;
    fibre.persistence_length = 20e-6;
    const Packing slurry = seed_slurry(only(fibre, 0.1, {1e-3, 1e-3, 5e-5})).packing;
    const auto& links = slurry.particles;
    const double length = 2 * links.front().half_thickness;
    for (const std::size_t apart : {1U, 3U, 6U}) {
        double sum = 0;
        int count = 0;
        for (std::size_t n = apart; n < links.size(); ++n) {
            if (same_fibre(links[n - apart], links[n])) {
                sum += particle_normal(links[n - apart]).dot(particle_normal(links[n]));
                ++count;
            }
        }
        REQUIRE(count > 1000);
        CHECK(sum / count ==
              test::near(std::exp(-static_cast<double>(apart) * length / 20e-6)).epsilon(0.04));
    }
}

TEST_CASE("ellipsoids pack, and discs among them have an orientation") {
    Population disc = equal_spheres(3e-6);
    disc.name = "discs";
    disc.shape = ParticleShape::ellipsoid;
    disc.aspect = 2;
    disc.aspect_spread = 1.1;
    const CastResult discs = cast(only(disc, 0.55, {16e-6, 16e-6, 16e-6}));
    CHECK(discs.report.relaxed);
    CHECK(discs.report.overlap_fraction < 0.01);
    CHECK(discs.report.orientation_r < 1);
    Population needle = disc;
    needle.flatness = 0;
    const CastResult needles = cast(only(needle, 0.5, {16e-6, 16e-6, 16e-6}));
    CHECK(needles.report.relaxed);
    CHECK(std::isnan(needles.report.orientation_r));
    CHECK(volume(needles.packing, Role::host) / std::pow(16e-6, 3) ==
          test::near(0.5).epsilon(1e-12));
}

TEST_CASE("a foil lies on the floor with its volume, and the rest on the foil") {
    Population foil;
    foil.name = "foil";
    foil.shape = ParticleShape::plate;
    const CastOptions alone = only(foil, 0.25, {10e-6, 12e-6, 16e-6});
    const CastResult bare = cast(alone);
    REQUIRE(bare.packing.particles.size() == 1);
    CHECK(bare.report.relaxed);
    CHECK(volume(bare.packing, Role::host) / alone.size.prod() == test::near(0.25));
    CHECK(signed_distance(bare.packing.particles[0], {3e-6, 4e-6, 5e-6}) ==
          test::near(1e-6)); // 4 um thick
    // The only surface is the upper side.
    RasteriseOptions grid;
    grid.voxel = 0.5e-6;
    const Morphology m = measure_morphology(rasterise(bare.packing, grid));
    CHECK(m.porosity == test::near(0.75).epsilon(1e-6));
    CHECK(m.specific_surface * 16e-6 == test::near(1).epsilon(1e-6));

    CastOptions both = only(equal_spheres(2e-6), 0.5, {10e-6, 12e-6, 16e-6});
    both.populations[0].share = 0.6;
    foil.share = 0.4;
    both.populations.push_back(foil);
    const CastResult covered = cast(both);
    CHECK(covered.packing.particles.front().population == "foil");
    const double top = 0.2 * 16e-6;
    for (std::size_t n = 1; n < covered.packing.particles.size(); ++n) {
        const Particle& ball = covered.packing.particles[n];
        CHECK(ball.centre.z() - ball.rounding > top - 0.05 * 2 * ball.rounding * (1 + 1e-9));
        CHECK(ball.centre.z() + ball.rounding < 16e-6 + 0.05 * 2 * ball.rounding * (1 + 1e-9));
    }
}

TEST_CASE("particles that lie already are taken as they are, and described the same") {
    CastOptions options;
    options.size = {16e-6, 16e-6, 18e-6};
    options.host_fraction = 0.45;
    options.porogen_fraction = 0.15;
    options.populations[0].diameter_max = 7e-6;
    options.populations[1].diameter_max = 7e-6;
    options.max_sweeps = 1500;
    Population foil;
    foil.name = "foil";
    foil.shape = ParticleShape::plate;
    foil.share = 0.2;
    options.populations[0].share = 0.8;
    options.populations.push_back(foil);
    const CastResult made = cast(options);
    const CastResult taken = recast(made.packing, options);
    CHECK(taken.report.sweeps == 0);
    CHECK(taken.report.relaxed == made.report.relaxed);
    CHECK(taken.report.deepest_overlap == test::near(made.report.deepest_overlap).epsilon(1e-6));
    CHECK(taken.report.overlap_fraction == test::near(made.report.overlap_fraction).epsilon(1e-6));
    CHECK(taken.report.orientation_r == made.report.orientation_r);
    options.size.z() *= 1.1;
    CHECK_THROWS_AS(recast(made.packing, options), Error);
    CHECK_THROWS_AS(recast({made.packing.box, {}}, CastOptions{}), Error);
}
