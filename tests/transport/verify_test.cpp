#include "porogen/transport/verify.h"

#include <cmath>
#include <limits>
#include <set>

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

TEST_CASE("the quick ladder") {
    std::size_t reported = 0;
    std::set<std::string> groups;
    const std::vector<VerifyCase> cases =
        verify_transport({}, [&](const VerifyCase&) { ++reported; });
    for (const VerifyCase& c : cases) {
        INFO(c.group, ": ", c.name, ", exact ", c.exact, ", got ", c.got, ", order ",
             c.order.value_or(undefined));
        CHECK(c.passed);
        CHECK(c.tolerance <= 0.1);
        CHECK_FALSE(c.reference.empty());
        groups.insert(c.group);
    }
    CHECK(reported == cases.size());
    CHECK(groups == std::set<std::string>{"bounds", "checkerboard", "coated spheres",
                                          "contact resistance", "cylinders", "drives", "laminates",
                                          "sheets", "spheres", "tensors"});
}

TEST_CASE("cases are chosen by group or name") {
    const auto count = [](const char* only) {
        const auto cases = verify_transport({.only = only}, [](const VerifyCase&) {});
        for (const VerifyCase& c : cases) {
            CHECK((c.group + "\n" + c.name).find(only) != std::string::npos);
        }
        return cases.size();
    };
    CHECK(count("laminates") == 4);
    CHECK(count("voxels 6 times") == 1);
    CHECK(count("no such case") == 0);
}
