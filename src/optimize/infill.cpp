#include "optimize/infill.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "porogen/core/parallel.h"
#include "porogen/core/random.h"
#include "porogen/optimize/sampling.h"
#include "porogen/optimize/surrogate.h"

namespace porogen::optimize {

namespace {

constexpr int everywhere = 1500;                    // points compared all over the range
constexpr int nearby = 250;                         // and around the best, at each of
constexpr double distances[] = {0.15, 0.05, 0.015}; // these standard deviations
constexpr double as_good_as_certain = 0.5;          // believed to meet the constraints

double normal_density(double z) {
    return std::exp(-0.5 * z * z) / std::sqrt(2 * 3.14159265358979323846);
}

double normal_distribution(double z) {
    return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

/// A constrained quantity as its surrogate sees it: in the logarithm if it and its bounds are
/// positive and it spans a decade, or the surrogate would not see what is small.
struct Constrained {
    double low = 0; ///< bounds, in the logarithm too
    double high = 0;
    Surrogate surrogate;
};

/// Surrogates of one quantity each.
struct Beliefs {
    Surrogate objective; ///< smaller is better
    std::vector<Constrained> constraints;
};

Constrained constrained(const DesignConstraint& bounds,
                        const std::vector<std::vector<double>>& points,
                        std::vector<double> values) {
    constexpr double decade = 10;
    Constrained result{bounds.low, bounds.high, {}};
    const auto [least, most] = std::ranges::minmax(values);
    const auto positive = [](double bound) { return !std::isfinite(bound) || bound > 0; };
    if (least > 0 && most > decade * least && positive(bounds.low) && positive(bounds.high)) {
        result.low = std::isfinite(bounds.low) ? std::log(bounds.low) : bounds.low;
        result.high = std::isfinite(bounds.high) ? std::log(bounds.high) : bounds.high;
        for (double& value : values) {
            value = std::log(value);
        }
    }
    result.surrogate = fit_surrogate(points, values);
    return result;
}

std::optional<Beliefs> believe(const SearchProblem& problem,
                               const std::vector<Candidate>& candidates) {
    std::vector<std::vector<double>> points;
    std::vector<const Evaluation*> known;
    double worst = 0;
    const double sign = problem.maximise ? -1 : 1;
    for (const Candidate& candidate : candidates) {
        const Evaluation& evaluation = candidate.evaluation;
        const bool measured =
            evaluation.feasible && std::ranges::all_of(evaluation.constraints, [](double value) {
                return std::isfinite(value);
            });
        if (measured) {
            worst = known.empty() ? sign * evaluation.objective
                                  : std::max(worst, sign * evaluation.objective);
            points.push_back(candidate.x);
            known.push_back(&evaluation);
        }
    }
    if (known.size() < 3) {
        return std::nullopt;
    }
    Beliefs beliefs;
    std::vector<double> values;
    for (std::size_t c = 0; c < problem.constraints.size(); ++c) {
        values.clear();
        for (const Evaluation* evaluation : known) {
            values.push_back(evaluation->constraints[c]);
        }
        beliefs.constraints.push_back(constrained(problem.constraints[c], points, values));
    }
    values.clear();
    for (const Evaluation* evaluation : known) {
        values.push_back(sign * evaluation->objective);
    }
    // Designs that do not exist are as bad as the worst that does, so that nobody goes there again.
    for (const Candidate& candidate : candidates) {
        if (!candidate.evaluation.feasible) {
            points.push_back(candidate.x);
            values.push_back(worst);
        }
    }
    beliefs.objective = fit_surrogate(points, values);
    return beliefs;
}

/// Probability that all constraints are met.
double chance(const Beliefs& beliefs, const std::vector<double>& x) {
    double product = 1;
    for (const Constrained& quantity : beliefs.constraints) {
        const Prediction value = predict(quantity.surrogate, x);
        if (!(value.standard_deviation > 0)) {
            product *= quantity.low <= value.mean && value.mean <= quantity.high ? 1 : 0;
            continue;
        }
        product *= normal_distribution((quantity.high - value.mean) / value.standard_deviation) -
                   normal_distribution((quantity.low - value.mean) / value.standard_deviation);
    }
    return product;
}

double expected_improvement(const Prediction& value, double best) {
    const double gain = best - value.mean;
    if (!(value.standard_deviation > 0)) {
        return std::max(gain, 0.0);
    }
    const double z = gain / value.standard_deviation;
    return gain * normal_distribution(z) + value.standard_deviation * normal_density(z);
}

/// What the surrogates say of the best design looked at: noise is not believed.
std::optional<double> believed_best(const Beliefs& beliefs,
                                    const std::vector<Candidate>& candidates) {
    std::optional<double> best;
    for (const Candidate& candidate : candidates) {
        if (candidate.evaluation.feasible && chance(beliefs, candidate.x) >= as_good_as_certain) {
            const double value = predict(beliefs.objective, candidate.x).mean;
            best = best ? std::min(*best, value) : value;
        }
    }
    return best;
}

std::vector<std::vector<double>> places(const std::vector<double>& best, std::uint64_t number) {
    auto points = sobol_points(static_cast<int>(best.size()), everywhere, number + 1);
    RandomStream random(number, "infill");
    for (const double distance : distances) {
        for (int n = 0; n < nearby; ++n) {
            std::vector<double> x = best;
            for (double& coordinate : x) {
                coordinate = std::clamp(coordinate + distance * random.normal(), 0.0, 1.0);
            }
            points.push_back(std::move(x));
        }
    }
    return points;
}

} // namespace

std::vector<double> next_point(const SearchProblem& problem,
                               const std::vector<Candidate>& candidates,
                               const std::vector<double>& best, std::uint64_t number) {
    const std::optional<Beliefs> beliefs = believe(problem, candidates);
    if (!beliefs) {
        return {};
    }
    const std::optional<double> to_beat = believed_best(*beliefs, candidates);
    const auto points = places(best, number);
    std::vector<double> promise(points.size());
    parallel_blocks(std::ssize(points), 64, [&](std::int64_t begin, std::int64_t end) {
        for (auto p = static_cast<std::size_t>(begin); p < static_cast<std::size_t>(end); ++p) {
            const double possible = chance(*beliefs, points[p]);
            promise[p] = to_beat ? possible * expected_improvement(
                                                  predict(beliefs->objective, points[p]), *to_beat)
                                 : possible;
        }
    });
    const auto most = std::ranges::max_element(promise);
    return points[static_cast<std::size_t>(most - promise.begin())];
}

} // namespace porogen::optimize
