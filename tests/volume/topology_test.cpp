#include "porogen/volume/topology.h"

#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/random.h"
#include "volume/sample.h"

using namespace porogen;

namespace {

constexpr double pi = std::numbers::pi;

Topology measure(const PhaseVolume& volume) {
    return measure_topology(volume, volume.has_distance() ? cut_cells(volume) : CutCells{});
}

/// With and without the distance.
std::array<PhaseVolume, 2> both(const PhaseVolume& volume) {
    std::array<PhaseVolume, 2> result{volume, volume};
    result[1].distance = {};
    return result;
}

/// Number of lattice elements of the union of closed pore cells' duals, counted one by one.
double euler_by_hand(const PhaseVolume& volume, bool pore) {
    const Shape& shape = volume.shape();
    double chi = 0;
    for (std::int64_t n = 0; n < shape.size(); ++n) {
        const std::array<std::int64_t, 3> cell{n % shape.x, n / shape.x % shape.y,
                                               n / (shape.x * shape.y)};
        for (int extent = 0; extent < 8; ++extent) { // along which axes the element extends
            bool whole = true;
            for (int corner = 0; corner < 8; ++corner) {
                if ((corner & ~extent) != 0) {
                    continue;
                }
                std::array<std::int64_t, 3> at = cell;
                bool outside = false;
                for (std::size_t a = 0; a < 3; ++a) {
                    at[a] += corner >> a & 1;
                    outside = outside || (at[a] == shape[all_axes[a]] && !volume.periodic[a]);
                    at[a] %= shape[all_axes[a]];
                }
                whole =
                    whole && !outside && (volume.labels(at[0], at[1], at[2]) == pore_label) == pore;
            }
            const int dimension = (extent & 1) + (extent >> 1 & 1) + (extent >> 2);
            chi += whole ? (dimension % 2 == 0 ? 1 : -1) : 0;
        }
    }
    return chi;
}

} // namespace

TEST_CASE("topology: a solid ball, a shell with its cavity, a torus") {
    const auto ball = sample({20, 20, 20}, {1, 1, 1}, {},
                             [](const Vec3& p) { return (p - Vec3(10, 10.2, 9.7)).norm() - 6; });
    const auto shell = sample({20, 20, 20}, {1, 1, 1}, {}, [](const Vec3& p) {
        return std::abs((p - Vec3(10, 10.2, 9.7)).norm() - 5.5) - 1.7;
    });
    const auto torus = sample({20, 20, 20}, {1, 1, 1}, {}, [](const Vec3& p) {
        return std::hypot(std::hypot(p.x() - 10, p.y() - 10.2) - 6, p.z() - 9.8) - 2.3;
    });
    for (const std::size_t way : {0U, 1U}) {
        CAPTURE(way);
        Topology t = measure(both(ball)[way]);
        CHECK(t.solid.components == 1);
        CHECK(t.pore.components == 1);
        CHECK(t.solid.euler * 8000 == test::near(1));
        CHECK(t.pore.euler * 8000 == test::near(2)); // one piece with a cavity
        CHECK(t.pore.percolates == std::array<bool, 3>{true, true, true});
        CHECK(t.solid.percolates == std::array<bool, 3>{false, false, false});
        t = measure(both(shell)[way]);
        CHECK(t.solid.components == 1);
        CHECK(t.pore.components == 2);
        CHECK(t.solid.euler * 8000 == test::near(2));
        CHECK(t.pore.euler * 8000 == test::near(3));
        t = measure(both(torus)[way]);
        CHECK(t.solid.components == 1);
        CHECK(std::abs(t.solid.euler) * 8000 < 1e-9);
        CHECK(t.pore.components == 1);
        CHECK(t.pore.euler * 8000 == test::near(1)); // one piece, one tunnel, one cavity
    }
}

TEST_CASE("topology: Schwarz P has -4 per cubic cell, -2 on either side") {
    const auto p_surface =
        sample({36, 36, 36}, {0.5, 0.5, 0.5}, {true, true, true}, [](const Vec3& p) {
            const double w = 2 * pi / 9; // two periods per edge
            return std::cos(w * (p.x() + 0.1)) + std::cos(w * p.y()) + std::cos(w * (p.z() + 0.2)) +
                   0.1;
        });
    for (const PhaseVolume& volume : both(p_surface)) {
        const Topology t = measure(volume);
        CHECK(t.pore.euler * 729 == test::near(-2));
        CHECK(t.solid.euler * 729 == test::near(-2));
        CHECK(t.pore.components == 1);
        CHECK(t.solid.components == 1);
        CHECK(t.pore.percolates == std::array<bool, 3>{true, true, true});
        CHECK(t.solid.percolates == std::array<bool, 3>{true, true, true});
    }
}

TEST_CASE("topology: the sum over elements, counted one by one") {
    const std::uint64_t seed = 41;
    CAPTURE(seed);
    RandomStream random(seed, "cells");
    for (const auto& periodic :
         {std::array<bool, 3>{true, false, true}, std::array<bool, 3>{false, true, false}}) {
        PhaseVolume image;
        image.labels = Grid<std::uint8_t>(Shape{6, 5, 7});
        for (std::uint8_t& label : image.labels) {
            label = random.uniform() < 0.5 ? 1 : 0;
        }
        image.voxel = {1, 2, 3};
        image.periodic = periodic;
        const Topology t = measure(image);
        CHECK(t.pore.euler * 210 * 6 == test::near(euler_by_hand(image, true)));
        CHECK(t.solid.euler * 210 * 6 == test::near(euler_by_hand(image, false)));
    }
}

TEST_CASE("percolation: plates, rods, and a way around the box that is none through it") {
    // Plates normal to z, and one rod along y that stands free of them.
    const auto layers = sample({16, 16, 32}, {1, 1, 1}, {true, true, false}, [](const Vec3& p) {
        const double plate = std::abs(p.z() - 8.3) - 3.1;
        const double rod = std::hypot(p.x() - 8, p.z() - 23) - 4;
        return std::min(plate, rod);
    });
    // A bar that pierces the side x = 0 and ends in the middle of the box on both sides of it.
    const auto bar = sample({16, 16, 16}, {1, 1, 1}, {true, true, false}, [](const Vec3& p) {
        const double x = p.x() < 8 ? p.x() : p.x() - 16;
        return std::max({std::abs(x) - 5.2, std::abs(p.y() - 8) - 3.1, std::abs(p.z() - 8) - 3.2});
    });
    for (const std::size_t way : {0U, 1U}) {
        Topology t = measure(both(layers)[way]);
        CHECK(t.solid.components == 2);
        CHECK(t.solid.percolates == std::array<bool, 3>{true, true, false});
        CHECK(t.pore.percolates == std::array<bool, 3>{true, true, false});
        CHECK(t.pore.components == 2);
        t = measure(both(bar)[way]);
        CHECK(t.solid.components == 1);
        CHECK(t.solid.percolates == std::array<bool, 3>{false, false, false});
        CHECK(t.pore.percolates == std::array<bool, 3>{true, true, true});
    }
}

TEST_CASE("topology: specks smaller than a cell are no components") {
    const auto speck = sample({8, 8, 8}, {1, 1, 1}, {}, [](const Vec3& p) {
        return std::min((p - Vec3(2.5, 2.5, 2.5)).norm() - 0.3,
                        (p - Vec3(5.5, 5.5, 5.5)).norm() - 1.6);
    });
    CHECK(measure(speck).solid.components == 1);
}
