#include "porogen/optimize/search.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "optimize/evaluator.h"
#include "optimize/infill.h"
#include "optimize/merit.h"
#include "optimize/minimise.h"
#include "porogen/core/errors.h"
#include "porogen/core/units.h"
#include "porogen/optimize/sampling.h"

namespace porogen {

namespace {

using optimize::Algorithm;
using optimize::Answer;
using optimize::Candidate;
using optimize::MinimiseOptions;
using optimize::Question;
using optimize::Sample;

// Part of the budget after the screen that is spent on looking everywhere, if both are asked for.
constexpr double global_share = 0.6;

// First step of the local algorithms, in parts of each variable's range: alone they must find their
// way across, after a look around they only refine.
constexpr double far_step = 0.2;
constexpr double near_step = 0.1;

// How many of a coarser screen's best designs the search looks at.
constexpr int most_promoted = 3;

// Designs nearer to each other than this part of the range in every variable are one contender.
constexpr double different = 0.05;

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
    if (options.screen < 0 || options.contenders < 0 || options.replicates < 0 ||
        options.seeds < 1 || (options.robustness != Robustness::nominal && options.samples < 1)) {
        throw_bad_input(
            "search: the screen, the contenders or their replicates are fewer than 0, "
            "or there is no seed or no sample; give 0 or more, and at least 1 seed and 1 sample");
    }
    if (options.local == LocalMethod::bobyqa && problem.variables.size() < 2) {
        throw_bad_input("search: bobyqa needs two variables or more (its model is quadratic in "
                        "several); use sbplx or cobyla");
    }
    if (!(options.tolerance > 0 && std::isfinite(options.tolerance))) {
        throw_bad_input("search: the tolerance is " + format_number(options.tolerance) +
                        "; give a finite value > 0");
    }
}

std::vector<double> start_point(const SearchProblem& problem) {
    std::vector<double> x;
    for (const DesignVariable& variable : problem.variables) {
        x.push_back(position_of(variable, variable.start));
    }
    return x;
}

std::vector<double> reference_values(const SearchProblem& problem) {
    std::vector<double> values;
    for (const DesignVariable& variable : problem.variables) {
        values.push_back(variable.start);
    }
    return values;
}

std::size_t finite_bounds(const SearchProblem& problem) {
    std::size_t bounds = 0;
    for (const DesignConstraint& constraint : problem.constraints) {
        bounds += std::isfinite(constraint.low) ? 1 : 0;
        bounds += std::isfinite(constraint.high) ? 1 : 0;
    }
    return bounds;
}

/// NaN throughout if one of the values is none.
MeanInterval interval_of(const std::vector<double>& values) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    return std::ranges::all_of(values, [](double v) { return std::isfinite(v); })
               ? mean_interval(values)
               : MeanInterval{nan, nan, nan, nan};
}

/// The place of a mean's interval that is nearest to what is allowed.
double most_welcome(const DesignConstraint& bounds, const MeanInterval& mean) {
    return mean.mean < bounds.low    ? std::min(bounds.low, mean.high)
           : mean.mean > bounds.high ? std::max(bounds.high, mean.low)
                                     : mean.mean;
}

/// Fills in what follows from the repeats.
void judge_contender(const SearchProblem& problem, const Contender& reference,
                     Contender& contender) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> objectives;
    std::vector<double> margins;
    std::vector<std::vector<double>> constrained(problem.constraints.size());
    for (std::size_t r = 0; r < contender.repeats.size(); ++r) {
        const Evaluation& repeat = contender.repeats[r];
        const Evaluation& beside = reference.repeats[r];
        objectives.push_back(repeat.feasible ? repeat.objective : nan);
        margins.push_back(repeat.feasible && beside.feasible
                              ? (problem.maximise ? 1 : -1) * (repeat.objective - beside.objective)
                              : nan);
        for (std::size_t c = 0; c < constrained.size(); ++c) {
            constrained[c].push_back(repeat.feasible ? repeat.constraints[c] : nan);
        }
        contender.met += repeat.feasible && constraint_violation(problem, repeat) == 0 ? 1 : 0;
    }
    contender.objective = interval_of(objectives);
    contender.margin = interval_of(margins);
    contender.ranked = contender.found;
    contender.ranked.feasible = std::isfinite(contender.objective.mean);
    contender.ranked.objective = contender.objective.mean;
    contender.ranked.constraints.clear();
    for (std::size_t c = 0; c < constrained.size(); ++c) {
        const MeanInterval mean = interval_of(constrained[c]);
        contender.constraints.push_back(mean.mean);
        contender.ranked.constraints.push_back(most_welcome(problem.constraints[c], mean));
    }
}

/// The search as it goes: asks, and remembers what came of it.
class Search {
  public:
    Search(const SearchProblem& problem, const SearchOptions& options, History& history,
           Progress& progress)
        : problem_(problem), options_(options), evaluator_(problem, options, history, progress) {}

