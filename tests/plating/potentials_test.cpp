#include "plating/potentials.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/constants.h"
#include "porogen/core/random.h"
#include "porogen/transport/surface_network.h"

using namespace porogen;
using namespace porogen::plating;
using porogen::test::near;

namespace {

constexpr double area = 1e-10; // of each site [m^2]

struct Link {
    std::int32_t a = 0;
    std::int32_t b = 0;
    double g = 0; // [S]
};

/// An electrode of single nodes: the first `pores` are pores, the others hold electrons.
struct Circuit {
    std::int32_t pores = 0;
    std::int32_t electrons = 0;
    std::vector<Link> ohmic;
    std::vector<Link> reactions; ///< pore and electron node; the latter may be the collector
    std::vector<Link> ground;    ///< electron nodes [a] tied to the collector
    std::int32_t inlet = 0;
    double depth = 0; ///< of all sites [m]

    [[nodiscard]] ElectrodeNetwork electrode() const;
};

ElectrodeNetwork Circuit::electrode() const {
    const std::int32_t nodes = pores + electrons;
    ElectrodeNetwork e;
    ConductorNetwork& network = e.network;
    network.shape = {1, 1, nodes};
    std::vector<std::vector<Link>> rows(static_cast<std::size_t>(nodes));
    const auto join = [&](std::int32_t a, std::int32_t b, double g) {
        rows[static_cast<std::size_t>(a)].push_back({a, b, g});
        rows[static_cast<std::size_t>(b)].push_back({b, a, g});
    };
    for (const Link& link : ohmic) {
        join(link.a, link.b, link.g);
    }
    for (const Link& reaction : reactions) {
        if (reaction.b != ReactionSite::at_collector) {
            join(reaction.a, reaction.b, 0);
        }
    }
    network.first.push_back(0);
    for (std::int32_t n = 0; n < nodes; ++n) {
        network.cell.push_back(n);
        network.carrier.push_back(n < pores ? pore_carrier : solid_carrier);
        auto& row = rows[static_cast<std::size_t>(n)];
        std::sort(row.begin(), row.end(), [](const Link& a, const Link& b) { return a.b < b.b; });
        for (const Link& link : row) {
            network.neighbour.push_back(link.b);
            network.conductance.push_back(static_cast<float>(link.g));
        }
        network.first.push_back(static_cast<std::int64_t>(network.neighbour.size()));
    }
    e.ground.assign(static_cast<std::size_t>(nodes), 0);
    for (const Link& tie : ground) {
        e.ground[static_cast<std::size_t>(tie.a)] += static_cast<float>(tie.g);
    }
    const auto entry = [&](std::int32_t n, std::int32_t m) {
        auto at = network.first[static_cast<std::size_t>(n)];
        while (network.neighbour[static_cast<std::size_t>(at)] != m) {
            ++at;
        }
        return at;
    };
    for (const Link& reaction : reactions) {
        ReactionSite site{reaction.a, reaction.a, reaction.b, static_cast<float>(area),
                          static_cast<float>(depth)};
        if (site.electron != ReactionSite::at_collector) {
            site.of_pore = entry(site.pore, site.electron);
            site.of_electron = entry(site.electron, site.pore);
        }
        e.sites.push_back(site);
    }
    e.inlets.push_back({inlet, area});
    return e;
}

/// A porous electrode of `cells` layers: rails of ions and electrons, a site in each layer.
Circuit ladder(std::int32_t cells, double ionic, double electronic) {
    Circuit c;
    c.pores = cells;
    c.electrons = cells;
    c.inlet = cells - 1;
    for (std::int32_t n = 0; n < cells; ++n) {
        if (n + 1 < cells) {
            c.ohmic.push_back({n, n + 1, ionic});
            c.ohmic.push_back({cells + n, cells + n + 1, electronic});
        }
        c.reactions.push_back({n, cells + n});
    }
    c.ground.push_back({cells, 0, 2 * electronic});
    return c;
}

std::vector<std::uint8_t> all_of(const ElectrodeNetwork& e) {
    return std::vector<std::uint8_t>(e.sites.size(), 1);
}

struct Solved {
    SiteCurrents currents;
    std::vector<double> potential;
};

Solved solve(ElectrodeNetwork& e, const PotentialProblem& problem,
             const std::vector<std::uint8_t>& active) {
    Solved s;
    s.potential.assign(e.ground.size(), 0.0);
    s.currents = solve_potentials(e, problem, active, s.potential, no_progress());
    return s;
}
Solved solve(ElectrodeNetwork& e, const PotentialProblem& problem) {
    return solve(e, problem, all_of(e));
}

double total(const SiteCurrents& c) {
    return std::accumulate(c.current.begin(), c.current.end(), 0.0) *
           static_cast<double>(static_cast<float>(area));
}

/// Largest sum of currents at any node over the whole current, by Kirchhoff; the ohmic links of
/// `fresh`.
double imbalance(const ElectrodeNetwork& fresh, const PotentialProblem& problem, const Solved& s) {
    const ConductorNetwork& network = fresh.network;
    std::vector<double> sum(fresh.ground.size(), 0.0);
    sum[static_cast<std::size_t>(fresh.inlets.front().node)] = problem.current;
    for (std::size_t n = 0; n < sum.size(); ++n) {
        sum[n] -= static_cast<double>(fresh.ground[n]) * s.potential[n];
        for (auto at = network.first[n]; at < network.first[n + 1]; ++at) {
            const auto entry = static_cast<std::size_t>(at);
            const auto m = static_cast<std::size_t>(network.neighbour[entry]);
            sum[n] +=
                static_cast<double>(network.conductance[entry]) * (s.potential[m] - s.potential[n]);
        }
    }
    for (std::size_t n = 0; n < fresh.sites.size(); ++n) {
        const ReactionSite& site = fresh.sites[n];
        const double current = s.currents.current[n] * static_cast<double>(site.area);
        sum[static_cast<std::size_t>(site.pore)] -= current;
        if (site.electron != ReactionSite::at_collector) {
            sum[static_cast<std::size_t>(site.electron)] += current;
        }
    }
    double worst = 0;
    for (const double value : sum) {
        worst = std::max(worst, std::abs(value));
    }
    return worst / problem.current;
}

PotentialProblem at_density(double density, double cells) {
    PotentialProblem problem;
    problem.current = density * area * cells;
    return problem;
}

} // namespace

