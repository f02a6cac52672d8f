#include "porogen/geometry/rasterise.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/core/random.h"
#include "porogen/volume/cut_cells.h"
#include "porogen/volume/morphology.h"
#include "refusal.h"

using namespace porogen;

namespace {

constexpr double pi = std::numbers::pi;

Particle ball(const Vec3& centre, double radius) {
    Particle particle;
    particle.centre = centre;
    particle.rounding = radius;
    return particle;
}

Particle hexagonal_flake(const Vec3& centre, const Rotation& orientation, double radius,
                         double thickness) {
    Particle particle;
    particle.centre = centre;
    particle.orientation = orientation;
    particle.rounding = 0.1 * thickness;
    particle.half_thickness = 0.5 * thickness - particle.rounding;
    for (int c = 0; c < 6; ++c) {
        const double angle = c * pi / 3;
        particle.outline.emplace_back((radius - particle.rounding) * std::cos(angle),
                                      (radius - particle.rounding) * std::sin(angle));
    }
    return particle;
}

/// A particle of another shape than the flakes: ball, capsule or ellipsoid.
Particle other_shape(int kind, const Vec3& centre, const Rotation& orientation,
                     RandomStream& random) {
    Particle particle = ball(centre, random.uniform(0.5, 1.5));
    particle.orientation = orientation;
    if (kind == 1) {
        particle.half_thickness = random.uniform(0.5, 2);
    } else if (kind == 2) {
        particle.rounding = 0;
        particle.semi_axes =
            Vec3(random.uniform(0.5, 2), random.uniform(0.5, 2), random.uniform(0.5, 2));
    }
    return particle;
}

/// Flakes and other shapes at random, some of them sticking out of the box on every side.
Packing random_packing(const Vec3& size, int count, RandomStream& random) {
    Packing packing;
    packing.box.size = size;
    for (int p = 0; p < count; ++p) {
        const Vec3 centre(random.uniform(-0.2, 1.2) * size.x(),
                          random.uniform(-0.2, 1.2) * size.y(),
                          random.uniform(-0.1, 1.1) * size.z());
        const Rotation turn =
            Rotation(random.normal(), random.normal(), random.normal(), random.normal())
                .normalized();
        if (p % 2 == 0) {
            packing.particles.push_back(other_shape(p / 2 % 3, centre, turn, random));
            continue;
        }
        packing.particles.push_back(
            hexagonal_flake(centre, turn, random.uniform(1.5, 3), random.uniform(0.5, 1)));
    }
    return packing;
}

/// The obvious twin: every cell against every image of every particle.
double brute_force(const Packing& packing, const Vec3& point) {
    double best = std::numeric_limits<double>::infinity();
    for (const Particle& particle : packing.particles) {
        for (int a = -2; a <= 2; ++a) {
            for (int b = -2; b <= 2; ++b) {
                const Vec3 shift(a * packing.box.size.x(), b * packing.box.size.y(), 0);
                best = std::min(best, signed_distance(particle, point + shift));
            }
        }
    }
    return best;
}

ExitCode refusal(PhaseVolume volume, double porosity, double max_offset) {
    return test::refusal([&] { fit_porosity(volume, porosity, max_offset); });
}

ExitCode exit_code(const Packing& packing, const RasteriseOptions& options) {
    return test::refusal([&] { rasterise(packing, options); });
}

} // namespace

TEST_CASE("the union's distance equals the brute force within the band, through the sides") {
    const std::uint64_t seed = 31;
    CAPTURE(seed);
    RandomStream random(seed, "union");
    // The second box is narrower than a particle, which then meets itself.
    for (const Vec3& size : {Vec3(8, 7, 6), Vec3(4, 5, 6)}) {
        const Packing packing = random_packing(size, 14, random);
        const double voxel = 0.5;
        const double band = 1.6;
        const Shape shape{std::lround(size.x() / voxel), std::lround(size.y() / voxel),
                          std::lround(size.z() / voxel)};
        const Grid<float> distance = union_distance(packing, shape, voxel, band);
        double worst = 0;
        for (std::int64_t n = 0; n < shape.size(); ++n) {
            const Vec3 point = voxel * (Vec3(static_cast<double>(n % shape.x),
                                             static_cast<double>(n / shape.x % shape.y),
                                             static_cast<double>(n / (shape.x * shape.y))) +
                                        Vec3::Constant(0.5));
            const double exact = std::min(band, brute_force(packing, point));
            worst = std::max(worst, std::abs(static_cast<double>(distance[n]) - exact));
        }
        CHECK(worst < 1e-6);
    }
}

