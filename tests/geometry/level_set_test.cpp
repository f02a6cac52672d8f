#include "porogen/geometry/level_set.h"

#include <cmath>
#include <functional>
#include <numbers>

#include <doctest/doctest.h>
#include <openvdb/openvdb.h>

#include "geometry/level_set_data.h"
#include "geometry/samples.h"
#include "near.h"
#include "porogen/core/parallel.h"
#include "porogen/geometry/bind.h"
#include "porogen/volume/cut_cells.h"

using namespace porogen;
using namespace porogen::samples;

namespace {

/// Volume inside a level set of the box [um^3], by second-order cuts of the cells around it.
double enclosed(const LevelSet& level_set, const Shape& box) {
    const openvdb::FloatGrid& grid = *level_set.data().grid;
    const auto access = grid.getConstAccessor();
    constexpr int pad = 4;
    PhaseVolume around;
    around.voxel = Vec3::Constant(grid.voxelSize()[0]);
    around.labels = Grid<std::uint8_t>({box.x + 2 * pad, box.y + 2 * pad, box.z + 2 * pad});
    around.distance = Grid<float>(around.shape());
    for (std::int64_t n = 0; n < around.distance.size(); ++n) {
        const Shape& s = around.shape();
        const openvdb::Coord cell(static_cast<int>(n % s.x) - pad,
                                  static_cast<int>(n / s.x % s.y) - pad,
                                  static_cast<int>(n / (s.x * s.y)) - pad);
        around.distance[n] = access.getValue(cell);
    }
    double cells = 0;
    for (const float fraction : cut_cells(around).solid_fraction) {
        cells += fraction;
    }
    return cells * around.voxel.prod();
}

/// Largest | |grad| - 1 | over cells within a cell of the surface.
double worst_gradient(const openvdb::FloatGrid& grid) {
    const auto access = grid.getConstAccessor();
    const double h = grid.voxelSize()[0];
    double worst = 0;
    for (auto value = grid.cbeginValueOn(); value; ++value) {
        if (std::abs(*value) > h) {
            continue;
        }
        const openvdb::Coord c = value.getCoord();
        const auto slope = [&](int dx, int dy, int dz) {
            return (access.getValue(c.offsetBy(dx, dy, dz)) -
                    access.getValue(c.offsetBy(-dx, -dy, -dz))) /
                   (2 * h);
        };
        const double g = std::hypot(slope(1, 0, 0), slope(0, 1, 0), slope(0, 0, 1));
        worst = std::max(worst, std::abs(g - 1));
    }
    return worst;
}

} // namespace

TEST_CASE("a level set holds the sampled distance, in micrometres, at the cells' centres") {
    const auto volume = sample({24, 20, 28}, 0.5 * um, ball({6 * um, 5 * um, 7 * um}, 3 * um));
    const LevelSet level_set = solid_level_set(volume);
    const openvdb::FloatGrid& grid = *level_set.data().grid;
    CHECK(grid.getGridClass() == openvdb::GRID_LEVEL_SET);
    CHECK(grid.background() == test::near(1.5));
    const auto access = grid.getConstAccessor();
    std::int64_t band = 0;
    for (std::int64_t k = 0; k < 28; ++k) {
        for (std::int64_t j = 0; j < 20; ++j) {
            for (std::int64_t i = 0; i < 24; ++i) {
                const openvdb::Coord c(static_cast<int>(i), static_cast<int>(j),
                                       static_cast<int>(k));
                const auto d = static_cast<float>(volume.distance(i, j, k) * 1e6);
                const float clamped = std::clamp(d, -1.5F, 1.5F);
                REQUIRE(access.getValue(c) == test::near(clamped));
                REQUIRE(access.isValueOn(c) == (std::abs(d) < 1.5F));
                band += std::abs(d) < 1.5F;
            }
        }
    }
    CHECK(static_cast<std::int64_t>(grid.activeVoxelCount()) == band);
    const openvdb::Vec3d centre = grid.indexToWorld(openvdb::Coord(3, 4, 5));
    CHECK(centre.x() == test::near(1.75));
    CHECK(centre.y() == test::near(2.25));
    CHECK(centre.z() == test::near(2.75));
}

TEST_CASE("the volume of a sphere's level set is the exact one") {
    const double exact = 4.0 / 3.0 * std::numbers::pi * 27;
    std::array<double, 2> error{};
    for (int level = 0; level < 2; ++level) {
        const std::int64_t n = 20 << level;
        // Off the grid's symmetry points, so that errors do not cancel by accident.
        const auto volume = sample({n, n, n}, 10 * um / static_cast<double>(n),
                                   ball({5.03 * um, 4.9 * um, 5.07 * um}, 3 * um));
        error[static_cast<std::size_t>(level)] =
            std::abs(enclosed(solid_level_set(volume), volume.shape()) / exact - 1);
    }
    MESSAGE("relative errors " << error[0] << ", " << error[1]);
    CHECK(error[0] < 1e-4);
    CHECK(error[1] < 2e-5);
}

TEST_CASE("the sides of the box close the solid, whole or cut") {
    const auto full = sample({16, 12, 20}, 0.5 * um, [](const Vec3&) { return -1.0; });
    CHECK(enclosed(solid_level_set(full), full.shape()) == test::near(8 * 6 * 10).epsilon(0.01));
    const auto slab =
        sample({16, 16, 16}, 0.5 * um, [](const Vec3& p) { return p.z() - 3.1 * um; });
    CHECK(enclosed(solid_level_set(slab), slab.shape()) == test::near(8 * 8 * 3.1).epsilon(0.01));
    const auto empty = sample({8, 8, 8}, 0.5 * um, [](const Vec3&) { return 1.0; });
    CHECK(solid_level_set(empty).data().grid->activeVoxelCount() == 0);
}

