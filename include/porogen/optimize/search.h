#pragma once

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "porogen/core/progress.h"
#include "porogen/optimize/history.h"

namespace porogen {

/// A quantity the search may change.
struct DesignVariable {
    std::string key; ///< recipe key
    double low = 0;
    double high = 1;
    bool logarithmic = false;                                ///< search in log(value)
    double start = std::numeric_limits<double>::quiet_NaN(); ///< the reference design's value
};

/// low <= quantity <= high, either end infinite.
struct DesignConstraint {
    std::string key; ///< result key
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
};

enum class Strategy {
    global_then_local, ///< DIRECT-L on part of the budget, then SBPLX from its best
    direct_l,
    crs2,
    sbplx,
    cobyla,
};

struct SearchProblem {
    std::vector<DesignVariable> variables;
    std::vector<DesignConstraint> constraints;
    bool maximise = true;
    /// Evaluates a design, given the variables' values in their own units. Must fill objective,
    /// constraints (in order) and feasible/failure, never throw for an infeasible design; the
    /// search fills in the rest (key, variables, seconds). What it throws ends the search; the
    /// history keeps what was done.
    std::function<Evaluation(const std::vector<double>& values)> evaluate;
    /// What identifies an evaluation: different wherever anything that decides its outcome is, the
    /// choice of objective and constraints included.
    std::function<std::string(const std::vector<double>& values)> key;
};

struct SearchOptions {
    Strategy strategy = Strategy::global_then_local;
    /// The reference design and those found in the history included.
    int max_evaluations = 40;
    /// Stop when the variables move less than this part of their range [1].
    double tolerance = 1e-3;
};

struct SearchResult {
    /// The design the recipe started from.
    Evaluation reference;
    /// The best-ranked design met, as better() ranks; the reference only if none ranks above it. It
    /// may break constraints, or not even exist, if all do: see constraints_met.
    Evaluation best;
    /// `best` exists and meets every constraint.
    bool constraints_met = false;
    /// `best` meets every constraint and is better than the reference.
    bool found_better = false;
    /// Made or replayed.
    int evaluations = 0;
    /// Of those, taken from the history.
    int replayed = 0;
    /// Designs that do not exist.
    int failed = 0;
};

/// How much a design breaks the constraints: sum over constraints of the distance to the allowed
/// interval, relative to the bound's size. 0 = meets them all.
double constraint_violation(const SearchProblem& problem, const Evaluation& evaluation);

/// True if a is better than b: feasible before infeasible, then less violation, then objective.
bool better(const SearchProblem& problem, const Evaluation& a, const Evaluation& b);

/// Searches with NLopt, the reference design first. An evaluation that the history already holds is
/// replayed and not made again. Deterministic, so a search that was stopped, at whatever moment,
/// goes on by replaying its history. Values are rounded to ten digits, so that points that differ
/// by round-off are one design; variables move on [0, 1], in the logarithm where asked. Throws
/// Error(bad_input) for a problem that cannot be searched, Error(not_converged) if NLopt fails,
/// Error(interrupted) between evaluations; what was done is in the history.
SearchResult search(const SearchProblem& problem, const SearchOptions& options, History& history,
                    Progress& progress = no_progress());

} // namespace porogen