TEST_CASE("rasterised flakes and balls keep their volume and area, and converge") {
    Packing packing;
    packing.box.size = {10, 10, 10};
    const Rotation turn(Eigen::AngleAxisd(0.7, Vec3(0.3, 0.5, 0.8).normalized()));
    packing.particles = {ball({0.3, 2.6, 4.1}, 2), hexagonal_flake({5.7, 6.1, 5.3}, turn, 3, 1.6)};
    double exact_volume = 0;
    double exact_area = 0;
    for (const Particle& particle : packing.particles) {
        exact_volume += volume(particle);
        exact_area += surface_area(particle);
    }
    double last_error = 0;
    for (const double voxel : {0.5, 0.25, 0.125}) {
        RasteriseOptions options;
        options.voxel = voxel;
        const Morphology m = measure_morphology(rasterise(packing, options));
        const double error = (1 - m.porosity) * 1000 / exact_volume - 1;
        CAPTURE(voxel);
        CHECK(std::abs(error) < 0.1 * voxel * voxel);
        CHECK(std::abs(m.specific_surface * 1000 / exact_area - 1) < 0.3 * voxel * voxel + 0.005);
        last_error = error;
    }
    CHECK(std::abs(last_error) < 1e-3);
}

TEST_CASE(
    "one ball or two overlapping ones, 12 cells across, have their volume and area anywhere") {
    const std::uint64_t seed = 34;
    CAPTURE(seed);
    RandomStream random(seed, "balls");
    const double radius = 6;
    for (int trial = 0; trial < 14; ++trial) {
        const double apart = radius * random.uniform(0, 2.2);
        CAPTURE(apart);
        const double cap = std::max(0.0, radius - apart / 2);
        const double area = 8 * pi * radius * radius - 4 * pi * radius * cap;
        const double volume =
            8 * pi * radius * radius * radius / 3 - 2 * pi * cap * cap * (3 * radius - cap) / 3;
        const Vec3 direction = Vec3(random.normal(), random.normal(), random.normal()).normalized();
        const Vec3 centre(random.uniform(0, 28), random.uniform(0, 28), 21 + random.uniform(0, 1));
        Packing packing;
        packing.box.size = {28, 28, 42};
        packing.particles = {ball(centre, radius), ball(centre + apart * direction, radius)};
        RasteriseOptions options;
        options.voxel = 1;
        const Morphology m = measure_morphology(rasterise(packing, options));
        const double box = packing.box.size.prod();
        CHECK(std::abs(m.specific_surface * box / area - 1) < 1.5e-3);
        CHECK(std::abs((1 - m.porosity) * box / volume - 1) < 2e-4);
    }
}

TEST_CASE(
    "tilted plates have their area, sharp or rounded, and so have gaps thinner than a voxel") {
    const std::uint64_t seed = 35;
    CAPTURE(seed);
    RandomStream random(seed, "plates");
    const double thickness = 12;
    RasteriseOptions options;
    options.voxel = 1;
    for (int trial = 0; trial < 12; ++trial) {
        const double angle = trial % 4 * 15 * pi / 180;
        const double heading = random.uniform(0, 2 * pi);
        const Vec3 axis(std::cos(heading), std::sin(heading), 0);
        const Rotation turn(Eigen::AngleAxisd(angle, axis));
        Packing packing;
        packing.box.size = {40, 40, 40};
        Particle plate = hexagonal_flake(Vec3::Constant(20 + random.uniform(0, 1)), turn, 14, 12);
        plate.rounding = trial % 3 == 0 ? 0 : trial % 3 == 1 ? 0.9 : 4;
        plate.half_thickness = thickness / 2 - plate.rounding;
        packing.particles = {plate};
        CAPTURE(angle);
        CAPTURE(plate.rounding);
        const double box = packing.box.size.prod();
        const Morphology whole = measure_morphology(rasterise(packing, options));
        CHECK(std::abs(whole.specific_surface * box / surface_area(plate) - 1) < 5e-3);
        // The same plate in two, a third of a voxel apart.
        plate.half_thickness = thickness / 4 - plate.rounding;
        if (plate.half_thickness > 0) {
            packing.particles.assign(2, plate);
            packing.particles[0].centre += (thickness / 4 + 0.15) * particle_normal(plate);
            packing.particles[1].centre -= (thickness / 4 + 0.15) * particle_normal(plate);
            const Morphology halves = measure_morphology(rasterise(packing, options));
            CHECK(std::abs(halves.specific_surface * box / surface_area(plate) / 2 - 1) < 5e-3);
            CHECK(std::abs((1 - halves.porosity) * box / volume(plate) / 2 - 1) < 1e-3);
        }
    }
}

