#include "porogen/core/random.h"

#include <cmath>

#include <doctest/doctest.h>

using namespace porogen;

TEST_CASE("same seed and name, same numbers; other name, other numbers") {
    RandomStream a(7, "cast");
    RandomStream b(7, "cast");
    RandomStream c(7, "coat");
    int equal = 0;
    for (int n = 0; n < 1000; ++n) {
        const auto draw = a.bits();
        CHECK(draw == b.bits());
        equal += draw == c.bits();
    }
    CHECK(equal == 0);
}

TEST_CASE("moments of the distributions") {
    constexpr int draws = 200000;
    RandomStream stream(1, "moments");
    double mean = 0;
    double square = 0;
    double normal_mean = 0;
    double normal_square = 0;
    double log_mean = 0;
    for (int n = 0; n < draws; ++n) {
        const double u = stream.uniform();
        REQUIRE(u >= 0);
        REQUIRE(u < 1);
        mean += u / draws;
        square += u * u / draws;
        const double g = stream.normal();
        normal_mean += g / draws;
        normal_square += g * g / draws;
        log_mean += std::log(stream.lognormal(3.0, 1.2)) / draws;
    }
    // Five standard errors each.
    CHECK(std::abs(mean - 0.5) < 5 * std::sqrt(1.0 / 12 / draws));
    CHECK(std::abs(square - 1.0 / 3) < 5 * std::sqrt(4.0 / 45 / draws));
    CHECK(std::abs(normal_mean) < 5 / std::sqrt(draws));
    CHECK(std::abs(normal_square - 1) < 5 * std::sqrt(2.0 / draws));
    CHECK(std::abs(log_mean - std::log(3.0)) < 5 * std::log(1.2) / std::sqrt(draws));
}

TEST_CASE("below() is uniform: chi-squared with 9 degrees of freedom") {
    RandomStream stream(3, "below");
    std::array<double, 10> count{};
    for (int n = 0; n < 100000; ++n) {
        count[stream.below(10)] += 1;
    }
    double chi2 = 0;
    for (const double c : count) {
        chi2 += (c - 10000) * (c - 10000) / 10000;
    }
    CHECK(chi2 < 27.9); // 0.1 % level
}
