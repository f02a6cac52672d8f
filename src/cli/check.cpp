#include <cstdio>
#include <iostream>
#include <memory>

#include "cli/command.h"
#include "porogen/pipeline/estimate.h"

namespace porogen::cli {

namespace {

ExitCode check(const Session& session, const std::string& file) {
    const Recipe recipe = Recipe::load(file, session.overrides);
    const Estimate e = estimate(recipe);
    if (session.json) {
        const nlohmann::ordered_json json{
            {"recipe_hash", recipe.hash()}, {"cells", e.cells},
            {"particles", e.particles},     {"memory_bytes", e.memory},
            {"seconds", e.seconds},         {"available_bytes", e.available}};
        print_json(json);
        return ExitCode::done;
    }
    std::cout << recipe.to_toml() << '\n';
    std::cout.flush();
    std::printf("# recipe hash %s\n# about %.0f particles on %.2f million cells, %.2f GB of "
                "memory, %.0f s\n",
                recipe.hash().c_str(), e.particles, 1e-6 * e.cells, 1e-9 * e.memory, e.seconds);
    warn_about_memory(session, e);
    return ExitCode::done;
}

} // namespace

void warn_about_memory(const Session& session, const Estimate& e) {
    if (e.available > 0 && e.memory > e.available) {
        char text[160];
        std::snprintf(
            text, sizeof text,
            "warning: this needs about %.2f GB of memory, and %.2f GB are free; raise domain.voxel",
            1e-9 * e.memory, 1e-9 * e.available);
        tell(session, text);
    }
}

void add_check(CLI::App& app, Session& session) {
    CLI::App* verb = app.add_subcommand(
        "check", "Check a recipe, print every effective value and what it will cost");
    const auto file = std::make_shared<std::string>();
    verb->add_option("recipe", *file, "Recipe (TOML)")->required();
    add_overrides(*verb, session);
    add_json(*verb, session);
    verb->footer(
        "\nExample:\n  porogen check recipes/llto-cnt.toml --set domain.voxel=\"0.125 um\"\n");
    verb->callback(
        [&session, file] { session.action = [&session, file] { return check(session, *file); }; });
}

} // namespace porogen::cli