TEST_CASE("porosity and surface of a crowd hardly change when the voxels are halved") {
    const std::uint64_t seed = 36;
    CAPTURE(seed);
    RandomStream random(seed, "crowd");
    const Packing packing = random_packing({8, 8, 8}, 40, random);
    RasteriseOptions options;
    options.voxel = 0.25; // flakes are two to four voxels thick
    const Morphology coarse = measure_morphology(rasterise(packing, options));
    options.voxel = 0.125;
    const Morphology fine = measure_morphology(rasterise(packing, options));
    CHECK(std::abs(coarse.porosity - fine.porosity) < 5e-4);
    CHECK(std::abs(coarse.specific_surface / fine.specific_surface - 1) < 0.01);
}

TEST_CASE("cells where bodies meet share their faces: no area vector exceeds the area") {
    const std::uint64_t seed = 37;
    CAPTURE(seed);
    RandomStream random(seed, "faces");
    const Packing packing = random_packing({8, 7, 6}, 25, random);
    RasteriseOptions options;
    options.voxel = 0.5;
    PhaseVolume volume = rasterise(packing, options);
    CHECK(fit_porosity(volume, 0.3, 1).offset != 0);
    const CutCells cells = cut_cells(volume);
    const Shape& shape = volume.shape();
    double bent = 0; // how much area there is in excess of its vectors: the edges are met
    for (std::int64_t n = 0; n < shape.size(); ++n) {
        Vec3 vector;
        for (const Axis axis : all_axes) {
            const auto a = static_cast<std::size_t>(axis);
            std::array<std::int64_t, 3> at{n % shape.x, n / shape.x % shape.y,
                                           n / (shape.x * shape.y)};
            const bool at_end = at[a] == 0;
            at[a] = at_end ? 0 : at[a] - 1;
            const Grid<float>& below = at_end ? cells.lower_end[a] : cells.aperture[a];
            vector[static_cast<int>(axis)] = cells.aperture[a][n] - below(at[0], at[1], at[2]);
        }
        const double area = static_cast<double>(cells.interface_area[n]);
        const double face = options.voxel * options.voxel;
        CHECK(vector.norm() * face < area + 1e-5 * face);
        bent += area - vector.norm() * face;
    }
    CHECK(bent > 1);
    for (std::int64_t k = 0; k < shape.z; ++k) {
        for (std::int64_t j = 0; j < shape.y; ++j) {
            CHECK(cells.lower_end[0](0, j, k) ==
                  test::near(cells.aperture[0](shape.x - 1, j, k)).epsilon(1e-6));
        }
    }
}

TEST_CASE("a distance that was changed without dropping the bodies is noticed") {
    Packing packing;
    packing.box.size = {6, 6, 4};
    packing.particles = {ball({3, 3, 2}, 1)};
    RasteriseOptions options;
    options.voxel = 0.5;
    PhaseVolume volume = rasterise(packing, options);
    const double area = surface_area(cut_cells(volume));
    for (float& distance : volume.distance) {
        distance -= 0.1F;
    }
    CHECK_THROWS_AS(cut_cells(volume), std::logic_error);
    volume.bodies.reset();
    CHECK(surface_area(cut_cells(volume)) == test::near(area * 1.21).epsilon(0.01));
}