TEST_CASE("outside a corner of the box the band is the Euclidean distance") {
    const auto full = sample({16, 16, 16}, 1 * um, [](const Vec3&) { return -1.0; });
    const LevelSet level_set = solid_level_set(full);
    const auto access = level_set.data().grid->getConstAccessor();
    CHECK(access.getValue({16, 16, 16}) == test::near(std::sqrt(0.75)));
    CHECK(access.getValue({-2, 8, 17}) == test::near(std::hypot(1.5, 1.5)));
    CHECK(access.getValue({8, 8, 0}) == test::near(-0.5));
}

TEST_CASE("a field that is no distance is rebuilt into one with the same surface") {
    for (const double steepness : {0.4, 3.0}) {
        const Field distance = ball({5 * um, 5 * um, 5 * um}, 3.1 * um);
        const auto volume =
            sample({40, 40, 40}, 0.25 * um, [&](const Vec3& p) { return steepness * distance(p); });
        const LevelSet level_set = solid_level_set(volume);
        CHECK(worst_gradient(*level_set.data().grid) < 0.05);
        CHECK(level_set.data().grid->background() == test::near(0.75));
        CHECK(enclosed(level_set, volume.shape()) ==
              test::near(4.0 / 3.0 * std::numbers::pi * 3.1 * 3.1 * 3.1).epsilon(0.01));
    }
}

TEST_CASE("solid phases share the solid between them") {
    auto volume = sample({40, 40, 40}, 0.25 * um, ball({5 * um, 5 * um, 5 * um}, 3 * um));
    volume.phases.push_back({2, "binder"});
    for (std::int64_t n = 0; n < volume.labels.size(); ++n) {
        if (volume.labels[n] == 1 && n / (40 * 40) >= 24) {
            volume.labels[n] = 2; // the cap above z = 6 um
        }
    }
    const double below = enclosed(phase_level_set(volume, 1), volume.shape());
    const double cap = enclosed(phase_level_set(volume, 2), volume.shape());
    const double exact_cap = std::numbers::pi * 2 * 2 * (3 - 2.0 / 3); // pi t^2 (r - t / 3), t = 2
    CHECK(cap == test::near(exact_cap).epsilon(0.02));
    CHECK(below == test::near(36 * std::numbers::pi - exact_cap).epsilon(0.02));
    CHECK(enclosed(solid_level_set(volume), volume.shape()) ==
          test::near(36 * std::numbers::pi).epsilon(0.01));
    const auto absent = phase_level_set(volume, 7);
    CHECK(absent.data().grid->activeVoxelCount() == 0);
}

TEST_CASE("the level sets of host and binder add up to the solid") {
    auto volume = sample({40, 40, 60}, 0.25 * um, [](const Vec3& p) {
        return std::min(ball({5 * um, 5 * um, 4.6 * um}, 3 * um)(p),
                        ball({5.3 * um, 5 * um, 10.5 * um}, 3 * um)(p));
    });
    const double host = enclosed(solid_level_set(volume), volume.shape());
    bind(volume, {0.01, "binder"});
    const double both = enclosed(solid_level_set(volume), volume.shape());
    const double binder = enclosed(phase_level_set(volume, 2), volume.shape());
    CHECK(both - host == test::near(0.01 * 10 * 10 * 15).epsilon(0.05));
    CHECK(binder == test::near(0.01 * 10 * 10 * 15).epsilon(0.15));
    CHECK(enclosed(phase_level_set(volume, 1), volume.shape()) + binder ==
          test::near(both).epsilon(0.005));
}

TEST_CASE("an open level set goes on beyond the sides of the box") {
    const auto slab = sample({16, 16, 16}, 0.5 * um, [](const Vec3& p) { return p.x() - 3.1 * um; },
                             {false, true, false});
    const auto grid = open_level_set(slab);
    const auto access = grid->getConstAccessor();
    CHECK(access.getValue({6, -1, 17}) == test::near(0.15));
    CHECK(access.getValue({0, 5, 5}) == test::near(-1.5)); // no side at x = 0
    const auto waves = sample({16, 16, 16}, 0.5 * um,
                              [](const Vec3& p) {
                                  return 8 * um / (2 * std::numbers::pi) *
                                         std::sin(2 * std::numbers::pi * p.x() / (8 * um));
                              },
                              {true, false, false});
    const auto beyond = open_level_set(waves);
    CHECK(beyond->getConstAccessor().getValue({16, 8, 8}) ==
          test::near(waves.distance(0, 8, 8) * 1e6));
    CHECK(beyond->getConstAccessor().getValue({-1, 8, 20}) ==
          test::near(waves.distance(15, 8, 8) * 1e6));
}

TEST_CASE("level sets are the same for any number of threads") {
    const auto volume = sample({40, 40, 40}, 0.25 * um, ball({5 * um, 5 * um, 5 * um}, 4.5 * um));
    const auto values = [&](int threads) {
        const ThreadLimit limit(threads);
        std::vector<float> band;
        const auto level_set = solid_level_set(volume);
        for (auto v = level_set.data().grid->cbeginValueOn(); v; ++v) {
            band.push_back(*v);
        }
        return band;
    };
    CHECK(values(1) == values(2));
}
