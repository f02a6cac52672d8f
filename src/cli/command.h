#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "porogen/core/errors.h"
#include "porogen/core/progress.h"
#include "porogen/pipeline/estimate.h"
#include "porogen/recipe/recipe.h"

namespace porogen::cli {

/// Options that every verb shares, and what the chosen verb answered.
struct Session {
    int threads = 0;
    bool quiet = false;
    bool json = false;
    std::vector<std::string> overrides; ///< --set key=value
    Progress* progress = nullptr;
    std::function<ExitCode()> action; ///< what the parsed command line asks for
};

/// Adds --set, where a recipe is read.
void add_overrides(CLI::App& verb, Session& session);
/// Adds --json.
void add_json(CLI::App& verb, Session& session);

/// Where a verb writes: what --output says, or runs/<name of the recipe>.
std::filesystem::path output_directory(const std::string& output, const std::string& recipe);

/// Prints JSON to stdout; text that is no UTF-8 (a file name) becomes replacement characters.
void print_json(const nlohmann::ordered_json& json);

/// Tells the user something on stderr, unless --quiet.
void tell(const Session& session, const std::string& message);

/// Says so if a run needs more memory than the machine has free.
void warn_about_memory(const Session& session, const Estimate& estimate);

// One function per file <verb>.cpp: adds the verb to the command line.
void add_run(CLI::App& app, Session& session);
void add_cast(CLI::App& app, Session& session);
void add_converge(CLI::App& app, Session& session);
void add_measure(CLI::App& app, Session& session);
void add_plate(CLI::App& app, Session& session);
void add_optimize(CLI::App& app, Session& session);
void add_explore(CLI::App& app, Session& session);
void add_check(CLI::App& app, Session& session);
void add_recipes(CLI::App& app, Session& session);
void add_materials(CLI::App& app, Session& session);
void add_verify(CLI::App& app, Session& session);
void add_completion(CLI::App& app, Session& session);

} // namespace porogen::cli