TEST_CASE("a foil as wide as the box has one surface; links of a fibre have theirs once") {
    Packing packing;
    packing.box.size = {6, 5, 4};
    Particle foil;
    foil.outline = {{-3, -2.5}, {3, -2.5}, {3, 2.5}, {-3, 2.5}};
    foil.half_thickness = 0.35;
    foil.centre = {3, 2.5, 0.35};
    packing.particles = {foil};
    RasteriseOptions options;
    options.voxel = 0.25;
    const Morphology flat = measure_morphology(rasterise(packing, options));
    CHECK(flat.porosity == test::near(1 - 0.7 / 4));
    CHECK(flat.specific_surface == test::near(0.25));
    // Wherever it ends below the floor: what stands above counts.
    for (const double below : {0.0, 0.35, 3.0}) {
        packing.particles[0].half_thickness = (0.7 + below) / 2;
        packing.particles[0].centre.z() = (0.7 - below) / 2;
        CHECK(is_foil(packing.particles[0], packing.box));
        CHECK(volume(packing, Role::host) == test::near(6 * 5 * 0.7));
        CHECK(surface_area(packing, Role::host) == test::near(6 * 5));
        CHECK(measure_morphology(rasterise(packing, options)).porosity == test::near(1 - 0.7 / 4));
    }
    // Off the floor, it has two.
    packing.particles[0].centre.z() = 2;
    packing.particles[0].half_thickness = 0.35;
    CHECK(!is_foil(packing.particles[0], packing.box));
    const Morphology floating = measure_morphology(rasterise(packing, options));
    CHECK(floating.porosity == test::near(1 - 0.7 / 4));
    CHECK(floating.specific_surface == test::near(0.5));

    // Two links at a right angle: two cylinders and a ball, less what is inside the other.
    Particle link = ball({2, 2.5, 2}, 0.8);
    link.half_thickness = 1;
    link.orientation = Rotation(Eigen::AngleAxisd(pi / 2, Vec3::UnitY()));
    packing.particles = {link, link};
    packing.particles[1].centre += Vec3(1, 1, 0);
    packing.particles[1].orientation = Rotation(Eigen::AngleAxisd(pi / 2, Vec3::UnitX()));
    packing.box.size = {6, 6, 4};
    // Each cylinder loses 2 r^2 to the other; the ends make one ball, the bend a quarter of one,
    // where the surfaces of both links are the same.
    const double r = 0.8;
    const double exact = 2 * (2 * pi * r * 2 - 2 * r * r) + 5 * pi * r * r;
    const Morphology bent = measure_morphology(rasterise(packing, options));
    CHECK(bent.specific_surface * 144 == test::near(exact).epsilon(4e-3));
}

TEST_CASE("the porosity asked for is the porosity that morphology reports") {
    const std::uint64_t seed = 32;
    CAPTURE(seed);
    RandomStream random(seed, "porosity");
    const Packing packing = random_packing({12, 12, 10}, 40, random);
    RasteriseOptions options;
    options.voxel = 0.25;
    const PhaseVolume cast = rasterise(packing, options);
    const double porosity = measure_morphology(cast).porosity;
    for (const double shift : {-0.04, -0.001, 0.0, 0.02}) {
        PhaseVolume volume = cast;
        const PorosityFit fit = fit_porosity(volume, porosity + shift, 1);
        CHECK(fit.porosity_before == test::near(porosity).epsilon(1e-9));
        CHECK(std::abs(measure_morphology(volume).porosity - porosity - shift) < 1e-6);
        CHECK((shift == 0 || (fit.offset > 0) == (shift < 0)));
        for (std::int64_t n = 0; n < volume.labels.size(); ++n) {
            REQUIRE((volume.labels[n] == 1) == (volume.distance[n] < 0));
        }
    }
    CHECK(refusal(cast, porosity - 0.3, 1) == ExitCode::infeasible);
}

