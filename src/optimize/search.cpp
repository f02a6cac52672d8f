#include "porogen/optimize/search.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "optimize/merit.h"
#include "optimize/minimise.h"
#include "porogen/core/errors.h"
#include "porogen/core/units.h"

namespace porogen {

namespace {

using optimize::Algorithm;
using optimize::MinimiseOptions;
using optimize::Sample;

// Part of the budget that a global-then-local search spends on looking everywhere.
constexpr double global_share = 0.6;

// First step of the local algorithms, in parts of each variable's range: alone they must find their
// way across, after DIRECT they only refine.
constexpr double far_step = 0.2;
constexpr double near_step = 0.1;

void check_variable(const DesignVariable& v) {
    const auto fail = [&](const std::string& what) {
        throw_bad_input("search: " + v.key + ": " + what);
    };
    if (!(v.low < v.high) || !std::isfinite(v.low) || !std::isfinite(v.high)) {
        fail("the range " + format_number(v.low) + " to " + format_number(v.high) +
             " is empty; give low < high, both finite");
    }
    if (v.logarithmic && !(v.low > 0)) {
        fail("the range begins at " + format_number(v.low) +
             ", which has no logarithm; begin above 0 or search linearly");
    }
    if (!(v.start >= v.low && v.start <= v.high)) {
        fail("the reference value " + format_number(v.start) + " lies outside the range " +
             format_number(v.low) + " to " + format_number(v.high) + "; widen the range");
    }
}

void check_input(const SearchProblem& problem, const SearchOptions& options) {
    if (problem.variables.empty()) {
        throw_bad_input("search: there is no variable; name at least one quantity to change");
    }
    for (const DesignVariable& variable : problem.variables) {
        check_variable(variable);
    }
    for (const DesignConstraint& constraint : problem.constraints) {
        if (!(constraint.low <= constraint.high)) {
            throw_bad_input("search: " + constraint.key + ": no value can lie between " +
                            format_number(constraint.low) + " and " +
                            format_number(constraint.high) + "; give low <= high");
        }
    }
    if (options.max_evaluations < 1) {
        throw_bad_input("search: the number of evaluations is " +
                        std::to_string(options.max_evaluations) + "; give at least 1");
    }
    if (!(options.tolerance > 0 && std::isfinite(options.tolerance))) {
        throw_bad_input("search: the tolerance is " + format_number(options.tolerance) +
                        "; give a finite value > 0");
    }
}

/// Ten digits: tidy in a recipe, and points that differ by round-off become one evaluation.
double tidy(double value) {
    char text[32];
    const auto [end, error] =
        std::to_chars(text, text + sizeof text, value, std::chars_format::general, 10);
    std::from_chars(text, end, value);
    return value;
}

/// Position in the range, 0 to 1.
double scaled(const DesignVariable& v, double value) {
    const double x = v.logarithmic ? std::log(value / v.low) / std::log(v.high / v.low)
                                   : (value - v.low) / (v.high - v.low);
    return std::clamp(x, 0.0, 1.0);
}

double unscaled(const DesignVariable& v, double x) {
    if (x == scaled(v, v.start)) {
        return v.start; // exactly, so that the reference design is recognised
    }
    const double value =
        v.logarithmic ? v.low * std::pow(v.high / v.low, x) : v.low + x * (v.high - v.low);
    return std::clamp(tidy(value), v.low, v.high);
}

std::vector<double> start_point(const SearchProblem& problem) {
    std::vector<double> x;
    for (const DesignVariable& variable : problem.variables) {
        x.push_back(scaled(variable, variable.start));
    }
    return x;
}

/// The search as it goes: hands out evaluations and remembers what came of them.
struct Search {
    const SearchProblem& problem;
    const SearchOptions& options;
    History& history;
    Progress& progress;
    SearchResult result;
    std::vector<double> leading_x; ///< where the best evaluation so far was, constraints met or not
    Evaluation leader;
    double scale = 1;      ///< of the objective
    double worst_cost = 0; ///< of the designs that exist

