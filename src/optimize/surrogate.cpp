#include "porogen/optimize/surrogate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <stdexcept>
#include <string>

#include <nlopt.hpp>

#include "optimize/surrogate_model.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/core/random.h"

namespace porogen {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using optimize::correlations;

const double sqrt_five = std::sqrt(5.0);

// Where hyperparameters are looked for. A length scale below 0.02 is white noise to any design
// that can be paid for, above 30 the variable is as good as absent. The least noise keeps A well
// conditioned.
constexpr double shortest = 0.02;
constexpr double longest = 30;
constexpr double least_noise = 1e-12;
constexpr double most_noise = 1e3;
/// Added to the residual's square: data that the trend explains to the last digit leave nothing to
/// take the logarithm of.
constexpr double residual_floor = 1e-20;

/// Rasmussen & Williams, eq. (4.17).
double matern(double r) {
    const double s = sqrt_five * r;
    return (1 + s + s * s / 3) * std::exp(-s);
}

MatrixXd trend_functions(Trend trend, const MatrixXd& points) {
    MatrixXd functions =
        MatrixXd::Ones(points.cols(), trend == Trend::linear ? points.rows() + 1 : 1);
    if (trend == Trend::linear) {
        functions.rightCols(points.rows()) = points.transpose();
    }
    return functions;
}

/// The restricted likelihood of ln(length scales), ln(noise ratio).
class Likelihood {
  public:
    Likelihood(const MatrixXd& points, const VectorXd& values, const MatrixXd& functions)
        : points_(points), values_(values), functions_(functions) {}

    /// -infinity where A cannot be factorized. Fills the gradient if it is not empty.
    double operator()(const std::vector<double>& hyperparameters,
                      std::vector<double>& gradient) const {
        const Index n = points_.cols();
        const Index d = points_.rows();
        const double free = static_cast<double>(n - functions_.cols());
        const double ratio = std::exp(hyperparameters.back());
        const VectorXd logs = Eigen::Map<const VectorXd>(hyperparameters.data(), d);
        const MatrixXd scaled = (-logs.array()).exp().matrix().asDiagonal() * points_;
        MatrixXd A(n, n);
        MatrixXd slopes(gradient.empty() ? 0 : n, gradient.empty() ? 0 : n);
        for (Index j = 0; j < n; ++j) {
            A(j, j) = 1 + ratio;
            for (Index i = j + 1; i < n; ++i) {
                const double s = sqrt_five * (scaled.col(i) - scaled.col(j)).norm();
                const double decay = std::exp(-s);
                A(i, j) = (1 + s + s * s / 3) * decay;
                if (!gradient.empty()) {
                    slopes(i, j) = 5.0 / 3 * (1 + s) * decay;
                }
            }
        }
        const Eigen::LLT<Eigen::Ref<MatrixXd>> factor(A);
        if (factor.info() != Eigen::Success) {
            return -std::numeric_limits<double>::infinity();
        }
        const auto L = A.triangularView<Eigen::Lower>();
        const MatrixXd whitened = L.solve(functions_);
        const VectorXd white_values = L.solve(values_);
        const Eigen::LLT<MatrixXd> gram(whitened.transpose() * whitened);
        const VectorXd residual =
            white_values - whitened * gram.solve(whitened.transpose() * white_values);
        const double square = residual.squaredNorm() + residual_floor;
        const double likelihood = -free / 2 * std::log(square / free) -
                                  A.diagonal().array().log().sum() -
                                  MatrixXd(gram.matrixL()).diagonal().array().log().sum();
        if (gradient.empty()) {
            return likelihood;
        }
        // d likelihood = sum(M dA) / 2 with M = (n - p) / square P y y^T P - P.
        MatrixXd inverse = MatrixXd::Identity(n, n);
        L.solveInPlace(inverse);
        const VectorXd weights = inverse.transpose().triangularView<Eigen::Upper>() * residual;
        const MatrixXd projected = inverse.transpose().triangularView<Eigen::Upper>() *
                                   gram.matrixL().solve(whitened.transpose()).transpose();
        MatrixXd M = MatrixXd::Zero(n, n);
        M.selfadjointView<Eigen::Lower>().rankUpdate(MatrixXd(inverse.transpose()), -1.0);
        M.selfadjointView<Eigen::Lower>().rankUpdate(projected, 1.0);
        M.selfadjointView<Eigen::Lower>().rankUpdate(weights, free / square);
        gradient.back() = ratio / 2 * M.trace();
        for (Index j = 0; j < n; ++j) {
            M(j, j) = 0;
            for (Index i = j + 1; i < n; ++i) {
                M(i, j) *= slopes(i, j);
            }
        }
        // The sum over pairs of M_ij (x_ik - x_jk)^2, multiplied out.
        const auto G = M.selfadjointView<Eigen::Lower>();
        const VectorXd sums = G * VectorXd::Ones(n);
        const MatrixXd products = G * scaled.transpose();
        for (Index k = 0; k < d; ++k) {
            gradient[static_cast<std::size_t>(k)] =
                scaled.row(k).array().square().matrix().dot(sums) -
                scaled.row(k).dot(products.col(k));
        }
        return likelihood;
    }

