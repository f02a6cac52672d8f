#include "porogen/pipeline/explore.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>
#include <set>
#include <system_error>

#include <nlohmann/json.hpp>

#include "pipeline/design.h"
#include "pipeline/design_pages.h"
#include "pipeline/records.h"
#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/core/parallel.h"
#include "porogen/core/units.h"
#include "porogen/core/version.h"
#include "porogen/optimize/sampling.h"
#include "porogen/pipeline/uncertain.h"
#include "porogen/recipe/options.h"
#include "porogen/report/design_tables.h"
#include "porogen/report/result_json.h"
#include "porogen/report/result_keys.h"

namespace porogen {

namespace fs = std::filesystem;

namespace {

/// More would fill the memory with points long before they are evaluated.
constexpr double most_evaluations = 1e6;

std::vector<DesignVariable> varied_keys(const Recipe& recipe, const ExploreOptions& options) {
    if (options.uncertain) {
        std::vector<DesignVariable> inputs = uncertain_inputs(recipe);
        if (inputs.empty()) {
            throw_bad_input(recipe.name() +
                            ": no uncertain inputs (the recipe gives every material "
                            "value itself); leave some of them out");
        }
        return inputs;
    }
    const std::vector<VariableEntry>& entries =
        options.variables.empty() ? recipe.variables() : options.variables;
    if (entries.empty()) {
        throw_bad_input(recipe.name() +
                        ": nothing to vary (no [[optimize.variable]]); name a key and its range, "
                        "for example --vary cast.porosity=0.4..0.6");
    }
    std::vector<DesignVariable> variables;
    std::set<std::string> seen;
    for (const VariableEntry& entry : entries) {
        if (!seen.insert(entry.key).second) {
            throw_bad_input("--vary " + entry.key + ": varied twice; keep one of the two");
        }
        const double start = recipe.is_auto(entry.key) ? std::numeric_limits<double>::quiet_NaN()
                                                       : recipe.number(entry.key);
        variables.push_back({entry.key, entry.low, entry.high, entry.logarithmic, start});
    }
    return variables;
}

std::vector<int> grid_levels(const std::vector<int>& levels, std::size_t variables) {
    if (levels.size() == 1) {
        return std::vector<int>(variables, levels.front());
    }
    if (levels.size() != variables) {
        throw_bad_input("--grid names " + std::to_string(levels.size()) +
                        " numbers of values for " + std::to_string(variables) +
                        " variables; give one number for all, or one for each");
    }
    return levels;
}

void check_size(double points, int replicates) {
    if (!(points >= 1) || replicates < 1) {
        throw_bad_input("nothing to evaluate (a number of points, values or replicates is below "
                        "1); write 1 or more");
    }
    if (points * replicates > most_evaluations) {
        throw_bad_input("these are " + format_number(points * replicates) +
                        " evaluations (at most " + format_number(most_evaluations) +
                        " are planned at once); take fewer points");
    }
}

/// Points of the unit cube.
std::vector<std::vector<double>> sample(const ExploreOptions& options, std::size_t variables,
                                        std::uint64_t seed) {
    const int dimension = static_cast<int>(variables);
    if (options.sampling == Sampling::grid) {
        const std::vector<int> levels = grid_levels(options.levels, variables);
        double points = 1;
        for (const int level : levels) {
            points *= std::max(level, 0);
        }
        check_size(points, options.replicates);
        return full_grid(levels);
    }
    check_size(options.count, options.replicates);
    return options.sampling == Sampling::sobol ? sobol_points(dimension, options.count, seed)
                                               : latin_hypercube(dimension, options.count, seed);
}

/// The nominal inputs, and each alone at both of its ends.
std::vector<std::vector<double>> one_at_a_time(const std::vector<DesignVariable>& inputs) {
    std::vector<double> nominal;
    for (const DesignVariable& input : inputs) {
        nominal.push_back(input.start);
    }
    std::vector<std::vector<double>> points{nominal};
    for (std::size_t v = 0; v < inputs.size(); ++v) {
        for (const double end : {inputs[v].low, inputs[v].high}) {
            points.push_back(nominal);
            points.back()[v] = end;
        }
    }
    return points;
}

std::size_t count_before_draws(const ExplorePlan& plan) {
    return plan.uncertain ? 1 + 2 * plan.variables.size() : 0;
}

std::vector<std::string> asked_keys(const Recipe& recipe, const ExploreOptions& options) {
    std::vector<std::string> keys = options.keys;
    if (keys.empty()) {
        const SearchGoal goal = search_goal(recipe);
        keys.push_back(goal.objective);
        for (const ConstraintEntry& constraint : goal.constraints) {
            keys.push_back(constraint.key);
        }
    }
    for (const auto& [key, sense] : options.pareto) {
        keys.push_back(key);
    }
    std::vector<std::string> unique;
    for (const std::string& key : keys) {
        if (!is_result_number(key)) {
            const std::string nearest = nearest_result_key(key);
            throw_bad_input("result.json has no number '" + key + "'; " +
                            (nearest.empty() ? "recipes/RESULTS.md lists them"
                                             : "did you mean '" + nearest + "'?"));
        }
        if (std::ranges::find(unique, key) == unique.end()) {
            unique.push_back(key);
        }
    }
    return unique;
}

std::size_t point_of(const ExplorePlan& plan, int number) {
    return static_cast<std::size_t>(number / plan.replicates);
}

Recipe electrode(const ExplorePlan& plan, int number) {
    return pipeline::with_replicate(
        pipeline::with_values(plan.recipe, plan.variables, plan.points[point_of(plan, number)]),
        number % plan.replicates);
}

/// The variables' values as the electrode has them: a thickness is a whole number of voxels.
std::vector<double> values_of(const ExplorePlan& plan, const Recipe& electrode) {
    std::vector<double> values;
    for (const DesignVariable& variable : plan.variables) {
        values.push_back(electrode.number(variable.key));
    }
    return values;
}

DesignRow row_of(const ExplorePlan& plan, int number, const Evaluation& evaluation) {
    DesignRow row;
    row.values = values_of(plan, electrode(plan, number));
    row.replicate = number % plan.replicates;
    // A search may have judged it by its own objective.
    row.feasible = result_number(evaluation.result, "status.converged") == 1.0;
    row.failure = evaluation.failure;
    for (const std::string& key : plan.keys) {
        const std::optional<double> value =
            row.feasible ? result_number(evaluation.result, key) : std::nullopt;
        row.results.push_back(value.value_or(std::numeric_limits<double>::quiet_NaN()));
    }
    return row;
}

/// Times are measured anew each time.
void remove_times(nlohmann::ordered_json& json) {
    if (json.is_object()) {
        json.erase("seconds");
    }
    if (json.is_structured()) {
        for (nlohmann::ordered_json& part : json) {
            remove_times(part);
        }
    }
}

/// Everything measured, without the recipe and the times.
nlohmann::ordered_json outcome(const std::string& result) {
    auto json = nlohmann::ordered_json::parse(result, nullptr, false);
    remove_times(json);
    nlohmann::ordered_json parts;
    for (const char* part : {"geometry", "transport", "plating", "performance"}) {
        parts[part] = json.is_object() && json.contains(part) ? json[part] : nullptr;
    }
    return parts;
}

/// Which inputs change anything measured, alone at one of their ends.
std::vector<bool> inputs_that_matter(const ExplorePlan& plan,
                                     const std::vector<Evaluation>& evaluations) {
    std::vector<bool> matters;
    const nlohmann::ordered_json nominal = outcome(evaluations.front().result);
    for (std::size_t v = 0; v < plan.variables.size(); ++v) {
        const auto differs = [&](const Evaluation& end) { return outcome(end.result) != nominal; };
        matters.push_back(differs(evaluations[1 + 2 * v]) || differs(evaluations[2 + 2 * v]));
    }
    return matters;
}

/// A table with some of the variables only.
DesignTable with_variables(const DesignTable& table, const std::vector<bool>& keep) {
    DesignTable kept{{}, table.keys, table.rows};
    for (DesignRow& row : kept.rows) {
        row.values.clear();
    }
    for (std::size_t v = 0; v < keep.size(); ++v) {
        if (keep[v]) {
            kept.variables.push_back(table.variables[v]);
            for (std::size_t r = 0; r < table.rows.size(); ++r) {
                kept.rows[r].values.push_back(table.rows[r].values[v]);
            }
        }
    }
    return kept;
}

/// Rows of inputs that change nothing would only repeat the nominal one, and make the surrogate
/// look better than it is.
void analyse_uncertain(const ExplorePlan& plan, const std::vector<Evaluation>& evaluations,
                       Exploration& done) {
    const std::vector<bool> matters = inputs_that_matter(plan, evaluations);
    const DesignTable all = with_variables(done.table, matters);
    const auto first_draw =
        all.rows.begin() + static_cast<std::ptrdiff_t>(count_before_draws(plan));
    std::vector<DesignRow> ends;
    done.analysed_numbers = {done.numbers.front()};
    for (std::size_t v = 0; v < matters.size(); ++v) {
        if (matters[v]) {
            for (const std::size_t end : {1 + 2 * v, 2 + 2 * v}) {
                ends.push_back(all.rows[end]);
                done.analysed_numbers.push_back(done.numbers[end]);
            }
        } else {
            done.idle.push_back(plan.variables[v].key);
        }
    }
    const DesignTable draws{all.variables, all.keys, {first_draw, all.rows.end()}};
    done.uncertain = uncertain_results(draws, all.rows.front(), ends);
    done.analysed = {all.variables, all.keys, {all.rows.front()}};
    done.analysed.rows.insert(done.analysed.rows.end(), ends.begin(), ends.end());
    done.analysed.rows.insert(done.analysed.rows.end(), first_draw, all.rows.end());
    done.analysed_numbers.insert(done.analysed_numbers.end(),
                                 done.numbers.begin() +
                                     static_cast<std::ptrdiff_t>(count_before_draws(plan)),
                                 done.numbers.end());
}

std::size_t place_of(const std::vector<std::string>& keys, const std::string& key) {
    return static_cast<std::size_t>(std::ranges::find(keys, key) - keys.begin());
}

void analyse(const ExplorePlan& plan, const std::vector<Evaluation>& evaluations,
             Exploration& done) {
    if (plan.uncertain) {
        analyse_uncertain(plan, evaluations, done);
    } else {
        done.analysed = done.table;
        done.analysed_numbers = done.numbers;
    }
    done.sensitivities = sensitivities(done.analysed, plan.sobol);
    if (!plan.uncertain) {
        done.responses = responses(done.analysed, done.sensitivities);
    }
    done.designs = averaged(done.table);
    if (plan.pareto.size() == 2) {
        done.front = pareto_front(
            done.designs,
            {place_of(plan.keys, plan.pareto[0].first), place_of(plan.keys, plan.pareto[1].first)},
            {plan.pareto[0].second, plan.pareto[1].second});
    }
}

/// What the history knows of the plan.
Exploration summarise(const ExplorePlan& plan, const std::vector<std::string>& keys,
                      const History& history) {
    Exploration done;
    done.table = {plan.variables, plan.keys, {}};
    std::vector<Evaluation> evaluations; // of uncertain inputs alone, which compare them
    for (int number = 0; number < evaluation_count(plan); ++number) {
        std::optional<Evaluation> found = history.find(keys[static_cast<std::size_t>(number)]);
        if (!found) {
            done.missing.push_back(number);
            continue;
        }
        done.table.rows.push_back(row_of(plan, number, *found));
        done.numbers.push_back(number);
        done.failed += done.table.rows.back().feasible ? 0 : 1;
        if (evaluations.size() < count_before_draws(plan)) {
            evaluations.push_back(std::move(*found));
        }
    }
    if (done.missing.empty()) {
        analyse(plan, evaluations, done);
    }
    return done;
}

void write_tables(const ExplorePlan& plan, const Exploration& done, const fs::path& directory) {
    using pipeline::write_or_remove;
    const std::string head = pipeline::stamp(plan.recipe);
    write_text_file(directory / "explore.csv", head + designs_csv(done.table, done.numbers));
    write_or_remove(directory / "sensitivity.csv", !done.sensitivities.empty(),
                    head + sensitivity_csv(done.analysed, done.sensitivities));
    write_or_remove(directory / "response.csv", !done.responses.empty(),
                    head + response_csv(done.analysed, done.responses));
    write_or_remove(directory / "pareto.csv", done.front.has_value(),
                    head + (done.front ? pareto_csv(done.designs, *done.front) : ""));
    write_or_remove(directory / "uncertain.csv", !done.uncertain.empty(),
                    head + uncertain_csv(done.uncertain));
    write_or_remove(directory / "tornado.csv", !done.uncertain.empty(),
                    head + tornado_csv(done.analysed, done.uncertain));
    if (done.missing.empty()) {
        pipeline::write_exploration_page(plan, done, directory);
    } else {
        write_or_remove(directory / "report.html", false, "");
    }
}

std::vector<std::string> keys_of(const ExplorePlan& plan) {
    std::vector<std::string> keys;
    for (int number = 0; number < evaluation_count(plan); ++number) {
        keys.push_back(pipeline::evaluation_key(electrode(plan, number)));
    }
    return keys;
}

/// Calls keep(number, evaluation) for each of them, several at once but one call at a time. False
/// if it was asked to stop.
template <typename Keep>
bool evaluate_all(const ExplorePlan& plan, const std::vector<int>& numbers,
                  const fs::path& stop_file, Progress& progress, const Keep& keep) {
    std::mutex lock;
    CastMemory memory;
    int made = 0;
    try {
        parallel_tasks(std::ssize(numbers), [&](std::int64_t n) {
            throw_if_interrupted();
            if (fs::exists(stop_file)) {
                throw Error(ExitCode::interrupted, "stopped as asked");
            }
            const int number = numbers[static_cast<std::size_t>(n)];
            const Evaluation evaluation = evaluate_point(plan, number, memory);
            const std::scoped_lock alone(lock);
            keep(number, evaluation);
            progress.update(++made / static_cast<double>(numbers.size()));
        });
    } catch (const Error& error) {
        if (error.code() != ExitCode::interrupted) {
            throw;
        }
        return false;
    }
    return true;
}

} // namespace

ExplorePlan plan_exploration(const Recipe& recipe, const ExploreOptions& options) {
    ExplorePlan plan{pipeline::at_stage(recipe, options.stage),
                     {},
                     {},
                     options.replicates,
                     options.uncertain,
                     asked_keys(recipe, options),
                     options.pareto,
                     options.sobol};
    plan.variables = varied_keys(recipe, options);
    const auto seed = static_cast<std::uint64_t>(recipe.integer("seed"));
    if (options.uncertain) {
        if (options.replicates != 1 || options.sampling == Sampling::grid) {
            throw_bad_input("uncertain inputs are drawn, each draw once; leave out --replicates "
                            "and --grid");
        }
        plan.points = one_at_a_time(plan.variables);
    }
    for (const auto& point : sample(options, plan.variables.size(), seed + 1)) {
        plan.points.push_back(values_at(plan.variables, point));
    }
    check_size(static_cast<double>(plan.points.size()), plan.replicates);
    return plan;
}

int evaluation_count(const ExplorePlan& plan) {
    return static_cast<int>(plan.points.size()) * plan.replicates;
}

Evaluation evaluate_point(const ExplorePlan& plan, int number, CastMemory& memory) {
    if (number < 0 || number >= evaluation_count(plan)) {
        throw_bad_input("no point " + std::to_string(number) + " (there are " +
                        std::to_string(evaluation_count(plan)) + "); write 0 to " +
                        std::to_string(evaluation_count(plan) - 1));
    }
    const auto begin = std::chrono::steady_clock::now();
    const Recipe recipe = electrode(plan, number);
    Evaluation evaluation;
    try {
        evaluation = pipeline::evaluate(recipe, memory);
    } catch (const Error& error) {
        // Values that are fine alone may contradict each other in some corner of the range.
        if (error.code() != ExitCode::bad_input) {
            throw;
        }
        evaluation.failure = error.what();
    }
    evaluation.key = pipeline::evaluation_key(recipe);
    evaluation.variables = values_of(plan, recipe);
    evaluation.objective = std::numeric_limits<double>::quiet_NaN();
    evaluation.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return evaluation;
}

Exploration explore(const ExplorePlan& plan, const fs::path& directory, Progress& progress) {
    make_writable_directory(directory);
    History history(directory / "history.db");
    const std::vector<std::string> keys = keys_of(plan);
    std::vector<int> missing;
    std::set<std::string> asked; // points may be the same electrode
    int known = 0;
    for (int number = 0; number < evaluation_count(plan); ++number) {
        const std::string& key = keys[static_cast<std::size_t>(number)];
        if (history.find(key)) {
            ++known;
        } else if (asked.insert(key).second) {
            missing.push_back(number);
        }
    }
    const fs::path stop_file = directory / "stop";
    progress.stage("explore");
    const bool finished =
        evaluate_all(plan, missing, stop_file, progress,
                     [&](int, const Evaluation& evaluation) { history.append(evaluation); });
    progress.stage("analyse");
    Exploration done = summarise(plan, keys, history);
    done.replayed = known;
    done.stopped = !finished;
    write_tables(plan, done, directory);
    if (done.stopped) { // asked once is asked for this exploration only
        std::error_code ignored;
        fs::remove(stop_file, ignored);
    }
    return done;
}

TaskOutcome run_task(const ExplorePlan& plan, const fs::path& directory, int task, int tasks,
                     Progress& progress) {
    if (!(task >= 0 && task < tasks)) {
        throw_bad_input("no task " + std::to_string(task) + " of " + std::to_string(tasks) +
                        "; tasks count from 0");
    }
    const fs::path folder = directory / "records";
    make_writable_directory(folder);
    const fs::path file = folder / ("task-" + std::to_string(task) + ".jsonl");
    pipeline::RecordFile records(file);
    std::set<std::string> known;
    for (const Evaluation& evaluation : pipeline::read_records(file).evaluations) {
        known.insert(evaluation.key);
    }
    TaskOutcome done;
    std::vector<int> missing;
    for (int number = task; number < evaluation_count(plan); number += tasks) {
        ++done.points;
        if (known.insert(pipeline::evaluation_key(electrode(plan, number))).second) {
            missing.push_back(number);
        } else {
            ++done.known;
        }
    }
    progress.stage("task " + std::to_string(task));
    // Tasks end when their scheduler says so, and not by a file that would stop the next ones, too.
    done.stopped =
        !evaluate_all(plan, missing, "", progress, [&](int number, const Evaluation& evaluation) {
            records.append(record(plan, number, evaluation));
            ++done.made;
        });
    return done;
}

Collection collect(const ExplorePlan& plan, const fs::path& directory) {
    std::vector<fs::path> files;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory / "records", error)) {
        if (entry.path().extension() == ".jsonl") {
            files.push_back(entry.path());
        }
    }
    if (files.empty()) {
        throw_bad_input((directory / "records").string() + ": no records of tasks (" +
                        (error ? error.message() : "no file *.jsonl") +
                        "); submit job.sh first, and name its directory");
    }
    std::ranges::sort(files);
    make_writable_directory(directory);
    History history(directory / "history.db");
    const std::vector<std::string> keys = keys_of(plan);
    const std::set<std::string> wanted(keys.begin(), keys.end());
    Collection collection;
    for (const fs::path& file : files) {
        const pipeline::Records records = pipeline::read_records(file);
        ++collection.files;
        collection.damaged += records.damaged;
        for (const Evaluation& evaluation : records.evaluations) {
            if (wanted.contains(evaluation.key)) {
                history.append(evaluation);
                ++collection.records;
            } else {
                ++collection.foreign;
            }
        }
    }
    collection.exploration = summarise(plan, keys, history);
    write_tables(plan, collection.exploration, directory);
    return collection;
}

} // namespace porogen
