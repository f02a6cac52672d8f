#include "porogen/recipe/recipe.h"

#include <algorithm>
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
    if (recipe.is_auto(spec.key)) {
        return format_quantity(spec.unit == "m"           ? 3e-6
                               : std::isfinite(spec.high) ? 0.5 * (spec.low + spec.high)
                                                          : 1.1,
                               spec.unit);
    }
    const double value = recipe.number(spec.key);
    if (value == 0) {
        return format_quantity(spec.unit == "m" ? 1e-6 : 0.01, spec.unit);
    }
    const double factor = spec.key.ends_with("aspect_spread") ? 1.01 : 1.001;
    return format_quantity(value < spec.high ? value * factor : value / factor, spec.unit);
}

constexpr const char* with_populations =
    "[population.fine]\ndiameter = \"3 um\"\nshare = 0.25\n"
    "[population.beads-2]\nrole = \"porogen\"\nshape = \"sphere\"\nshare = \"50 %\"\n"
    "size_law = \"uniform\"\ndiameter_min = \"3 um\"\ndiameter_max = \"4 um\"\n"
    "[population.all_defaults]\n";

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
    CHECK(recipe.populations().empty());
    CHECK(std::ranges::count_if(schema(), [&](const KeySpec& spec) {
              return !recipe.values().contains(spec.key);
          }) == 13); // population.NAME
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
    CHECK_THROWS_AS(recipe.set_number("materials.llto.youngs_modulus", 1), Error);
    CHECK(recipe.number("cast.porosity") == 0.46);
}

TEST_CASE("the effective recipe parses back to an equal one") {
    check_equal(parse(parse("").to_toml()), parse(""));
    for (const char* name : {"llto-cnt.toml", "optimize-llto-cnt.toml"}) {
        const Recipe recipe = shipped(name);
        check_equal(parse(recipe.to_toml()), recipe);
    }
    check_equal(parse(parse(with_populations).to_toml()), parse(with_populations));
    const Recipe odd = parse("", {"title=say \"hi\" \\ \t\x01 \u00b5", "domain.voxel=1 nm",
                                  "domain.size_x=9.99999 mm", "plating.current=3.3e-7 A/cm^2",
                                  "output.vdb=false", "seed=9223372036854775807"});
    check_equal(parse(odd.to_toml()), odd);
}

