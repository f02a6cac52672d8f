#include "porogen/report/result_json.h"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace porogen;

namespace {

constexpr const char* text =
    R"({"a": {"b": 1.5, "c": null, "d": [1, 2], "e": {"f": true}}, "g": "word", "h": 7})";

RunResult small_result() {
    RunResult r;
    r.recipe = Recipe::parse("seed = 5\n", "test");
    r.volume.labels = Grid<std::uint8_t>({2, 3, 4});
    r.volume.voxel = {1e-6, 1e-6, 1e-6};
    EffectiveTransport t;
    t.measured = {false, false, true};
    t.conductivity[2] = 0;
    t.tortuosity_factor[2] = std::numeric_limits<double>::infinity();
    r.ionic = t;
    r.targets = {{"cast.porosity", 0.46, 0.4601}};
    return r;
}

} // namespace

TEST_CASE("numbers are found by their dotted key") {
    CHECK(result_number(text, "a.b") == 1.5);
    CHECK(result_number(text, "a.e.f") == 1.0);
    CHECK(result_number(text, "h") == 7.0);
    CHECK(std::isnan(*result_number(text, "a.c"))); // known, but null
    CHECK_FALSE(result_number(text, "a.d"));
    CHECK_FALSE(result_number(text, "a"));
    CHECK_FALSE(result_number(text, "g"));
    CHECK_FALSE(result_number(text, "x.y"));
    CHECK_FALSE(result_number("not json", "a"));
    CHECK(result_keys(text) == std::vector<std::string>{"a.b", "a.c", "a.e.f", "h"});
}

TEST_CASE("a result has the stable names, and null where nothing exists") {
    const auto json = nlohmann::json::parse(result_json(small_result()));
    for (const char* key : {"program", "recipe", "recipe_hash", "seed", "threads", "seconds",
                            "geometry", "transport", "status"}) {
        CHECK_MESSAGE(json.contains(key), key);
    }
    CHECK(json["seed"] == 5);
    CHECK(json["recipe"]["domain"]["voxel"] == doctest::Approx(0.25e-6));
    CHECK(json["geometry"]["shape"] == nlohmann::json({2, 3, 4}));
    CHECK(json["geometry"]["targets"]["cast.porosity"]["got"] == doctest::Approx(0.4601));
    CHECK(json["transport"]["ionic"]["conductivity"]["z"] == 0.0);
    CHECK(json["transport"]["ionic"]["tortuosity_factor"]["z"].is_null());
    CHECK_FALSE(json["transport"]["ionic"]["conductivity"].contains("x"));
    CHECK_FALSE(json.contains("plating"));
    // A name with a dot in it is found all the same.
    CHECK(*result_number(result_json(small_result()), "geometry.targets.cast.porosity.got") ==
          doctest::Approx(0.4601));
}