  private:
    const MatrixXd& points_;
    const VectorXd& values_;
    const MatrixXd& functions_;
};

/// Of ln(length scales), ln(noise ratio).
struct Bounds {
    std::vector<double> low;
    std::vector<double> high;

    explicit Bounds(Index dimension)
        : low(static_cast<std::size_t>(dimension), std::log(shortest)),
          high(static_cast<std::size_t>(dimension), std::log(longest)) {
        low.push_back(std::log(least_noise));
        high.push_back(std::log(most_noise));
    }
};

struct Candidate {
    std::vector<double> hyperparameters;
    double likelihood = -std::numeric_limits<double>::infinity();
};

/// What NLopt's callback is given. NLopt may end at a worse point than the best it met.
struct Climb {
    const Likelihood& likelihood;
    Candidate best;
};

double climb_step(const std::vector<double>& x, std::vector<double>& gradient, void* data) {
    auto& climb = *static_cast<Climb*>(data);
    const double value = climb.likelihood(x, gradient);
    if (value > climb.best.likelihood) {
        climb.best = {x, value};
    }
    if (!std::isfinite(value)) {
        std::fill(gradient.begin(), gradient.end(), 0.0);
        return -1e100;
    }
    return value;
}

Candidate climb(const Likelihood& likelihood, const Candidate& start) {
    Climb state{likelihood, start};
    const std::size_t count = start.hyperparameters.size();
    const Bounds bounds(std::ssize(start.hyperparameters) - 1);
    try {
        nlopt::opt optimiser(nlopt::LD_SLSQP, static_cast<unsigned>(count));
        optimiser.set_lower_bounds(bounds.low);
        optimiser.set_upper_bounds(bounds.high);
        optimiser.set_max_objective(climb_step, &state);
        optimiser.set_ftol_abs(1e-5);
        optimiser.set_xtol_abs(1e-4);
        optimiser.set_maxeval(80);
        std::vector<double> x = start.hyperparameters;
        double value = 0;
        optimiser.optimize(x, value);
    } catch (const std::runtime_error&) {
        // As close as it gets; the best is kept.
    }
    return state.best;
}

/// Starts for the climb, the best first; but the best of each noise level before all others: signal
/// and noise can be told apart in more ways than one, and a climb does not leave the wrong one.
std::vector<Candidate> guesses(const Likelihood& likelihood, Index dimension, std::uint64_t seed) {
    const auto d = static_cast<std::size_t>(dimension);
    RandomStream random(seed, "surrogate starts");
    std::vector<Candidate> candidates;
    for (const double noise : {1e-6, 1e-2, 1.0}) {
        for (const double length : {0.15, 0.4, 1.0, 3.0}) {
            for (const double spread : {0.0, 1.0}) {
                std::vector<double> start(d + 1, std::log(noise));
                for (std::size_t k = 0; k < d; ++k) {
                    start[k] = std::clamp(std::log(length * std::sqrt(static_cast<double>(d))) +
                                              spread * random.normal(),
                                          std::log(shortest), std::log(longest));
                }
                candidates.push_back({std::move(start)});
            }
        }
    }
    parallel_blocks(std::ssize(candidates), 1, [&](std::int64_t begin, std::int64_t end) {
        std::vector<double> no_gradient;
        for (std::int64_t i = begin; i < end; ++i) {
            Candidate& candidate = candidates[static_cast<std::size_t>(i)];
            candidate.likelihood = likelihood(candidate.hyperparameters, no_gradient);
        }
    });
    std::stable_sort(
        candidates.begin(), candidates.end(),
        [](const Candidate& a, const Candidate& b) { return a.likelihood > b.likelihood; });
    std::vector<Candidate> first;
    std::vector<Candidate> others;
    for (Candidate& candidate : candidates) {
        const bool known = std::any_of(first.begin(), first.end(), [&](const Candidate& c) {
            return c.hyperparameters.back() == candidate.hyperparameters.back();
        });
        (known ? others : first).push_back(std::move(candidate));
    }
    first.insert(first.end(), others.begin(), others.end());
    return first;
}

Candidate most_likely(const Likelihood& likelihood, Index dimension,
                      const SurrogateOptions& options) {
    std::vector<Candidate> candidates = guesses(likelihood, dimension, options.seed);
    candidates.resize(
        std::min(candidates.size(), static_cast<std::size_t>(std::max(options.starts, 1))));
    parallel_blocks(std::ssize(candidates), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
            Candidate& candidate = candidates[static_cast<std::size_t>(i)];
            candidate = climb(likelihood, candidate);
        }
    });
    return *std::max_element(
        candidates.begin(), candidates.end(),
        [](const Candidate& a, const Candidate& b) { return a.likelihood < b.likelihood; });
}

