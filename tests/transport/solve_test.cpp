#include "porogen/transport/solve.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "structures.h"

using namespace porogen;
using namespace porogen::test;

namespace {

/// Three phases: spheres of label 1 that overlap spheres of label 2 in label 0.
PhaseVolume three_phases(std::int64_t cells) {
    PhaseVolume volume = overlapping_spheres(cells, 0.5, 5, 3);
    const PhaseVolume others = overlapping_spheres(cells, 0.6, 4, 4);
    for (std::int64_t n = 0; n < volume.labels.size(); ++n) {
        if (volume.labels[n] == 0 && others.labels[n] == 1) {
            volume.labels[n] = 2;
        }
    }
    volume.phases = phases_present(volume.labels);
    return volume;
}

} // namespace

TEST_CASE("the number of iterations does not grow with the size of the box") {
    for (const std::int64_t cells : {32, 64, 128}) {
        const PhaseVolume volume = overlapping_spheres(cells, 0.46, 8, 1);
        const SolveReport report =
            solve(voxel_network(volume, conductivities({1.0}), Axis::z, Sides::no_flux)).report;
        CAPTURE(cells);
        CHECK(report.converged);
        CHECK(report.iterations <= 7);
    }
}

TEST_CASE("the conductance is of second order in the residual") {
    const PhaseVolume volume = overlapping_spheres(32, 0.46, 4, 1);
    const ImageNetwork network =
        voxel_network(volume, conductivities({1.0}), Axis::x, Sides::no_flux);
    const double exact = solve(network, {.tolerance = 1e-12}).report.conductance;
    const SolveReport rough = solve(network, {.tolerance = 1e-3}).report;
    CHECK(rough.iterations < 8);
    CHECK(rough.conductance > exact * (1 - 1e-12)); // the power is least at the solution
    CHECK(rough.conductance < exact * (1 + 1e-4));
}

TEST_CASE("a loose tolerance does not pass off a wrong value: the error says how far it is") {
    const PhaseVolume volume = overlapping_spheres(32, 0.46, 4, 1);
    const ImageNetwork network =
        voxel_network(volume, conductivities({1.0}), Axis::x, Sides::no_flux);
    const double exact = solve(network, {.tolerance = 1e-12}).report.conductance;
    for (const double tolerance : {0.9, 0.1, 1e-2, 1e-3}) {
        CAPTURE(tolerance);
        const SolveReport report = solve(network, {.tolerance = tolerance}).report;
        CHECK(report.iterations > 0);
        CHECK(report.error > 0);
        CHECK(std::abs(report.conductance / exact - 1) < report.error);
    }
}

TEST_CASE("current is conserved through every slice") {
    const PhaseVolume volume = three_phases(32);
    const ImageNetwork network =
        voxel_network(volume, conductivities({1, 10, 0.1}), Axis::z, Sides::periodic);
    const ImageSolution s = solve(network, {.tolerance = 1e-9});
    CHECK(s.report.flux_imbalance < 1e-7);
    REQUIRE(s.report.layers.size() == 32);
    for (const LayerFlow& layer : s.report.layers) {
        CHECK(layer.current == test::near(s.report.conductance).epsilon(1e-7));
    }
}

TEST_CASE("high contrast converges") {
    const PhaseVolume volume = three_phases(48);
    for (const auto& k : {std::vector<double>{1, 1e2, 1e4},
                          {1, 1e4, 1e2},
                          {1e2, 1, 1e4},
                          {1e2, 1e4, 1},
                          {1e4, 1, 1e2},
                          {1e4, 1e2, 1}}) {
        const ImageNetwork network =
            voxel_network(volume, conductivities(k), Axis::z, Sides::no_flux);
        const SolveReport report = solve(network).report;
        CHECK(report.converged);
        CHECK(report.iterations <= 12);
        CHECK(report.flux_imbalance < 1e-2);
    }
    for (const auto& k : {std::vector<double>{1, 1e8, 1e4}, {1e8, 1, 1e4}, {60, 1e-6, 1e-6}}) {
        const SolveReport report =
            solve(voxel_network(volume, conductivities(k), Axis::z, Sides::no_flux)).report;
        CHECK(report.converged);
    }
}

