#include "porogen/pipeline/optimize.h"

#include <chrono>

#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/core/text.h"
#include "porogen/core/units.h"
#include "porogen/core/version.h"
#include "porogen/pipeline/run.h"
#include "porogen/recipe/options.h"
#include "porogen/report/result_json.h"

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
           std::string(version()) + "|" + question(recipe);
}

/// A result key that a complete result does not have can never become an objective.
double require_number(const Recipe& recipe, const std::string& json, const std::string& key) {
    const auto value = result_number(json, key);
    if (value) {
        return *value;
    }
    const auto keys = result_keys(json);
    const auto best = closest(key, keys);
    throw_bad_input(recipe.name() + ": result.json has no number '" + key + "'" +
                    (best.empty() ? "" : "; did you mean '" + best + "'?"));
}

Evaluation evaluate(const Recipe& recipe, const Recipe& base) {
    Evaluation evaluation;
    try {
        const RunResult result = run(recipe);
        evaluation.result = result_json(result);
        if (!result.plating || !result.converged) {
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
    evaluation.objective = require_number(base, evaluation.result, base.text("optimize.objective"));
    for (const ConstraintEntry& constraint : base.constraints()) {
        evaluation.constraints.push_back(require_number(base, evaluation.result, constraint.key));
    }
    evaluation.feasible = true;
    return evaluation;
}

std::string evaluations_csv(const SearchProblem& problem,
                            const std::vector<Evaluation>& evaluations) {
    std::string text = "evaluation";
    for (const DesignVariable& variable : problem.variables) {
        text += "," + variable.key;
    }
    text += ",feasible,objective";
    for (const DesignConstraint& constraint : problem.constraints) {
        text += "," + constraint.key;
    }
    text += ",violation,seconds\n";
    for (std::size_t e = 0; e < evaluations.size(); ++e) {
        const Evaluation& evaluation = evaluations[e];
        text += std::to_string(e + 1);
        for (const double value : evaluation.variables) {
            text += "," + format_number(value);
        }
        text += evaluation.feasible ? ",1," + format_number(evaluation.objective) : ",0,";
        for (std::size_t c = 0; c < problem.constraints.size(); ++c) {
            text += "," + (evaluation.feasible ? format_number(evaluation.constraints[c])
                                               : std::string());
        }
        text +=
            "," +
            (evaluation.feasible ? format_number(constraint_violation(problem, evaluation)) : "") +
            "," + format_number(evaluation.seconds) + "\n";
    }
    return text;
}

} // namespace

DesignSearch optimize(const Recipe& recipe, const std::filesystem::path& directory,
                      Progress& progress) {
    const Recipe searched = search_recipe(recipe);
    SearchProblem problem;
    problem.variables = design_variables(recipe);
    problem.constraints = design_constraints(recipe);
    problem.maximise = recipe.text("optimize.goal") == "maximise";
    problem.evaluate = [&](const std::vector<double>& values) {
        const auto begin = std::chrono::steady_clock::now();
        Evaluation evaluation = evaluate(design(searched, values), recipe);
        evaluation.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        return evaluation;
    };
    problem.key = [&](const std::vector<double>& values) {
        return evaluation_key(design(searched, values));
    };

    make_writable_directory(directory);
    History history(directory / "history.db");
    progress.stage("optimize");
    DesignSearch done{search(problem, search_options(recipe), history, progress), problem, recipe};
    done.problem.evaluate = nullptr; // both refer to locals of this function
    done.problem.key = nullptr;
    std::vector<Evaluation> evaluations = history.all();
    std::erase_if(evaluations,
                  [&](const Evaluation& e) { return !e.key.ends_with("|" + question(recipe)); });
    write_text_file(directory / "evaluations.csv", evaluations_csv(problem, evaluations));
    done.best = design(recipe, done.result.best.variables).without_search();
    write_text_file(directory / "best.toml",
                    "# The best design of a search, " + recipe.text("optimize.objective") + " = " +
                        format_number(done.result.best.objective) +
                        " at the search's fidelity.\n# porogen " + std::string(version()) + " (" +
                        std::string(commit()) + "), recipe hash " + done.best.hash() + "\n\n" +
                        done.best.to_toml());
    return done;
}

} // namespace porogen
