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

ExitCode recipes(const Arguments& arguments) {
    if (arguments.schema) {
        std::cout << json_schema();
    } else if (arguments.key.empty()) {
        std::cout << key_reference();
    } else {
        const KeySpec* spec = find_key(arguments.key);
        if (spec == nullptr) {
            const std::string nearest = nearest_key(arguments.key);
            throw_usage("no recipe key '" + arguments.key + "'" +
                        (nearest.empty() ? "" : "; did you mean '" + nearest + "'?"));
        }
        std::cout << spec->key << "  [" << spec->unit << "]  default " << spec->default_value
                  << "\n  " << spec->doc << '\n';
    }
    return ExitCode::done;
}

} // namespace

void add_recipes(CLI::App& app, Session& session) {
    CLI::App* verb = app.add_subcommand(
        "recipes", "Every key a recipe may hold, with units, defaults and ranges");
    const auto a = std::make_shared<Arguments>();
    verb->add_option("key", a->key, "Only this key");
    verb->add_flag("--json-schema", a->schema, "The JSON-Schema of a recipe, for editors");
    verb->footer("\nExamples:\n  porogen recipes cast.porosity\n  porogen recipes --json-schema > "
                 "porogen.schema.json\n");
    verb->callback([&session, a] { session.action = [a] { return recipes(*a); }; });
}

} // namespace porogen::cli
