#include "porogen/transport/solve.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/errors.h"
#include "porogen/core/random.h"
#include "porogen/transport/effective.h"
#include "support/dense_network.h"
#include "support/random_network.h"
#include "transport/structures.h"

using namespace porogen;
using namespace porogen::test;

namespace {

constexpr SolveOptions tight{.tolerance = 1e-11, .max_iterations = 500, .smoothing_sweeps = 2};

/// Labels at random, `count` of them, each as likely.
PhaseVolume noise(Shape shape, int count, std::uint64_t seed) {
    RandomStream random(seed, "noise");
    PhaseVolume volume = make_image(
        shape, 1e-6, [&](auto, auto, auto) { return static_cast<int>(random.uniform(0, count)); });
    volume.periodic = {true, true, true};
    return volume;
}

} // namespace

TEST_CASE("random networks of every kind of link: the solver agrees with the dense twin") {
    int percolating = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        CAPTURE(seed);
        RandomStream random(seed, "twin");
        ConductorNetwork network = random_network(random, true);
        const DenseSolution dense = dense_plates(network);
        const NetworkSolution fast = solve(network, tight);
        CHECK(fast.report.percolates == dense.percolates);
        CHECK(fast.report.converged);
        CHECK(fast.report.conductance == near(dense.conductance).epsilon(1e-8));
        for (std::size_t n = 0; n < dense.potential.size(); ++n) {
            if (dense.carries[n]) {
                CHECK(std::abs(fast.potential[n] - dense.potential[n]) < 1e-6);
            } else {
                CHECK(fast.potential[n] == 0);
            }
        }
        percolating += dense.percolates ? 1 : 0;
    }
    CHECK(percolating > 10);
}

TEST_CASE("random periodic networks: the solver agrees with the dense twin along each axis") {
    int percolating = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        CAPTURE(seed);
        RandomStream random(seed, "twin");
        ConductorNetwork network = random_network(random, false);
        const Mat3 dense = dense_tensor(network);
        network.drive = Drive::periodic;
        for (const Axis axis : all_axes) {
            network.axis = axis;
            const auto a = static_cast<int>(axis);
            const SolveReport fast = solve(network, tight).report;
            CAPTURE(a);
            CHECK(fast.converged);
            CHECK(std::abs(fast.conductance - dense(a, a)) < 1e-8 * dense.trace() + 1e-30);
            percolating += fast.percolates ? 1 : 0;
        }
    }
    CHECK(percolating > 10);
}

TEST_CASE("what no network can do: 100 random images keep the Wiener bounds") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        const PhaseVolume volume = noise({7, 6, 5}, 3, seed);
        const std::array<double, 256> k = conductivities({1, 0.01, 50});
        double parallel = 0;
        double series = 0;
        for (const std::uint8_t label : volume.labels) {
            parallel += k[label] / static_cast<double>(volume.labels.size());
            series += 1 / k[label] / static_cast<double>(volume.labels.size());
        }
        const auto axis = static_cast<std::size_t>(seed % 3);
        MeasureOptions options;
        options.axes = {axis == 0, axis == 1, axis == 2};
        const Sides sides = seed % 2 == 0 ? Sides::periodic : Sides::no_flux;
        const double measured = measure_image(volume, k, sides, options).conductivity[axis];
        CHECK(measured < parallel);
        CHECK(measured > 1 / series);
    }
}

TEST_CASE("the tensor: symmetric, turned with the image, and between the drives") {
    const PhaseVolume volume = noise({8, 8, 8}, 3, 7);
    const std::array<double, 256> k = conductivities({1, 0.01, 50});
    const Mat3 tensor = measure_tensor(volume, k, tight).conductivity;
    CHECK((tensor - tensor.transpose()).norm() == 0);
    // x -> y -> z -> x
    PhaseVolume turned = volume;
    for (std::int64_t z = 0; z < 8; ++z) {
        for (std::int64_t y = 0; y < 8; ++y) {
            for (std::int64_t x = 0; x < 8; ++x) {
                turned.labels(z, x, y) = volume.labels(x, y, z);
            }
        }
    }
    const Mat3 other = measure_tensor(turned, k, tight).conductivity;
    const auto moved = [](int a) { return (a + 1) % 3; };
    for (int a = 0; a < 3; ++a) {
        for (int b = 0; b < 3; ++b) {
            CHECK(std::abs(other(moved(a), moved(b)) - tensor(a, b)) < 1e-9 * tensor.norm());
        }
    }
    // Even potentials dissipate least.
    for (const Axis axis : all_axes) {
        const auto with = [&](Drive drive) {
            return solve(voxel_network(volume, k, axis, {true, true, true}, drive), tight)
                       .report.conductance /
                   1e-6 / 8;
        };
        const int a = static_cast<int>(axis);
        CHECK(with(Drive::periodic) == near(tensor(a, a)).epsilon(1e-9));
        CHECK(with(Drive::fixed_current) < with(Drive::fixed_potential));
        CHECK(with(Drive::fixed_potential) > tensor(a, a));
    }
}

