#include "porogen/optimize/surrogate.h"

#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <string>

#include <doctest/doctest.h>

#include "near.h"
#include "optimize/surrogate_model.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/core/random.h"
#include "porogen/optimize/sampling.h"

using namespace porogen;
using test::near;

namespace {

using Points = std::vector<std::vector<double>>;
using Function = std::function<double(const std::vector<double>&)>;

std::vector<double> values_of(const Function& f, const Points& points, double noise = 0,
                              std::uint64_t seed = 1) {
    RandomStream random(seed, "surrogate test noise");
    std::vector<double> values;
    for (const auto& point : points) {
        values.push_back(f(point) + noise * random.normal());
    }
    return values;
}

double wavy(const std::vector<double>& x) {
    return 100 + 5 * std::sin(4 * x[0]) + 10 * x[1] * x[1];
}

/// Root mean square of the error over the standard deviation of the function.
double relative_error(const Surrogate& surrogate, const Function& f, const Points& points) {
    double error = 0;
    double sum = 0;
    double squares = 0;
    for (const auto& x : points) {
        const double value = f(x);
        error += std::pow(predict(surrogate, x).mean - value, 2);
        sum += value;
        squares += value * value;
    }
    const auto n = static_cast<double>(points.size());
    return std::sqrt(error / (squares - sum * sum / n));
}

bool same(const Surrogate& a, const Surrogate& b) {
    const std::vector<double> x(static_cast<std::size_t>(a.dimension), 0.3);
    return a.length_scales == b.length_scales && a.noise_variance == b.noise_variance &&
           predict(a, x).mean == predict(b, x).mean &&
           predict(a, x).standard_deviation == predict(b, x).standard_deviation;
}

} // namespace

TEST_CASE("surrogate: goes through noise-free values, and knows that it does") {
    const Points points = sobol_points(2, 30, 4);
    const std::vector<double> values = values_of(wavy, points);
    for (const Trend trend : {Trend::constant, Trend::linear}) {
        const Surrogate surrogate = fit_surrogate(points, values, {trend, 2, 0});
        for (std::size_t i = 0; i < points.size(); ++i) {
            const Prediction p = predict(surrogate, points[i]);
            CHECK(std::abs(p.mean - values[i]) < 1e-3);
            CHECK(p.standard_deviation < 0.01);
        }
        CHECK(leave_one_out_q2(surrogate) > 0.99);
        CHECK(predict(surrogate, {0.999, 0.001}).standard_deviation >
              3 * predict(surrogate, points[7]).standard_deviation);
    }
}

TEST_CASE("surrogate: a prediction is the textbook's bordered system solved") {
    const Points points = {{0.0}, {0.5}, {1.0}, {0.25}, {0.75}, {0.1}, {0.6}, {0.9}};
    const std::vector<double> values = values_of([](const auto& x) { return x[0] * x[0]; }, points);
    const Surrogate surrogate = fit_surrogate(points, values);
    // The slow, obvious twin: dense matrices, the textbook's equations.
    const double ratio = surrogate.noise_variance / surrogate.process_variance;
    const auto k = [&](double a, double b) {
        const double s = std::sqrt(5.0) * std::abs(a - b) / surrogate.length_scales[0];
        return (1 + s + s * s / 3) * std::exp(-s);
    };
    Eigen::MatrixXd bordered = Eigen::MatrixXd::Zero(9, 9);
    Eigen::VectorXd right = Eigen::VectorXd::Zero(9);
    const double x = 0.37;
    for (int i = 0; i < 8; ++i) {
        for (int j = 0; j < 8; ++j) {
            bordered(i, j) = k(points[i][0], points[j][0]) + (i == j ? ratio : 0);
        }
        bordered(i, 8) = bordered(8, i) = 1;
        right(i) = k(points[i][0], x);
    }
    right(8) = 1;
    const Eigen::VectorXd lambda = bordered.fullPivLu().solve(right);
    double mean = 0;
    for (int i = 0; i < 8; ++i) {
        mean += lambda(i) * values[static_cast<std::size_t>(i)];
    }
    const double variance = surrogate.process_variance * (1 - lambda.dot(right));
    const Prediction p = predict(surrogate, {x});
    CHECK(p.mean == near(mean).epsilon(1e-6));
    CHECK(p.standard_deviation == near(std::sqrt(variance)).epsilon(1e-3));
}

