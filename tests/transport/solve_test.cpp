#include "porogen/transport/solve.h"

#include <cmath>

#include <doctest/doctest.h>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "structures.h"

using namespace porogen;
using namespace porogen::test;

namespace {

SolveOptions tight() {
    SolveOptions options;
    options.tolerance = 1e-10;
    return options;
}

/// Effective conductivity along the axis of the network [S/m].
double conductivity_of(const PhaseVolume& volume, Axis axis, const SolveReport& report) {
    const double length = volume.size()[static_cast<int>(axis)];
    return report.conductance * length * length / volume.size().prod();
}

} // namespace

TEST_CASE("laminates in series and in parallel are exact") {
    const auto k = conductivities({0.2, 3.0});
    for (const int layers : {7, 10}) {
        const PhaseVolume volume =
            make_image({5, 6, layers}, 0.37e-6, [](auto, auto, auto kk) { return kk % 2; });
        const double f = std::floor(layers / 2.0) / layers;
        const auto measure = [&](Axis axis) {
            const NetworkSolution s =
                solve(voxel_network(volume, k, axis, Sides::no_flux), tight());
            CHECK(s.report.converged);
            CHECK(s.report.flux_imbalance < 1e-6);
            return conductivity_of(volume, axis, s.report);
        };
        const double parallel = (1 - f) * 0.2 + f * 3;
        const double series = 1 / ((1 - f) / 0.2 + f / 3);
        CHECK(std::abs(measure(Axis::x) / parallel - 1) < 1e-9);
        CHECK(std::abs(measure(Axis::y) / parallel - 1) < 1e-9);
        CHECK(std::abs(measure(Axis::z) / series - 1) < 1e-9);
    }
}

TEST_CASE("multigrid takes a dozen iterations and agrees with plain conjugate gradients") {
    const PhaseVolume volume = overlapping_spheres(64, 0.46, 8, 1);
    for (const Sides sides : {Sides::no_flux, Sides::periodic}) {
        const ConductorNetwork network =
            voxel_network(volume, conductivities({1.0}), Axis::z, sides);
        const NetworkSolution fast = solve(network);
        const NetworkSolution plain = solve_plain(network, 1e-9, 5000);
        CHECK(fast.report.converged);
        CHECK(plain.report.converged);
        CHECK(fast.report.iterations <= 12);
        CHECK(fast.report.unknowns == plain.report.unknowns);
        CHECK(std::abs(fast.report.conductance / plain.report.conductance - 1) < 1e-6);
        MESSAGE(fast.report.iterations, " ", fast.report.seconds, " ", plain.report.iterations, " ",
                plain.report.seconds);
    }
}
