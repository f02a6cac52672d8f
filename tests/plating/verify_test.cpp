#include "porogen/plating/verify.h"

#include <cmath>
#include <limits>
#include <set>

#include <doctest/doctest.h>

#include "plating/rate.h"
#include "plating/verify_bench.h"

using namespace porogen;
using namespace porogen::plating;

TEST_CASE("the quick ladder of plating") {
    std::size_t reported = 0;
    std::set<std::string> groups;
    const std::vector<VerifyCase> cases =
        verify_plating({}, [&](const VerifyCase&) { ++reported; });
    for (const VerifyCase& c : cases) {
        INFO(c.group, ": ", c.name, ", exact ", c.exact, ", got ", c.got, ", order ",
             c.order.value_or(std::numeric_limits<double>::quiet_NaN()));
        CHECK(c.passed);
        CHECK(c.tolerance <= 0.03);
        CHECK_FALSE(c.reference.empty());
        groups.insert(c.group);
        VerifyCase planted = c;
        planted.error = verify_error(c.claim, c.exact, c.exact == 0 ? 0.1 : 1.1 * c.got);
        CHECK_FALSE(within_limits(planted));
    }
    CHECK(reported == cases.size());
    CHECK(groups == std::set<std::string>{"plating: charge", "plating: depletion",
                                          "plating: depth profiles", "plating: filled pores",
                                          "plating: moving surfaces", "plating: roughness",
                                          "plating: sphere in a field"});
}

TEST_CASE("plating cases are chosen by group or name") {
    const auto count = [](const char* only) {
        return verify_plating({.only = only}, [](const VerifyCase&) {}).size();
    };
    CHECK(count("plating: depletion") == 12);
    CHECK(count("900 A/m2") == 6);
    CHECK(count("no such case") == 0);
}

TEST_CASE("an area counted by the faces of voxels would be caught") {
    ResolvedOptions options;
    options.kinetics.law = RateLaw::linear;
    options.headroom = 0;
    constexpr double voxel = 1e-6;
    constexpr std::int64_t layers = 16;
    Bench bench(plating_box(shapes({4, 4, layers}, voxel, {}), options), options);
    const double current = 5; // [A/m^2]
    const double exact =
        current * (linear_resistance(options.kinetics) +
                   voxel * static_cast<double>(layers) / options.electrolyte.conductivity);
    const auto error = [&](float area) {
        ElectrodeNetwork electrode = bench.network();
        for (ReactionSite& site : electrode.sites) {
            site.area *= area;
        }
        const SiteCurrents found = bench.solve(electrode, current * bench.box().base_area);
        return found.voltage / exact - 1;
    };
    CHECK(std::abs(error(1)) < 2e-5);
    CHECK(error(1.41F) < -0.2); // a plane at 45 degrees
}
