#include "porogen/plating/performance.h"

#include <cmath>

#include <doctest/doctest.h>

#include "near.h"

using namespace porogen;

namespace {

// 1 mol of lithium fills 1e-5 m^3 and weighs 5 g: numbers to be had by hand.
const AnodeConstants simple{1e-5, 5e-3, 4};
constexpr double f = 96485.33212;

/// 40 um of slab: a quarter host of 4000 kg/m^3, a tenth binder of 2000, 1 % film of 1000; of the
/// pores 24 um are open.
const AnodeFramework slab{{{10e-6, 4000}, {4e-6, 2000}, {0.4e-6, 1000}}, 40e-6, 24e-6};

} // namespace

TEST_CASE("a slab of known volumes: masses, capacities and energies by hand") {
    // 20 um of lithium, 5 um of them above, on 25 times the area, at 5 A/m^2 and 0.5 V.
    const AnodePerformance p =
        anode_performance(slab, AnodeLithium{20e-6, 5e-6, 25, 5, 0.5}, simple);
    CHECK(p.areal_mass == test::near(0.0484)); // 0.04 + 0.008 + 0.0004
    CHECK(p.host_capacity == test::near(2.4 * f));
    CHECK(p.capacity == test::near(2 * f));    // 2 mol/m^2
    CHECK(p.lithium_mass == test::near(0.01)); // of 5 g
    CHECK(p.thickness == test::near(45e-6));
    CHECK(p.capacity_per_volume == test::near(2 * f / 45e-6));
    CHECK(p.capacity_per_mass == test::near(2 * f / 0.0584));
    CHECK(p.energy_per_volume == test::near(7 * f / 45e-6)); // 3.5 V
    CHECK(p.energy_per_mass == test::near(7 * f / 0.0584));
    CHECK(p.local_current_density == test::near(0.2));
}

TEST_CASE("bare lithium has lithium's own capacity and density") {
    const AnodePerformance p =
        anode_performance({}, AnodeLithium{10e-6, 10e-6, 1, 5, 0}, AnodeConstants{});
    CHECK(p.capacity_per_mass / 3600 == test::near(3861.9).epsilon(1e-4)); // mAh/g
    CHECK(p.lithium_mass / p.thickness == test::near(534).epsilon(1e-3));  // kg/m^3
    CHECK(p.local_current_density == 5);
    CHECK(p.host_capacity == 0);
}

TEST_CASE("without plating only the framework has numbers") {
    const AnodePerformance p = anode_performance(slab, std::nullopt, simple);
    CHECK(p.areal_mass == test::near(0.0484));
    CHECK(p.host_capacity == test::near(2.4 * f));
    for (const double value :
         {p.lithium_mass, p.capacity, p.thickness, p.capacity_per_volume, p.capacity_per_mass,
          p.energy_per_volume, p.energy_per_mass, p.local_current_density}) {
        CHECK(std::isnan(value));
    }
}
