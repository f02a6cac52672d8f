#include "porogen/recipe/recipe.h"

#include <cmath>
#include <filesystem>
#include <stdexcept>

#include <doctest/doctest.h>

#include "porogen/core/errors.h"
#include "porogen/core/units.h"
#include "porogen/recipe/schema.h"
#include "recipe/value.h"

using namespace porogen;

namespace {

Recipe parse(std::string_view text, const std::vector<std::string>& overrides = {}) {
    return Recipe::parse(text, "test.toml", overrides);
}

Recipe shipped(const char* name) {
    return Recipe::load(std::filesystem::path(POROGEN_SOURCE_DIR) / "recipes" / name);
}

/// Equal in everything a stage can read.
void check_equal(const Recipe& a, const Recipe& b) {
    CHECK(a.values() == b.values());
    CHECK(a.hash() == b.hash());
    REQUIRE(a.variables().size() == b.variables().size());
    for (std::size_t i = 0; i < a.variables().size(); ++i) {
        CHECK(a.variables()[i].key == b.variables()[i].key);
        CHECK(a.variables()[i].low == b.variables()[i].low);
        CHECK(a.variables()[i].high == b.variables()[i].high);
        CHECK(a.variables()[i].logarithmic == b.variables()[i].logarithmic);
    }
    REQUIRE(a.constraints().size() == b.constraints().size());
    for (std::size_t i = 0; i < a.constraints().size(); ++i) {
        CHECK(a.constraints()[i].key == b.constraints()[i].key);
        CHECK(a.constraints()[i].low == b.constraints()[i].low);
        CHECK(a.constraints()[i].high == b.constraints()[i].high);
    }
    REQUIRE(a.overrides().size() == b.overrides().size());
    for (std::size_t i = 0; i < a.overrides().size(); ++i) {
        CHECK(a.overrides()[i].key == b.overrides()[i].key);
        CHECK(a.overrides()[i].value == b.overrides()[i].value);
    }
}

/// Another allowed value of a key.
std::string other_value(const KeySpec& spec, const Recipe& recipe) {
    switch (spec.type) {
    case ValueType::integer:
        return std::to_string(recipe.integer(spec.key) + 1);
    case ValueType::boolean:
        return recipe.boolean(spec.key) ? "false" : "true";
    case ValueType::text:
        return "plating.metrics.fill";
    case ValueType::choice:
        return recipe.text(spec.key) == spec.choices.front() ? spec.choices.back()
                                                             : spec.choices.front();
    case ValueType::number:
        break;
    }
    const double factor = spec.key.ends_with("aspect_spread") ? 1.01 : 1.001;
    const double value = recipe.is_auto(spec.key) ? 1.1 : recipe.number(spec.key);
    return value == 0
               ? format_quantity(0.01, spec.unit)
               : format_quantity(spec.key == "porogen.fraction" ? 0.2 : value * factor, spec.unit);
}

} // namespace

TEST_CASE("an empty recipe is a valid one: every key has its default") {
    const Recipe recipe = parse("");
    CHECK(recipe.number("domain.voxel") == doctest::Approx(0.25e-6).epsilon(1e-15));
    CHECK(recipe.number("plating.capacity") == doctest::Approx(144000).epsilon(1e-15));
    CHECK(recipe.integer("seed") == 1);
    CHECK(recipe.boolean("output.vdb"));
    CHECK(recipe.text("transport.axes") == "xyz");
    CHECK(recipe.is_auto("porogen.fraction"));
    CHECK_FALSE(recipe.is_given("domain.voxel"));
    CHECK(recipe.where("domain.voxel") == "test.toml");
    CHECK(recipe.values().size() == schema().size());
    CHECK(recipe.variables().empty());
    check_equal(recipe, parse("# only a remark\r\n\r\n[domain]\r\n"));
    check_equal(recipe, parse("\xef\xbb\xbf[cast]\n")); // a byte order mark
}

