#include <iostream>
#include <memory>

#include "cli/command.h"
#include "porogen/recipe/schema.h"

namespace porogen::cli {

namespace {

struct Arguments {
    bool schema = false;
    std::string key;
};

const KeySpec& require_known(const std::string& key) {
    const KeySpec* spec = find_key(key);
    if (spec == nullptr) {
        const std::string nearest = nearest_key(key);
        throw_usage("no recipe key '" + key + "'" +
                    (nearest.empty() ? "; 'porogen recipes' lists all"
                                     : "; did you mean '" + nearest + "'?"));
    }
    return *spec;
}

nlohmann::ordered_json to_json(const KeySpec& spec) {
    nlohmann::ordered_json json{
        {"key", spec.key}, {"default", spec.default_value}, {"doc", spec.doc}};
    if (spec.type == ValueType::number || spec.type == ValueType::integer) {
        json["unit"] = spec.unit;
        json["low"] = spec.low; // infinity, where there is no bound, becomes null
        json["high"] = spec.high;
    }
    if (!spec.choices.empty()) {
        json["choices"] = spec.choices;
    }
    return json;
}

ExitCode recipes(const Session& session, const Arguments& arguments) {
    if (arguments.schema) {
        std::cout << json_schema();
    } else if (!arguments.key.empty()) {
        const KeySpec& spec = require_known(arguments.key);
        if (session.json) {
            print_json(to_json(spec));
        } else {
            std::cout << spec.key << "  [" << spec.unit << "]  default " << spec.default_value
                      << "\n  " << spec.doc << '\n';
        }
    } else if (session.json) {
        nlohmann::ordered_json all = nlohmann::ordered_json::array();
        for (const KeySpec& spec : schema()) {
            all.push_back(to_json(spec));
        }
        print_json(all);
    } else {
        std::cout << key_reference();
    }
    return ExitCode::done;
}

} // namespace

void add_recipes(CLI::App& app, Session& session) {
    CLI::App* verb = app.add_subcommand(
        "recipes", "Every key a recipe may hold, with units, defaults and ranges");
    const auto a = std::make_shared<Arguments>();
    verb->add_option("key", a->key, "Only this key");
    add_json(*verb, session);
    verb->add_flag("--json-schema", a->schema, "The JSON-Schema of a recipe, for editors");
    verb->footer("\nExamples:\n  porogen recipes cast.porosity\n  porogen recipes --json-schema > "
                 "porogen.schema.json\n");
    verb->callback(
        [&session, a] { session.action = [&session, a] { return recipes(session, *a); }; });
}

} // namespace porogen::cli
