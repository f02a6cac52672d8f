#include "optimize/merit.h"

#include <cmath>
#include <limits>

namespace porogen {

namespace {

/// Distance by which `value` lies beyond `bound`, relative to the bound's size; a bound of 0 has
/// size 1. What is not a number lies infinitely far beyond.
double relative_excess(double beyond, double bound) {
    const double size = bound == 0 ? 1 : std::abs(bound);
    return std::isnan(beyond) ? std::numeric_limits<double>::infinity() : beyond / size;
}

double lower_excess(const DesignConstraint& constraint, double value) {
    return relative_excess(constraint.low - value, constraint.low);
}

double upper_excess(const DesignConstraint& constraint, double value) {
    return relative_excess(value - constraint.high, constraint.high);
}

double constrained_value(const Evaluation& evaluation, std::size_t constraint) {
    return constraint < evaluation.constraints.size() ? evaluation.constraints[constraint]
                                                      : std::numeric_limits<double>::quiet_NaN();
}

} // namespace

double constraint_violation(const SearchProblem& problem, const Evaluation& evaluation) {
    double violation = 0;
    for (std::size_t c = 0; c < problem.constraints.size(); ++c) {
        const DesignConstraint& constraint = problem.constraints[c];
        const double value = constrained_value(evaluation, c);
        if (std::isnan(value)) {
            return std::numeric_limits<double>::infinity();
        }
        if (value < constraint.low) {
            violation += lower_excess(constraint, value);
        } else if (value > constraint.high) {
            violation += upper_excess(constraint, value);
        }
    }
    return violation;
}

bool better(const SearchProblem& problem, const Evaluation& a, const Evaluation& b) {
    if (a.feasible != b.feasible) {
        return a.feasible;
    }
    if (!a.feasible) {
        return false;
    }
    const double violation_a = constraint_violation(problem, a);
    const double violation_b = constraint_violation(problem, b);
    if (violation_a != violation_b) {
        return violation_a < violation_b;
    }
    return problem.maximise ? a.objective > b.objective : a.objective < b.objective;
}

namespace optimize {

double merit(const SearchProblem& problem, const Evaluation& evaluation, double scale) {
    if (!evaluation.feasible) {
        return 2;
    }
    const double violation = constraint_violation(problem, evaluation);
    if (violation > 0) {
        return 2 - 1 / (1 + violation);
    }
    const double cost = (problem.maximise ? -1 : 1) * evaluation.objective / scale;
    return cost / (1 + std::abs(cost));
}

std::vector<double> excess(const SearchProblem& problem, const Evaluation& evaluation) {
    std::vector<double> result;
    const auto add = [&](double value) {
        result.push_back(evaluation.feasible && std::isfinite(value) ? value : 1);
    };
    for (std::size_t c = 0; c < problem.constraints.size(); ++c) {
        const DesignConstraint& constraint = problem.constraints[c];
        const double value = constrained_value(evaluation, c);
        if (std::isfinite(constraint.low)) {
            add(lower_excess(constraint, value));
        }
        if (std::isfinite(constraint.high)) {
            add(upper_excess(constraint, value));
        }
    }
    return result;
}

} // namespace optimize

} // namespace porogen