TEST_CASE("values are read in SI and remember where they were written") {
    const Recipe recipe = parse(
        "seed = 3\n[domain]\n  voxel = \"500 nm\"\n[cast]\nporosity = \"50 %\"\nfill_height = 3\n"
        "[materials.electrolyte]\nconductivity = \"2 mS/cm\"\n");
    CHECK(recipe.integer("seed") == 3);
    CHECK(recipe.number("domain.voxel") == doctest::Approx(5e-7).epsilon(1e-15));
    CHECK(recipe.number("cast.porosity") == doctest::Approx(0.5).epsilon(1e-15));
    CHECK(recipe.number("cast.fill_height") == 3);
    CHECK(recipe.number("materials.electrolyte.conductivity") ==
          doctest::Approx(0.2).epsilon(1e-15));
    CHECK(recipe.is_given("domain.voxel"));
    CHECK(recipe.where("domain.voxel") == "test.toml:3:11");
    CHECK(recipe.name() == "test.toml");
}

TEST_CASE("asking for what is not there is a fault of the program") {
    const Recipe recipe = parse("");
    CHECK_THROWS_AS((void)recipe.number("domain.voxle"), std::logic_error);
    CHECK_THROWS_AS((void)recipe.number("seed"), std::logic_error);
    CHECK_THROWS_AS((void)recipe.number("porogen.fraction"), std::logic_error); // auto
    CHECK_THROWS_AS((void)recipe.text("domain.voxel"), std::logic_error);
}

TEST_CASE("--set overrides the file, the last one wins") {
    const Recipe recipe =
        parse("[cast]\nporosity = 0.5\n",
              {"cast.porosity=55 %", "title=A = B", "seed = 4", "cast.porosity = \"0.6\"",
               "porogen.fraction=0.3", "porogen.fraction=auto"});
    CHECK(recipe.number("cast.porosity") == 0.6);
    CHECK(recipe.where("cast.porosity") == "--set cast.porosity= \"0.6\"");
    CHECK(recipe.text("title") == "A = B");
    CHECK(recipe.integer("seed") == 4);
    CHECK(recipe.is_auto("porogen.fraction"));
}

TEST_CASE("set_number takes SI and keeps to the range") {
    Recipe recipe = parse("");
    recipe.set_number("domain.thickness", 60e-6);
    CHECK(recipe.number("domain.thickness") == 60e-6);
    CHECK(recipe.is_given("domain.thickness"));
    recipe.set_number("seed", 12);
    CHECK(recipe.integer("seed") == 12);
    CHECK_THROWS_AS(recipe.set_number("seed", 1.5), Error);
    CHECK_THROWS_AS(recipe.set_number("cast.porosity", 1.5), Error);
    CHECK_THROWS_AS(recipe.set_number("cast.porosity", std::nan("")), Error);
    CHECK_THROWS_AS(recipe.set_number("plating.surface", 1), Error);
    CHECK_THROWS_AS(recipe.set_number("nothing", 1), Error);
    CHECK_THROWS_AS(recipe.set_number("materials.copper.density", 1), Error);
    CHECK(recipe.number("cast.porosity") == 0.46);
}

TEST_CASE("the effective recipe parses back to an equal one") {
    check_equal(parse(parse("").to_toml()), parse(""));
    for (const char* name : {"llto-cnt.toml", "optimize-llto-cnt.toml"}) {
        const Recipe recipe = shipped(name);
        check_equal(parse(recipe.to_toml()), recipe);
    }
    const Recipe odd = parse("", {"title=say \"hi\" \\ \t\x01 \u00b5", "domain.voxel=1 nm",
                                  "domain.size_x=9.99999 mm", "plating.current=3.3e-7 A/cm^2",
                                  "output.vdb=false", "seed=9223372036854775807"});
    check_equal(parse(odd.to_toml()), odd);
}

TEST_CASE("the effective recipe keeps every double") {
    Recipe recipe = parse("");
    double fraction = 0.5;
    for (int round = 0; round < 20; ++round) {
        for (const KeySpec& spec : schema()) {
            if (spec.type == ValueType::number && !spec.reference_only) {
                fraction = std::fmod(fraction * 997.13 + 0.1234567, 1.0); // scattered over (0, 1)
                const double low = std::isfinite(spec.low) ? spec.low : 0;
                const double high = std::isfinite(spec.high) ? spec.high : low + 1e7;
                recipe.set_number(spec.key, low + (high - low) * (0.01 + 0.98 * fraction));
            }
        }
        CHECK(parse(recipe.to_toml()).values() == recipe.values());
    }
}

