#include <cmath>
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

nlohmann::ordered_json to_json(const MeanInterval& interval) {
    return {{"mean", interval.mean}, {"low", interval.low}, {"high", interval.high}};
}

nlohmann::ordered_json to_json(const SearchProblem& problem, const Contender& contender) {
    nlohmann::ordered_json json = to_json(problem, contender.found);
    json["mean"] = to_json(contender.objective);
    json["margin"] = to_json(contender.margin);
    for (std::size_t c = 0; c < problem.constraints.size(); ++c) {
        json["mean_constraints"][problem.constraints[c].key] = contender.constraints[c];
    }
    json["repeats"] = contender.repeats.size();
    json["met"] = contender.met;
    return json;
}

nlohmann::ordered_json to_json(const DesignSearch& found) {
    const SearchResult& r = found.result;
    nlohmann::ordered_json json{{"objective", found.goal.objective},
                                {"goal", found.goal.maximise ? "maximise" : "minimise"},
                                {"reference", to_json(found.problem, r.reference)},
                                {"best", to_json(found.problem, r.best)},
                                {"constraints_met", r.constraints_met},
                                {"found_better", r.found_better},
                                {"contenders", nlohmann::ordered_json::array()},
                                {"evaluations", r.evaluations},
                                {"replayed", r.replayed},
                                {"failed", r.failed},
                                {"stopped", r.stopped}};
    for (const Contender& contender : r.contenders) {
        json["contenders"].push_back(to_json(found.problem, contender));
    }
    return json;
}

/// "0.9712 +- 0.0031"
std::string plus_minus(const MeanInterval& interval) {
    char text[64];
    std::snprintf(text, sizeof text, "%.4g ± %.2g", interval.mean, interval.high - interval.mean);
    return text;
}

void print_confirmation(const DesignSearch& found) {
    const std::vector<Contender>& contenders = found.result.contenders;
    if (contenders.empty()) {
        return;
    }
    std::printf(
        "\nConfirmed with %zu fresh seeds (means with 95 %% intervals; the margin is over the "
        "reference with the same seeds)\n  %-10s",
        contenders.front().repeats.size(), "design");
    for (const DesignVariable& variable : found.problem.variables) {
        std::printf(" %22s", variable.key.c_str());
    }
    std::printf(" %22s %22s  constraints met\n", "objective", "margin");
    for (std::size_t n = 0; n < contenders.size(); ++n) {
        const Contender& contender = contenders[n];
        std::printf("  %-10s", n == 0 ? "reference" : std::to_string(n).c_str());
        for (const double value : contender.found.variables) {
            std::printf(" %22.5g", value);
        }
        const bool exists = std::isfinite(contender.objective.mean);
        // The sign takes two bytes and one column.
        std::printf(" %23s %*s  %d of %zu\n",
                    exists ? plus_minus(contender.objective).c_str() : "fails ",
                    n == 0 || !std::isfinite(contender.margin.mean) ? 22 : 23,
                    n == 0                                 ? "-"
                    : std::isfinite(contender.margin.mean) ? plus_minus(contender.margin).c_str()
                                                           : "none",
                    contender.met, contender.repeats.size());
    }
}

void print(const DesignSearch& found) {
    const SearchResult& r = found.result;
    print_design("Reference design (the recipe as it stands)", found.problem, r.reference,
                 found.goal.objective);
    print_design(!r.constraints_met ? "\nNothing meets the constraints; the nearest is"
                 : r.found_better   ? "\nBest design"
                                    : "\nNo better design found; the best is",
                 found.problem, r.best, found.goal.objective);
    print_confirmation(found);
    std::printf("\n%d designs visited (%d of them known already, %d that do not exist)\n",
                r.evaluations, r.replayed, r.failed);
}

ExitCode search_design(const Session& session, const Arguments& arguments) {
    const Recipe recipe = Recipe::load(arguments.recipe, session.overrides);
    const std::filesystem::path directory = output_directory(arguments.output, arguments.recipe);
    const DesignSearch found = optimize(recipe, directory, *session.progress);
    session.progress->stage("");
    const SearchResult& r = found.result;
    if (session.json) {
        print_json(to_json(found));
    } else {
        print(found);
    }
    tell(session, "written to " + directory.string() + ": report.html, evaluations.csv, history.db");
    if (r.stopped) {
        tell(session, "stopped before its end; start it again in the same directory to go on");
        return ExitCode::interrupted;
    }
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
    verb->footer(
        "\nEvery evaluation is kept in history.db. Stopped (Ctrl-C, kill, power cut) and "
        "started again in the same\n"
        "directory, the search goes on where it was. A file named stop in the directory stops "
        "it, too.\n"
        "\nExamples:\n"
        "  porogen optimize recipes/optimize-llto-cnt.toml\n"
        "  porogen optimize my.toml --set optimize.max_evaluations=100 -o runs/long\n");
    verb->callback(
        [&session, a] { session.action = [&session, a] { return search_design(session, *a); }; });
}

} // namespace porogen::cli
