#include <cmath>

#include <nlohmann/json.hpp>

#include "porogen/recipe/schema.h"
#include "recipe/lookup.h"
#include "recipe/value.h"

namespace porogen {

namespace {

using Json = nlohmann::ordered_json;

// A number, then a unit: what an editor can check of a quantity. Whether the unit fits is the
// program's to say.
constexpr const char* quantity_pattern = R"(^\s*-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*[^\s\d.].*$)";
constexpr const char* pure_pattern = R"(^\s*-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*([^\s\d.].*)?$)";

constexpr const char* population_names = "^(?!(flakes|porogen|NAME)$)[A-Za-z0-9_-]+$";

/// 4000 rather than 4000.0: whole numbers are written so.
Json bound(double value) {
    if (value == std::nearbyint(value) && std::abs(value) < 1e15) {
        return static_cast<std::int64_t>(value);
    }
    return value;
}

void add_range(Json& schema, const KeySpec& spec) {
    if (std::isfinite(spec.low)) {
        schema[spec.low_open ? "exclusiveMinimum" : "minimum"] = bound(spec.low);
    }
    if (std::isfinite(spec.high)) {
        schema[spec.high_open ? "exclusiveMaximum" : "maximum"] = bound(spec.high);
    }
}

Json number_schema(const KeySpec& spec) {
    Json options = Json::array();
    if (spec.unit == "1") {
        Json bare{{"type", "number"}};
        add_range(bare, spec);
        options.push_back(bare);
    }
    options.push_back(
        {{"type", "string"}, {"pattern", spec.unit == "1" ? pure_pattern : quantity_pattern}});
    if (spec.may_be_auto) {
        options.push_back({{"const", "auto"}});
    }
    if (options.size() == 1) {
        return options[0];
    }
    return Json{{"anyOf", options}};
}

Json value_schema(const KeySpec& spec) {
    switch (spec.type) {
    case ValueType::integer: {
        Json schema{{"type", "integer"}};
        add_range(schema, spec);
        return schema;
    }
    case ValueType::boolean:
        return Json{{"type", "boolean"}};
    case ValueType::text:
        return Json{{"type", "string"}};
    case ValueType::choice:
        return Json{{"type", "string"}, {"enum", spec.choices}};
    case ValueType::number:
        return number_schema(spec);
    }
    return {};
}

Json default_json(const KeySpec& spec) {
    const Recipe::Value value = default_value(spec);
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        return *integer;
    }
    if (const auto* boolean = std::get_if<bool>(&value)) {
        return *boolean;
    }
    if (const auto* number = std::get_if<double>(&value); number != nullptr && spec.unit == "1") {
        return *number;
    }
    return to_text(spec, value);
}

std::string description(const KeySpec& spec) {
    const std::string range =
        spec.type == ValueType::number && spec.unit != "1" ? range_text(spec) : "";
    return (spec.reference_only ? "For reference: no stage reads it. " : "") + spec.doc +
           (range.empty() ? "" : " Allowed: " + range + ".");
}

Json object() {
    return Json{
        {"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
}

/// One block of a list: every field a key's text or a value.
Json block(const Json& properties, const Json& required) {
    Json schema = object();
    schema["properties"] = properties;
    schema["required"] = required;
    return Json{{"type", "array"}, {"items", schema}};
}

void add_lists(Json& optimize) {
    const Json text{{"type", "string"}};
    const Json number{{"type", Json::array({"number", "string"})}};
    const Json scalar{{"type", Json::array({"number", "string", "boolean"})}};
    const Json scale{
        {"type", "string"}, {"enum", Json::array({"linear", "log"})}, {"default", "linear"}};
    Json variables = Json::array();
    std::string of_populations;
    for (const KeySpec& spec : schema()) {
        if (spec.type != ValueType::number || spec.reference_only ||
            section_of(spec.key) == "optimize") {
            continue;
        }
        if (section_of(spec.key) == population_template) {
            of_populations += (of_populations.empty() ? "" : "|") + std::string(name_of(spec.key));
        } else {
            variables.push_back(spec.key);
        }
    }
    const Json of_population{{"type", "string"},
                             {"pattern", R"(^population\.[\w-]+\.()" + of_populations + ")$"}};
    const Json variable{
        {"anyOf", Json::array({{{"type", "string"}, {"enum", variables}}, of_population})}};
    Json& properties = optimize["properties"];
    properties["variable"] =
        block({{"key", variable}, {"low", number}, {"high", number}, {"scale", scale}},
              Json::array({"key", "low", "high"}));
    properties["constraint"] =
        block({{"key", text}, {"low", number}, {"high", number}}, Json::array({"key"}));
    const Json until{{"type", "string"},
                     {"enum", Json::array({"screen", "search", "confirm"})},
                     {"default", "confirm"}};
    properties["override"] =
        block({{"key", text}, {"value", scalar}, {"until", until}}, Json::array({"key", "value"}));
}

/// The object that holds a section's keys, made where it is missing. NAME stands for every name
/// that a population may have.
Json& table_of(Json& root, std::string_view section) {
    Json* table = &root;
    while (!section.empty()) {
        const auto dot = section.find('.');
        std::string name(section.substr(0, dot));
        const bool any = name == "NAME";
        name = any ? population_names : name;
        Json& properties = (*table)[any ? "patternProperties" : "properties"];
        if (!properties.contains(name)) {
            properties[name] = object();
        }
        table = &properties[name];
        section = dot == std::string_view::npos ? std::string_view{} : section.substr(dot + 1);
    }
    return *table;
}

} // namespace

std::string json_schema() {
    Json root{
        {"$schema", "https://json-schema.org/draft/2020-12/schema"},
        {"title", "Porogen recipe"},
        {"description", "Every key has a default. Quantities are texts with a unit, \"0.25 um\"."}};
    root.update(object());
    for (const KeySpec& spec : schema()) {
        Json value = value_schema(spec);
        value["description"] = description(spec);
        value["default"] = default_json(spec);
        table_of(root, section_of(spec.key))["properties"][std::string(name_of(spec.key))] = value;
    }
    add_lists(root["properties"]["optimize"]);
    return root.dump(2) + '\n';
}

} // namespace porogen
