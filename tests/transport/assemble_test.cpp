#include "transport/assemble.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "porogen/core/random.h"
#include "support/dense_network.h"
#include "support/plain_network.h"
#include "support/random_network.h"

using namespace porogen;
using namespace porogen::test;

namespace {

/// Rows sorted by neighbour, then conductance.
std::vector<std::pair<std::int32_t, float>> sorted_row(const ConductorNetwork& net, std::size_t n) {
    std::vector<std::pair<std::int32_t, float>> row;
    for (auto e = net.first[n]; e < net.first[n + 1]; ++e) {
        const auto at = static_cast<std::size_t>(e);
        row.emplace_back(net.neighbour[at], net.conductance[at]);
    }
    std::sort(row.begin(), row.end());
    return row;
}

bool same(const std::vector<ConductorNetwork::PlateLink>& a,
          const std::vector<ConductorNetwork::PlateLink>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& p, const auto& q) {
        return p.node == q.node && p.conductance == q.conductance;
    });
}

/// One node per cell, conductance 1, 2, 3 along x, y, z.
struct Uniform {
    static std::uint8_t carrier(int) { return 0; }
    template <class V>
    void face(Axis along, std::int64_t, std::int64_t, const V& visit) const {
        visit(0, 0, 1.0 + static_cast<double>(along));
    }
    template <class V>
    void within(std::int64_t, const V&) const {}
    template <class V>
    void end(Axis, bool, std::int64_t, const V& visit) const {
        visit(0, 2.0);
    }
};

} // namespace

TEST_CASE("networks put together in parallel are those of the obvious way") {
    const std::uint64_t seed = 5;
    CAPTURE(seed);
    RandomStream random(seed, "assemble");
    std::int64_t wraps = 0;
    for (int trial = 0; trial < 40; ++trial) {
        const auto length = [&] { return static_cast<std::int64_t>(1 + random.below(4)); };
        const Shape shape{length(), length(), length()};
        const Axis axis = all_axes[random.below(3)];
        const std::array<bool, 3> periodic{random.below(2) == 0, random.below(2) == 0,
                                           random.below(2) == 0};
        const RandomParts parts(shape, random, 0.6, 2);
        const ConductorNetwork fast = transport::assemble(shape, axis, periodic, parts);
        const ConductorNetwork slow = assemble_slowly(shape, axis, periodic, parts);
        REQUIRE(fast.cell == slow.cell);
        REQUIRE(fast.carrier == slow.carrier);
        REQUIRE(fast.first == slow.first);
        for (std::size_t n = 0; n < fast.cell.size(); ++n) {
            REQUIRE(sorted_row(fast, n) == sorted_row(slow, n));
        }
        CHECK(same(fast.lower, slow.lower));
        CHECK(same(fast.upper, slow.upper));
        REQUIRE(fast.wraps.size() == slow.wraps.size());
        wraps += std::ssize(fast.wraps);
        for (std::size_t w = 0; w < fast.wraps.size(); ++w) {
            CHECK(fast.wraps[w].axis == slow.wraps[w].axis);
            CHECK(fast.wraps[w].last == slow.wraps[w].last);
            CHECK(fast.wraps[w].first == slow.wraps[w].first);
            CHECK(fast.wraps[w].conductance == slow.wraps[w].conductance);
        }
        const Eigen::MatrixXd a = dense_matrix(fast);
        CHECK(a == a.transpose());
    }
    CHECK(wraps > 100);
}

TEST_CASE("the dense twin: currents balance, and the power is the current") {
    const std::uint64_t seed = 6;
    CAPTURE(seed);
    RandomStream random(seed, "dense");
    int percolating = 0;
    for (int trial = 0; trial < 40; ++trial) {
        const ConductorNetwork network = random_network(random, true);
        const DenseSolution solution = dense_plates(network);
        CHECK(solution.percolates == (solution.conductance > 0));
        CHECK(solution.in == doctest::Approx(solution.out).epsilon(1e-8).scale(1e-6));
        CHECK(solution.conductance == doctest::Approx(solution.in).epsilon(1e-8).scale(1e-6));
        percolating += solution.percolates ? 1 : 0;
    }
    CHECK(percolating > 5);
    CHECK(percolating < 40);
}

TEST_CASE("plain conjugate gradients agree with the dense twin") {
    const std::uint64_t seed = 7;
    CAPTURE(seed);
    RandomStream random(seed, "plain");
    for (int trial = 0; trial < 60; ++trial) {
        const ConductorNetwork network = random_network(random, trial % 2 == 0);
        PlainNetwork plain(network);
        if (trial % 2 == 0) {
            CHECK(plain.conductance(network.axis, 1e-12) ==
                  doctest::Approx(dense_plates(network).conductance).epsilon(1e-8).scale(1e-6));
            continue;
        }
        const Mat3 tensor = dense_tensor(network);
        CHECK((tensor - tensor.transpose()).norm() < 1e-7 * (1e-6 + tensor.norm()));
        for (const Axis axis : all_axes) {
            const auto a = static_cast<int>(axis);
            CHECK(plain.conductance(axis, 1e-12) ==
                  doctest::Approx(tensor(a, a)).epsilon(1e-8).scale(1e-3));
        }
    }
}

TEST_CASE("the dense twin: equal cells conduct alike along all axes") {
    const Shape shape{4, 1, 3}; // a single cell along y is its own neighbour
    const Mat3 tensor =
        dense_tensor(transport::assemble(shape, Axis::x, {true, true, true}, Uniform{}));
    CHECK((tensor - Mat3(Vec3(3.0 / 4, 12 * 2.0, 3 * 4.0 / 3).asDiagonal())).norm() < 1e-9);
    const ConductorNetwork plates =
        transport::assemble(shape, Axis::x, {false, true, true}, Uniform{});
    CHECK(dense_plates(plates).conductance == doctest::Approx(3.0 / 4));
}
