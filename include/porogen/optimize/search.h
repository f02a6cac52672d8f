#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "porogen/core/progress.h"
#include "porogen/optimize/history.h"
#include "porogen/optimize/statistics.h"
#include "porogen/optimize/variable.h"

namespace porogen {

/// low <= quantity <= high, either end infinite.
struct DesignConstraint {
    std::string key; ///< result key
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
};

/// The three parts of a search. Each may look at designs more closely than the one before.
enum class Stage {
    screen,  ///< points all over the range, several at once
    search,  ///< one point after the other, where the last ones promise most
    confirm, ///< the best designs again, with fresh random numbers
};

/// One evaluation of a design.
struct Trial {
    std::vector<double> values; ///< of the variables, in their own units
    Stage stage = Stage::search;
    /// Which random numbers: 0 the problem's own, others fresh ones. The same number means the same
    /// random numbers for every design, so that what they have in common is not taken for a
    /// difference between designs.
    int replicate = 0;
    /// Which values of the uncertain inputs: 0 the nominal ones, 1 and up drawn ones, again the
    /// same for every design.
    int sample = 0;
};

enum class GlobalMethod {
    none,
    kriging, ///< where surrogates of the objective and the constraints promise most
    direct_l,
    crs2
};
enum class LocalMethod { none, sbplx, cobyla, bobyqa };

/// What counts of a design whose inputs are uncertain.
enum class Robustness {
    nominal, ///< its value at the nominal inputs
    mean,    ///< the mean over the samples
    worst,   ///< the worst of the samples, of the objective and of each constraint
};

struct SearchProblem {
    std::vector<DesignVariable> variables;
    std::vector<DesignConstraint> constraints;
    bool maximise = true;
    /// Evaluates a design. Must fill objective, constraints (in order) and feasible/failure, never
    /// throw for an infeasible design; the search fills in the rest (key, variables, seconds). Is
    /// called from several threads at once. What it throws ends the search; the history keeps what
    /// was done.
    std::function<Evaluation(const Trial& trial)> evaluate;
    /// What identifies an evaluation: different wherever anything that decides its outcome is.
    std::function<std::string(const Trial& trial)> key;
    /// Fills objective, constraints and feasible/failure of an evaluation out of the history from
    /// its `result`, which may have been made for another question. Empty: they are taken as they
    /// stand there.
    std::function<void(Evaluation& evaluation)> judge;
};

struct SearchOptions {
    /// Points of a Sobol sequence looked at first; 0: none.
    int screen = 8;
    GlobalMethod global = GlobalMethod::kriging;
    LocalMethod local = LocalMethod::none;
    /// Designs looked at before the confirmation: the reference and those found in the history
    /// included. A design is counted once for every stage in which its evaluation differs.
    int max_evaluations = 40;
    /// Stop when the variables move less than this part of their range [1].
    double tolerance = 1e-3;
    /// How many of the best designs are looked at again, and how often each; 0: no confirmation.
    int contenders = 3;
    int replicates = 5;
    /// Replicates per design before the confirmation, of which the means count.
    int seeds = 1;
    Robustness robustness = Robustness::nominal;
    /// Draws of the uncertain inputs per design, unless only the nominal ones count.
    int samples = 8;
    /// Of the Sobol sequence.
    std::uint64_t seed = 1;
    /// Asked between evaluations: true ends the search as an interruption does.
    std::function<bool()> stop;
};

/// A design of the confirmation, which repeats it with replicates that the search has not used.
struct Contender {
    /// As the search met it.
    Evaluation found;
    /// Its repeats, in order.
    std::vector<Evaluation> repeats;
    /// Over the repeats, 95 %; NaN if one of them does not exist.
    MeanInterval objective;
    /// By how much the objective is better than the reference's with the same random numbers, 95 %.
    MeanInterval margin;
    /// Mean of each constrained quantity.
    std::vector<double> constraints;
    /// Repeats that meet every constraint.
    int met = 0;
    /// What it is ranked by: the mean objective, and each constrained quantity as near to what is
    /// allowed as the 95 % interval of its mean reaches. A design on a bound, where optima lie,
    /// would else be thrown out by the scatter of its repeats half of the time.
    Evaluation ranked;
};

/// A design as a stage saw it: over all its seeds and samples.
struct SeenDesign {
    Stage stage = Stage::search;
    Evaluation evaluation; ///< without its `result`
};

/// A trial that the search asked about.
struct Visit {
    Trial trial;
    std::string key; ///< its evaluation in the history
};

struct SearchResult {
    /// The design the recipe started from.
    Evaluation reference;
    /// The best design, as better() ranks: of the confirmation's means, or of everything met in the
    /// search without one. The reference only if none ranks above it. It may break constraints, or
    /// not even exist, if all do: see constraints_met.
    Evaluation best;
    /// `best` exists and meets every constraint. If it was confirmed: breaks none by more than the
    /// scatter of its repeats explains.
    bool constraints_met = false;
    /// `best` meets every constraint and is better than the reference.
    bool found_better = false;
    /// The reference, then the others from the best on; empty without a confirmation.
    std::vector<Contender> contenders;
    /// Designs looked at before the confirmation, made or replayed.
    int evaluations = 0;
    /// Of those, taken from the history.
    int replayed = 0;
    /// Of those, designs that do not exist.
    int failed = 0;
    /// The designs looked at, in the order of the search, without repetitions.
    std::vector<SeenDesign> designs;
    /// The trials behind them.
    std::vector<Visit> visits;
    /// Ended before its time; what is told is the best so far.
    bool stopped = false;
};

/// How much a design breaks the constraints: sum over constraints of the distance to the allowed
/// interval, relative to the bound's size. 0 = meets them all.
double constraint_violation(const SearchProblem& problem, const Evaluation& evaluation);

/// True if a is better than b: feasible before infeasible, then less violation, then objective.
bool better(const SearchProblem& problem, const Evaluation& a, const Evaluation& b);

/// Searches: the reference design, a screen of the whole range, then kriging or NLopt from there,
/// then a confirmation of the best designs. An evaluation that the history already holds is
/// replayed and not made again. Deterministic whatever the number of threads, so a search that was
/// stopped, at whatever moment, goes on by replaying its history. Values are rounded to ten digits,
/// so that points that differ by round-off are one design; variables move on [0, 1], in the
/// logarithm where asked. An interruption ends it gracefully (see `stopped`) once the reference is
/// known. Throws Error(bad_input) for a problem that cannot be searched, Error(not_converged) if
/// NLopt fails, Error(interrupted) before the reference is known; what was done is in the history.
SearchResult search(const SearchProblem& problem, const SearchOptions& options, History& history,
                    Progress& progress = no_progress());

} // namespace porogen
