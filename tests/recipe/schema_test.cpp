#include "porogen/recipe/schema.h"

#include <filesystem>
#include <set>

#include <doctest/doctest.h>

#include "porogen/core/files.h"
#include "porogen/core/units.h"
#include "porogen/recipe/materials.h"
#include "recipe/value.h"

using namespace porogen;

TEST_CASE("every key has a documented default that its own rules accept") {
    std::set<std::string> keys;
    for (const KeySpec& spec : schema()) {
        CAPTURE(spec.key);
        CHECK(keys.insert(spec.key).second);
        CHECK(find_key(spec.key) == &spec);
        CHECK(spec.doc.size() > 10);
        CHECK(spec.doc.ends_with('.'));
        const Recipe::Value value = default_value(spec);
        CHECK(value_from_text(spec, to_text(spec, value)) == value);
        if (const auto* number = std::get_if<double>(&value)) {
            CHECK(*number >= spec.low);
            CHECK(*number <= spec.high);
            CHECK(value_from_si(spec, *number) == value);
        }
    }
    CHECK(find_key("domain.voxle") == nullptr);
    CHECK(find_key("domain") == nullptr);
}

TEST_CASE("every material value is a key") {
    for (const MaterialValue& value : materials()) {
        const KeySpec* spec = find_key("materials." + value.key);
        CAPTURE(value.key);
        REQUIRE(spec != nullptr);
        CHECK(std::get<double>(default_value(*spec)) ==
              doctest::Approx(value.value).epsilon(1e-14));
        CHECK(spec->reference_only == !spec->affects_result);
        CHECK_NOTHROW(value_from_si(*spec, value.low));
        CHECK_NOTHROW(value_from_si(*spec, value.high));
    }
    CHECK_FALSE(find_key("materials.electrolyte.conductivity")->reference_only);
    CHECK_FALSE(find_key("materials.copper.density")->reference_only);
    CHECK(find_key("materials.llto.youngs_modulus")->reference_only);
}

TEST_CASE("every population has the keys of population.NAME") {
    int fields = 0;
    for (const KeySpec& spec : schema()) {
        if (!spec.key.starts_with("population.NAME.")) {
            continue;
        }
        ++fields;
        const std::string key = "population.fine-2_B" + spec.key.substr(15);
        CAPTURE(key);
        const KeySpec* made = find_key(key);
        REQUIRE(made != nullptr);
        CHECK(made->key == key);
        CHECK(made->doc == spec.doc);
        CHECK(made->default_value == spec.default_value);
        CHECK(find_key(key) == made); // it stays where it is
    }
    CHECK(fields == 13);
    for (const char* key : {"population.fine", "population.fine.diamter", "population.diameter",
                            "population.flakes.diameter", "population.a b.diameter",
                            "population..diameter", "population.a.b.diameter", "population"}) {
        CAPTURE(key);
        CHECK(find_key(key) == nullptr);
    }
}

TEST_CASE("the nearest key") {
    CHECK(nearest_key("domain.voxle") == "domain.voxel");
    CHECK(nearest_key("cast.voxel") == "domain.voxel");
    CHECK(nearest_key("voxel") == "domain.voxel");
    CHECK(nearest_key("plating.curent") == "plating.current");
    CHECK(nearest_key("platin.current") == "plating.current");
    CHECK(nearest_key("coat.mass_fractoin") == "coat.mass_fraction");
    CHECK(nearest_key("tilte") == "title");
    CHECK(nearest_key("domain.porosty") == "cast.porosity");
    CHECK(nearest_key("porgen.diameter_min") == "porogen.diameter_min");
    CHECK(nearest_key("population.fine.diamter") == "population.fine.diameter");
    CHECK(nearest_key("populaton.fine.shape") == "population.NAME.shape");
    CHECK(nearest_key("xyzzy") == "");
    CHECK(nearest_key("") == "");
}

TEST_CASE(
    "quantities are shown in the unit of the key, with the fewest digits that keep the value") {
    const KeySpec& voxel = *find_key("domain.voxel");
    CHECK(readable(voxel, parse_quantity("0.25 um", "m")) == "0.25 um");
    CHECK(value_from_text(voxel, "250 nm") == value_from_text(voxel, "0.25 um"));
    CHECK(value_from_text(voxel, "2.5e-7 m") == value_from_text(voxel, "0.25 um"));
    CHECK(readable(*find_key("plating.capacity"), 144000) == "4 mAh/cm^2");
    CHECK(readable(*find_key("cast.porosity"), 0.46) == "0.46");
    for (double value = 1e-9; value < 1e-4; value *= 1.0137) {
        CHECK(value_from_text(voxel, readable(voxel, value)) == Recipe::Value(value));
    }
}

TEST_CASE("the generated references are those of this schema") {
    const std::filesystem::path recipes = std::filesystem::path(POROGEN_SOURCE_DIR) / "recipes";
    INFO("bring them up to date with: cmake --build <build directory> --target reference");
    CHECK((read_text_file(recipes / "KEYS.md") == key_reference()));
    CHECK((read_text_file(recipes / "porogen.schema.json") == json_schema()));
}

TEST_CASE("the key reference names every key in its section") {
    const std::string text = key_reference();
    std::size_t at = 0;
    for (const KeySpec& spec : schema()) {
        CAPTURE(spec.key);
        at = text.find("\n| `" + spec.key.substr(spec.key.rfind('.') + 1) + "` | ", at);
        REQUIRE(at != std::string::npos);
    }
}
