#include "porogen/core/units.h"

#include <cmath>

#include <doctest/doctest.h>

#include "porogen/core/errors.h"

using namespace porogen;

namespace {
std::string reason(std::string_view text, std::string_view unit) {
    try {
        parse_quantity(text, unit);
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::bad_input);
        return error.what();
    }
    return "accepted";
}
} // namespace

TEST_CASE("quantities convert to SI") {
    CHECK(parse_quantity("6.5 um", "m") == doctest::Approx(6.5e-6).epsilon(1e-15));
    CHECK(parse_quantity("6.5 \u00b5m", "m") == doctest::Approx(6.5e-6).epsilon(1e-15));
    CHECK(parse_quantity("0.5 mA/cm^2", "A/m^2") == doctest::Approx(5.0).epsilon(1e-15));
    CHECK(parse_quantity("0.5 mA/cm2", "A/m^2") == doctest::Approx(5.0).epsilon(1e-15));
    CHECK(parse_quantity("4 mAh/cm^2", "C/m^2") == doctest::Approx(144000.0).epsilon(1e-15));
    CHECK(parse_quantity("225 mAh/g", "C/kg") == doctest::Approx(810000.0).epsilon(1e-15));
    CHECK(parse_quantity("2 wt%", "1") == doctest::Approx(0.02).epsilon(1e-15));
    CHECK(parse_quantity("1 mS/cm", "S/m") == doctest::Approx(0.1).epsilon(1e-15));
    CHECK(parse_quantity("20 ohm cm^2", "ohm m^2") == doctest::Approx(2e-3).epsilon(1e-15));
    CHECK(parse_quantity("0.46", "1") == 0.46);
    CHECK(parse_quantity("25 degC", "K") == doctest::Approx(298.15));
}

TEST_CASE("what is wrong with a quantity is said with the unit that was due") {
    CHECK(reason("6.5", "m") ==
          "\"6.5\" has no unit; write a quantity convertible to m, for example \"6.5 m\"");
    CHECK(reason("6.5 V", "m") ==
          "\"6.5 V\" has a unit of the wrong kind; write a quantity convertible to m");
    CHECK(reason("6.5 parrots", "m") ==
          "\"6.5 parrots\" has the unknown unit 'parrots'; write a quantity convertible to m");
    CHECK(reason("nan um", "m") ==
          "\"nan um\" is not a finite number with a unit; write a quantity convertible to m");
    CHECK(reason("", "1") ==
          "\"\" is not a finite number with a unit; write a pure number or a percentage");
}

TEST_CASE("a quantity that overflows in the unit wanted is refused") {
    CHECK(reason("1e308 km", "m") ==
          "\"1e308 km\" is too large to be converted; write a quantity convertible to m");
    CHECK(reason("-1e308 km", "m") ==
          "\"-1e308 km\" is too large to be converted; write a quantity convertible to m");
    CHECK(parse_quantity("1e305 km", "m") == doctest::Approx(1e308));
    CHECK_THROWS_WITH_AS(convert(1e308, "km", "m"),
                         "1e+308 km is too large to be converted to 'm'; give a smaller value",
                         Error);
    CHECK(std::isnan(convert(std::nan(""), "km", "m")));
}

TEST_CASE("a reciprocal is not a unit of the same kind") {
    CHECK(reason("5 ohm m", "S/m") ==
          "\"5 ohm m\" has a unit of the wrong kind; write a quantity convertible to S/m");
    CHECK_THROWS_AS(convert(1, "1/um", "m"), Error);
}

TEST_CASE("a formatted quantity reads back as the same double") {
    for (const double value : {1.0 / 3.0, 6.02214076e23, -1e-300, 0.1 + 0.2}) {
        CHECK(parse_quantity(format_quantity(value, "S/m"), "S/m") == value);
    }
}
