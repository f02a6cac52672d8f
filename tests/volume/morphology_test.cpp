#include "porogen/volume/morphology.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "near.h"
#include "volume/sample.h"

using namespace porogen;

namespace {

constexpr double pi = std::numbers::pi;

/// The same structure as an image: labels only.
PhaseVolume as_image(PhaseVolume volume) {
    volume.distance = {};
    return volume;
}

double norm_xy(const Vec3& p, double x, double y) {
    return std::hypot(p.x() - x, p.y() - y);
}

/// Sphere of solid in the unit box.
PhaseVolume solid_sphere(std::int64_t n, double radius) {
    return sample({n, n, n}, Vec3::Constant(1.0 / static_cast<double>(n)), {true, true, false},
                  [&](const Vec3& p) { return (p - Vec3(0.501, 0.497, 0.504)).norm() - radius; });
}

} // namespace

TEST_CASE("porosity and specific surface of a sphere, from the distance and from labels alone") {
    const double radius = 0.4;
    const double porosity = 1 - 4.0 / 3 * pi * radius * radius * radius;
    const double surface = 4 * pi * radius * radius;
    const auto volume = solid_sphere(48, radius);
    const Morphology sharp = measure_morphology(volume);
    CHECK(sharp.surface_from_distance);
    CHECK(sharp.porosity == test::near(porosity).epsilon(5e-4));
    CHECK(sharp.open_porosity == test::near(sharp.porosity).epsilon(1e-5));
    CHECK(sharp.specific_surface == test::near(surface).epsilon(2e-3));
    CHECK(sharp.pore_connected);
    CHECK_FALSE(sharp.solid_connected);
    CHECK(sharp.solid_largest == test::near(1));

    const Morphology image = measure_morphology(as_image(volume));
    CHECK_FALSE(image.surface_from_distance);
    CHECK(image.porosity == test::near(porosity).epsilon(0.01));
    CHECK(image.specific_surface == test::near(surface).epsilon(0.02));
}

TEST_CASE("labels alone: planes of random normal have the right area on average, single ones "
          "within 8 %") {
    const Shape shape{48, 48, 48};
    double sum = 0;
    int count = 0;
    // Normals spread evenly over the half sphere (Fibonacci lattice).
    constexpr int directions = 40;
    for (int d = 0; d < directions; ++d) {
        const double z = (d + 0.5) / directions;
        const double angle = d * pi * (3 - std::sqrt(5.0));
        const Vec3 normal(std::sqrt(1 - z * z) * std::cos(angle),
                          std::sqrt(1 - z * z) * std::sin(angle), z);
        const auto volume = sample(shape, {1, 1, 1}, {false, false, false}, [&](const Vec3& p) {
            return normal.dot(p - Vec3(24.1, 23.9, 24.2));
        });
        const double exact = measure_morphology(volume).specific_surface;
        const double ratio = measure_morphology(as_image(volume)).specific_surface / exact;
        CHECK(std::abs(ratio - 1) < 0.1);
        sum += ratio;
        ++count;
    }
    CHECK(std::abs(sum / count - 1) < 0.02);

    const auto flat =
        sample(shape, {1, 1, 1}, {true, true, false}, [](const Vec3& p) { return p.z() - 24.2; });
    // The Voronoi weights' own error for a plane normal to an axis; 47 pairs of layers stand
    // for 48.
    CHECK(measure_morphology(as_image(flat)).specific_surface * 47 ==
          test::near(0.9266).epsilon(1e-4));
    CHECK(measure_morphology(flat).specific_surface * 48 == test::near(1).epsilon(1e-5));
}

TEST_CASE("labels alone, cells that are no cubes: the sphere keeps its area") {
    const auto volume =
        sample({60, 40, 50}, {1.0 / 60, 1.0 / 40, 1.0 / 50}, {true, true, false},
               [](const Vec3& p) { return (p - Vec3(0.51, 0.49, 0.5)).norm() - 0.4; });
    CHECK(measure_morphology(as_image(volume)).specific_surface ==
          test::near(4 * pi * 0.16).epsilon(0.03));
}

TEST_CASE("closed pores count as porosity but not as open porosity") {
    // A floor-to-lid slab of solid, y < 10, with a bubble in it; a pit open to the collector only;
    // free pore above y = 10.
    const auto solid = [](const Vec3& p) {
        const double slab = std::max(p.y() - 12, 2 - p.y());
        const double bubble = 3 - (p - Vec3(10, 7, 14)).norm();
        const double pit = std::min(2.5 - norm_xy(p, 3.2, 7), 8 - p.z());
        return std::max({slab, bubble, pit});
    };
    const auto volume = sample({20, 20, 20}, {1, 1, 1}, {true, true, false}, solid);
    const double bubble = 4.0 / 3 * pi * 27;
    const double pit = pi * 2.5 * 2.5 * 8;
    for (const auto& v : {volume, as_image(volume)}) {
        const Morphology m = measure_morphology(v);
        CHECK(m.pore_connected);
        CHECK(m.solid_connected);
        CHECK(m.solid_largest == test::near(1));
        CHECK(m.open_porosity == test::near(0.5).epsilon(2e-3));
        CHECK((m.porosity - m.open_porosity) * 8000 == test::near(bubble + pit).epsilon(0.06));
    }
}

TEST_CASE("edge cases: all pore, all solid, two solids of which one does not reach the collector") {
    auto volume =
        sample({6, 6, 6}, {1, 1, 1}, {true, true, false}, [](const Vec3&) { return 5.0; });
    Morphology m = measure_morphology(volume);
    CHECK(m.porosity == 1);
    CHECK(m.open_porosity == 1);
    CHECK(m.pore_connected);
    CHECK_FALSE(m.solid_connected);
    CHECK(m.solid_largest == 0);
    CHECK(m.specific_surface == 0);

    volume = sample({6, 6, 6}, {1, 1, 1}, {true, true, false}, [](const Vec3&) { return -5.0; });
    m = measure_morphology(volume);
    CHECK(m.porosity == 0);
    CHECK_FALSE(m.pore_connected);
    CHECK(m.solid_connected);
    CHECK(m.specific_surface == 0);

    volume = sample({6, 6, 24}, {1, 1, 1}, {true, true, false}, [](const Vec3& p) {
        return std::min(std::max(4.7 - p.z(), p.z() - 10.7), 18.7 - p.z());
    });
    m = measure_morphology(volume);
    CHECK_FALSE(m.solid_connected);
    CHECK_FALSE(m.pore_connected);
    CHECK(m.open_porosity == 0);
    CHECK(m.porosity == test::near(12.7 / 24).epsilon(1e-5));
    CHECK(m.solid_largest == test::near(6 / 11.3).epsilon(1e-5));
}

TEST_CASE("phase fractions count every label") {
    PhaseVolume image;
    image.labels = Grid<std::uint8_t>(Shape{2, 2, 2});
    image.labels[0] = 3;
    image.labels[1] = 3;
    image.labels[2] = 200;
    image.voxel = {1, 1, 1};
    image.phases = phases_present(image.labels);
    CHECK(phase_fractions(image) == std::vector<double>{0.625, 0.25, 0.125});
}