TEST_CASE("surrogate: leave_one_out is what a fit without the point would say") {
    const Points points = sobol_points(2, 14, 3);
    // Wavy enough for short length scales: the twin's explicit inverses need a tame matrix.
    const std::vector<double> values = values_of(
        [](const auto& x) { return std::sin(9 * x[0]) + std::cos(7 * x[1]); }, points, 0.1);
    for (const Trend trend : {Trend::constant, Trend::linear}) {
        const Surrogate full = fit_surrogate(points, values, {trend, 2, 0});
        const auto& model = *full.model;
        const std::vector<Prediction> left_out = leave_one_out(full);
        for (Eigen::Index out = 0; out < 14; ++out) {
            // Generalised least squares and kriging from the other 13, hyperparameters kept.
            std::vector<Eigen::Index> rest;
            for (Eigen::Index i = 0; i < 14; ++i) {
                if (i != out) {
                    rest.push_back(i);
                }
            }
            Eigen::MatrixXd A(14, 14);
            for (Eigen::Index i = 0; i < 14; ++i) {
                A.col(i) = optimize::correlations(model, model.points.col(i));
                A(i, i) += model.ratio;
            }
            const Eigen::MatrixXd inverse = Eigen::MatrixXd(A(rest, rest)).inverse();
            const Eigen::MatrixXd F = model.functions(rest, Eigen::all);
            const Eigen::VectorXd y = model.values(rest);
            const Eigen::VectorXd k = A(rest, out);
            const Eigen::VectorXd f = model.functions.row(out);
            const Eigen::MatrixXd gram = (F.transpose() * inverse * F).inverse();
            const Eigen::VectorXd beta = gram * F.transpose() * inverse * y;
            const double mean = f.dot(beta) + k.dot(inverse * (y - F * beta));
            const Eigen::VectorXd u = F.transpose() * inverse * k - f;
            const double variance =
                model.process_variance * (1 + model.ratio - k.dot(inverse * k) + u.dot(gram * u));
            const Prediction& p = left_out[static_cast<std::size_t>(out)];
            CHECK(p.mean == near(model.offset + model.scale * mean).epsilon(1e-6));
            CHECK(p.standard_deviation == near(model.scale * std::sqrt(variance)).epsilon(1e-6));
        }
    }
}

TEST_CASE("surrogate: the error of a smooth function falls with the third power of the spacing") {
    const Function f = [](const auto& x) { return std::sin(6 * x[0]) + std::exp(x[0]); };
    const auto error = [&](int intervals) {
        const Points points = full_grid({intervals + 1});
        return relative_error(fit_surrogate(points, values_of(f, points)), f, full_grid({301}));
    };
    const double coarse = error(8);
    const double fine = error(24);
    const double order = std::log(coarse / fine) / std::log(3);
    MESSAGE("8 intervals: ", coarse, ", 24: ", fine, ", order ", order);
    CHECK(order > 2.5);
    CHECK(fine < 1e-3);
}

TEST_CASE("surrogate: recovers the noise, from replicates and from a smooth function alike") {
    const double noise = 0.7;
    Points twice = sobol_points(2, 40, 2);
    for (std::size_t i = 0; i < 40; ++i) {
        twice.push_back(Points::value_type(twice[i]));
    }
    const Points once = sobol_points(2, 80, 2);
    for (const Points& points : {twice, once}) {
        double variance = 0;
        for (std::uint64_t seed = 1; seed <= 10; ++seed) {
            variance +=
                fit_surrogate(points, values_of(wavy, points, noise, seed)).noise_variance / 10;
        }
        MESSAGE("noise variance ", variance, " of ", noise * noise);
        // Ten fits of about 40 degrees of freedom and more: a standard error of 7 %.
        CHECK(variance == near(noise * noise).epsilon(0.2));
    }
}

TEST_CASE("surrogate: pure noise is called noise") {
    double explained = 0;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        const Points points = sobol_points(3, 60, seed);
        const Surrogate surrogate =
            fit_surrogate(points, values_of([](const auto&) { return 5.0; }, points, 2, seed));
        explained += leave_one_out_q2(surrogate) / 8;
        CHECK(std::abs(predict(surrogate, {0.5, 0.5, 0.5}).mean - 5) < 2);
    }
    MESSAGE("mean q2 of pure noise: ", explained);
    CHECK(explained < 0.1);
}

