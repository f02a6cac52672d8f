#include "porogen/optimize/analysis.h"

#include <cmath>
#include <limits>
#include <numbers>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/optimize/sampling.h"

using namespace porogen;
using porogen::test::near;

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// "sum" is 3 a + b and "a" is a alone, with a on 0 to 1 and b on 0 to 1, "c" does nothing.
DesignTable linear_table(int count) {
    DesignTable table{
        {{"a", 0, 1, false, 0.25}, {"b", 0, 1}, {"c", 1, 100, true}}, {"sum", "a"}, {}};
    for (const std::vector<double>& point : sobol_points(3, count, 1)) {
        const std::vector<double> x = values_at(table.variables, point);
        table.rows.push_back({x, 0, true, "", {3 * x[0] + x[1], x[0]}});
    }
    return table;
}

} // namespace

TEST_CASE("means over replicates, and a design that fails once fails") {
    const DesignTable table{{{"a", 0, 1}},
                            {"y", "z"},
                            {{{0.5}, 0, true, "", {1, 4}},
                             {{0.7}, 0, true, "", {5, 5}},
                             {{0.5}, 1, true, "", {2, none}},
                             {{0.7}, 1, false, "no path", {}},
                             {{0.7}, 2, true, "", {5, 5}},
                             {{0.5}, 2, true, "", {6, 4}}}};
    const DesignTable means = averaged(table);
    REQUIRE(means.rows.size() == 2);
    CHECK(means.rows[0].values == std::vector{0.5});
    CHECK(means.rows[0].results[0] == near(3));
    CHECK(std::isnan(means.rows[0].results[1]));
    CHECK_FALSE(means.rows[1].feasible);
    CHECK(means.rows[1].failure == "no path");
    CHECK(design_count(table, 0) == 2);
    CHECK(design_count(means, 0) == 1);
}

TEST_CASE("sensitivities of a linear function are its squared slopes' shares") {
    DesignTable table = linear_table(24);
    table.rows.push_back({{0.5, 0.5, 10}, 0, false, "does not exist", {}}); // is left out
    const std::vector<Sensitivity> found = sensitivities(table, {.base_count = 128, .paths = 8});
    REQUIRE(found.size() == 2);
    CHECK(found[0].key == "sum");
    CHECK(found[0].rows == 24);
    CHECK(found[0].q2 > 0.99);
    CHECK(found[0].indices[0].first == doctest::Approx(0.9).epsilon(0.03)); // 9 / (9 + 1)
    CHECK(found[0].indices[1].total == doctest::Approx(0.1).epsilon(0.03));
    CHECK(found[0].indices[2].total < 0.01);
    CHECK(found[1].indices[0].first == doctest::Approx(1).epsilon(0.03));
}

TEST_CASE("nothing is made of a table with two designs or without variables") {
    DesignTable table = linear_table(2);
    table.rows.push_back(table.rows[0]);
    CHECK(sensitivities(table).empty());
    CHECK(sensitivities({{}, {"y"}, {{{}, 0, true, "", {1}}, {{}, 1, true, "", {2}}}}).empty());
}

TEST_CASE("responses run over each pair of variables, the others at the reference or the middle") {
    const DesignTable table = linear_table(24);
    const std::vector<Response> found =
        responses(table, sensitivities(table, {.base_count = 8, .paths = 2}), {.levels = 3});
    REQUIRE(found.size() == 6); // three pairs of each of two keys
    const Response& bc = found[2];
    CHECK(bc.x == 1);
    CHECK(bc.y == 2);
    CHECK(bc.y_values == std::vector<double>{1, 10, 100});
    REQUIRE(bc.predictions.size() == 9);
    // a stays at 0.25, and c, which changes fastest, does nothing.
    for (int n = 0; n < 9; ++n) {
        CHECK(bc.predictions[static_cast<std::size_t>(n)].mean ==
              doctest::Approx(0.75 + (n / 3) / 2.0).epsilon(0.03));
        CHECK(bc.predictions[static_cast<std::size_t>(n)].standard_deviation < 0.3);
    }
}

TEST_CASE("the front of a table leaves out what does not exist") {
    const DesignTable table{{{"a", 0, 1}},
                            {"cost", "gain"},
                            {{{0.1}, 0, true, "", {1, 1}},
                             {{0.2}, 0, false, "fails", {0, 9}},
                             {{0.3}, 0, true, "", {2, 3}},
                             {{0.4}, 0, true, "", {3, 2}},
                             {{0.5}, 0, true, "", {none, 9}}}};
    const ParetoFront front = pareto_front(table, {0, 1}, {Sense::minimise, Sense::maximise});
    CHECK(front.rows == std::vector<std::size_t>{0, 2});
}

TEST_CASE("error bars are quantiles of the draws, and the tornado begins with the widest bar") {
    DesignTable draws{{{"weak", 0, 1, false, 0.5}, {"strong", 0, 1, false, 0.5}}, {"y"}, {}};
    for (int n = 0; n <= 100; ++n) {
        draws.rows.push_back({{0.5, n / 100.0}, 0, true, "", {1.0 * n}});
    }
    draws.rows.push_back({{0.9, 0.9}, 0, false, "fails", {}});
    const DesignRow nominal{{0.5, 0.5}, 0, true, "", {50}};
    std::vector<DesignRow> ends{{{0, 0.5}, 0, true, "", {51}},
                                {{1, 0.5}, 0, true, "", {49}},
                                {{0.5, 0}, 0, true, "", {0}},
                                {{0.5, 1}, 0, true, "", {100}}};
    const std::vector<UncertainResult> found = uncertain_results(draws, nominal, ends);
    REQUIRE(found.size() == 1);
    CHECK(found[0].nominal == 50);
    CHECK(found[0].draws == 101);
    CHECK(found[0].median == near(50));
    CHECK(found[0].low == near(5));
    CHECK(found[0].high == near(95));
    CHECK(found[0].tornado[0].variable == 1);
    CHECK(found[0].tornado[1].low == 51);

    // An end at which nothing exists any more comes first.
    ends[1].feasible = false;
    CHECK(uncertain_results(draws, nominal, ends)[0].tornado[0].variable == 0);
    ends.pop_back();
    CHECK_THROWS(uncertain_results(draws, nominal, ends));
}
