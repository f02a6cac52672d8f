#include "porogen/transport/solve_fed.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/parallel.h"
#include "porogen/core/random.h"
#include "porogen/transport/surface_network.h"
#include "refusal.h"
#include "support/dense_network.h"
#include "support/random_network.h"
#include "transport/structures.h"

using namespace porogen;
using namespace porogen::test;

namespace {

constexpr SolveOptions tight{.tolerance = 1e-13, .max_iterations = 500, .smoothing_sweeps = 2};

/// A network with ties to ground and currents at random. Some clusters have no ties: these are not
/// fed either.
struct FedCase {
    ConductorNetwork network;
    std::vector<float> ground;
    std::vector<double> current;
    std::vector<bool> tied; ///< to ground, each node through its cluster
    std::vector<bool> fed;  ///< likewise
};

FedCase random_case(std::uint64_t seed) {
    RandomStream random(seed, "fed");
    FedCase c;
    c.network = random_network(random, random.uniform() < 0.5);
    c.network.lower.clear();
    c.network.upper.clear();
    const std::vector<int> part = parts_of(c.network);
    const std::size_t nodes = part.size();
    const auto parts =
        static_cast<std::size_t>(nodes > 0 ? 1 + *std::max_element(part.begin(), part.end()) : 0);
    std::vector<bool> part_tied(parts, false);
    std::vector<bool> part_fed(parts, false);
    for (std::size_t n = 0; n < nodes; ++n) {
        const auto p = static_cast<std::size_t>(part[n]);
        const bool ties = random.uniform() < 0.1;
        c.ground.push_back(ties ? static_cast<float>(std::pow(10.0, random.uniform(-2, 2))) : 0);
        part_tied[p] = part_tied[p] || ties;
    }
    for (std::size_t n = 0; n < nodes; ++n) {
        const auto p = static_cast<std::size_t>(part[n]);
        const bool feeds = part_tied[p] && random.uniform() < 0.2;
        c.current.push_back(feeds ? random.uniform(-1, 2) : 0);
        part_fed[p] = part_fed[p] || feeds;
    }
    for (std::size_t n = 0; n < nodes; ++n) {
        c.tied.push_back(part_tied[static_cast<std::size_t>(part[n])]);
        c.fed.push_back(part_fed[static_cast<std::size_t>(part[n])]);
    }
    return c;
}

std::vector<double> solve_densely(const FedCase& c) {
    Eigen::MatrixXd a = dense_matrix(c.network);
    Eigen::VectorXd b(a.rows());
    for (Eigen::Index n = 0; n < a.rows(); ++n) {
        a(n, n) += static_cast<double>(c.ground[static_cast<std::size_t>(n)]);
        b[n] = c.current[static_cast<std::size_t>(n)];
    }
    const Eigen::VectorXd v = solve_kept(a, b, c.tied);
    return {v.begin(), v.end()};
}

/// The pores around random spheres, grounded at the bottom, fed at the top.
FedCase pores_case() {
    FedCase c;
    const PhaseVolume volume =
        make_solid({20, 20, 20}, 1e-6, [](const Vec3& p) { return sphere_in_cube(20, 0.4)(p); });
    c.network = pore_network(volume, cut_cells(volume), 0.5, Axis::z);
    const auto nodes = static_cast<std::size_t>(c.network.nodes());
    c.ground.assign(nodes, 0);
    c.current.assign(nodes, 0);
    for (const auto& link : c.network.lower) {
        c.ground[static_cast<std::size_t>(link.node)] = link.conductance;
    }
    for (const auto& link : c.network.upper) {
        c.current[static_cast<std::size_t>(link.node)] = static_cast<double>(link.conductance);
    }
    return c;
}

} // namespace

TEST_CASE("random networks fed and grounded anywhere: the solver agrees with the dense twin") {
    int fed_nodes = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        CAPTURE(seed);
        const FedCase c = random_case(seed);
        const std::vector<double> exact = solve_densely(c);
        std::vector<double> fast(exact.size(), 0.0);
        const FedReport report = solve_fed(c.network, c.ground, c.current, fast, tight);
        double largest = 0;
        for (const double value : exact) {
            largest = std::max(largest, std::abs(value));
        }
        double error = 0;
        for (std::size_t n = 0; n < exact.size(); ++n) {
            error = std::max(error, std::abs(fast[n] - exact[n]));
            if (!c.fed[n]) {
                CHECK(fast[n] == 0); // nothing drives it
            }
            fed_nodes += c.fed[n] ? 1 : 0;
        }
        CHECK(report.residual < 1e-8);
        CHECK(error <= 1e-8 * largest);
    }
    CHECK(fed_nodes > 500);
}

