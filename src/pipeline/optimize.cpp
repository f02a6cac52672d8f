#include "porogen/pipeline/optimize.h"

#include <array>
#include <system_error>

#include "pipeline/design.h"
#include "pipeline/design_pages.h"
#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/core/units.h"
#include "porogen/core/version.h"
#include "porogen/pipeline/uncertain.h"
#include "porogen/recipe/options.h"
#include "porogen/report/result_keys.h"

namespace porogen {

namespace fs = std::filesystem;

namespace {

using pipeline::evaluation_key;
using pipeline::stamp;

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

SearchProblem search_problem(const Recipe& recipe, const SearchGoal& goal) {
    SearchProblem problem;
    problem.variables = design_variables(recipe);
    for (const ConstraintEntry& entry : goal.constraints) {
        problem.constraints.push_back({entry.key, entry.low, entry.high});
    }
    problem.maximise = goal.maximise;
    return problem;
}

constexpr std::array stage_names{"screen", "search", "confirm"};

std::string csv_header(const SearchProblem& problem) {
    std::string text = "evaluation,stage,replicate,sample";
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
                            const std::vector<Visit>& visits) {
    std::string text = csv_header(problem);
    int number = 0;
    for (const Visit& visit : visits) {
        if (auto evaluation = history.find(visit.key)) {
            problem.judge(*evaluation);
            evaluation->variables = visit.trial.values;
            text += std::to_string(++number) + "," +
                    stage_names[static_cast<std::size_t>(visit.trial.stage)] + "," +
                    std::to_string(visit.trial.replicate) + "," +
                    std::to_string(visit.trial.sample) + csv_row(problem, *evaluation);
        }
    }
    return text;
}

std::string best_recipe(const DesignSearch& done) {
    return "# The best design of a search, " + done.goal.objective + " = " +
           format_number(done.result.best.objective) + " as the search evaluates it.\n" +
           stamp(done.best) + "\n" + done.best.to_toml();
}

} // namespace

DesignSearch optimize(const Recipe& recipe, const fs::path& directory, Progress& progress) {
    require_result_numbers(recipe);
    DesignSearch done;
    done.goal = search_goal(recipe);
    done.problem = search_problem(recipe, done.goal);
    SearchOptions options = search_options(recipe);
    const fs::path stop_file = directory / "stop";
    options.stop = [&] { return fs::exists(stop_file); };

    const std::array at_stages{pipeline::at_stage(recipe, Stage::screen),
                               pipeline::at_stage(recipe, Stage::search),
                               pipeline::at_stage(recipe, Stage::confirm)};
    const std::vector<DesignVariable> uncertain = options.robustness == Robustness::nominal
                                                      ? std::vector<DesignVariable>{}
                                                      : uncertain_inputs(recipe);
    const auto samples = draw(uncertain, options.samples, options.seed);
    const auto electrode = [&](const Trial& trial) {
        const Recipe& base = at_stages[static_cast<std::size_t>(trial.stage)];
        Recipe changed = pipeline::with_replicate(
            pipeline::with_values(base, done.problem.variables, trial.values), trial.replicate);
        return trial.sample == 0
                   ? changed
                   : pipeline::with_values(changed, uncertain,
                                           samples[static_cast<std::size_t>(trial.sample - 1)]);
    };
    CastMemory memory;
    SearchProblem problem = done.problem;
    problem.judge = [&](Evaluation& evaluation) { pipeline::judge(evaluation, done.goal); };
    problem.evaluate = [&](const Trial& trial) {
        Evaluation evaluation = pipeline::evaluate(electrode(trial), memory);
        pipeline::judge(evaluation, done.goal);
        return evaluation;
    };
    problem.key = [&](const Trial& trial) { return evaluation_key(electrode(trial)); };

    make_writable_directory(directory);
    History history(directory / "history.db");
    progress.stage("optimize");
    try {
        done.result = search(problem, options, history, progress);
    } catch (const Error& error) {
        std::error_code ignored;
        if (error.code() == ExitCode::interrupted && fs::remove(stop_file, ignored)) {
            throw Error(ExitCode::interrupted,
                        stop_file.string() + ": this file stopped the search before it had begun; "
                                             "it is removed, start the search again");
        }
        throw;
    }
    done.best = pipeline::with_values(recipe, done.problem.variables, done.result.best.variables)
                    .without_search();
    write_text_file(directory / "evaluations.csv",
                    stamp(at_stages[1]) + evaluations_csv(problem, history, done.result.visits));
    pipeline::write_or_remove(directory / "best.toml", done.result.constraints_met,
                              best_recipe(done));
    pipeline::write_search_pages(done, recipe, directory);
    if (done.result.stopped) { // asked once is asked for this search only
        std::error_code ignored;
        fs::remove(stop_file, ignored);
    }
    return done;
}

} // namespace porogen
