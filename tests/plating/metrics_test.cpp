#include "porogen/plating/metrics.h"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "porogen/core/errors.h"
#include "porogen/core/random.h"

using namespace porogen;
using doctest::Approx;

namespace {

UniformityMetrics of_current(const std::vector<double>& current, const std::vector<double>& area) {
    UniformityMetrics metrics;
    current_statistics(current, area, metrics);
    return metrics;
}

UniformityMetrics of_lithium(const std::vector<double>& lithium, double overflow) {
    UniformityMetrics metrics;
    depth_statistics(lithium, overflow, metrics);
    return metrics;
}

/// Gini as it is defined: mean absolute difference of all pairs / (2 mean).
double gini_of_pairs(const std::vector<double>& current, const std::vector<double>& area) {
    double pairs = 0;
    double total_area = 0;
    double total = 0;
    for (std::size_t a = 0; a < current.size(); ++a) {
        total_area += area[a];
        total += area[a] * current[a];
        for (std::size_t b = 0; b < current.size(); ++b) {
            pairs += area[a] * area[b] * std::abs(current[a] - current[b]);
        }
    }
    return pairs / (2 * total * total_area);
}

} // namespace

TEST_CASE("an even current has no spread") {
    const UniformityMetrics m = of_current({3, 3, 3}, {1, 5, 2});
    CHECK(m.cov == 0);
    CHECK(m.gini == Approx(0).epsilon(1e-15));
    CHECK(m.p99_ratio == 1);
    CHECK(m.active_area == 1);
}

TEST_CASE("a current on half of the area") {
    const UniformityMetrics m = of_current({0, 2}, {1, 1});
    CHECK(m.cov == Approx(1));
    CHECK(m.gini == Approx(0.5));
    CHECK(m.p99_ratio == Approx(2));
    CHECK(m.active_area == Approx(0.5));
}

TEST_CASE("a current that rises linearly from zero") {
    // Uniform on [0, 2]: cov 1/sqrt 3, Gini 1/3, 99th percentile 1.98, 5 % below a tenth of the
    // mean.
    std::vector<double> current;
    for (int n = 0; n < 1000; ++n) {
        current.push_back(2 * (n + 0.5) / 1000);
    }
    const UniformityMetrics m = of_current(current, std::vector<double>(1000, 0.7));
    CHECK(m.cov == Approx(std::sqrt((1 - 1e-6) / 3)).epsilon(1e-12));
    CHECK(m.gini == Approx((1 - 1e-6) / 3).epsilon(1e-12));
    CHECK(m.p99_ratio == Approx(1.98).epsilon(1e-3));
    CHECK(m.active_area == Approx(0.95));
}

TEST_CASE("all current in one of n places") {
    const UniformityMetrics m = of_current({0, 0, 0, 0, 7}, {1, 1, 1, 1, 1});
    CHECK(m.gini == Approx(0.8));
    CHECK(m.cov == Approx(2));
    CHECK(m.active_area == Approx(0.2));
}

TEST_CASE("an area counts as that many equal places, and none counts not at all") {
    const UniformityMetrics whole = of_current({1, 4, 2}, {3, 1, 2});
    const UniformityMetrics split = of_current({1, 2, 4, 1, 2, 1}, {1, 1, 1, 1, 1, 1});
    const UniformityMetrics padded = of_current({1, 4, 2, 1e9}, {3, 1, 2, 0});
    CHECK(whole.cov == Approx(split.cov).epsilon(1e-14));
    CHECK(whole.gini == Approx(split.gini).epsilon(1e-14));
    CHECK(whole.p99_ratio == Approx(split.p99_ratio).epsilon(1e-14));
    CHECK(padded.gini == Approx(whole.gini).epsilon(1e-14));
    CHECK(padded.p99_ratio == Approx(whole.p99_ratio).epsilon(1e-14));
}

TEST_CASE("Gini agrees with its definition by pairs") {
    RandomStream random(7, "gini");
    std::vector<double> current;
    std::vector<double> area;
    for (int n = 0; n < 60; ++n) {
        current.push_back(random.lognormal(1, 2));
        area.push_back(random.uniform());
    }
    CHECK(of_current(current, area).gini == Approx(gini_of_pairs(current, area)).epsilon(1e-12));
}

TEST_CASE("lithium spread evenly") {
    for (const std::size_t cells : {std::size_t{1}, std::size_t{7}, std::size_t{200}}) {
        const UniformityMetrics m = of_lithium(std::vector<double>(cells, 0.3), 0);
        CHECK(m.top_fraction == Approx(0.1).epsilon(1e-12));
        CHECK(m.bottom_fraction == Approx(0.1).epsilon(1e-12));
        CHECK(m.centroid == Approx(0.5).epsilon(1e-12));
        CHECK(m.uniformity == Approx(1).epsilon(1e-12));
    }
}

TEST_CASE("lithium that rises linearly with depth coordinate") {
    // Density 2y: centroid 2/3, top tenth 0.19, bottom tenth 0.01, |2y - 1| has the mean 1/2.
    std::vector<double> lithium;
    for (int n = 0; n < 100; ++n) {
        lithium.push_back(n + 0.5);
    }
    const UniformityMetrics m = of_lithium(lithium, 0);
    CHECK(m.centroid == Approx(2.0 / 3).epsilon(1e-4));
    CHECK(m.top_fraction == Approx(0.19).epsilon(1e-12));
    CHECK(m.bottom_fraction == Approx(0.01).epsilon(1e-12));
    CHECK(m.uniformity == Approx(0.75).epsilon(1e-12));
}

TEST_CASE("lithium in one half, in one cell, above the framework") {
    CHECK(of_lithium({1, 1, 0, 0}, 0).uniformity == Approx(0.5));
    CHECK(of_lithium({1, 1, 0, 0}, 0).centroid == Approx(0.25));
    CHECK(of_lithium({0, 0, 0, 5}, 0).uniformity == Approx(0.25));
    const UniformityMetrics above = of_lithium({0, 0, 0, 0}, 5);
    CHECK(above.uniformity == Approx(0));
    CHECK(above.centroid == 1);
    CHECK(above.top_fraction == 1);
    CHECK(above.bottom_fraction == 0);
    const UniformityMetrics half = of_lithium({1, 1}, 2);
    CHECK(half.uniformity == Approx(0.5));
    CHECK(half.top_fraction == Approx(0.55));
    CHECK(half.centroid == Approx(0.75));
}

TEST_CASE("no lithium and no current count as even") {
    CHECK(of_lithium({0, 0, 0}, 0).uniformity == Approx(1));
    const UniformityMetrics m = of_current({0, 0}, {1, 1});
    CHECK(m.cov == 0);
    CHECK(m.p99_ratio == 1);
    CHECK(m.active_area == 1);
}

TEST_CASE("statistics of nothing, of negative and of broken numbers are refused") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(of_current({}, {}), Error);
    CHECK_THROWS_AS(of_current({1}, {0}), Error);
    CHECK_THROWS_AS(of_current({1}, {-1}), Error);
    CHECK_THROWS_AS(of_current({nan}, {1}), Error);
    CHECK_THROWS_AS(of_current({1, 2}, {1}), Error);
    CHECK_THROWS_AS(of_lithium({}, 1), Error);
    CHECK_THROWS_AS(of_lithium({-1, 2}, 0), Error);
    CHECK_THROWS_AS(of_lithium({1}, nan), Error);
}
