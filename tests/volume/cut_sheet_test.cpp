#include "porogen/volume/cut_sheet.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/random.h"
#include "porogen/volume/cut_cells.h"
#include "support/spheres.h"

using namespace porogen;
using namespace porogen::test;

namespace {

/// Two overlapping, two nearly touching and a free ball in a box of edge 1 with uneven cells.
PhaseVolume balls_in_a_box(Shape shape = {20, 24, 18}) {
    const Vec3 voxel(1 / static_cast<double>(shape.x), 1 / static_cast<double>(shape.y),
                     1 / static_cast<double>(shape.z));
    return make_balls(shape, voxel,
                      {{{0.1, 0.2, 0.05}, 0.18},
                       {{0.3, 0.25, 0.15}, 0.15},
                       {{0.6, 0.7, 0.6}, 0.17},
                       {{0.6, 0.7, 0.255}, 0.17},
                       {{0.2, 0.75, 0.5}, 0.15}});
}

/// Number of connected parts that the patches form.
std::size_t parts(const CutSheet& sheet) {
    std::vector<std::int32_t> label(sheet.patch.size());
    for (std::size_t p = 0; p < label.size(); ++p) {
        label[p] = static_cast<std::int32_t>(p);
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (std::int32_t p = 0; p < static_cast<std::int32_t>(label.size()); ++p) {
            for (const SheetJoint& joint : sheet.joints(p)) {
                auto& a = label[static_cast<std::size_t>(p)];
                auto& b = label[static_cast<std::size_t>(joint.upper)];
                changed = changed || a != b;
                a = b = std::min(a, b);
            }
        }
    }
    return std::set(label.begin(), label.end()).size();
}

} // namespace

TEST_CASE("patches have the area and the vector of the cut cells") {
    for (const bool has_bodies : {true, false}) {
        PhaseVolume volume = balls_in_a_box();
        if (!has_bodies) {
            volume.bodies.reset();
        }
        const CutCells cells = cut_cells(volume);
        const CutSheet sheet = cut_sheet(volume);
        const Shape& shape = volume.shape();
        const double scale = volume.voxel.x() * volume.voxel.y();
        const Vec3 face = volume.voxel.prod() * volume.voxel.cwiseInverse();
        REQUIRE(std::ssize(sheet.first) == shape.size() + 1);
        for (std::int64_t n = 0; n < shape.size(); ++n) {
            double area = 0;
            Vec3 vector = Vec3::Zero();
            for (const SheetPatch& patch : sheet.in_cell(n)) {
                area += static_cast<double>(patch.area);
                vector += patch.vector.cast<double>();
                REQUIRE(
                    (patch.centroid.array().abs() <= 0.5001F * volume.voxel.cast<float>().array())
                        .all());
            }
            REQUIRE(std::abs(area - static_cast<double>(cells.interface_area[n])) < 2e-3 * scale);
            for (const Axis axis : all_axes) {
                const auto a = static_cast<std::size_t>(axis);
                const std::int64_t at = n / shape.stride(axis) % shape[axis];
                if (at > 0) { // open above, solid below: the normal points up
                    const double step =
                        cells.aperture[a][n] - cells.aperture[a][n - shape.stride(axis)];
                    REQUIRE(std::abs(vector[static_cast<int>(a)] -
                                     step * face[static_cast<int>(a)]) < 2e-3 * scale);
                }
            }
        }
    }
}

TEST_CASE("both cells beside a face see the same traces, which close around every patch") {
    const PhaseVolume volume = balls_in_a_box();
    const CutSheet sheet = cut_sheet(volume);
    std::vector<std::array<double, 6>> found(sheet.patch.size());
    for (std::int32_t p = 0; p < std::ssize(sheet.patch); ++p) {
        for (const SheetJoint& joint : sheet.joints(p)) {
            const auto a = 2 * static_cast<std::size_t>(joint.axis);
            found[static_cast<std::size_t>(p)][a + 1] += static_cast<double>(joint.length);
            found[static_cast<std::size_t>(joint.upper)][a] += static_cast<double>(joint.length);
        }
    }
    for (std::size_t p = 0; p < found.size(); ++p) {
        for (std::size_t f = 0; f < 6; ++f) {
            REQUIRE(std::abs(found[p][f] - static_cast<double>(sheet.patch[p].trace[f])) <
                    1e-4 * volume.voxel.x());
        }
    }
}

TEST_CASE("surfaces of bodies that do not touch are apart, though they share cells") {
    CHECK(parts(cut_sheet(balls_in_a_box())) == 4);
    std::int64_t shared = 0;
    const PhaseVolume volume = balls_in_a_box({12, 12, 12});
    const CutSheet sheet = cut_sheet(volume);
    for (std::int64_t n = 0; n < volume.shape().size(); ++n) {
        shared += std::ssize(sheet.in_cell(n)) > 1 ? 1 : 0;
    }
    CHECK(shared > 0);
    CHECK(parts(sheet) == 4);
}

TEST_CASE("one ball: area and length of traces") {
    constexpr double radius = 0.3;
    constexpr std::int64_t cells = 20;
    const PhaseVolume volume = make_balls({cells, cells, cells}, Vec3::Constant(1.0 / cells),
                                          {{{0.52, 0.49, 0.505}, radius}});
    const CutSheet sheet = cut_sheet(volume);
    double area = 0;
    std::array<double, 3> length{};
    for (std::int32_t p = 0; p < std::ssize(sheet.patch); ++p) {
        area += static_cast<double>(sheet.patch[static_cast<std::size_t>(p)].area);
        for (const SheetJoint& joint : sheet.joints(p)) {
            length[static_cast<std::size_t>(joint.axis)] += static_cast<double>(joint.length);
        }
    }
    CHECK(area == near(4 * std::numbers::pi * radius * radius).epsilon(2e-3));
    // Planes one step apart cut a sphere in circles of mean length (pi r)^2 / 2r: integral of
    // 2 pi sqrt(r^2 - z^2) dz = pi^2 r^2.
    for (const double each : length) {
        CHECK(each / cells ==
              near(std::numbers::pi * std::numbers::pi * radius * radius).epsilon(1e-2));
    }
}
