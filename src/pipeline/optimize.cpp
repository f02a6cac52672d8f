#include "porogen/pipeline/optimize.h"

#include <algorithm>
#include <cmath>
#include <system_error>

#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/core/text.h"
#include "porogen/core/units.h"
#include "porogen/core/version.h"
#include "porogen/pipeline/run.h"
#include "porogen/recipe/options.h"
#include "porogen/report/result_json.h"
#include "porogen/report/result_keys.h"

namespace porogen {

namespace {

Recipe design(const Recipe& recipe, const std::vector<double>& values) {
    Recipe changed = recipe;
    for (std::size_t v = 0; v < values.size(); ++v) {
        changed.set_number(recipe.variables()[v].key, values[v]);
    }
    return changed;
}

/// The recipe that the search evaluates: the electrode at the search's fidelity.
Recipe search_recipe(const Recipe& recipe) {
    Recipe changed = recipe;
    for (const OverrideEntry& entry : recipe.overrides()) {
        changed.set(entry.key, entry.value);
    }
    return changed;
}

std::vector<DesignVariable> design_variables(const Recipe& recipe) {
    std::vector<DesignVariable> variables;
    for (const VariableEntry& entry : recipe.variables()) {
        if (recipe.is_auto(entry.key)) {
            throw_bad_input(recipe.name() + ": optimize.variable " + entry.key +
                            " has no value to start from (it is \"auto\"); give the key a value in "
                            "its section");
        }
        variables.push_back(
            {entry.key, entry.low, entry.high, entry.logarithmic, recipe.number(entry.key)});
    }
    if (variables.empty()) {
        throw_bad_input(recipe.name() +
                        ": nothing to optimize (no [[optimize.variable]]); add one with "
                        "key, low and high");
    }
    return variables;
}

std::vector<DesignConstraint> design_constraints(const Recipe& recipe) {
    std::vector<DesignConstraint> constraints;
    for (const ConstraintEntry& entry : recipe.constraints()) {
        constraints.push_back({entry.key, entry.low, entry.high});
    }
    return constraints;
}

/// What the search wants to know of a design. Part of every key: a history may hold several
/// searches.
std::string question(const Recipe& recipe) {
    std::string text = recipe.text("optimize.objective");
    for (const VariableEntry& variable : recipe.variables()) {
        text += "|" + variable.key;
    }
    for (const ConstraintEntry& constraint : recipe.constraints()) {
        text += "|" + constraint.key;
    }
    return text;
}

std::string evaluation_key(const Recipe& recipe) {
    return recipe.hash() + "|" + std::to_string(recipe.integer("seed")) + "|" +
           std::string(version()) + "|" + std::string(commit()) + "|" + question(recipe);
}

/// The number under a key of a complete result; NaN where it does not exist for this design. A key
/// that no result has can never become an objective.
double require_key(const Recipe& recipe, const std::string& json, const std::string& key) {
    const auto value = result_number(json, key);
    if (value) {
        return *value;
    }
    const std::string best = closest(key, result_keys(json));
    throw_bad_input(recipe.name() + ": result.json has no number '" + key + "'" +
                    (best.empty() ? "; 'porogen run' writes one to choose from"
                                  : "; did you mean '" + best + "'?"));
}

Evaluation evaluate(const Recipe& recipe, const Recipe& base) {
    Evaluation evaluation;
    try {
        const RunResult result = run(recipe);
        evaluation.result = result_json(result);
        if (!is_plated(result) || !result.converged) {
            evaluation.failure = result.warnings.empty() ? "not converged" : result.warnings.back();
            return evaluation;
        }
    } catch (const Error& error) {
        if (error.code() != ExitCode::infeasible && error.code() != ExitCode::not_converged) {
            throw;
        }
        evaluation.failure = error.what();
        return evaluation;
    }
    const std::string& objective = base.text("optimize.objective");
    evaluation.objective = require_key(base, evaluation.result, objective);
    for (const ConstraintEntry& constraint : base.constraints()) {
        evaluation.constraints.push_back(require_key(base, evaluation.result, constraint.key));
    }
    evaluation.feasible = std::isfinite(evaluation.objective);
    if (!evaluation.feasible) {
        evaluation.failure = objective + " does not exist for this design";
    }
    return evaluation;
}

std::string stamp(const Recipe& recipe) {
    return "# " + program_stamp() + ", recipe hash " + recipe.hash() + ", seed " +
           std::to_string(recipe.integer("seed")) + "\n";
}

std::string csv_header(const SearchProblem& problem) {
    std::string text = "evaluation";
    for (const DesignVariable& variable : problem.variables) {
        text += "," + variable.key;
    }
    text += ",feasible,objective";
    for (const DesignConstraint& constraint : problem.constraints) {
        text += "," + constraint.key;
    }
    return text + ",violation,seconds\n";
}

/// One line of the table; cells of what a design that does not exist cannot have stay empty.
std::string csv_row(const SearchProblem& problem, const Evaluation& evaluation) {
    const bool exists = evaluation.feasible;
    const auto cell = [&](double value) { return exists ? "," + format_number(value) : ","; };
    std::string text;
    for (const double value : evaluation.variables) {
        text += "," + format_number(value);
    }
    text += exists ? ",1" : ",0";
    text += cell(evaluation.objective);
    for (std::size_t c = 0; c < problem.constraints.size(); ++c) {
        text += cell(exists ? evaluation.constraints[c] : 0);
    }
    text += cell(exists ? constraint_violation(problem, evaluation) : 0);
    return text + "," + format_number(evaluation.seconds) + "\n";
}

std::string evaluations_csv(const SearchProblem& problem, const History& history,
                            const std::vector<std::string>& keys) {
    std::string text = csv_header(problem);
    int number = 0;
    for (const std::string& key : keys) {
        if (const auto evaluation = history.find(key)) {
            text += std::to_string(++number) + csv_row(problem, *evaluation);
        }
    }
    return text;
}

std::string best_recipe(const Recipe& recipe, const DesignSearch& done) {
    return "# The best design of a search, " + recipe.text("optimize.objective") + " = " +
           format_number(done.result.best.objective) + " at the search's fidelity.\n" +
           stamp(done.best) + "\n" + done.best.to_toml();
}

} // namespace

DesignSearch optimize(const Recipe& recipe, const std::filesystem::path& directory,
                      Progress& progress) {
    require_result_numbers(recipe);
    const Recipe searched = search_recipe(recipe);
    DesignSearch done;
    done.problem.variables = design_variables(recipe);
    done.problem.constraints = design_constraints(recipe);
    done.problem.maximise = recipe.text("optimize.goal") == "maximise";
    SearchProblem problem = done.problem;
    std::vector<std::string> visited; // keys in the order of the search, replayed ones too
    problem.evaluate = [&](const std::vector<double>& values) {
        return evaluate(design(searched, values), recipe);
    };
    problem.key = [&](const std::vector<double>& values) {
        const std::string key = evaluation_key(design(searched, values));
        if (std::find(visited.begin(), visited.end(), key) == visited.end()) {
            visited.push_back(key);
        }
        return key;
    };

    make_writable_directory(directory);
    History history(directory / "history.db");
    progress.stage("optimize");
    done.result = search(problem, search_options(recipe), history, progress);
    done.best = design(recipe, done.result.best.variables).without_search();
    write_text_file(directory / "evaluations.csv",
                    stamp(searched) + evaluations_csv(problem, history, visited));
    if (done.result.constraints_met) {
        write_text_file(directory / "best.toml", best_recipe(recipe, done));
    } else {
        std::error_code ignored; // an earlier search may not have left one
        std::filesystem::remove(directory / "best.toml", ignored);
    }
    return done;
}

} // namespace porogen
