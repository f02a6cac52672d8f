#include "volume/union_cut.h"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/random.h"

using namespace porogen;

namespace {

/// Values of normal . x - distance at the nodes of a cell around the origin.
NodeValues half_space(const Vec3& normal, double distance, const Vec3& voxel) {
    const auto at = [&](double x, double y, double z) {
        return static_cast<float>(normal.dot(Vec3(x, y, z).cwiseProduct(voxel)) - distance);
    };
    NodeValues values;
    for (std::size_t c = 0; c < 8; ++c) {
        values.corner[c] =
            at((c & 1) != 0 ? 0.5 : -0.5, (c & 2) != 0 ? 0.5 : -0.5, (c & 4) != 0 ? 0.5 : -0.5);
    }
    values.face = {at(-0.5, 0, 0), at(0.5, 0, 0),  at(0, -0.5, 0),
                   at(0, 0.5, 0),  at(0, 0, -0.5), at(0, 0, 0.5)};
    values.centre = at(0, 0, 0);
    return values;
}

} // namespace

TEST_CASE("a notch between two half spaces has its exact volume, area and open faces") {
    const Vec3 voxel(1, 2, 0.5);
    // Solid where x <= -0.1 or z <= 0.05: open are 0.6 of the length and 0.2 of the height.
    const std::vector<NodeValues> notch{half_space(Vec3::UnitX(), -0.1, voxel),
                                        half_space(Vec3::UnitZ(), 0.15, voxel)};
    const CubeCut cut = cut_union(notch, voxel, 0);
    CHECK(cut.inside == test::near(1 - 0.6 * 0.2));
    CHECK(cut.area == test::near(2 * (0.6 + 0.1)));
    CHECK(open_fraction(notch, Axis::x, false, 0) == 0);
    CHECK(open_fraction(notch, Axis::x, true, 0) == test::near(0.2));
    CHECK(open_fraction(notch, Axis::y, false, 0) == test::near(0.12));
    CHECK(open_fraction(notch, Axis::z, true, 0) == test::near(0.6));
    // After a move by 0.05 the surfaces stand at -0.05 and 0.2.
    CHECK(cut_union(notch, voxel, 0.05).inside == test::near(1 - 0.55 * 0.1));
}

TEST_CASE("any half spaces: area is growth, and its vector the difference of the faces") {
    const std::uint64_t seed = 8;
    CAPTURE(seed);
    RandomStream random(seed, "half spaces");
    const Vec3 voxel(1, 0.8, 1.3);
    const Vec3 face(voxel.y() * voxel.z(), voxel.z() * voxel.x(), voxel.x() * voxel.y());
    for (int trial = 0; trial < 60; ++trial) {
        std::vector<NodeValues> bodies;
        std::vector<Vec3> normals;
        for (int b = 0; b < 1 + trial % 4; ++b) {
            normals.push_back(Vec3(random.normal(), random.normal(), random.normal()).normalized());
            bodies.push_back(half_space(normals.back(), random.uniform(-0.5, 0.3), voxel));
        }
        const CubeCut cut = cut_union(bodies, voxel, 0);
        CHECK(cut.area == test::near(cut.growth * voxel.prod()).epsilon(1e-4));
        const double step = 1e-4;
        const double difference =
            cut_union(bodies, voxel, step / 2).inside - cut_union(bodies, voxel, -step / 2).inside;
        CHECK(cut.growth == doctest::Approx(difference / step).epsilon(1e-3).scale(1));
        // Of each body's part of the surface, area times normal add up to the vector.
        Vec3 vector;
        for (const Axis axis : all_axes) {
            vector[static_cast<int>(axis)] =
                open_fraction(bodies, axis, true, 0) - open_fraction(bodies, axis, false, 0);
        }
        CHECK(vector.cwiseProduct(face).norm() < cut.area + 1e-5);
        if (bodies.size() == 1) {
            CHECK((vector.cwiseProduct(face) - cut.area * normals[0]).norm() < 1e-5);
        }
        std::vector<NodeValues> reversed(bodies.rbegin(), bodies.rend());
        CHECK(cut_union(reversed, voxel, 0).inside == test::near(cut.inside));
        CHECK(cut_union(reversed, voxel, 0).area == test::near(cut.area));
    }
}

TEST_CASE("surfaces that coincide count once, bodies that abut have none between them") {
    const Vec3 voxel(1, 1, 1);
    const Vec3 normal = Vec3(1, 2, 3).normalized();
    const NodeValues body = half_space(normal, 0.1, voxel);
    const CubeCut once = cut_union(std::vector{body}, voxel, 0);
    const CubeCut twice = cut_union(std::vector{body, body}, voxel, 0);
    CHECK(twice.inside == test::near(once.inside));
    CHECK(twice.area == test::near(once.area).epsilon(1e-3));
    const CubeCut full = cut_union(std::vector{body, half_space(-normal, -0.1, voxel)}, voxel, 0);
    CHECK(full.inside == test::near(1));
    CHECK(full.area < 1e-6);
    // A gap of a hundredth of a voxel has two surfaces.
    const CubeCut gap = cut_union(std::vector{body, half_space(-normal, -0.11, voxel)}, voxel, 0);
    CHECK(gap.area == test::near(2 * once.area).epsilon(0.02));
    CHECK(gap.inside == test::near(1 - 0.01 * once.area).epsilon(1e-3));
}
