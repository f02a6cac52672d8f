#include "porogen/recipe/materials.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "porogen/core/constants.h"
#include "porogen/core/units.h"

using namespace porogen;

namespace {
const MaterialValue& material(std::string_view key) {
    const auto found = std::ranges::find(materials(), key, &MaterialValue::key);
    REQUIRE(found != materials().end());
    return *found;
}
} // namespace

TEST_CASE("every value converts to SI, lies in its range and has a source") {
    CHECK(materials().size() == 101);
    for (const MaterialValue& value : materials()) {
        CAPTURE(value.key);
        CHECK(value.low <= value.value);
        CHECK(value.value <= value.high);
        CHECK(value.value ==
              doctest::Approx(parse_quantity(value.written, value.unit)).epsilon(1e-14));
        CHECK_FALSE(value.source.empty());
        CHECK_FALSE(value.unit.empty());
    }
}

TEST_CASE("values come in the order of the file, in SI") {
    CHECK(materials().front().key == "constants.F");
    CHECK(material("lithium.molar_volume").value == 1.2996e-5);
    CHECK(material("llto.capacity").value == doctest::Approx(810000).epsilon(1e-14)); // 225 mAh/g
    CHECK(material("llto.capacity").unit == "C/kg");
    CHECK(material("llto.capacity").written == "225 mAh/g");
    CHECK(material("llto.capacity").trust == Trust::found);
    CHECK(material("nmc622.areal_capacity").value == doctest::Approx(36000).epsilon(1e-14));
    CHECK(material("llto.sigma_ion_Ea").value == doctest::Approx(0.4 * 1.602e-19).epsilon(1e-3));
    CHECK(material("cnt.loading_default").unit == "1");
}

TEST_CASE("the values agree with one another and with the program's constants") {
    CHECK(material("constants.F").value == faraday);
    CHECK(material("constants.R").value == gas_constant);
    CHECK(material("lithium.molar_mass").value / material("lithium.density").value ==
          doctest::Approx(material("lithium.molar_volume").value).epsilon(1e-4));
    CHECK(faraday / material("lithium.molar_mass").value ==
          doctest::Approx(material("lithium.specific_capacity").value).epsilon(1e-3));
    CHECK(material("sei.resistivity").value * material("sei.thickness").value ==
          doctest::Approx(material("sei.area_resistance").value).epsilon(1e-12));
}