TEST_CASE("the same bits for one thread and for two") {
    const PhaseVolume volume = overlapping_spheres(64, 0.46, 6, 5);
    const ImageNetwork network =
        voxel_network(volume, conductivities({1.0, 0.01}), Axis::y, Sides::periodic);
    const auto run = [&](int threads) {
        const ThreadLimit limit(threads);
        return solve(network);
    };
    const ImageSolution one = run(1);
    const ImageSolution two = run(2);
    CHECK(one.report.conductance == two.report.conductance);
    CHECK(one.report.residual == two.report.residual);
    CHECK(std::equal(one.potential.begin(), one.potential.end(), two.potential.begin()));
}

TEST_CASE("tight tolerances are met, and beyond rounding the solver says so") {
    const PhaseVolume volume = overlapping_spheres(24, 0.46, 4, 1);
    const ImageNetwork network =
        voxel_network(volume, conductivities({1.0}), Axis::z, Sides::no_flux);
    const SolveReport report = solve(network, {.tolerance = 1e-12}).report;
    CHECK(report.converged);
    CHECK(report.residual <= 1e-12);
    const SolveReport impossible = solve(network, {.tolerance = 1e-30}).report;
    CHECK_FALSE(impossible.converged);
    CHECK(impossible.residual < 1e-13);
    CHECK(impossible.iterations < 200);
    const SolveReport stopped = solve(network, {.tolerance = 1e-6, .max_iterations = 2}).report;
    CHECK_FALSE(stopped.converged);
    CHECK(stopped.iterations == 2);
    CHECK(stopped.residual > 1e-6);
}

TEST_CASE("clusters that do not join both plates are left out") {
    // A bar along z, a dead end on the lower plate, and an island.
    const PhaseVolume volume = make_image({7, 1, 9}, 1e-6, [](auto i, auto, auto k) {
        return i == 1 || (i == 3 && k < 5) || (i == 5 && k > 2 && k < 6) ? 0 : 1;
    });
    const ImageSolution s =
        solve(voxel_network(volume, conductivities({2.0}), Axis::z, Sides::no_flux),
              {.tolerance = 1e-12});
    CHECK(s.report.percolates);
    CHECK(s.report.unknowns == 9);
    CHECK(s.report.conductance == doctest::Approx(2.0 * 1e-6 / 9).epsilon(1e-12));
    CHECK(s.potential(1, 0, 0) == doctest::Approx(1 - 0.5 / 9));
    CHECK(s.potential(3, 0, 0) == 0);
    CHECK(s.potential(5, 0, 4) == 0);
}

TEST_CASE("a network that does not percolate has no conductance and takes no iteration") {
    const auto gap = make_image({6, 6, 6}, 1e-6, [](auto, auto, auto k) { return k == 3 ? 1 : 0; });
    const auto diagonal =
        make_image({6, 6, 6}, 1e-6, [](auto i, auto j, auto k) { return (i + j + k) % 2; });
    for (const PhaseVolume& volume : {gap, diagonal}) {
        const SolveReport report =
            solve(voxel_network(volume, conductivities({1.0}), Axis::z, Sides::periodic)).report;
        CHECK_FALSE(report.percolates);
        CHECK(report.conductance == 0);
        CHECK(report.iterations == 0);
        CHECK(report.unknowns == 0);
    }
}

TEST_CASE("an interrupt stops the iteration") {
    const PhaseVolume volume = overlapping_spheres(16, 0.5, 3, 1);
    const ImageNetwork network =
        voxel_network(volume, conductivities({1.0}), Axis::z, Sides::no_flux);
    request_interrupt();
    ExitCode code = ExitCode::done;
    try {
        solve(network);
    } catch (const Error& error) {
        code = error.code();
    }
    clear_interrupt();
    CHECK(code == ExitCode::interrupted);
}

TEST_CASE("networks and options that make no sense are refused") {
    const PhaseVolume volume = make_image({3, 3, 3}, 1e-6, [](auto, auto, auto) { return 0; });
    const ImageNetwork good = voxel_network(volume, conductivities({1.0}), Axis::z, Sides::no_flux);
    CHECK(solve(good).report.converged);
    CHECK_THROWS_AS(solve(good, {.tolerance = std::nan("")}), Error);
    CHECK_THROWS_AS(solve(good, {.smoothing_sweeps = 0}), Error);
}