    SearchResult run() {
        try {
            walk();
        } catch (const Error& error) {
            if (error.code() != ExitCode::interrupted || candidates_.empty()) {
                throw;
            }
            result_.stopped = true;
        }
        conclude();
        return std::move(result_);
    }

  private:
    [[nodiscard]] int remaining() const { return options_.max_evaluations - result_.evaluations; }
    [[nodiscard]] const Candidate& leader() const { return candidates_[leader_]; }

    void walk() {
        evaluate_reference();
        screen();
        const bool local = options_.local != LocalMethod::none;
        if (options_.global != GlobalMethod::none) {
            const double share = local ? global_share : 1.0;
            look_everywhere(static_cast<int>(std::lround(share * remaining())));
        }
        if (local) {
            refine();
        }
        if (options_.contenders > 0 && options_.replicates > 0) {
            confirm();
        }
    }

    void look_everywhere(int evaluations) {
        if (options_.global != GlobalMethod::kriging) {
            minimise(options_.global == GlobalMethod::crs2 ? Algorithm::crs2 : Algorithm::direct_l,
                     evaluations, far_step);
            return;
        }
        const int last = result_.evaluations + evaluations;
        for (int look = 0; result_.evaluations < last && look < 2 * evaluations; ++look) {
            std::vector<double> x =
                optimize::next_point(problem_, candidates_, leader().x,
                                     options_.seed + static_cast<std::uint64_t>(look));
            if (x.empty()) { // too few designs that exist: the screen goes on
                const int number = options_.screen + look + 1;
                x = sobol_points(static_cast<int>(problem_.variables.size()), number, options_.seed)
                        .back();
            }
            sample(x);
        }
    }

    /// A local search ends where its steps have become short, which noise and kinks can bring about
    /// anywhere: what is left of the budget goes to another from the best, with half the first
    /// step.
    void refine() {
        const Algorithm algorithm = options_.local == LocalMethod::cobyla   ? Algorithm::cobyla
                                    : options_.local == LocalMethod::bobyqa ? Algorithm::bobyqa
                                                                            : Algorithm::sbplx;
        const bool looked_around = options_.global != GlobalMethod::none || options_.screen > 0;
        double step = looked_around ? near_step : far_step;
        for (int before = -1; result_.evaluations > before && step > options_.tolerance;) {
            before = result_.evaluations;
            minimise(algorithm, remaining(), step);
            step /= 2;
        }
    }

    /// Asks, and counts what was not asked before.
    std::vector<Answer> ask(const std::vector<Question>& questions) {
        std::vector<Answer> answers = evaluator_.answer(questions);
        for (std::size_t q = 0; q < questions.size(); ++q) {
            const Stage stage = questions[q].stage;
            if (!counted_.insert(evaluator_.name_of(questions[q])).second) {
                continue;
            }
            result_.designs.push_back({stage, answers[q].evaluation});
            result_.designs.back().evaluation.result.clear();
            if (stage == Stage::confirm) {
                continue;
            }
            ++result_.evaluations;
            result_.replayed += answers[q].made ? 0 : 1;
            result_.failed += answers[q].evaluation.feasible ? 0 : 1;
        }
        return answers;
    }

    void meet(const std::vector<double>& x, const Evaluation& evaluation) {
        candidates_.push_back({x, evaluation});
        if (better(problem_, evaluation, leader().evaluation)) {
            leader_ = candidates_.size() - 1;
        }
        if (evaluation.feasible) {
            worst_cost_ = std::max(worst_cost_, cost(evaluation));
        }
    }

    void evaluate_reference() {
        const std::vector<Answer> answers = ask({{reference_values(problem_), Stage::search, 0}});
        result_.reference = answers.front().evaluation;
        if (result_.reference.feasible && result_.reference.objective != 0) {
            scale_ = std::abs(result_.reference.objective);
        }
        meet(start_point(problem_), result_.reference);
    }

