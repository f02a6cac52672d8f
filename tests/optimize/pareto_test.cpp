#include "porogen/optimize/pareto.h"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/errors.h"
#include "porogen/core/random.h"

using namespace porogen;
using test::near;

namespace {

using Values = std::vector<std::array<double, 2>>;
using Indices = std::vector<std::size_t>;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr auto minimise = Sense::minimise;
constexpr auto maximise = Sense::maximise;

/// The definition, point against point.
bool dominated(const Values& values, std::size_t i, std::array<Sense, 2> senses) {
    for (const auto& other : values) {
        bool at_least_as_good = true;
        bool better = false;
        for (std::size_t k = 0; k < 2; ++k) {
            const double sign = senses[k] == maximise ? 1 : -1;
            at_least_as_good = at_least_as_good && sign * other[k] >= sign * values[i][k];
            better = better || sign * other[k] > sign * values[i][k];
        }
        if (at_least_as_good && better) {
            return true;
        }
    }
    return false;
}

} // namespace

TEST_CASE("pareto_front: the definition, on random points with many ties") {
    RandomStream random(8, "pareto test");
    for (int round = 0; round < 200; ++round) {
        Values values(40);
        for (auto& value : values) {
            value = {static_cast<double>(random.below(12)), static_cast<double>(random.below(12))};
        }
        for (const std::array<Sense, 2> senses :
             {std::array{minimise, minimise}, std::array{minimise, maximise},
              std::array{maximise, minimise}, std::array{maximise, maximise}}) {
            const Indices front = pareto_front(values, senses);
            std::vector<bool> on_front(values.size(), false);
            for (const std::size_t i : front) {
                on_front[i] = true;
            }
            for (std::size_t i = 0; i < values.size(); ++i) {
                CHECK(on_front[i] == !dominated(values, i, senses));
            }
            for (std::size_t j = 1; j < front.size(); ++j) {
                // Along the front the first quantity gets worse, the second better.
                const double first = values[front[j]][0] - values[front[j - 1]][0];
                const double second = values[front[j]][1] - values[front[j - 1]][1];
                CHECK((senses[0] == minimise ? first : -first) >= 0);
                CHECK((senses[1] == minimise ? second : -second) <= 0);
                CHECK((first != 0 || front[j] > front[j - 1]));
            }
        }
    }
}

TEST_CASE("pareto_front: NaN is never on it and hides nothing") {
    const Values values = {
        {not_a_number, 0}, {1, 1}, {0, not_a_number}, {2, 0}, {not_a_number, not_a_number}, {3, 3}};
    CHECK(pareto_front(values, {minimise, minimise}) == Indices{1, 3});
    CHECK(pareto_front({{not_a_number, 1}}, {minimise, minimise}).empty());
    CHECK(pareto_front({}, {minimise, minimise}).empty());
    CHECK(pareto_front({{infinity, 0}, {1, 1}}, {minimise, minimise}) == Indices{1, 0});
}

TEST_CASE("hypervolume: a staircase by hand, whatever the senses") {
    const Values stairs = {{1, 3}, {2, 2}, {3, 1}, {2.5, 2.5}, {not_a_number, 0}, {0, 9}};
    CHECK(hypervolume(stairs, {minimise, minimise}, {4, 4}) == near(6));
    Values turned = stairs;
    for (auto& value : turned) {
        value[0] = -value[0];
    }
    CHECK(hypervolume(turned, {maximise, minimise}, {-4, 4}) == near(6));
    for (auto& value : turned) {
        value[1] = -value[1];
    }
    CHECK(hypervolume(turned, {maximise, maximise}, {-4, -4}) == near(6));
    CHECK(hypervolume(stairs, {minimise, minimise}, {1, 1}) == 0);
    CHECK(hypervolume({}, {minimise, minimise}, {1, 1}) == 0);
    CHECK_THROWS_AS(hypervolume(stairs, {minimise, minimise}, {not_a_number, 4}), Error);
}

TEST_CASE("hypervolume: the quarter circle's front approaches pi / 4 from below") {
    // x^2 + y^2 = 1 maximised dominates pi / 4 of the unit square.
    double last = 1;
    for (const int count : {100, 1000}) {
        Values values;
        for (int i = 0; i < count; ++i) {
            const double angle = std::acos(0.0) * (i + 0.5) / count;
            values.push_back({std::cos(angle), std::sin(angle)});
        }
        const double missing =
            std::acos(0.0) / 2 - hypervolume(values, {maximise, maximise}, {0, 0});
        CHECK(missing > 0);
        CHECK(missing < 1.0 / count);
        CHECK(missing < 0.11 * last);
        last = missing;
    }
}