TEST_CASE("potentials: every node balances, every site follows its kinetics, all adds up") {
    for (const double density : {0.01, 5.0, 2000.0}) {
        for (const double depth : {0.0, 1e-7, -1e-7}) {
            CAPTURE(density);
            CAPTURE(depth);
            Circuit circuit = ladder(12, 2e-7, 5e-7);
            circuit.depth = depth;
            const ElectrodeNetwork fresh = circuit.electrode();
            ElectrodeNetwork e = fresh;
            const PotentialProblem problem = at_density(density, 12);
            const Solved s = solve(e, problem);
            CHECK(s.currents.converged);
            CHECK(s.currents.newton_iterations <= 12);
            CHECK(total(s.currents) == near(problem.current).epsilon(1e-12));
            CHECK(imbalance(fresh, problem, s) < 1e-6);
            for (std::size_t n = 0; n < fresh.sites.size(); ++n) {
                const double drive = s.potential[static_cast<std::size_t>(fresh.sites[n].pore)] -
                                     s.potential[static_cast<std::size_t>(fresh.sites[n].electron)];
                CHECK(s.currents.drive[n] == near(drive).epsilon(1e-12));
                const double i = s.currents.current[n];
                const double way = static_cast<double>(fresh.sites[n].depth) /
                                   problem.electrolyte.conductivity * i;
                CHECK(i == near(plating_rate(problem.kinetics, drive - way).current).epsilon(1e-5));
            }
            CHECK(s.currents.voltage == near(s.potential[11]).epsilon(1e-12));
        }
    }
}