MatrixXd as_columns(const std::vector<std::vector<double>>& points) {
    MatrixXd columns(std::ssize(points.front()), std::ssize(points));
    for (std::size_t i = 0; i < points.size(); ++i) {
        columns.col(static_cast<Index>(i)) =
            Eigen::Map<const VectorXd>(points[i].data(), std::ssize(points[i]));
    }
    return columns;
}

void check(const std::vector<std::vector<double>>& points, const std::vector<double>& values) {
    if (points.size() != values.size()) {
        throw_bad_input("fit_surrogate: " + std::to_string(points.size()) + " points but " +
                        std::to_string(values.size()) + " values; give one value per point");
    }
    if (points.size() < 3) {
        throw_bad_input("fit_surrogate: " + std::to_string(points.size()) +
                        " points are too few to learn from; evaluate at least 3 designs");
    }
    for (std::size_t i = 0; i < points.size(); ++i) {
        const std::string where = "fit_surrogate: point " + std::to_string(i + 1);
        if (points[i].empty() || points[i].size() != points.front().size()) {
            throw_bad_input(where + " has " + std::to_string(points[i].size()) +
                            " coordinates, the first has " + std::to_string(points.front().size()) +
                            "; give all the same, at least one");
        }
        for (const double x : points[i]) {
            if (!(x >= 0 && x <= 1)) {
                throw_bad_input(where +
                                " lies outside the unit cube; scale each variable to [0, 1]");
            }
        }
        if (!std::isfinite(values[i])) {
            throw_bad_input(where +
                            " has no finite value (an evaluation that failed?); leave it out");
        }
    }
}

void check_trend(Trend trend, const MatrixXd& functions) {
    // Two spare points: one for the process variance, one for everything else.
    if (functions.rows() < functions.cols() + 2 ||
        (trend == Trend::linear &&
         Eigen::ColPivHouseholderQR<MatrixXd>(functions).rank() < functions.cols())) {
        throw_bad_input("fit_surrogate: " + std::to_string(functions.rows()) +
                        " points do not determine a linear trend of " +
                        std::to_string(functions.cols() - 1) +
                        " variables; take more, vary every variable, or a constant trend");
    }
}

/// Factorizes A for the hyperparameters and solves for trend and weights.
void solve(SurrogateModel& model, const MatrixXd& points,
           const std::vector<double>& hyperparameters) {
    const Index n = points.cols();
    const VectorXd logs = Eigen::Map<const VectorXd>(hyperparameters.data(), points.rows());
    model.hyperparameters = hyperparameters;
    model.inverse_lengths = (-logs.array()).exp();
    model.ratio = std::exp(hyperparameters.back());
    model.points = model.inverse_lengths.asDiagonal() * points;
    MatrixXd A(n, n);
    for (Index j = 0; j < n; ++j) {
        A.col(j) = correlations(model, model.points.col(j));
        A(j, j) = 1 + model.ratio;
    }
    model.factor.compute(A);
    model.whitened = model.factor.matrixL().solve(model.functions);
    model.gram.compute(model.whitened.transpose() * model.whitened);
    const VectorXd white_values = model.factor.matrixL().solve(model.values);
    model.coefficients = model.gram.solve(model.whitened.transpose() * white_values);
    const VectorXd residual = white_values - model.whitened * model.coefficients;
    model.process_variance =
        residual.squaredNorm() / static_cast<double>(n - model.functions.cols());
    model.weights = model.factor.matrixU().solve(residual);
    const MatrixXd inverse = model.factor.matrixL().solve(MatrixXd::Identity(n, n));
    const MatrixXd projected =
        inverse.transpose() * model.gram.matrixL().solve(model.whitened.transpose()).transpose();
    model.diagonal =
        inverse.colwise().squaredNorm().transpose() - projected.rowwise().squaredNorm();
}

