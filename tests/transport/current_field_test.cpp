#include "porogen/transport/current_field.h"

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/transport/solve.h"
#include "structures.h"

using namespace porogen;
using namespace porogen::test;

TEST_CASE("current density: uniform in straight channels, concentrated in a neck") {
    const PhaseVolume straight =
        make_image({4, 4, 8}, 1e-6, [](auto i, auto, auto) { return i < 2 ? 0 : 1; });
    const ImageNetwork network =
        voxel_network(straight, conductivities({3}), Axis::z, Sides::no_flux);
    const Grid<float> j = current_density(network, solve(network).potential);
    for (std::int64_t n = 0; n < j.size(); ++n) {
        CHECK(static_cast<double>(j[n]) ==
              near(straight.labels[n] == 0 ? 3 / 8e-6 : 0).epsilon(1e-5));
    }
    const FlowStatistics even = flow_statistics(network, j);
    CHECK(even.median == near(2).epsilon(1e-5)); // half of the cross-section carries all
    CHECK(even.largest == near(2).epsilon(1e-5));
    CHECK(even.stagnant_fraction == 0);
    CHECK(even.half_power_fraction == near(0.5).epsilon(0.02));

    // A wall with a hole of one cell in sixteen, and a closed pore beside it.
    const PhaseVolume neck = make_image({4, 4, 9}, 1e-6, [](auto i, auto jj, auto k) {
        return k != 4 || (i == 1 && jj == 1) ? 0 : 1;
    });
    const ImageNetwork narrow = voxel_network(neck, conductivities({1}), Axis::z, Sides::periodic);
    const ImageSolution solution = solve(narrow);
    const Grid<float> squeezed = current_density(narrow, solution.potential);
    const double mean = solution.report.conductance / 16e-12;
    CHECK(static_cast<double>(squeezed(1, 1, 4)) == near(16 * mean).epsilon(1e-4));
    const FlowStatistics statistics = flow_statistics(narrow, squeezed);
    CHECK(statistics.largest > 15); // the mean comes from the power of cell means: a little less
    CHECK(statistics.half_power_fraction < 0.05);
}

TEST_CASE("nothing flows where nothing joins") {
    const PhaseVolume gap =
        make_image({4, 4, 4}, 1e-6, [](auto, auto, auto k) { return k == 2 ? 1 : 0; });
    const ImageNetwork network = voxel_network(gap, conductivities({1}), Axis::z, Sides::no_flux);
    const Grid<float> j = current_density(network, solve(network).potential);
    for (const float value : j) {
        CHECK(value == 0);
    }
    CHECK(flow_statistics(network, j).largest == 0);
}