TEST_CASE("potentials: Newton gains digits fast, and needs no step from the solution") {
    ElectrodeNetwork e = ladder(30, 1e-7, 1e-6).electrode();
    const PotentialProblem problem = at_density(100, 30);
    Solved s = solve(e, problem);
    REQUIRE(s.currents.converged);
    CHECK(s.currents.newton_iterations <= 8);
    const SiteCurrents again = solve_potentials(e, problem, all_of(e), s.potential, no_progress());
    CHECK(again.converged);
    CHECK(again.newton_iterations == 0);

    // From somewhere near it takes three steps at the precision of the linear solver.
    for (double& value : s.potential) {
        value *= 1.02;
    }
    const SiteCurrents nearby = solve_potentials(e, problem, all_of(e), s.potential, no_progress());
    CHECK(nearby.converged);
    CHECK(nearby.newton_iterations <= 4);
}

TEST_CASE("potentials: fast kinetics leave the way to the surface to govern") {
    // Transfer 1e-3 of the resistance from node to surface: two such sites share like their ways.
    Circuit circuit;
    circuit.pores = 1;
    circuit.reactions = {{0, ReactionSite::at_collector}};
    for (const double depth : {2e-6, 2e-7}) {
        CAPTURE(depth);
        circuit.depth = depth;
        ElectrodeNetwork e = circuit.electrode();
        PotentialProblem problem = at_density(5, 1);
        problem.kinetics.exchange_current_density = 1e7;
        const Solved s = solve(e, problem);
        CHECK(s.currents.converged);
        CHECK(s.currents.newton_iterations <= 6);
        const double transfer = gas_constant * 298.15 / faraday / 1e7; // [ohm m^2]
        CHECK(s.currents.voltage == near(5 * (depth / 0.2 + transfer)).epsilon(1e-5));
    }
}

TEST_CASE("potentials: a node behind the surface, fast kinetics") {
    Circuit circuit = ladder(8, 2e-7, 5e-7);
    circuit.depth = -2e-7;
    ElectrodeNetwork e = circuit.electrode();
    PotentialProblem problem = at_density(50, 8);
    problem.kinetics.exchange_current_density = 1e5;
    const Solved s = solve(e, problem);
    CHECK(s.currents.converged);
    CHECK(total(s.currents) == near(problem.current).epsilon(1e-12));
    CHECK(*std::min_element(s.currents.current.begin(), s.currents.current.end()) >= 0);
}

TEST_CASE("potentials: inactive sites carry nothing and know their drive") {
    ElectrodeNetwork e = ladder(6, 2e-7, 5e-7).electrode();
    std::vector<std::uint8_t> active(6, 0);
    active[4] = 1;
    const PotentialProblem problem = at_density(5, 1);
    const Solved s = solve(e, problem, active);
    for (std::size_t n = 0; n < 6; ++n) {
        CHECK((s.currents.current[n] > 0) == (n == 4));
        CHECK(s.currents.drive[n] == s.potential[n] - s.potential[6 + n]);
    }
    CHECK(s.currents.current[4] == near(problem.current / static_cast<double>(float(area))));
    // Ions do not flow below the site: one potential there.
    CHECK(s.potential[0] == near(s.potential[4]).epsilon(1e-6));
}

TEST_CASE(
    "potentials: where the drive is negative nothing happens, or lithium dissolves if it may") {
    // Pore 0 sits beside the collector (site 0), pore 1 at the inlet. Site 1 takes its electrons
    // through a poor tie, so that they stand high; site 2 shares them, but lies at pore 0.
    Circuit circuit;
    circuit.pores = 2;
    circuit.electrons = 2;
    circuit.inlet = 1;
    circuit.ohmic = {{0, 1, 1e-8}, {2, 3, 1e-4}};
    circuit.reactions = {{0, ReactionSite::at_collector}, {1, 2}, {0, 3}};
    circuit.ground = {{2, 0, 1e-8}};
    PotentialProblem problem = at_density(20, 1);
    for (const bool dissolution : {false, true}) {
        CAPTURE(dissolution);
        problem.dissolution = dissolution;
        const ElectrodeNetwork fresh = circuit.electrode();
        ElectrodeNetwork e = fresh;
        const Solved s = solve(e, problem);
        CHECK(s.currents.converged);
        CHECK(s.currents.drive[2] < -0.01);
        if (dissolution) {
            CHECK(s.currents.current[2] < -0.1);
        } else {
            CHECK(s.currents.current[2] == 0);
        }
        CHECK(total(s.currents) == near(problem.current).epsilon(1e-12));
        CHECK(imbalance(fresh, problem, s) < 1e-6);
    }
}