/// Minus the second derivatives of the likelihood, from differences of its gradient towards the
/// middle of the bounds.
MatrixXd curvature(const Likelihood& likelihood, const std::vector<double>& at) {
    const double step = 0.05;
    const Index count = std::ssize(at);
    const Bounds bounds(count - 1);
    std::vector<double> centre(at.size());
    likelihood(at, centre);
    MatrixXd result(count, count);
    parallel_blocks(count, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t k = begin; k < end; ++k) {
            const auto i = static_cast<std::size_t>(k);
            const double move = at[i] > (bounds.low[i] + bounds.high[i]) / 2 ? -step : step;
            std::vector<double> moved = at;
            moved[i] += move;
            std::vector<double> gradient(at.size());
            likelihood(moved, gradient);
            for (Index j = 0; j < count; ++j) {
                const auto other = static_cast<std::size_t>(j);
                result(j, k) = (centre[other] - gradient[other]) / move;
            }
        }
    });
    return (result + result.transpose()) / 2;
}

} // namespace

namespace optimize {

std::vector<SurrogateModel> plausible_models(const SurrogateModel& model, int count,
                                             RandomStream& random) {
    const Index size = std::ssize(model.hyperparameters);
    const MatrixXd points = model.inverse_lengths.cwiseInverse().asDiagonal() * model.points;
    const Likelihood likelihood(points, model.values, model.functions);
    const Bounds bounds(size - 1);
    const Eigen::SelfAdjointEigenSolver<MatrixXd> modes(
        curvature(likelihood, model.hyperparameters));
    // A direction in which the likelihood is flat is tried over a factor of exp(2), no further.
    const VectorXd precisions = modes.eigenvalues().cwiseMax(0.25);

    struct Draw {
        std::vector<double> hyperparameters;
        double log_weight = 0;
    };
    std::vector<Draw> draws(static_cast<std::size_t>(4 * count));
    for (Draw& draw : draws) {
        VectorXd z(size);
        for (Index i = 0; i < size; ++i) {
            z(i) = random.normal() / std::sqrt(precisions(i));
        }
        VectorXd moved = modes.eigenvectors() * z;
        draw.hyperparameters = model.hyperparameters;
        for (Index i = 0; i < size; ++i) {
            const auto k = static_cast<std::size_t>(i);
            double& value = draw.hyperparameters[k];
            value = std::clamp(value + moved(i), bounds.low[k], bounds.high[k]);
            moved(i) = value - model.hyperparameters[k];
        }
        const VectorXd back = modes.eigenvectors().transpose() * moved;
        draw.log_weight = back.cwiseAbs2().dot(precisions) / 2;
    }
    parallel_blocks(std::ssize(draws), 1, [&](std::int64_t begin, std::int64_t end) {
        std::vector<double> no_gradient;
        for (std::int64_t i = begin; i < end; ++i) {
            Draw& draw = draws[static_cast<std::size_t>(i)];
            draw.log_weight += likelihood(draw.hyperparameters, no_gradient);
        }
    });
    double largest = -std::numeric_limits<double>::infinity();
    for (const Draw& draw : draws) {
        largest = std::max(largest, draw.log_weight);
    }
    double sum = 0;
    for (const Draw& draw : draws) {
        sum += std::exp(draw.log_weight - largest);
    }
    // Systematic resampling: one tooth of a comb in each 1 / count of the summed weights.
    std::vector<SurrogateModel> result;
    double reached = 0;
    double tooth = random.uniform();
    for (const Draw& draw : draws) {
        reached += std::exp(draw.log_weight - largest) / sum * count;
        for (; tooth < reached && std::ssize(result) < count; tooth += 1) {
            result.push_back(model);
            solve(result.back(), points, draw.hyperparameters);
        }
    }
    while (std::ssize(result) < count) {
        result.push_back(result.empty() ? model : result.back());
    }
    return result;
}

VectorXd correlations(const SurrogateModel& model, const VectorXd& x) {
    VectorXd result(model.points.cols());
    for (Index i = 0; i < result.size(); ++i) {
        result(i) = matern((model.points.col(i) - x).norm());
    }
    return result;
}

} // namespace optimize