TEST_CASE("a solver kept for a network solves it as it is, however it has changed since") {
    FedCase c = pores_case();
    FedSolver kept(c.network, c.ground);
    const SolveOptions good{.tolerance = 1e-9, .max_iterations = 400};
    std::vector<double> first(c.ground.size(), 0.0);
    REQUIRE(kept.solve(c.current, first, good).converged);
    for (const float factor : {1.5F, 100.0F, 1.0F}) { // more of a tie where the ions react
        CAPTURE(factor);
        std::vector<double> again(first.size(), 0.0);
        std::vector<double> anew(first.size(), 0.0);
        for (std::size_t n = 0; n < c.ground.size(); n += 3) {
            c.ground[n] *= factor;
        }
        REQUIRE(solve_fed(c.network, c.ground, c.current, anew, good).converged);
        REQUIRE(kept.solve(c.current, again, good).converged);
        double most = 0;
        double error = 0;
        for (std::size_t n = 0; n < anew.size(); ++n) {
            most = std::max(most, std::abs(anew[n]));
            error = std::max(error, std::abs(again[n] - anew[n]));
        }
        CHECK(error < 1e-6 * most);
    }
}

TEST_CASE("what is fed flows into the ground, whatever the start") {
    const FedCase c = pores_case();
    std::vector<double> from_zero(c.ground.size(), 0.0);
    const SolveOptions good{.tolerance = 1e-9};
    REQUIRE(solve_fed(c.network, c.ground, c.current, from_zero, good).converged);
    double out = 0;
    for (std::size_t n = 0; n < from_zero.size(); ++n) {
        out += static_cast<double>(c.ground[n]) * from_zero[n];
    }
    const double in = std::accumulate(c.current.begin(), c.current.end(), 0.0);
    CHECK(out == near(in).epsilon(1e-7));

    std::vector<double> again = from_zero;
    const FedReport report = solve_fed(c.network, c.ground, c.current, again, {.tolerance = 1e-6});
    CHECK(report.converged);
    CHECK(report.iterations <= 1); // it was there already
    std::vector<double> astray(c.ground.size());
    for (std::size_t n = 0; n < astray.size(); ++n) {
        astray[n] = std::sin(static_cast<double>(n)) * 10;
    }
    REQUIRE(solve_fed(c.network, c.ground, c.current, astray, good).converged);
    for (std::size_t n = 0; n < astray.size(); ++n) {
        CHECK(std::abs(astray[n] - from_zero[n]) < 1e-6);
    }
}

TEST_CASE("a fed network: the same bits for one and two threads") {
    const FedCase c = pores_case();
    std::vector<double> one(c.ground.size(), 0.0);
    std::vector<double> two = one;
    {
        const ThreadLimit limit(1);
        solve_fed(c.network, c.ground, c.current, one);
    }
    {
        const ThreadLimit limit(2);
        solve_fed(c.network, c.ground, c.current, two);
    }
    CHECK(one == two);
    CHECK(*std::max_element(one.begin(), one.end()) > 0);
}

TEST_CASE("a fed network: nothing fed gives nothing, wrong sizes and numbers are refused") {
    const FedCase c = pores_case();
    const std::size_t nodes = c.ground.size();
    std::vector<double> x(nodes, 3.0);
    const FedReport idle = solve_fed(c.network, c.ground, std::vector<double>(nodes, 0.0), x);
    CHECK(idle.converged);
    CHECK(std::all_of(x.begin(), x.end(), [](double value) { return value == 0; }));

    const auto bad = [&](auto ground, auto current, auto potential) {
        return refusal([&] { solve_fed(c.network, ground, current, potential); }) ==
               ExitCode::bad_input;
    };
    const std::vector<float> short_ground(nodes - 1, 1.0F);
    const std::vector<double> short_current(nodes + 1, 1.0);
    std::vector<double> not_finite = c.current;
    not_finite[5] = std::numeric_limits<double>::quiet_NaN();
    CHECK(bad(short_ground, c.current, x));
    CHECK(bad(c.ground, short_current, x));
    CHECK(bad(c.ground, c.current, std::vector<double>{}));
    CHECK(bad(c.ground, not_finite, x));
    CHECK_FALSE(bad(c.ground, c.current, x));
}