    /// Points all over the range; the best of them are looked at as the search will.
    void screen() {
        const int count = std::min(options_.screen, remaining());
        if (count <= 0) {
            return;
        }
        const auto points =
            sobol_points(static_cast<int>(problem_.variables.size()), count, options_.seed);
        std::vector<Question> questions;
        for (const std::vector<double>& x : points) {
            questions.push_back({values_at(problem_.variables, x), Stage::screen, 0});
        }
        const std::vector<Answer> answers = ask(questions);
        std::vector<std::size_t> order(answers.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return better(problem_, answers[a].evaluation, answers[b].evaluation);
        });
        Question closer{questions.front().values, Stage::search, 0};
        const bool same = evaluator_.name_of(closer) == evaluator_.name_of(questions.front());
        const auto promoted =
            same ? order.size()
                 : std::min<std::size_t>(order.size(), static_cast<std::size_t>(std::clamp(
                                                           remaining(), 0, most_promoted)));
        questions.clear();
        for (std::size_t n = 0; n < promoted; ++n) {
            questions.push_back(
                {values_at(problem_.variables, points[order[n]]), Stage::search, 0});
        }
        const std::vector<Answer> again = ask(questions);
        for (std::size_t n = 0; n < promoted; ++n) {
            meet(points[order[n]], again[n].evaluation);
        }
    }

    void minimise(Algorithm algorithm, int evaluations, double first_step) {
        const std::vector<double> start = leader().x;
        const MinimiseOptions how{algorithm, evaluations, options_.tolerance, first_step};
        optimize::minimise([&](const std::vector<double>& x) { return sample(x); }, start,
                           finite_bounds(problem_), how);
    }

    /// A design that does not exist gets the worst cost met so far: bad, but of a size that a local
    /// model of the cost can live with.
    Sample sample(const std::vector<double>& x) {
        const Evaluation evaluation =
            ask({{values_at(problem_.variables, x), Stage::search, 0}}).front().evaluation;
        meet(x, evaluation);
        return {optimize::merit(problem_, evaluation, scale_),
                evaluation.feasible ? cost(evaluation) : worst_cost_,
                optimize::excess(problem_, evaluation)};
    }

    [[nodiscard]] double cost(const Evaluation& evaluation) const {
        return (problem_.maximise ? -1 : 1) * evaluation.objective / scale_;
    }

    /// The best candidates that differ from each other.
    [[nodiscard]] std::vector<std::size_t> finalists() const {
        std::vector<std::size_t> order(candidates_.size() - 1);
        std::iota(order.begin(), order.end(), std::size_t{1}); // the reference stands at 0
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return better(problem_, candidates_[a].evaluation, candidates_[b].evaluation);
        });
        std::vector<std::size_t> chosen;
        for (const std::size_t c : order) {
            const auto differs = [&](std::size_t other) {
                return distance(candidates_[c].x, candidates_[other].x) > different;
            };
            if (candidates_[c].evaluation.feasible && differs(0) &&
                std::ranges::all_of(chosen, differs)) {
                chosen.push_back(c);
            }
            if (std::ssize(chosen) == options_.contenders) {
                break;
            }
        }
        return chosen;
    }

    static double distance(const std::vector<double>& a, const std::vector<double>& b) {
        double largest = 0;
        for (std::size_t v = 0; v < a.size(); ++v) {
            largest = std::max(largest, std::abs(a[v] - b[v]));
        }
        return largest;
    }

    void confirm() {
        std::vector<std::size_t> who{0};
        const std::vector<std::size_t> chosen = finalists();
        who.insert(who.end(), chosen.begin(), chosen.end());
        std::vector<Question> questions;
        for (const std::size_t c : who) {
            for (int repeat = 1; repeat <= options_.replicates; ++repeat) {
                questions.push_back(
                    {values_at(problem_.variables, candidates_[c].x), Stage::confirm, repeat});
            }
        }
        const std::vector<Answer> answers = ask(questions);
        std::vector<Contender> contenders;
        const auto repeats = static_cast<std::size_t>(options_.replicates);
        for (std::size_t n = 0; n < who.size(); ++n) {
            Contender contender;
            contender.found = candidates_[who[n]].evaluation;
            for (std::size_t r = 0; r < repeats; ++r) {
                contender.repeats.push_back(answers[n * repeats + r].evaluation);
            }
            judge_contender(problem_, contenders.empty() ? contender : contenders.front(),
                            contender);
            contenders.push_back(std::move(contender));
        }
        std::stable_sort(contenders.begin() + 1, contenders.end(),
                         [&](const Contender& a, const Contender& b) {
                             return better(problem_, a.ranked, b.ranked);
                         });
        result_.contenders = std::move(contenders);
    }

    void conclude() {
        result_.visits = evaluator_.visits();
        const std::vector<Contender>& confirmed = result_.contenders;
        if (confirmed.empty()) {
            result_.best = leader().evaluation;
            result_.constraints_met =
                result_.best.feasible && constraint_violation(problem_, result_.best) == 0;
            result_.found_better =
                result_.constraints_met && better(problem_, result_.best, result_.reference);
            return;
        }
        const Contender& reference = confirmed.front();
        const bool wins =
            confirmed.size() > 1 && better(problem_, confirmed[1].ranked, reference.ranked);
        const Contender& winner = wins ? confirmed[1] : reference;
        const Evaluation& mean = winner.ranked;
        result_.best = winner.found;
        result_.constraints_met = mean.feasible && constraint_violation(problem_, mean) == 0;
        result_.found_better = wins && result_.constraints_met;
    }

    const SearchProblem& problem_;
    const SearchOptions& options_;
    optimize::Evaluator evaluator_;
    SearchResult result_;
    std::vector<Candidate> candidates_; ///< the reference first
    std::size_t leader_ = 0;
    std::set<std::string> counted_;
    double scale_ = 1;      ///< of the objective
    double worst_cost_ = 0; ///< of the designs that exist
};

} // namespace

SearchResult search(const SearchProblem& problem, const SearchOptions& options, History& history,
                    Progress& progress) {
    check_input(problem, options);
    return Search(problem, options, history, progress).run();
}

} // namespace porogen
