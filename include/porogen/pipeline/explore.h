#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "porogen/core/progress.h"
#include "porogen/optimize/analysis.h"
#include "porogen/optimize/history.h"
#include "porogen/optimize/search.h"
#include "porogen/pipeline/cast_memory.h"
#include "porogen/recipe/recipe.h"

namespace porogen {

enum class Sampling {
    grid,           ///< all combinations of evenly spread values
    sobol,          ///< a scrambled Sobol sequence: more points extend it
    latin_hypercube ///< one value in each of as many intervals as points
};

struct ExploreOptions {
    /// What to vary; empty: the recipe's [[optimize.variable]].
    std::vector<VariableEntry> variables;
    /// Vary instead every material value that is not known for certain: the nominal values first,
    /// then each input alone at its low and at its high end, then draws of all of them.
    bool uncertain = false;
    Sampling sampling = Sampling::sobol;
    std::vector<int> levels;       ///< of a grid: one number per variable, or one for all
    int count = 64;                ///< points of the other samplings
    int replicates = 1;            ///< how often each point, with fresh random numbers each time
    Stage stage = Stage::screen;   ///< whose [[optimize.override]] entries hold
    std::vector<std::string> keys; ///< of result.json; empty: the objective and the constraints
    /// Two of the keys between which the best compromises are wanted, or none.
    std::vector<std::pair<std::string, Sense>> pareto;
    SurrogateSobolOptions sobol; ///< how carefully sensitivities are estimated
};

/// Points to evaluate. Everything about a point follows from its number, so that any process can
/// evaluate any of them.
struct ExplorePlan {
    Recipe recipe; ///< with the overrides of the stage
    std::vector<DesignVariable> variables;
    std::vector<std::vector<double>> points; ///< values of the variables, SI
    int replicates = 1;
    bool uncertain = false;
    std::vector<std::string> keys;
    std::vector<std::pair<std::string, Sense>> pareto;
    SurrogateSobolOptions sobol;
};

/// Throws Error(bad_input) for nothing to vary, levels, counts or replicates below 1, more than a
/// million points, or keys that no result.json has.
ExplorePlan plan_exploration(const Recipe& recipe, const ExploreOptions& options);

/// How many evaluations a plan holds: number k is point k / replicates, replicate k % replicates.
int evaluation_count(const ExplorePlan& plan);

/// Evaluates one of them; touches no file. What cannot be made, or contradicts itself, is an
/// infeasible design. Throws Error(bad_input) for a number that is not in the plan.
Evaluation evaluate_point(const ExplorePlan& plan, int number, CastMemory& memory);

/// An evaluation as one line of JSON (without the line's end), for the records of tasks.
std::string record(const ExplorePlan& plan, int number, const Evaluation& evaluation);

/// What is known of a plan.
struct Exploration {
    DesignTable table;        ///< of what is known, in the order of the plan
    std::vector<int> numbers; ///< of its rows
    std::vector<int> missing; ///< numbers of the evaluations not known yet
    int replayed = 0;         ///< of those known, already in the history
    int failed = 0;           ///< of those known, designs that do not exist
    bool stopped = false;     ///< ended before its time
    /// What follows from it; empty while something is missing.
    DesignTable analysed;              ///< which the sensitivities and responses speak of
    std::vector<int> analysed_numbers; ///< of its rows
    std::vector<Sensitivity> sensitivities;
    std::vector<Response> responses;        ///< none of uncertain inputs
    DesignTable designs;                    ///< means over replicates
    std::optional<ParetoFront> front;       ///< rows of `designs`
    std::vector<UncertainResult> uncertain; ///< whose inputs are those of `analysed`
    std::vector<std::string> idle;          ///< uncertain inputs that this recipe does not read
};

/// Evaluates what `directory`/history.db does not hold yet, several at once, each written down
/// before the next one begins, and writes explore.csv; once nothing is missing also
/// sensitivity.csv and response.csv (of at least 3 designs), pareto.csv (if asked for),
/// uncertain.csv and tornado.csv (of uncertain inputs). Started again it goes on where it was. An
/// interruption or a file `directory`/stop ends it gracefully; the latter is removed then. Same
/// numbers for any number of threads. Throws Error(io_failure).
Exploration explore(const ExplorePlan& plan, const std::filesystem::path& directory,
                    Progress& progress = no_progress());

/// What a task did.
struct TaskOutcome {
    int points = 0; ///< of the plan that are this task's
    int known = 0;  ///< of those, in its records before
    int made = 0;
    bool stopped = false;
};

/// Evaluates every `tasks`-th point from `task` on, and appends each to
/// `directory`/records/task-<task>.jsonl, which nobody else writes to. What stands there already is
/// skipped, a last line that was cut off is removed. Throws Error(bad_input) unless
/// 0 <= task < tasks, Error(io_failure), also if another process is at the same task.
TaskOutcome run_task(const ExplorePlan& plan, const std::filesystem::path& directory, int task,
                     int tasks, Progress& progress = no_progress());

/// What the collector found.
struct Collection {
    Exploration exploration;
    int files = 0;
    int records = 0; ///< of this plan
    int foreign = 0; ///< of other points, seeds or versions of the program: ignored
    int damaged = 0; ///< lines that are no records, such as cut off ones: ignored
};

/// Merges the records of tasks into `directory`/history.db, and writes the same files as explore().
/// Throws Error(bad_input) if there are no records.
Collection collect(const ExplorePlan& plan, const std::filesystem::path& directory);

} // namespace porogen