TEST_CASE("hitting the porosity leaves every phase where it is") {
    Packing packing;
    packing.box.size = {8, 8, 8};
    packing.particles = {ball({2.5, 4, 4}, 1.8), ball({6.4, 4, 4}, 1.2)};
    RasteriseOptions options;
    options.voxel = 0.25;
    PhaseVolume cast = rasterise(packing, options);
    cast.phases.push_back({2, "binder"});
    const auto in_second = [](std::int64_t n) { return n % 32 >= 19; };
    for (std::int64_t n = 0; n < cast.labels.size(); ++n) {
        if (cast.labels[n] == 1 && in_second(n)) {
            cast.labels[n] = 2;
        }
    }
    const double porosity = measure_morphology(cast).porosity;
    for (const double shift : {-0.06, 0.02}) { // by up to two cells
        PhaseVolume volume = cast;
        fit_porosity(volume, porosity + shift, 3);
        for (std::int64_t n = 0; n < volume.labels.size(); ++n) {
            const int solid = in_second(n) ? 2 : 1;
            REQUIRE(volume.labels[n] == (volume.distance[n] < 0 ? solid : 0));
        }
    }
}

TEST_CASE(
    "a rasterised volume is periodic in x and y, names its phases, and starts at the collector") {
    Packing packing;
    packing.box.size = {6, 6, 4};
    packing.particles = {ball({0, 3, 0}, 1.5)};
    RasteriseOptions options;
    options.voxel = 0.5;
    options.solid_name = "host";
    const PhaseVolume volume = rasterise(packing, options);
    CHECK(volume.shape() == Shape{12, 12, 8});
    CHECK(volume.periodic == std::array<bool, 3>{true, true, false});
    REQUIRE(volume.phases.size() == 2);
    CHECK(volume.phases[0].name == "pore");
    CHECK(volume.phases[1].name == "host");
    CHECK(volume.labels(0, 6, 0) == 1);
    CHECK(volume.labels(11, 6, 0) == 1);
    CHECK(volume.labels(0, 6, 7) == 0);
    CHECK_FALSE(volume.has_film());
}

TEST_CASE("rasterise refuses senseless input") {
    Packing packing;
    packing.box.size = {6, 6, 4};
    packing.particles = {ball({3, 3, 2}, 1)};
    const double nan = std::nan("");
    for (const double voxel : {0.0, -0.5, nan, 0.7, 10.0, 1e300, 1e-6, 1e-300}) {
        RasteriseOptions options;
        options.voxel = voxel;
        CAPTURE(voxel);
        CHECK(exit_code(packing, options) == ExitCode::bad_input);
    }
    for (const double band : {0.0, 2.0, nan}) {
        RasteriseOptions options;
        options.voxel = 0.5;
        options.band = band;
        CAPTURE(band);
        CHECK(exit_code(packing, options) == ExitCode::bad_input);
    }
    RasteriseOptions options;
    options.voxel = 0.5;
    const PhaseVolume volume = rasterise(packing, options);
    for (const double porosity : {0.0, -1.0, 1.0, 1.5, nan}) {
        CAPTURE(porosity);
        CHECK(refusal(volume, porosity, 1) == ExitCode::bad_input);
    }
    CHECK(refusal(volume, 0.9, nan) == ExitCode::bad_input);
    CHECK(refusal(volume, 0.9, -1) == ExitCode::bad_input);
    packing.particles.clear(); // nothing but pore: no offset makes a solid
    CHECK(measure_morphology(rasterise(packing, options)).porosity == 1);
    CHECK(refusal(rasterise(packing, options), 0.5, 1) == ExitCode::infeasible);
}

TEST_CASE("the rasterised volume does not depend on the number of threads") {
    RandomStream random(33, "threads");
    const Packing packing = random_packing({10, 9, 8}, 30, random);
    RasteriseOptions options;
    options.voxel = 0.25;
    const auto make = [&] {
        PhaseVolume volume = rasterise(packing, options);
        const double offset = fit_porosity(volume, 0.5, 2).offset;
        return std::pair(std::move(volume), offset);
    };
    const auto [many, many_offset] = make();
    const ThreadLimit single(1);
    const auto [one, one_offset] = make();
    CHECK(many_offset == one_offset);
    CHECK(std::equal(many.distance.begin(), many.distance.end(), one.distance.begin()));
}
