#include "porogen/core/verify.h"

#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "near.h"

using namespace porogen;
using namespace porogen::test;

namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

VerifyCase good() {
    VerifyCase c;
    c.exact = 2;
    c.got = 2.01;
    c.error = 0.005;
    c.tolerance = 0.01;
    c.order = 1.9;
    c.least_order = 1.8;
    return c;
}

} // namespace

TEST_CASE("errors are relative, bounds err on one side only") {
    CHECK(verify_error(VerifyClaim::equal, 2, 2.02) == near(0.01));
    CHECK(verify_error(VerifyClaim::equal, -2, -1.98) == near(-0.01));
    CHECK(verify_error(VerifyClaim::equal, 0, 3e-5) == near(3e-5));
    CHECK(verify_error(VerifyClaim::at_least, 2, 2.5) == 0);
    CHECK(verify_error(VerifyClaim::at_least, 2, 1.9) == near(-0.05));
    CHECK(verify_error(VerifyClaim::at_most, 2, 1.5) == 0);
    CHECK(verify_error(VerifyClaim::at_most, 2, 2.1) == near(0.05));
    for (const VerifyClaim claim :
         {VerifyClaim::equal, VerifyClaim::at_least, VerifyClaim::at_most}) {
        CHECK(std::isnan(verify_error(claim, 2, undefined)));
    }
}

TEST_CASE("the order is that of the error between two grids, whichever is finer") {
    CHECK(observed_order(0.04, 16, 0.01, 32) == near(2));
    CHECK(observed_order(0.01, 32, 0.04, 16) == near(2));
    CHECK(observed_order(-0.03, 10, -0.01, 30) == near(1));
    CHECK(observed_order(0.01, 16, 0.02, 32) == near(-1));
    CHECK(std::isnan(observed_order(0.01, 16, -0.01, 32)));
    CHECK(std::isnan(observed_order(0.01, 16, 0, 32)));
    CHECK(std::isnan(observed_order(undefined, 16, 0.1, 32)));
}

TEST_CASE("a case passes within its limits") {
    CHECK(within_limits(good()));
    VerifyCase c = good();
    c.error = -0.01; // on the limit
    CHECK(within_limits(c));
    c.least_order.reset();
    c.order.reset();
    CHECK(within_limits(c));
}

TEST_CASE("a wrong answer fails") {
    VerifyCase c = good();
    for (const double error : {0.0101, -0.0101, undefined, infinite}) {
        CAPTURE(error);
        c.error = error;
        CHECK_FALSE(within_limits(c));
    }
    c = good();
    for (const double order : {1.79, -2.0, undefined}) {
        CAPTURE(order);
        c.order = order;
        CHECK_FALSE(within_limits(c));
    }
    c.order.reset();
    CHECK_FALSE(within_limits(c));
    c = good();
    c.got = undefined;
    CHECK_FALSE(within_limits(c));
    c = good();
    c.tolerance = undefined;
    CHECK_FALSE(within_limits(c));
}

TEST_CASE("the ladder runs the cases chosen, on both grids") {
    VerifyPlan plan;
    plan.group = "numbers";
    plan.name = "two";
    plan.exact = 2;
    plan.tolerance = 0.1;
    plan.least_order = 1.9;
    plan.measure = [](std::int64_t n) { return 2 + 10 / static_cast<double>(n * n); };
    plan.cells = 16;
    plan.other_cells = 32;
    VerifyPlan fine = plan;
    fine.name = "wrong";
    fine.measure = [](std::int64_t) { return 2.5; };
    fine.full = true;
    std::size_t reported = 0;
    const auto count = [&](const VerifyCase&) { ++reported; };
    const std::vector<VerifyCase> quick = climb_ladder({plan, fine}, {}, count);
    REQUIRE(quick.size() == 1);
    CHECK(quick[0].passed);
    CHECK(*quick[0].order == near(2));
    CHECK(quick[0].got == near(2 + 10.0 / 256));
    const std::vector<VerifyCase> full =
        climb_ladder({plan, fine}, {.full = true, .only = "n"}, count);
    REQUIRE(full.size() == 2);
    CHECK_FALSE(full[1].passed);
    CHECK(reported == 3);
    CHECK(climb_ladder({plan, fine}, {.only = "three"}, count).empty());
}
