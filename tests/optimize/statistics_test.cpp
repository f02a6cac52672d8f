#include "porogen/optimize/statistics.h"

#include <cmath>
#include <limits>
#include <numbers>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/errors.h"
#include "porogen/core/random.h"

using namespace porogen;
using test::near;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

} // namespace

TEST_CASE("student_t_quantile: closed forms for one, two and four degrees of freedom") {
    for (const double p : {0.5001, 0.6, 0.9, 0.975, 0.9999, 0.9999999}) {
        CAPTURE(p);
        const double a = 4 * p * (1 - p);
        CHECK(student_t_quantile(p, 1) ==
              near(std::tan(std::numbers::pi * (p - 0.5))).epsilon(1e-8));
        CHECK(student_t_quantile(p, 2) == near((2 * p - 1) * std::sqrt(2 / a)).epsilon(1e-9));
        const double q = std::cos(std::acos(std::sqrt(a)) / 3) / std::sqrt(a);
        CHECK(student_t_quantile(p, 4) == near(2 * std::sqrt(q - 1)).epsilon(1e-8));
        CHECK(student_t_quantile(1 - p, 2) == near(-student_t_quantile(p, 2)).epsilon(1e-8));
    }
    CHECK(student_t_quantile(0.5, 3) == 0);
}

TEST_CASE("student_t_quantile: the printed tables") {
    struct Row {
        double probability, degrees, t;
    };
    // Abramowitz & Stegun, table 26.10; the normal distribution: table 26.5.
    const Row table[] = {
        {0.975, 1, 12.706}, {0.975, 3, 3.182},   {0.975, 5, 2.571},        {0.975, 10, 2.228},
        {0.975, 30, 2.042}, {0.975, 120, 1.980}, {0.95, 7, 1.895},         {0.995, 4, 4.604},
        {0.995, 29, 2.756}, {0.9995, 2, 31.599}, {0.975, infinity, 1.960}, {0.995, infinity, 2.576},
    };
    for (const Row& row : table) {
        CAPTURE(row.probability);
        CAPTURE(row.degrees);
        CHECK(std::abs(student_t_quantile(row.probability, row.degrees) - row.t) <= 0.00051);
    }
    // Many degrees of freedom approach the normal distribution as (z^3 + z) / (4 d), eq. 26.7.5.
    const double z = student_t_quantile(0.975, infinity);
    CHECK(z == near(1.959963984540054).epsilon(1e-12));
    CHECK(student_t_quantile(0.975, 1e5) - z == near((z * z * z + z) / 4e5).epsilon(1e-3));
}

TEST_CASE("mean_interval: by hand") {
    const MeanInterval m = mean_interval({1, 2, 3, 4});
    CHECK(m.mean == 2.5);
    CHECK(m.standard_deviation == near(std::sqrt(5.0 / 3)));
    CHECK(m.high - m.mean == near(3.182446305284263 * std::sqrt(5.0 / 12)).epsilon(1e-10));
    CHECK(m.mean - m.low == near(m.high - m.mean).epsilon(1e-12));
    CHECK(mean_interval({1, 2, 3, 4}, 0.99).low < m.low);
    const MeanInterval same = mean_interval({7, 7, 7});
    CHECK(same.low == 7);
    CHECK(same.high == 7);
}

TEST_CASE("mean_interval: one value says nothing about the spread") {
    const MeanInterval m = mean_interval({3});
    CHECK(m.mean == 3);
    CHECK(std::isnan(m.standard_deviation));
    CHECK(m.low == -infinity);
    CHECK(m.high == infinity);
}

TEST_CASE("mean_interval: holds the mean of normal values as often as it says") {
    RandomStream random(4, "mean interval test");
    const int tries = 4000;
    for (const double confidence : {0.5, 0.95}) {
        int held = 0;
        for (int i = 0; i < tries; ++i) {
            std::vector<double> values(3);
            for (double& value : values) {
                value = 10 + 2 * random.normal();
            }
            const MeanInterval m = mean_interval(values, confidence);
            held += m.low <= 10 && 10 <= m.high ? 1 : 0;
        }
        const double error = std::sqrt(confidence * (1 - confidence) / tries);
        MESSAGE("confidence ", confidence, ", held in ", held / static_cast<double>(tries));
        CHECK(std::abs(held / static_cast<double>(tries) - confidence) < 4 * error);
    }
}

TEST_CASE("quantile: definition 7") {
    CHECK(quantile({4, 1, 3, 2}, 0) == 1);
    CHECK(quantile({4, 1, 3, 2}, 1) == 4);
    CHECK(quantile({4, 1, 3, 2}, 0.5) == 2.5);
    CHECK(quantile({4, 1, 3, 2}, 0.25) == 1.75);
    CHECK(quantile({5}, 0.3) == 5);
    CHECK(quantile({1, infinity}, 0) == 1);
}

TEST_CASE("statistics: what has no answer is refused") {
    CHECK_THROWS_AS(mean_interval({}), Error);
    CHECK_THROWS_AS(mean_interval({1, not_a_number}), Error);
    CHECK_THROWS_AS(mean_interval({1, 2}, 1), Error);
    CHECK_THROWS_AS(mean_interval({1, 2}, not_a_number), Error);
    CHECK_THROWS_AS(student_t_quantile(0, 3), Error);
    CHECK_THROWS_AS(student_t_quantile(0.5, not_a_number), Error);
    CHECK_THROWS_AS(quantile({}, 0.5), Error);
    CHECK_THROWS_AS(quantile({1, not_a_number}, 0.5), Error);
    CHECK_THROWS_AS(quantile({1}, 1.5), Error);
}