TEST_CASE("a tensor of layers turned out of the axes, and of phases that do not join") {
    // Layers along the diagonal of x and y: one conducts, the other does not.
    const PhaseVolume layers =
        make_image({4, 4, 1}, 1e-6, [](auto i, auto j, auto) { return (i + j) % 4 < 2 ? 0 : 1; });
    const Mat3 k = measure_tensor(layers, conductivities({2}), tight).conductivity;
    CHECK(k(2, 2) == near(1).epsilon(1e-9)); // half the area
    CHECK(k(0, 0) == near(k(1, 1)).epsilon(1e-9));
    CHECK(k(0, 1) == near(-k(0, 0)).epsilon(1e-9)); // nothing gets across the layers
    CHECK(k(0, 2) == 0);
}

TEST_CASE("the electrode tortuosity factor: straight channels have 1, dead ends are fed too") {
    const MeasureOptions z{.axes = {false, false, true}, .electrode = true};
    const auto channel = [](std::int64_t length) {
        return make_image({4, 4, length}, 1e-6,
                          [](auto i, auto j, auto) { return i == 1 && j == 1 ? 0 : 1; });
    };
    // Cells are fed in their middle: 1 + 1 / (2 N^2).
    for (const std::int64_t length : {8, 16}) {
        const double n = static_cast<double>(length);
        const EffectiveTransport t =
            measure_image(channel(length), conductivities({1}), Sides::no_flux, z);
        CHECK(t.electrode_tortuosity_factor[2] == near(1 + 0.5 / (n * n)).epsilon(1e-6));
        CHECK(t.tortuosity_factor[2] == near(1).epsilon(1e-9));
    }
    // A pore closed at the collector conducts nothing through, but its walls are reached.
    const PhaseVolume closed = make_image(
        {4, 4, 16}, 1e-6, [](auto i, auto j, auto k) { return i < 2 && j < 2 && k > 0 ? 0 : 1; });
    const EffectiveTransport t = measure_image(closed, conductivities({1}), Sides::no_flux, z);
    CHECK_FALSE(t.report[2].percolates);
    CHECK(std::isinf(t.tortuosity_factor[2]));
    CHECK(t.electrode_tortuosity_factor[2] > 0.8);
    CHECK(t.electrode_tortuosity_factor[2] < 1.1);
    // Without walls there is nothing to feed.
    const PhaseVolume full = make_image({3, 3, 3}, 1e-6, [](auto, auto, auto) { return 0; });
    CHECK(std::isnan(measure_image(full, conductivities({1}), Sides::periodic, z)
                         .electrode_tortuosity_factor[2]));
}

TEST_CASE("networks that make no sense are refused") {
    RandomStream random(3, "twin");
    const ConductorNetwork good = random_network(random, true);
    REQUIRE(good.nodes() > 1);
    REQUIRE_FALSE(good.conductance.empty());
    REQUIRE_FALSE(good.upper.empty());
    CHECK_NOTHROW(solve(good));
    ConductorNetwork bad = good;
    bad.conductance.front() = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_AS(solve(bad), Error);
    bad = good;
    bad.upper.front().conductance = -1;
    CHECK_THROWS_AS(solve(bad), Error);
    bad = good;
    bad.neighbour.front() = static_cast<std::int32_t>(good.nodes());
    CHECK_THROWS_AS(solve(bad), Error);
    bad = good;
    bad.first.pop_back();
    CHECK_THROWS_AS(solve(bad), Error);
    CHECK_THROWS_AS(solve(ConductorNetwork{}), Error);
}