    [[nodiscard]] int remaining() const { return options.max_evaluations - result.evaluations; }
};

void check_result(const SearchProblem& problem, const Evaluation& evaluation) {
    if (evaluation.feasible && evaluation.constraints.size() != problem.constraints.size()) {
        throw_bad_input("search: the evaluation " + evaluation.key + " has " +
                        std::to_string(evaluation.constraints.size()) + " constrained values for " +
                        std::to_string(problem.constraints.size()) +
                        " constraints (the history is of another search); give another history");
    }
}

Evaluation make_evaluation(const Search& search, const std::string& key,
                           const std::vector<double>& values) {
    const auto begin = std::chrono::steady_clock::now();
    Evaluation evaluation = search.problem.evaluate(values);
    evaluation.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    evaluation.key = key;
    evaluation.variables = values;
    if (evaluation.feasible && !std::isfinite(evaluation.objective)) {
        evaluation.feasible = false;
        evaluation.failure = "the objective is not a finite number";
    }
    check_result(search.problem, evaluation);
    return evaluation;
}

/// The evaluation of a design: from the history if it is there, else made and written there.
Evaluation evaluate(Search& search, const std::vector<double>& values) {
    throw_if_interrupted();
    const std::string key = search.problem.key(values);
    std::optional<Evaluation> known = search.history.find(key);
    if (known) {
        check_result(search.problem, *known);
        ++search.result.replayed;
    } else {
        known = make_evaluation(search, key, values);
        search.history.append(*known);
    }
    ++search.result.evaluations;
    search.result.failed += known->feasible ? 0 : 1;
    search.progress.update(static_cast<double>(search.result.evaluations) /
                           search.options.max_evaluations);
    return *known;
}

double cost(const Search& search, const Evaluation& evaluation) {
    return (search.problem.maximise ? -1 : 1) * evaluation.objective / search.scale;
}

/// Keeps the evaluation if it leads.
void compare(Search& search, const std::vector<double>& x, const Evaluation& evaluation) {
    if (better(search.problem, evaluation, search.leader)) {
        search.leader = evaluation;
        search.leading_x = x;
    }
    if (evaluation.feasible) {
        search.worst_cost = std::max(search.worst_cost, cost(search, evaluation));
    }
}

/// A design that does not exist gets the worst cost met so far: bad, but of a size that a local
/// model of the cost can live with.
Sample sample(Search& search, const std::vector<double>& x) {
    std::vector<double> values;
    for (std::size_t v = 0; v < x.size(); ++v) {
        values.push_back(unscaled(search.problem.variables[v], x[v]));
    }
    const Evaluation evaluation = evaluate(search, values);
    compare(search, x, evaluation);
    return {optimize::merit(search.problem, evaluation, search.scale),
            evaluation.feasible ? cost(search, evaluation) : search.worst_cost,
            optimize::excess(search.problem, evaluation)};
}

std::size_t finite_bounds(const SearchProblem& problem) {
    std::size_t bounds = 0;
    for (const DesignConstraint& constraint : problem.constraints) {
        bounds += std::isfinite(constraint.low) ? 1 : 0;
        bounds += std::isfinite(constraint.high) ? 1 : 0;
    }
    return bounds;
}

void run(Search& search, Algorithm algorithm, int evaluations, double first_step) {
    const std::vector<double> start = search.leading_x;
    const MinimiseOptions options{algorithm, evaluations, search.options.tolerance, first_step};
    optimize::minimise([&](const std::vector<double>& x) { return sample(search, x); }, start,
                       finite_bounds(search.problem), options);
}

void evaluate_reference(Search& search) {
    std::vector<double> values;
    for (const DesignVariable& variable : search.problem.variables) {
        values.push_back(variable.start);
    }
    const Evaluation reference = evaluate(search, values);
    search.result.reference = search.leader = reference;
    search.leading_x = start_point(search.problem);
    if (reference.feasible && reference.objective != 0) {
        search.scale = std::abs(reference.objective);
    }
    compare(search, search.leading_x, reference);
}

void run_strategy(Search& search) {
    switch (search.options.strategy) {
    case Strategy::global_then_local: {
        const auto global = static_cast<int>(std::lround(global_share * search.remaining()));
        run(search, Algorithm::direct_l, global, far_step);
        run(search, Algorithm::sbplx, search.remaining(), near_step);
        return;
    }
    case Strategy::direct_l:
        return run(search, Algorithm::direct_l, search.remaining(), far_step);
    case Strategy::crs2:
        return run(search, Algorithm::crs2, search.remaining(), far_step);
    case Strategy::sbplx:
        return run(search, Algorithm::sbplx, search.remaining(), far_step);
    case Strategy::cobyla:
        return run(search, Algorithm::cobyla, search.remaining(), far_step);
    }
}

} // namespace

SearchResult search(const SearchProblem& problem, const SearchOptions& options, History& history,
                    Progress& progress) {
    check_input(problem, options);
    Search search{problem, options, history, progress, {}, {}, {}, 1, 0};
    evaluate_reference(search);
    run_strategy(search);

    SearchResult& result = search.result;
    result.best = search.leader;
    result.constraints_met =
        result.best.feasible && constraint_violation(problem, result.best) == 0;
    result.found_better = result.constraints_met && better(problem, result.best, result.reference);
    return result;
}

} // namespace porogen
