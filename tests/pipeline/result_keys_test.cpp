// The table of the keys of result.json against results.

#include "porogen/report/result_keys.h"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "near.h"
#include "pipeline/small_recipe.h"
#include "porogen/pipeline/run.h"
#include "porogen/report/result_json.h"

using namespace porogen;
using Json = nlohmann::ordered_json;

namespace {

/// All keys with a value of their own, lists as "name[]", in order. Of an empty list or object its
/// own name.
void collect(const Json& json, const std::string& key, std::vector<std::string>& keys) {
    if (json.is_object() && !json.empty()) {
        for (const auto& [name, value] : json.items()) {
            collect(value, key.empty() ? name : key + "." + name, keys);
        }
    } else if (json.is_array()) {
        for (const Json& element : json) {
            collect(element, key + "[]", keys);
        }
    } else {
        keys.push_back(key);
    }
}

/// A result and the conditions that hold in it.
struct Case {
    std::string json;
    std::set<ResultWhen> holds;
    std::set<std::string> keys;
};

Case walked(const Recipe& recipe, const std::set<ResultWhen>& holds, Extent extent) {
    Case c;
    c.holds = holds;
    c.holds.insert(ResultWhen::always);
    c.json = result_json(run(recipe, extent));
    std::vector<std::string> keys;
    collect(Json::parse(c.json), "", keys);
    c.keys.insert(keys.begin(), keys.end());
    return c;
}

Case made(const std::vector<std::string>& overrides, const std::set<ResultWhen>& holds,
          Extent extent = Extent::plate) {
    std::vector<std::string> all{"domain.voxel=1 um", "cast.max_sweeps=500",
                                 "plating.capacity=0.2 mAh/cm^2", "plating.cells=20"};
    all.insert(all.end(), overrides.begin(), overrides.end());
    return walked(Recipe::parse(test::small_recipe, "small.toml", all), holds, extent);
}

std::vector<std::string> in_space_and(const std::vector<std::string>& more) {
    std::vector<std::string> all{"plating.model=resolved", "transport.axes=z"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

Recipe foil() {
    return Recipe::load(std::filesystem::path(POROGEN_SOURCE_DIR) / "recipes" / "cu-foil.toml",
                        {"domain.size_x=8 um", "domain.size_y=8 um", "domain.voxel=1 um",
                         "plating.capacity=0.5 mAh/cm^2", "transport.axes=z"});
}

/// Between them they have every key.
const std::vector<Case>& cases() {
    using enum ResultWhen;
    static const std::vector<Case> all{
        made({}, {}, Extent::cast),
        made({"plating.model=none"}, {measured}),
        made({"transport.host_state=both", "transport.electrode_tortuosity=yes",
              "binder.mass_fraction=1 wt%", "sinter.length=0.3 um"},
             {measured, both_states, bound, plated, electrode}),
        made({"coat.mass_fraction=0"}, {measured, plated, electrode}),
        made({"cast.orientation_r=0.5", "cast.porosity=0.75", "cast.wall_porosity=0.7"},
             {measured, oriented, plated, electrode}),
        // Electrons reach the host through the film: it takes up lithium before any is plated.
        made(in_space_and({"plating.host=pristine"}),
             {measured, plated, resolved, beside, electrode}),
        made(in_space_and({"binder.mass_fraction=1 wt%"}),
             {measured, bound, plated, resolved, beside, electrode}),
        made(in_space_and({"host.material=cnt"}), {measured, plated, resolved, beside, electrode}),
        made(in_space_and({"host.material=carbon_fibre"}),
             {measured, plated, resolved, beside, electrode}),
        walked(foil(), {measured, plated, resolved}, Extent::plate),
    };
    return all;
}

double number(const std::string& json, const std::string& key) {
    const auto value = result_number(json, key);
    REQUIRE(value);
    return *value;
}

} // namespace

TEST_CASE("every key of a result is in the table, as the number it is") {
    for (const Case& c : cases()) {
        for (const std::string& key : c.keys) {
            CAPTURE(key);
            CHECK(find_result_key(key) != nullptr);
            if (result_number(c.json, key) && key != "plating.homogenised") {
                CHECK(is_result_number(key));
            }
        }
        for (const std::string& key : result_keys(c.json)) {
            CHECK_MESSAGE(find_result_key(key) != nullptr, key);
        }
    }
}

TEST_CASE("every entry of the table stands in the results that it says, in all its instances") {
    std::set<std::string> met;
    for (const Case& c : cases()) {
        std::set<const ResultKey*> here;
        for (const std::string& key : c.keys) {
            here.insert(find_result_key(key));
            met.insert(key);
        }
        for (const ResultKey& entry : result_reference()) {
            CAPTURE(entry.key);
            const bool may_be_empty = entry.key.find("[]") != std::string::npos;
            // An object with members has no value of its own.
            const bool is_object = entry.key == "plating.homogenised";
            if (c.holds.contains(entry.when) && !may_be_empty && !is_object) {
                CHECK(here.contains(&entry));
            } else if (!c.holds.contains(entry.when)) {
                CHECK_FALSE(here.contains(&entry));
            }
        }
    }
    for (const ResultKey& entry : result_reference()) {
        for (const std::string& key : result_key_instances(entry)) {
            if (key.find("NAME") == std::string::npos && key != "recipe.KEY") {
                CHECK_MESSAGE(met.contains(key), key);
            }
        }
    }
    CHECK(met.contains("geometry.populations.flakes.particles"));
    CHECK(met.contains("recipe.cast.porosity"));
}

TEST_CASE("the table has the order of result.json") {
    for (const Case& c : cases()) {
        std::vector<std::string> keys;
        collect(Json::parse(c.json), "", keys);
        std::vector<const ResultKey*> order;
        for (const std::string& key : keys) {
            const ResultKey* const entry = find_result_key(key);
            if (std::ranges::find(order, entry) == order.end()) {
                order.push_back(entry); // where its first key stands
            }
        }
        CHECK(std::ranges::is_sorted(order));
    }
}

TEST_CASE("the anode's numbers agree with what they are made of") {
    const std::string homogenised = cases()[3].json; // without a film
    const double thickness = number(homogenised, "geometry.thickness");
    CHECK(number(homogenised, "performance.areal_mass") ==
          test::near(4830 * thickness * (1 - number(homogenised, "geometry.porosity"))));
    CHECK(number(homogenised, "performance.capacity") == test::near(7200).epsilon(1e-9));
    CHECK(number(homogenised, "performance.local_current_density") ==
          test::near(5 / (number(homogenised, "geometry.specific_surface") * thickness)));
    // The fill counts the lithium inside, the capacity of the host is the pores'.
    const std::string metrics = "plating.metrics.";
    CHECK(number(homogenised, metrics + "fill") ==
          test::near(number(homogenised, "performance.capacity") *
                     (1 - number(homogenised, metrics + "overflow_fraction")) /
                     number(homogenised, "performance.host_capacity")));

    for (const std::size_t n : {0U, 1U}) { // cast and measured, but not plated
        CHECK(number(cases()[n].json, "performance.areal_mass") > 0);
        CHECK(number(cases()[n].json, "performance.host_capacity") > 0);
        for (const char* key :
             {"lithium_mass", "capacity", "thickness", "capacity_per_volume", "capacity_per_mass",
              "energy_per_volume", "energy_per_mass", "local_current_density"}) {
            CHECK(std::isnan(number(cases()[n].json, std::string("performance.") + key)));
        }
    }

    // A host that takes up lithium does not count it as plated.
    const Json pristine = Json::parse(cases()[5].json);
    const Json& last = pristine["plating"]["steps"].back();
    CHECK(number(cases()[5].json, "performance.capacity") ==
          test::near(last["li_volume"].get<double>() * 96485.33212 / 1.2996e-5));
}

TEST_CASE("a foil: its own thickness, no pores, one area per area") {
    const std::string json = cases().back().json;
    CHECK(number(json, "performance.areal_mass") == test::near(8960 * 10e-6).epsilon(1e-4));
    CHECK(number(json, "performance.host_capacity") == test::near(0).scale(1));
    CHECK(number(json, "performance.thickness") ==
          test::near(10e-6 + 18000 * 1.2996e-5 / 96485.33212).epsilon(1e-6));
    CHECK(number(json, "performance.local_current_density") == test::near(5).epsilon(0.01));
}
