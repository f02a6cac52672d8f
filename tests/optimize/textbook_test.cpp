// The search on functions whose optima are known: L. C. W. Dixon, G. P. Szego, Towards Global
// Optimisation 2 (1978) for Branin and Hartmann; W. Hock, K. Schittkowski, Test Examples for
// Nonlinear Programming Codes, Lect. Notes Econ. Math. Syst. 187 (1981) for HS.

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "optimize/temporary.h"
#include "porogen/core/random.h"
#include "porogen/core/units.h"
#include "porogen/optimize/search.h"

using namespace porogen;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Textbook {
    std::string name;
    std::vector<DesignVariable> variables;
    std::function<double(const std::vector<double>&)> objective;
    std::function<double(const std::vector<double>&)> constraint; ///< empty: none
    DesignConstraint bounds;
    double optimum = 0;
};

DesignVariable from_to(double low, double high, double start) {
    return {"x", low, high, false, start};
}

double square(double x) {
    return x * x;
}

Textbook branin() {
    return {"Branin",
            {from_to(-5, 10, 0), from_to(0, 15, 10)},
            [](const auto& x) {
                constexpr double pi = 3.14159265358979323846;
                return square(x[1] - 5.1 / (4 * pi * pi) * x[0] * x[0] + 5 / pi * x[0] - 6) +
                       10 * (1 - 1 / (8 * pi)) * std::cos(x[0]) + 10;
            },
            {},
            {},
            0.39788735772973816};
}

Textbook rosenbrock() {
    return {"Rosenbrock",
            {from_to(-2, 2, -1.2), from_to(-1, 3, 1)},
            [](const auto& x) { return 100 * square(x[1] - x[0] * x[0]) + square(1 - x[0]); },
            {},
            {},
            0};
}

