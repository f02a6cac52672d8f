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
    for (const auto& [key, child] : value.items()) {
        if (!schema["properties"].contains(key)) {
            return key + " is not allowed";
        }
        if (const std::string what = violation(child, schema["properties"][key]); !what.empty()) {
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
}

TEST_CASE("the JSON-Schema refuses what an editor can see to be wrong") {
    CHECK(violation_of("[domain]\nvoxle = \"1 um\"") == "domain: voxle is not allowed");
    CHECK(violation_of("[domain]\nvoxel = 0.25") == "domain: voxel: is not [\"string\"]");
    CHECK(violation_of("[domain]\nvoxel = \"48\"") ==
          "domain: voxel: \"48\" does not match the pattern");
    CHECK(violation_of("[cast]\nporosity = 46") == "cast: porosity: none of anyOf");
    CHECK(violation_of("[plating]\nsurface = \"gold\"") == "plating: surface: is not in the enum");
    CHECK(violation_of("[plating]\ncells = 1") == "plating: cells: is out of range");
    CHECK(violation_of("[[optimize.variable]]\nkey = \"cast.porosity\"") ==
          "optimize: variable: low is missing");
}

TEST_CASE("the JSON-Schema holds every key with its documentation and default") {
    const json root = json::parse(json_schema());
    for (const KeySpec& spec : schema()) {
        std::string pointer = "/properties/";
        for (const char c : spec.key) {
            pointer += c == '.' ? "/properties/" : std::string(1, c);
        }
        CAPTURE(spec.key);
        const json& entry = root.at(json::json_pointer(pointer));
        CHECK(entry.contains("description"));
        CHECK(violation(entry.at("default"), entry) == "");
    }
}