Surrogate fit_surrogate(const std::vector<std::vector<double>>& points,
                        const std::vector<double>& values, const SurrogateOptions& options) {
    check(points, values);
    const MatrixXd columns = as_columns(points);
    auto model = std::make_shared<SurrogateModel>();
    model->trend = options.trend;
    model->functions = trend_functions(options.trend, columns);
    check_trend(options.trend, model->functions);

    const VectorXd raw = Eigen::Map<const VectorXd>(values.data(), std::ssize(values));
    model->offset = raw.mean();
    model->scale = std::sqrt((raw.array() - model->offset).square().sum() /
                             static_cast<double>(raw.size() - 1));
    Surrogate surrogate;
    surrogate.dimension = static_cast<int>(columns.rows());
    surrogate.length_scales.assign(points.front().size(), longest);
    surrogate.model = model;
    if (!(model->scale > 1e-13 * raw.cwiseAbs().maxCoeff())) {
        model->scale = 0;
        model->values = VectorXd::Zero(raw.size());
        return surrogate;
    }
    model->values = (raw.array() - model->offset) / model->scale;

    const Candidate best =
        most_likely(Likelihood(columns, model->values, model->functions), columns.rows(), options);
    solve(*model, columns, best.hyperparameters);
    const double square = model->scale * model->scale;
    surrogate.process_variance = square * model->process_variance;
    surrogate.noise_variance = surrogate.process_variance * model->ratio;
    for (std::size_t k = 0; k < surrogate.length_scales.size(); ++k) {
        surrogate.length_scales[k] = std::exp(best.hyperparameters[k]);
    }
    surrogate.log_likelihood = best.likelihood;
    return surrogate;
}

Prediction predict(const Surrogate& surrogate, const std::vector<double>& x) {
    if (!surrogate.model || std::ssize(x) != surrogate.dimension) {
        throw_bad_input("predict: a point of " + std::to_string(x.size()) +
                        " coordinates for a surrogate of " + std::to_string(surrogate.dimension) +
                        " variables; give one coordinate per variable");
    }
    const SurrogateModel& model = *surrogate.model;
    if (model.scale == 0) {
        return {model.offset, 0};
    }
    const MatrixXd point = Eigen::Map<const VectorXd>(x.data(), std::ssize(x));
    const VectorXd k = correlations(model, model.inverse_lengths.asDiagonal() * point.col(0));
    const VectorXd f = trend_functions(model.trend, point).row(0);
    const VectorXd white = model.factor.matrixL().solve(k);
    const VectorXd missing = model.gram.matrixL().solve(model.whitened.transpose() * white - f);
    const double part = 1 - white.squaredNorm() + missing.squaredNorm();
    return {model.offset + model.scale * (f.dot(model.coefficients) + k.dot(model.weights)),
            model.scale * std::sqrt(model.process_variance * std::max(part, 0.0))};
}

std::vector<Prediction> leave_one_out(const Surrogate& surrogate) {
    if (!surrogate.model) {
        throw_bad_input("leave_one_out: the surrogate was never fitted; call fit_surrogate first");
    }
    const SurrogateModel& model = *surrogate.model;
    std::vector<Prediction> predictions(static_cast<std::size_t>(model.values.size()),
                                        {model.offset, 0});
    if (model.scale == 0) {
        return predictions;
    }
    for (Index i = 0; i < model.values.size(); ++i) {
        // A point that alone fixes a coefficient of the trend cannot be predicted without it.
        const double kept = std::max(model.diagonal(i), std::numeric_limits<double>::min());
        predictions[static_cast<std::size_t>(i)] = {
            model.offset + model.scale * (model.values(i) - model.weights(i) / kept),
            model.scale * std::sqrt(model.process_variance / kept)};
    }
    return predictions;
}

double leave_one_out_q2(const Surrogate& surrogate) {
    const std::vector<Prediction> predictions = leave_one_out(surrogate);
    const SurrogateModel& model = *surrogate.model;
    if (model.scale == 0) {
        return 1;
    }
    double errors = 0;
    for (std::size_t i = 0; i < predictions.size(); ++i) {
        const double predicted = (predictions[i].mean - model.offset) / model.scale;
        errors += std::pow(predicted - model.values(static_cast<Index>(i)), 2);
    }
    return 1 - errors / model.values.squaredNorm();
}

} // namespace porogen