Textbook hartmann_6() {
    return {"Hartmann 6",
            std::vector<DesignVariable>(6, from_to(0, 1, 0.5)),
            [](const auto& x) {
                constexpr std::array<double, 4> height{1, 1.2, 3, 3.2};
                constexpr std::array<std::array<double, 6>, 4> width{{{10, 3, 17, 3.5, 1.7, 8},
                                                                      {0.05, 10, 17, 0.1, 8, 14},
                                                                      {3, 3.5, 1.7, 10, 17, 8},
                                                                      {17, 8, 0.05, 10, 0.1, 14}}};
                constexpr std::array<std::array<double, 6>, 4> place{
                    {{0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
                     {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
                     {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
                     {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}}};
                double sum = 0;
                for (std::size_t i = 0; i < 4; ++i) {
                    double away = 0;
                    for (std::size_t j = 0; j < 6; ++j) {
                        away += width[i][j] * square(x[j] - place[i][j]);
                    }
                    sum -= height[i] * std::exp(-away);
                }
                return sum;
            },
            {},
            {},
            -3.32236801141551};
}

/// Optimum on a bound, its constraint slack in reach: (2, 0).
Textbook hs21() {
    return {"HS 21",
            {from_to(2, 50, 30), from_to(-50, 50, -20)},
            [](const auto& x) { return 0.01 * square(x[0]) + square(x[1]) - 100; },
            [](const auto& x) { return 10 * x[0] - x[1]; },
            {"c", 10, infinity},
            -99.96};
}

/// Optimum on the constraint, an ellipsoid: 16 sqrt(2).
Textbook hs29() {
    return {"HS 29",
            {from_to(0.1, 7, 1), from_to(0.1, 5, 1), from_to(0.1, 4, 1)},
            [](const auto& x) { return -x[0] * x[1] * x[2]; },
            [](const auto& x) { return square(x[0]) + 2 * square(x[1]) + 4 * square(x[2]); },
            {"c", -infinity, 48},
            -16 * std::sqrt(2.0)};
}

/// Optimum on the constraint, a sphere.
Textbook hs65() {
    return {"HS 65",
            {from_to(-4.5, 4.5, -4), from_to(-4.5, 4.5, 4), from_to(-5, 5, 0)},
            [](const auto& x) {
                return square(x[0] - x[1]) + square(x[0] + x[1] - 10) / 9 + square(x[2] - 5);
            },
            [](const auto& x) { return square(x[0]) + square(x[1]) + square(x[2]); },
            {"c", -infinity, 48},
            0.9535288567};
}

SearchProblem problem_of(const Textbook& book, double noise) {
    SearchProblem problem;
    problem.variables = book.variables;
    problem.maximise = false;
    if (book.constraint) {
        problem.constraints = {book.bounds};
    }
    problem.key = [](const Trial& trial) {
        std::string key = std::to_string(trial.replicate);
        for (const double value : trial.values) {
            key += " " + format_number(value);
        }
        return key;
    };
    const auto key = problem.key;
    problem.evaluate = [book, noise, key](const Trial& trial) {
        Evaluation evaluation;
        evaluation.feasible = true;
        evaluation.objective =
            book.objective(trial.values) + noise * RandomStream(1, key(trial)).normal();
        if (book.constraint) {
            evaluation.constraints = {book.constraint(trial.values)};
        }
        return evaluation;
    };
    return problem;
}

/// As a recipe has it unless it says otherwise: a third of the budget for the screen, then kriging.
SearchOptions defaults(int budget, std::uint64_t seed) {
    SearchOptions options;
    options.max_evaluations = budget;
    options.screen = budget / 3;
    options.contenders = 0;
    options.seed = seed;
    return options;
}

SearchOptions with_nlopt(GlobalMethod global, LocalMethod local, int budget) {
    SearchOptions options = defaults(budget, 1);
    options.global = global;
    options.local = local;
    return options;
}

/// How far the best design lies above the optimum, without its noise.
double gap(const Textbook& book, const SearchOptions& options, double noise = 0) {
    const TemporaryDirectory directory;
    History history(directory / "history.db");
    const SearchResult result = search(problem_of(book, noise), options, history);
    CHECK(result.constraints_met);
    return book.objective(result.best.variables) - book.optimum;
}

} // namespace

TEST_CASE("textbook functions without constraints are solved") {
    CHECK(gap(branin(), defaults(40, 1)) < 0.05);
    CHECK(gap(rosenbrock(), defaults(60, 1)) < 0.5);
    CHECK(gap(hartmann_6(), defaults(60, 1)) < 0.1);
    CHECK(gap(branin(), with_nlopt(GlobalMethod::none, LocalMethod::bobyqa, 60)) < 1e-3);
    CHECK(gap(rosenbrock(), with_nlopt(GlobalMethod::none, LocalMethod::sbplx, 300)) < 1e-2);
    CHECK(gap(hartmann_6(), with_nlopt(GlobalMethod::direct_l, LocalMethod::sbplx, 300)) < 0.01);
}

TEST_CASE("textbook functions with constraints are solved, and the constraints hold") {
    CHECK(gap(hs21(), defaults(40, 1)) < 0.1);
    CHECK(gap(hs29(), defaults(40, 1)) < 0.2);
    CHECK(gap(hs65(), defaults(40, 1)) < 0.1);
    CHECK(gap(hs29(), with_nlopt(GlobalMethod::none, LocalMethod::cobyla, 100)) < 0.01);
    CHECK(gap(hs65(), with_nlopt(GlobalMethod::none, LocalMethod::cobyla, 100)) < 0.05);
    CHECK(gap(hs21(), with_nlopt(GlobalMethod::direct_l, LocalMethod::cobyla, 100)) < 0.05);
}

TEST_CASE("noise of a hundredth of the function's range leaves the optimum within a few of it") {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        CAPTURE(seed);
        CHECK(gap(branin(), defaults(40, seed), 0.5) < 1.0);
        CHECK(gap(hs29(), defaults(40, seed), 0.1) < 0.5);
    }
}
