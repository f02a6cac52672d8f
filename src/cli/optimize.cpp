#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>

#include "cli/command.h"
#include "porogen/pipeline/optimize.h"

namespace porogen::cli {

namespace {

struct Arguments {
    std::string recipe;
    std::string output;
};

nlohmann::ordered_json to_json(const SearchProblem& problem, const Evaluation& evaluation) {
    nlohmann::ordered_json json{{"variables", nlohmann::ordered_json::object()}};
    for (std::size_t v = 0; v < problem.variables.size(); ++v) {
        json["variables"][problem.variables[v].key] = evaluation.variables[v];
    }
    json["feasible"] = evaluation.feasible;
    if (evaluation.feasible) {
        json["objective"] = evaluation.objective;
        for (std::size_t c = 0; c < problem.constraints.size(); ++c) {
            json["constraints"][problem.constraints[c].key] = evaluation.constraints[c];
        }
        json["violation"] = constraint_violation(problem, evaluation);
    } else {
        json["failure"] = evaluation.failure;
    }
    return json;
}

void print_design(const std::string& name, const SearchProblem& problem,
                  const Evaluation& evaluation, const std::string& objective) {
    std::printf("%s\n", name.c_str());
    for (std::size_t v = 0; v < problem.variables.size(); ++v) {
        std::printf("  %-34s %.5g\n", problem.variables[v].key.c_str(), evaluation.variables[v]);
    }
    if (!evaluation.feasible) {
        std::printf("  infeasible: %s\n", evaluation.failure.c_str());
        return;
    }
    std::printf("  %-34s %.6g\n", objective.c_str(), evaluation.objective);
    for (std::size_t c = 0; c < problem.constraints.size(); ++c) {
        std::printf("  %-34s %.6g\n", problem.constraints[c].key.c_str(),
                    evaluation.constraints[c]);
    }
    const double violation = constraint_violation(problem, evaluation);
    if (violation > 0) {
        std::printf("  breaks its constraints by            %.3g (relative)\n", violation);
    }
}

ExitCode search_design(const Session& session, const Arguments& arguments) {
    const Recipe recipe = Recipe::load(arguments.recipe, session.overrides);
    const std::filesystem::path directory = output_directory(arguments.output, arguments.recipe);
    const DesignSearch found = optimize(recipe, directory, *session.progress);
    session.progress->stage("");
    const SearchResult& r = found.result;
    if (session.json) {
        const nlohmann::ordered_json json{{"objective", recipe.text("optimize.objective")},
                                          {"goal", recipe.text("optimize.goal")},
                                          {"reference", to_json(found.problem, r.reference)},
                                          {"best", to_json(found.problem, r.best)},
                                          {"found_better", r.found_better},
                                          {"evaluations", r.evaluations},
                                          {"replayed", r.replayed},
                                          {"failed", r.failed}};
        print_json(json);
    } else {
        const std::string& objective = recipe.text("optimize.objective");
        print_design("Reference design (the recipe as it stands)", found.problem, r.reference,
                     objective);
        print_design(!r.constraints_met ? "\nNothing meets the constraints; the nearest is"
                     : r.found_better   ? "\nBest design"
                                        : "\nNo better design found; the best is",
                     found.problem, r.best, objective);
        std::printf("\n%d designs visited (%d of them known already, %d that do not exist)\n",
                    r.evaluations, r.replayed, r.failed);
    }
    tell(session, "written to " + directory.string() + ": evaluations.csv, history.db");
    if (!r.constraints_met) {
        throw_infeasible(arguments.recipe + ": no design that was tried meets every constraint (" +
                         std::to_string(r.evaluations) +
                         " tried); loosen a constraint, widen a "
                         "bound, or raise optimize.max_evaluations");
    }
    tell(session, "run the best: porogen run " + (directory / "best.toml").string());
    return ExitCode::done;
}

} // namespace

void add_optimize(CLI::App& app, Session& session) {
    CLI::App* verb = app.add_subcommand("optimize", "Search for a better design");
    const auto a = std::make_shared<Arguments>();
    verb->add_option("recipe", a->recipe, "Recipe (TOML) with an [optimize] section")->required();
    verb->add_option("--output,-o", a->output,
                     "Directory of the search; runs/<recipe> if not given");
    add_overrides(*verb, session);
    add_json(*verb, session);
    verb->footer("\nEvery evaluation is kept in history.db. Stopped (Ctrl-C, kill, power cut) and "
                 "started again in the same\n"
                 "directory, the search goes on where it was.\n"
                 "\nExamples:\n"
                 "  porogen optimize recipes/optimize-llto-cnt.toml\n"
                 "  porogen optimize my.toml --set optimize.max_evaluations=100 -o runs/long\n");
    verb->callback(
        [&session, a] { session.action = [&session, a] { return search_design(session, *a); }; });
}

} // namespace porogen::cli