TEST_CASE("surrogate: 95 % bands hold 95 % of what they speak of") {
    // Functions drawn from the prior itself, so that the bands have nothing to excuse them: sums of
    // cosines with Matern 5/2 statistics, length scale 0.4.
    int held = 0;
    int held_left_out = 0;
    int count = 0;
    int count_left_out = 0;
    const Points test = sobol_points(2, 50, 77);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        RandomStream random(seed, "surrogate coverage test");
        Eigen::MatrixXd waves(300, 4);
        for (Eigen::Index m = 0; m < waves.rows(); ++m) {
            double chi = 0;
            for (int i = 0; i < 5; ++i) {
                chi += std::pow(random.normal(), 2);
            }
            waves.row(m) << random.normal(), random.normal(), random.uniform(0, 6.283185307179586),
                random.normal();
            waves.block(m, 0, 1, 2) /= 0.4 * std::sqrt(chi / 5);
        }
        const Function f = [&](const auto& x) {
            return std::sqrt(2.0 / 300) * (waves.col(0) * x[0] + waves.col(1) * x[1] + waves.col(2))
                                              .array()
                                              .cos()
                                              .matrix()
                                              .dot(waves.col(3));
        };
        const Points points = sobol_points(2, 50, seed);
        const std::vector<double> values = values_of(f, points, 0.1, seed);
        const Surrogate surrogate = fit_surrogate(points, values);
        for (const auto& x : test) {
            const Prediction p = predict(surrogate, x);
            held += std::abs(p.mean - f(x)) <= 1.96 * p.standard_deviation ? 1 : 0;
            ++count;
        }
        const std::vector<Prediction> left_out = leave_one_out(surrogate);
        for (std::size_t i = 0; i < values.size(); ++i) {
            held_left_out +=
                std::abs(left_out[i].mean - values[i]) <= 1.96 * left_out[i].standard_deviation ? 1
                                                                                                : 0;
            ++count_left_out;
        }
    }
    const double part = static_cast<double>(held) / count;
    const double part_left_out = static_cast<double>(held_left_out) / count_left_out;
    MESSAGE("held ", part, " of the function, ", part_left_out, " of the values left out");
    CHECK(part > 0.88);
    CHECK(part < 0.99);
    CHECK(part_left_out > 0.92);
    CHECK(part_left_out < 0.98);
}

TEST_CASE("surrogate: names the variables that matter, in many dimensions") {
    const Function f = [](const auto& x) { return std::sin(5 * x[3]) + 2 * x[11] * x[11]; };
    const Points points = sobol_points(20, 80, 5);
    const Surrogate surrogate = fit_surrogate(points, values_of(f, points));
    for (std::size_t k = 0; k < 20; ++k) {
        CAPTURE(k);
        CHECK((surrogate.length_scales[k] < 10) == (k == 3 || k == 11));
    }
    CHECK(relative_error(surrogate, f, sobol_points(20, 200, 6)) < 0.1);
}

TEST_CASE("surrogate: values in any unit, and the same on any number of threads") {
    const Points points = sobol_points(3, 40, 9);
    const std::vector<double> values = values_of(wavy, points, 0.5);
    const Surrogate surrogate = fit_surrogate(points, values);
    std::vector<double> small = values;
    for (double& value : small) {
        value *= 1e-12;
    }
    const Surrogate scaled = fit_surrogate(points, small);
    CHECK(scaled.noise_variance == near(1e-24 * surrogate.noise_variance).epsilon(1e-3));
    CHECK(predict(scaled, {0.2, 0.3, 0.4}).mean ==
          near(1e-12 * predict(surrogate, {0.2, 0.3, 0.4}).mean).epsilon(1e-5));
    const ThreadLimit one(1);
    CHECK(same(surrogate, fit_surrogate(points, values)));
}

TEST_CASE("surrogate: constant values, repeated points, exact trends") {
    const Points points = sobol_points(2, 6, 1);
    const Surrogate flat = fit_surrogate(points, std::vector<double>(6, 1e-9));
    CHECK(predict(flat, {0.2, 0.2}).mean == 1e-9);
    CHECK(predict(flat, {0.2, 0.2}).standard_deviation == 0);
    CHECK(flat.noise_variance == 0);
    CHECK(leave_one_out_q2(flat) == 1);

    const Points here(8, {0.5, 0.5});
    const Surrogate repeated = fit_surrogate(here, {1, 2, 1, 2, 1, 2, 1, 2});
    CHECK(predict(repeated, {0.5, 0.5}).mean == near(1.5).epsilon(1e-6));
    CHECK(repeated.noise_variance == near(2.0 / 7).epsilon(0.02));

    const Function plane = [](const auto& x) { return 3 + 2 * x[0] - 7 * x[1]; };
    const Points nine = full_grid({3, 3});
    const Surrogate linear = fit_surrogate(nine, values_of(plane, nine), {Trend::linear, 2, 0});
    CHECK(predict(linear, {0.3, 0.9}).mean == near(plane({0.3, 0.9})).epsilon(1e-9));
    CHECK(predict(linear, {0.3, 0.9}).standard_deviation < 1e-6);
    CHECK(leave_one_out_q2(linear) == near(1).epsilon(1e-9));
}

