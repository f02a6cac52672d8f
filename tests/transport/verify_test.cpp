#include "porogen/transport/verify.h"

#include <limits>
#include <set>

#include <doctest/doctest.h>

using namespace porogen;

namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

} // namespace

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