TEST_CASE("potentials: salt depletes along a straight pore as in closed form") {
    // One-dimensional, all reacts at the bottom: c falls linearly, by i (1 - t+) x/(F D).
    constexpr std::int32_t cells = 20;
    constexpr double step = 2.5e-6;
    const PotentialProblem base;
    Circuit circuit;
    circuit.pores = cells;
    circuit.inlet = cells - 1;
    for (std::int32_t n = 0; n + 1 < cells; ++n) {
        circuit.ohmic.push_back({n, n + 1, base.electrolyte.conductivity * area / step});
    }
    circuit.reactions = {{0, ReactionSite::at_collector}};
    const double length = (cells - 1) * step;
    const double limit = limiting_current(base.electrolyte, 1, length);
    for (const double part : {1e-6, 0.3, 0.9}) {
        CAPTURE(part);
        PotentialProblem problem = at_density(part * limit, 1);
        problem.concentration = true;
        ElectrodeNetwork e = circuit.electrode();
        const Solved s = solve(e, problem);
        CHECK(s.currents.converged);
        CHECK(s.currents.least_concentration == near(1 - part).epsilon(1e-4));
        const double fall =
            potential_at(problem.electrolyte, problem.electrolyte.concentration * (1 - part));
        CHECK(s.potential.front() - s.potential.back() == near(fall).epsilon(1e-3));
        Kinetics kinetics = problem.kinetics;
        kinetics.exchange_current_density *= std::sqrt(1 - part);
        CHECK(plating_rate(kinetics, s.potential.front()).current ==
              near(part * limit).epsilon(1e-4));
    }
}

TEST_CASE("potentials: a tiny current sees the apparent conductivity and no depletion") {
    const PotentialProblem small = at_density(1e-4, 12);
    PotentialProblem depleting = small;
    depleting.concentration = true;
    const double apparent =
        apparent_conductivity(small.electrolyte, small.electrolyte.concentration) /
        small.electrolyte.conductivity;
    ElectrodeNetwork with = ladder(12, 2e-7, 5e-7).electrode();
    ElectrodeNetwork without = ladder(12, 2e-7 * apparent, 5e-7).electrode();
    const Solved a = solve(with, depleting);
    const Solved b = solve(without, small);
    for (std::size_t n = 0; n < 12; ++n) {
        CHECK(a.currents.current[n] == near(b.currents.current[n]).epsilon(1e-4));
    }
    CHECK(a.currents.voltage == near(b.currents.voltage).epsilon(1e-4));
    CHECK(a.currents.least_concentration > 0.999);
}

TEST_CASE("potentials: solving again on the same network with depletion gives the same") {
    PotentialProblem problem = at_density(200, 12);
    problem.concentration = true;
    ElectrodeNetwork e = ladder(12, 2e-7, 5e-7).electrode();
    const Solved once = solve(e, problem);
    const Solved twice = solve(e, problem);
    REQUIRE(once.currents.least_concentration < 0.95);
    CHECK(twice.currents.voltage == once.currents.voltage);
    CHECK(twice.currents.current == once.currents.current);
}

TEST_CASE("potentials: beyond the limiting current the report is honest and the numbers are") {
    constexpr std::int32_t cells = 10;
    PotentialProblem problem;
    Circuit circuit;
    circuit.pores = cells;
    circuit.inlet = cells - 1;
    for (std::int32_t n = 0; n + 1 < cells; ++n) {
        circuit.ohmic.push_back({n, n + 1, problem.electrolyte.conductivity * area / 1e-5});
    }
    circuit.reactions = {{0, ReactionSite::at_collector}};
    problem.concentration = true;
    problem.current = 2 * area * limiting_current(problem.electrolyte, 1, 9e-5);
    ElectrodeNetwork e = circuit.electrode();
    const Solved s = solve(e, problem);
    CHECK_FALSE(s.currents.converged);
    for (const double i : s.currents.current) {
        CHECK(std::isfinite(i));
    }
    CHECK(std::isfinite(s.currents.voltage));
}