TEST_CASE("surrogate: paths are draws from the prediction") {
    const Points points = sobol_points(2, 12, 3);
    for (const Trend trend : {Trend::constant, Trend::linear}) {
        const Surrogate surrogate =
            fit_surrogate(points, values_of(wavy, points, 0.3), {trend, 2, 0});
        RandomStream random(2, "paths test");
        const int count = 2000;
        const optimize::SurrogatePaths paths =
            optimize::draw_paths(*surrogate.model, count, 2000, random);
        const Points asked = sobol_points(2, 20, 8);
        const Eigen::MatrixXd values = optimize::path_values(*surrogate.model, paths, asked);
        double ratio = 0;
        for (std::size_t i = 0; i < asked.size(); ++i) {
            const Prediction p = predict(surrogate, asked[i]);
            const Eigen::VectorXd row = values.row(static_cast<Eigen::Index>(i));
            const double mean = row.mean();
            const double deviation = std::sqrt((row.array() - mean).square().sum() / (count - 1));
            CAPTURE(i);
            CHECK(std::abs(mean - p.mean) < 4 * p.standard_deviation / std::sqrt(count));
            // A finite number of waves: the deviation scatters from place to place.
            CHECK(deviation == near(p.standard_deviation).epsilon(0.5));
            ratio += deviation / p.standard_deviation / 20;
        }
        MESSAGE("deviation of the paths over the predicted one: ", ratio);
        CHECK(ratio == near(1).epsilon(0.2));
    }
}

TEST_CASE("surrogate: what cannot be learnt from is refused in one line") {
    const double not_a_number = std::numeric_limits<double>::quiet_NaN();
    const auto refusal = [](const Points& points, const std::vector<double>& values,
                            Trend trend = Trend::constant) -> std::string {
        try {
            fit_surrogate(points, values, {trend, 1, 0});
        } catch (const Error& error) {
            CHECK(error.code() == ExitCode::bad_input);
            return error.what();
        }
        return "";
    };
    CHECK(refusal({{0.1}, {0.2}}, {1, 2}).find("at least 3") != std::string::npos);
    CHECK(refusal({}, {}).find("at least 3") != std::string::npos);
    CHECK(refusal({{0.1}, {0.2}, {0.3}}, {1, 2}).find("one value per point") != std::string::npos);
    CHECK(refusal({{0.1}, {0.2}, {1.3}}, {1, 2, 3}).find("unit cube") != std::string::npos);
    CHECK(refusal({{0.1}, {0.2}, {not_a_number}}, {1, 2, 3}).find("unit") != std::string::npos);
    CHECK(refusal({{0.1}, {0.2}, {0.3, 0.4}}, {1, 2, 3}).find("point 3") != std::string::npos);
    CHECK(refusal({{}, {}, {}}, {1, 2, 3}).find("at least one") != std::string::npos);
    CHECK(refusal({{0.1}, {0.2}, {0.3}}, {1, not_a_number, 3}).find("point 2") !=
          std::string::npos);
    CHECK(refusal({{0.1}, {0.2}, {0.3}}, {1, 2, 3}, Trend::linear).find("trend") !=
          std::string::npos);
    CHECK(refusal({{0.1, 0.5}, {0.2, 0.5}, {0.3, 0.5}, {0.4, 0.5}, {0.6, 0.5}, {0.7, 0.5}},
                  {1, 2, 3, 4, 5, 7}, Trend::linear)
              .find("vary every") != std::string::npos);
    CHECK_THROWS_AS(predict(Surrogate{}, {0.5}), Error);
    CHECK_THROWS_AS(leave_one_out(Surrogate{}), Error);
    const Points points = sobol_points(2, 5, 1);
    CHECK_THROWS_AS(predict(fit_surrogate(points, values_of(wavy, points)), {0.5}), Error);
}