TEST_CASE("the effective recipe says what was left at its default") {
    const std::string text = parse("[domain]\nvoxel = \"500 nm\"\n").to_toml();
    CHECK(text.find("\nvoxel = \"0.5 um\"\n") != std::string::npos);
    CHECK(text.find("\nthickness = \"42 um\" # default\n") != std::string::npos);
    CHECK(text.find("\n[materials.llto]\n") != std::string::npos);
    CHECK(text.find("\nfraction = \"auto\" # default\n") != std::string::npos);
    CHECK(text.find("\n[materials.llto]\n") > text.find("\n[optimize]\n"));
}

TEST_CASE("the hash is of the electrode, not of its spelling") {
    const std::string hash = parse("[domain]\nvoxel = \"0.5 um\"\n[plating]\ncapacity = \"4 "
                                   "mAh/cm^2\"\n[cast]\nporosity = 0.5\n")
                                 .hash();
    CHECK(hash.size() == 16);
    CHECK(hash.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(
        parse(
            "cast.porosity = \"50 %\"\n# remark\n[plating]\ncapacity=\"144000 C/m2\"\n\n[domain]\n"
            "voxel = \"500 nm\"\n")
            .hash() == hash);
    CHECK(parse("", {"domain.voxel=500 nm", "cast.porosity=0.5"}).hash() == hash);
    CHECK(parse("", {"domain.voxel=5e-7 m", "cast.porosity=50 %", "seed=9"}).hash() == hash);
}

TEST_CASE("the hash changes with every key that affects the result, and with no other") {
    const Recipe recipe = parse("");
    for (const KeySpec& spec : schema()) {
        if (spec.reference_only) {
            continue;
        }
        CAPTURE(spec.key);
        Recipe changed = recipe;
        changed.set(spec.key, other_value(spec, recipe));
        CHECK(changed.values() != recipe.values());
        CHECK((changed.hash() != recipe.hash()) == (spec.affects_result && spec.key != "seed"));
    }
}

TEST_CASE("a search is read with bounds in SI and does not change what the electrode is") {
    const Recipe recipe = shipped("optimize-llto-cnt.toml");
    REQUIRE(recipe.variables().size() == 2);
    CHECK(recipe.variables()[0].key == "cast.porosity");
    CHECK(recipe.variables()[0].low == 0.42);
    CHECK_FALSE(recipe.variables()[0].logarithmic);
    CHECK(recipe.variables()[1].low == doctest::Approx(0.001).epsilon(1e-14));
    CHECK(recipe.variables()[1].logarithmic);
    REQUIRE(recipe.constraints().size() == 2);
    CHECK(recipe.constraints()[0].low == 0.85);
    CHECK(recipe.constraints()[0].high == std::numeric_limits<double>::infinity());
    CHECK(recipe.constraints()[1].high == doctest::Approx(0.1).epsilon(1e-14));
    REQUIRE(recipe.overrides().size() == 5);

    const Recipe electrode = recipe.without_search();
    CHECK(electrode.variables().empty());
    CHECK(electrode.constraints().empty());
    CHECK(electrode.overrides().empty());
    CHECK(electrode.hash() == recipe.hash());
    CHECK(electrode.hash() == shipped("llto-cnt.toml").hash());

    const Recipe limited =
        parse("[[optimize.constraint]]\nkey = \"plating.overflow_capacity\"\nlow = \"4 mAh/cm^2\"\n"
              "[[optimize.constraint]]\nkey = \"geometry.thickness\"\nlow = 1e-5\n"
              "high = \"50 um\"\n");
    CHECK(limited.constraints()[0].low == doctest::Approx(144000).epsilon(1e-14));
    CHECK(limited.constraints()[1].low == 1e-5);
    CHECK(limited.constraints()[1].high == doctest::Approx(5e-5).epsilon(1e-14));
}

TEST_CASE("an override that is no UTF-8 is refused before it can reach a file") {
    CHECK_THROWS_WITH_AS(Recipe::parse("", "test", {"title=\xff\xfe"}),
                         "--set: not UTF-8 text; correct the value", Error);
}
