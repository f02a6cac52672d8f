#include <filesystem>
#include <regex>
#include <sstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <toml++/toml.h>

#include "porogen/recipe/recipe.h"
#include "porogen/recipe/schema.h"

using nlohmann::json;
using namespace porogen;

namespace {

bool is_type(const json& value, const std::string& type) {
    return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
           (type == "string" && value.is_string()) || (type == "boolean" && value.is_boolean()) ||
           (type == "integer" && value.is_number_integer()) ||
           (type == "number" && value.is_number());
}

std::string violation(const json& value, const json& schema);

std::string object_violation(const json& value, const json& schema) {
    const json patterns = schema.value("patternProperties", json::object());
    for (const auto& [key, child] : value.items()) {
        json of_key = schema["properties"].value(key, json());
        for (const auto& [pattern, of_names] : patterns.items()) {
            of_key = std::regex_search(key, std::regex(pattern)) ? of_names : of_key;
        }
        if (of_key.is_null()) {
            return key + " is not allowed";
        }
        if (const std::string what = violation(child, of_key); !what.empty()) {
            return key + ": " + what;
        }
    }
    for (const json& key : schema.value("required", json::array())) {
        if (!value.contains(key.get<std::string>())) {
            return key.get<std::string>() + " is missing";
        }
    }
    return "";
}

/// The part of JSON-Schema that ours uses; "" if the value conforms.
std::string violation(const json& value, const json& schema) {
    if (schema.contains("anyOf")) {
        std::string what = "none of anyOf";
        for (const json& option : schema["anyOf"]) {
            what = violation(value, option).empty() ? "" : what;
        }
        return what;
    }
    if (schema.contains("const")) {
        return value == schema["const"] ? "" : "is not the constant";
    }
    const json types = schema["type"].is_array() ? schema["type"] : json::array({schema["type"]});
    if (std::none_of(types.begin(), types.end(),
                     [&](const json& t) { return is_type(value, t); })) {
        return "is not " + types.dump();
    }
    if (schema.contains("enum") &&
        std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end()) {
        return "is not in the enum";
    }
    if (schema.contains("pattern") &&
        !std::regex_search(value.get<std::string>(),
                           std::regex(schema["pattern"].get<std::string>()))) {
        return value.dump() + " does not match the pattern";
    }
    if (value.is_number() && (value < schema.value("minimum", json(-1e300)) ||
                              value > schema.value("maximum", json(1e300)) ||
                              value <= schema.value("exclusiveMinimum", json(-1e300)) ||
                              value >= schema.value("exclusiveMaximum", json(1e300)))) {
        return "is out of range";
    }
    if (value.is_array()) {
        for (const json& element : value) {
            if (const std::string what = violation(element, schema["items"]); !what.empty()) {
                return what;
            }
        }
    }
    return value.is_object() ? object_violation(value, schema) : "";
}

json to_json(const toml::table& table) {
    std::ostringstream text;
    text << toml::json_formatter(table);
    return json::parse(text.str());
}

std::string violation_of(std::string_view toml_text) {
    return violation(to_json(toml::parse(toml_text)), json::parse(json_schema()));
}

} // namespace

TEST_CASE("the JSON-Schema accepts the shipped recipes and every effective recipe") {
    for (const char* name : {"llto-cnt.toml", "optimize-llto-cnt.toml"}) {
        const auto file = std::filesystem::path(POROGEN_SOURCE_DIR) / "recipes" / name;
        CAPTURE(name);
        CHECK(violation(to_json(toml::parse_file(file.string())), json::parse(json_schema())) ==
              "");
        CHECK(violation_of(Recipe::load(file).to_toml()) == "");
    }
    CHECK(violation_of("") == "");
    const char* populations =
        "[population.fine]\ndiameter = \"3 um\"\ndiameter_min = \"auto\"\nshare = 0.2\n"
        "[population.long-ones_2]\nshare = 0.5\n[[optimize.variable]]\nkey = "
        "\"population.fine.share\"\n"
        "low = 0.1\nhigh = 0.2\n";
    CHECK(violation_of(populations) == "");
    CHECK(violation_of(Recipe::parse(populations, "populations").to_toml()) == "");
}

TEST_CASE("the JSON-Schema refuses what an editor can see to be wrong") {
    CHECK(violation_of("[domain]\nvoxle = \"1 um\"") == "domain: voxle is not allowed");
    CHECK(violation_of("[domain]\nvoxel = 0.25") == "domain: voxel: is not [\"string\"]");
    CHECK(violation_of("[domain]\nvoxel = \"48\"") ==
          "domain: voxel: \"48\" does not match the pattern");
    CHECK(violation_of("[cast]\nporosity = 46") == "cast: porosity: none of anyOf");
    CHECK(violation_of("[plating]\nsurface = \"gold\"") == "plating: surface: is not in the enum");
    CHECK(violation_of("[plating]\ncells = 1") == "plating: cells: is out of range");
    CHECK(violation_of("[population.fine]\ndiamter = \"1 um\"") ==
          "population: fine: diamter is not allowed");
    CHECK(violation_of("[population.fine]\nshape = \"cube\"") ==
          "population: fine: shape: is not in the enum");
    CHECK(violation_of("[population.flakes]") == "population: flakes is not allowed");
    CHECK(violation_of("[population.\"a b\"]") == "population: a b is not allowed");
    CHECK(
        violation_of("[[optimize.variable]]\nkey = \"population.fine.role\"\nlow = 1\nhigh = 2") ==
        "optimize: variable: key: none of anyOf");
    CHECK(violation_of("[[optimize.variable]]\nkey = \"cast.porosity\"") ==
          "optimize: variable: low is missing");
}

TEST_CASE("the JSON-Schema holds every key with its documentation and default") {
    const json root = json::parse(json_schema());
    for (const KeySpec& spec : schema()) {
        const json* table = &root;
        std::string rest = spec.key;
        for (auto dot = rest.find('.'); dot != std::string::npos; dot = rest.find('.')) {
            const std::string name = rest.substr(0, dot);
            table = name == "NAME" ? &table->at("patternProperties").front()
                                   : &table->at("properties").at(name);
            rest.erase(0, dot + 1);
        }
        CAPTURE(spec.key);
        const json& entry = table->at("properties").at(rest);
        CHECK(entry.contains("description"));
        CHECK(violation(entry.at("default"), entry) == "");
    }
}