TEST_CASE("the effective recipe keeps every double") {
    Recipe recipe = parse(with_populations);
    std::vector<const KeySpec*> keys;
    for (const auto& [key, value] : recipe.values()) {
        keys.push_back(find_key(key));
    }
    double fraction = 0.5;
    for (int round = 0; round < 20; ++round) {
        for (const KeySpec* key : keys) {
            const KeySpec& spec = *key;
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

TEST_CASE("a population is declared by its table, and its keys are like any other") {
    const Recipe recipe = parse(with_populations, {"population.fine.aspect=5"});
    CHECK(recipe.populations() == std::vector<std::string>{"all_defaults", "beads-2", "fine"});
    CHECK(recipe.number("population.fine.diameter") == doctest::Approx(3e-6).epsilon(1e-14));
    CHECK(recipe.number("population.fine.aspect") == 5);
    CHECK(recipe.text("population.beads-2.shape") == "sphere");
    CHECK(recipe.text("population.all_defaults.shape") == "flake");
    CHECK(recipe.is_auto("population.fine.diameter_min"));
    CHECK_FALSE(recipe.is_auto("population.beads-2.diameter_min"));
    CHECK_FALSE(recipe.is_auto("population.coarse.diameter_min")); // there is none
    CHECK(recipe.where("population.fine.diameter") == "test.toml:2:12");
    CHECK(recipe.where("population.all_defaults.share") == "test.toml:11:13"); // its table
    CHECK_THROWS_AS((void)recipe.number("population.coarse.share"), std::logic_error);
    CHECK(recipe.to_toml().find("\n[population.beads-2]\nrole = \"porogen\"\n") !=
          std::string::npos);
    CHECK(recipe.to_toml().find("\ndiameter_max = \"4 um\"\n") != std::string::npos);

    Recipe changed = recipe;
    changed.set_number("population.fine.share", 0.125);
    CHECK(changed.number("population.fine.share") == 0.125);
    CHECK(changed.hash() != recipe.hash());
    changed.set("population.fine.diameter_min", "2 um");
    CHECK(changed.number("population.fine.diameter_min") == doctest::Approx(2e-6).epsilon(1e-14));
    changed.set("population.fine.diameter_min", "auto");
    CHECK(changed.is_auto("population.fine.diameter_min"));
}

TEST_CASE("neither the order nor the spelling of a population's table changes the hash") {
    const std::string hash =
        parse("[population.a]\nshare = 0.5\n[population.b]\nshare = 0.25\n").hash();
    CHECK(parse("[population]\nb.share = \"25 %\"\na = { share = 0.5 }\n").hash() == hash);
    CHECK(parse("population.b.share = 0.25\npopulation.a.share = 0.5\n").hash() == hash);
    CHECK(parse("[population.c]\nshare = 0.5\n[population.b]\nshare = 0.25\n").hash() != hash);
    CHECK(parse("[population.a]\n").hash() != parse("").hash());
}

TEST_CASE("a population that the recipe does not declare cannot be set") {
    const auto reason = [](std::string_view text, const std::string& set) -> std::string {
        try {
            parse(text, {set});
        } catch (const Error& error) {
            return error.what();
        }
        return "accepted";
    };
    CHECK(reason("", "population.fine.share=0.1") ==
          "--set population.fine.share=0.1: this recipe has no population 'fine' and no other; "
          "declare it by a line [population.fine] in the recipe");
    CHECK(reason(with_populations, "population.coarse.share=0.1") ==
          "--set population.coarse.share=0.1: this recipe has no population 'coarse' (it has "
          "all_defaults, beads-2 and fine); declare it by a line [population.coarse] in the "
          "recipe");
    CHECK(reason(with_populations, "population.fien.share=0.1") ==
          "--set population.fien.share=0.1: this recipe has no population 'fien' (it has "
          "all_defaults, beads-2 and fine); did you mean 'population.fine.share'?");
    CHECK(reason(with_populations, "population.fine.diamter=3 um") ==
          "--set population.fine.diamter=3 um: unknown key 'population.fine.diamter'; did you "
          "mean 'population.fine.diameter'?");
    CHECK(reason(with_populations, "population.NAME.share=0.1") ==
          "--set population.NAME.share=0.1: this recipe has no population 'NAME' (it has "
          "all_defaults, beads-2 and fine); declare it by a line [population.NAME] in the "
          "recipe");
    CHECK(reason(with_populations, "population.fine=3") ==
          "--set population.fine=3: 'population.fine' is a section; name one of its keys, for "
          "example population.fine.role");
    CHECK(reason(with_populations, "population.fine.share=0.1") == "accepted");
}

TEST_CASE("a search may vary the keys of a population that stands below it") {
    const Recipe recipe =
        parse("[[optimize.variable]]\nkey = \"population.fine.share\"\nlow = 0.1\nhigh = 1\n"
              "[[optimize.override]]\nkey = \"population.fine.diameter_max\"\nvalue = \"auto\"\n"
              "[population.fine]\ndiameter_max = \"7 um\"\n");
    REQUIRE(recipe.variables().size() == 1);
    CHECK(recipe.variables()[0].high == 1);
    CHECK(recipe.overrides()[0].value == "auto");
    check_equal(parse(recipe.to_toml()), recipe);
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
    const Recipe recipe = parse(with_populations);
    for (const auto& [key, value] : recipe.values()) {
        const KeySpec& spec = *find_key(key);
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
    CHECK(recipe.variables()[0].low == doctest::Approx(0.44).epsilon(1e-14));
    CHECK_FALSE(recipe.variables()[0].logarithmic);
    CHECK(recipe.variables()[1].low == doctest::Approx(0.0003).epsilon(1e-14));
    CHECK(recipe.variables()[1].logarithmic);
    REQUIRE(recipe.constraints().size() == 4);
    CHECK(recipe.constraints()[0].low == doctest::Approx(144000).epsilon(1e-14)); // 4 mAh/cm2
    CHECK(recipe.constraints()[0].high == std::numeric_limits<double>::infinity());
    CHECK(recipe.constraints()[2].high == doctest::Approx(2.5).epsilon(1e-14)); // 0.25 mA/cm2
    REQUIRE(recipe.overrides().size() == 8);
    CHECK(recipe.overrides()[0].until == "search");
    CHECK(recipe.overrides()[7].until == "confirm");

    const Recipe electrode = recipe.without_search();
    CHECK(electrode.variables().empty());
    CHECK(electrode.constraints().empty());
    CHECK(electrode.overrides().empty());
    CHECK(electrode.hash() == recipe.hash());
    Recipe paper = shipped("llto-cnt.toml");
    paper.set("plating.current", "4 mA/cm^2");
    CHECK(electrode.hash() == paper.hash());

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
