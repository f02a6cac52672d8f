#include "porogen/optimize/search.h"

#include <cmath>
#include <map>
#include <set>
#include <stdexcept>

#include <doctest/doctest.h>

#include "optimize/merit.h"
#include "optimize/temporary.h"
#include "porogen/core/errors.h"
#include "porogen/core/units.h"

using namespace porogen;
using doctest::Approx;

namespace {

constexpr Strategy strategies[] = {Strategy::global_then_local, Strategy::direct_l, Strategy::crs2,
                                   Strategy::sbplx, Strategy::cobyla};

std::string key_of(const std::vector<double>& values) {
    std::string key;
    for (const double value : values) {
        key += format_number(value) + " ";
    }
    return key;
}

SearchProblem in_box(std::vector<DesignVariable> variables,
                     std::function<Evaluation(const std::vector<double>&)> evaluate) {
    SearchProblem problem;
    problem.variables = std::move(variables);
    problem.maximise = false;
    problem.key = key_of;
    problem.evaluate = std::move(evaluate);
    return problem;
}

Evaluation measured(double objective, std::vector<double> constraints = {}) {
    Evaluation evaluation;
    evaluation.feasible = true;
    evaluation.objective = objective;
    evaluation.constraints = std::move(constraints);
    return evaluation;
}

Evaluation impossible() {
    Evaluation evaluation;
    evaluation.failure = "cannot be packed";
    return evaluation;
}

DesignVariable variable(double low, double high, double start, bool logarithmic = false) {
    return {"v", low, high, logarithmic, start};
}

/// (a-1)^2 + 2 (b-1)^2 + 1 with a + b <= 1: Lagrange gives a = 1/3, b = 2/3, value 5/3.
SearchProblem constrained_quadratic() {
    SearchProblem problem =
        in_box({variable(-2, 2, -1.2), variable(-1, 3, 0.5)}, [](const auto& v) {
            return measured(std::pow(v[0] - 1, 2) + 2 * std::pow(v[1] - 1, 2) + 1, {v[0] + v[1]});
        });
    problem.constraints = {{"sum", -std::numeric_limits<double>::infinity(), 1}};
    return problem;
}

SearchProblem rosenbrock() {
    return in_box({variable(-2, 2, -1.2), variable(-1, 3, 1)}, [](const auto& v) {
        return measured(100 * std::pow(v[1] - v[0] * v[0], 2) + std::pow(1 - v[0], 2));
    });
}

SearchOptions options(Strategy strategy, int evaluations) {
    SearchOptions result;
    result.strategy = strategy;
    result.max_evaluations = evaluations;
    result.tolerance = 1e-4;
    return result;
}

SearchResult run(const SearchProblem& problem, const SearchOptions& how) {
    const TemporaryDirectory directory;
    History history(directory / "history.db");
    return search(problem, how, history);
}

} // namespace

TEST_CASE("every strategy finds the optimum on an active constraint") {
    const std::map<Strategy, double> close{{Strategy::global_then_local, 1e-3},
                                           {Strategy::direct_l, 1e-3},
                                           {Strategy::crs2, 0.02},
                                           {Strategy::sbplx, 2e-3},
                                           {Strategy::cobyla, 1e-4}};
    for (const Strategy strategy : strategies) {
        CAPTURE(static_cast<int>(strategy));
        const SearchResult result = run(constrained_quadratic(), options(strategy, 300));
        CHECK(result.found_better);
        CHECK(result.best.constraints[0] <= 1);
        CHECK(result.best.objective >= 5.0 / 3 - 1e-12);
        CHECK(result.best.objective < 5.0 / 3 + close.at(strategy));
        CHECK(result.evaluations <= 300);
        CHECK(result.failed == 0);
    }
}

TEST_CASE("global then local crosses Rosenbrock's valley, subplex walks along it") {
    const SearchResult global = run(rosenbrock(), options(Strategy::global_then_local, 300));
    CHECK(global.best.objective < 1e-6);
    CHECK(global.best.variables[0] == Approx(1).epsilon(1e-3));
    const SearchResult local = run(rosenbrock(), options(Strategy::sbplx, 400));
    CHECK(local.best.objective < 1e-4);
}

TEST_CASE("global then local escapes a local optimum that holds the local search") {
    // Two wells: the deeper one, value 0 at (0.8, 0.7), away from the reference.
    const SearchProblem wells =
        in_box({variable(0, 1, 0.2), variable(0, 1, 0.2)}, [](const auto& v) {
            const double near = std::hypot(v[0] - 0.2, v[1] - 0.25);
            const double far = std::hypot(v[0] - 0.8, v[1] - 0.7);
            return measured(std::min(0.3 + near, 3 * far));
        });
    CHECK(run(wells, options(Strategy::sbplx, 100)).best.objective == Approx(0.3).epsilon(0.01));
    CHECK(run(wells, options(Strategy::global_then_local, 100)).best.objective < 0.01);
}

TEST_CASE("a maximum, on a logarithmic variable, beside designs that do not exist") {
    SearchProblem problem =
        in_box({variable(1e-3, 1, 0.1, true), variable(0, 1, 0.5)}, [](const auto& v) {
            return v[0] > 0.2
                       ? impossible()
                       : measured(3 - std::pow(std::log10(v[0]) + 2, 2) - std::pow(v[1] - 0.3, 2));
        });
    problem.maximise = true;
    for (const Strategy strategy : strategies) {
        CAPTURE(static_cast<int>(strategy));
        const SearchResult result = run(problem, options(strategy, 200));
        CHECK(result.best.feasible);
        CHECK(result.best.objective > 3 - 0.01);
        CHECK(std::log10(result.best.variables[0]) == Approx(-2).epsilon(0.06));
        CHECK(result.best.variables[0] <= 0.2);
    }
    CHECK(run(problem, options(Strategy::direct_l, 60)).failed > 0);
}

TEST_CASE("the search goes on from a reference design that does not exist or breaks a constraint") {
    SearchProblem problem = in_box({variable(0, 1, 0.9)}, [](const auto& v) {
        return v[0] > 0.8 ? impossible() : measured(std::pow(v[0] - 0.25, 2));
    });
    const SearchResult result = run(problem, options(Strategy::global_then_local, 40));
    CHECK_FALSE(result.reference.feasible);
    CHECK(result.reference.failure == "cannot be packed");
    CHECK(result.found_better);
    CHECK(result.best.objective < 1e-4);

    SearchProblem broken = constrained_quadratic();
    broken.variables[0].start = 1.5;
    const SearchResult mended = run(broken, options(Strategy::sbplx, 200));
    CHECK(mended.reference.constraints[0] > 1);
    CHECK(mended.found_better);
    CHECK(mended.best.objective < 5.0 / 3 + 0.01);
}

TEST_CASE("nothing better: the best is the reference") {
    const SearchProblem at_optimum =
        in_box({variable(0, 1, 0.5)}, [](const auto& v) { return measured(std::abs(v[0] - 0.5)); });
    const SearchResult result = run(at_optimum, options(Strategy::global_then_local, 30));
    CHECK_FALSE(result.found_better);
    CHECK(result.best.key == result.reference.key);

    CHECK(result.constraints_met);
}

TEST_CASE(
    "no design meets the constraints: the best is the one that breaks them least, and says so") {
    SearchProblem hopeless = constrained_quadratic();
    hopeless.constraints[0].high = -100;
    for (const Strategy strategy : strategies) {
        CAPTURE(static_cast<int>(strategy));
        const TemporaryDirectory directory;
        History history(directory / "history.db");
        const SearchResult none = search(hopeless, options(strategy, 30), history);
        CHECK_FALSE(none.constraints_met);
        CHECK_FALSE(none.found_better);
        CHECK(none.best.feasible);
        CHECK(better(hopeless, none.best, none.reference));
        for (const Evaluation& evaluation : history.all()) {
            CHECK_FALSE(better(hopeless, evaluation, none.best));
        }
    }
}

TEST_CASE("no design exists: the best is the reference, which meets nothing") {
    const SearchProblem problem =
        in_box({variable(0, 1, 0.5)}, [](const auto&) { return impossible(); });
    const SearchResult none = run(problem, options(Strategy::global_then_local, 10));
    CHECK_FALSE(none.constraints_met);
    CHECK_FALSE(none.found_better);
    CHECK(none.best.key == none.reference.key);
    CHECK(none.failed == none.evaluations);
}

TEST_CASE("the reference comes first, in the recipe's own numbers, and is not made twice") {
    std::vector<std::vector<double>> tried;
    SearchProblem problem = in_box(
        {variable(0.1, 0.7, 0.1 + 0.2), variable(1e-4, 1, 1.0 / 3e3, true)}, [&](const auto& v) {
            tried.push_back(v);
            return measured(v[0] + v[1]);
        });
    const SearchResult result = run(problem, options(Strategy::sbplx, 20));
    REQUIRE(tried.size() > 1);
    CHECK(tried[0] == std::vector<double>{0.1 + 0.2, 1.0 / 3e3});
    // Subplex begins where the reference is: taken from the history.
    CHECK(result.replayed >= 1);
    CHECK(static_cast<int>(tried.size()) == result.evaluations - result.replayed);
    CHECK(std::set<std::vector<double>>(tried.begin(), tried.end()).size() == tried.size());
    for (const auto& v : tried) {
        CHECK(v[0] >= 0.1);
        CHECK(v[0] <= 0.7);
        CHECK(v[1] >= 1e-4);
        CHECK(v[1] <= 1);
    }
}

TEST_CASE("a budget of one is the reference alone") {
    for (const Strategy strategy : strategies) {
        const SearchResult result = run(rosenbrock(), options(strategy, 1));
        CHECK(result.evaluations == 1);
        CHECK(result.best.key == result.reference.key);
    }
}

TEST_CASE("a search that was broken off anywhere goes on to the same end") {
    for (const Strategy strategy : strategies) {
        CAPTURE(static_cast<int>(strategy));
        const SearchOptions how = options(strategy, 60);
        int made = 0;
        int break_at = -1;
        SearchProblem problem = constrained_quadratic();
        const auto whole = problem.evaluate;
        problem.evaluate = [&](const std::vector<double>& values) {
            if (made == break_at) {
                throw std::runtime_error("the power failed");
            }
            ++made;
            return whole(values);
        };
        const SearchResult straight = run(problem, how);
        const int needed = made;
        for (const int moment : {0, 1, 7, needed / 2, needed - 1}) {
            CAPTURE(moment);
            const TemporaryDirectory directory;
            made = 0;
            break_at = moment;
            {
                History history(directory / "history.db");
                CHECK_THROWS_WITH_AS(search(problem, how, history), "the power failed",
                                     std::runtime_error);
                CHECK(history.all().size() == static_cast<std::size_t>(moment));
            }
            break_at = -1;
            History history(directory / "history.db");
            const SearchResult resumed = search(problem, how, history);
            CHECK(made == needed);
            CHECK(resumed.evaluations == straight.evaluations);
            CHECK(resumed.replayed == straight.replayed + moment);
            CHECK(resumed.best.key == straight.best.key);
            CHECK(resumed.best.objective == straight.best.objective);
        }
    }
}

TEST_CASE("an interrupt ends the search between evaluations and keeps what was done") {
    const TemporaryDirectory directory;
    History history(directory / "history.db");
    SearchProblem problem = rosenbrock();
    const auto whole = problem.evaluate;
    int made = 0;
    problem.evaluate = [&](const std::vector<double>& values) {
        if (++made == 5) {
            request_interrupt();
        }
        return whole(values);
    };
    try {
        search(problem, options(Strategy::direct_l, 40), history);
        CHECK(false);
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::interrupted);
    }
    clear_interrupt();
    CHECK(made == 5);
    CHECK(history.all().size() == 5);
}

TEST_CASE("an objective that is not a number is a design that failed") {
    const SearchProblem problem = in_box({variable(0, 1, 0.5)}, [](const auto& v) {
        return measured(v[0] < 0.4 ? std::numeric_limits<double>::quiet_NaN() : v[0]);
    });
    const SearchResult result = run(problem, options(Strategy::global_then_local, 40));
    CHECK(result.failed > 0);
    CHECK(result.best.objective == Approx(0.4).epsilon(0.02));
}

TEST_CASE("violation: relative to the bound, summed, and infinite for what is not a number") {
    SearchProblem problem;
    problem.constraints = {{"a", 2, 4}, {"b", 0, std::numeric_limits<double>::infinity()}};
    CHECK(constraint_violation(problem, measured(0, {2, 0})) == 0);
    CHECK(constraint_violation(problem, measured(0, {1, 0})) == Approx(0.5));
    CHECK(constraint_violation(problem, measured(0, {5, -0.5})) == Approx(0.75));
    CHECK(std::isinf(
        constraint_violation(problem, measured(0, {std::numeric_limits<double>::quiet_NaN(), 0}))));
    CHECK(std::isinf(constraint_violation(problem, measured(0, {3}))));
    const std::vector<double> excess = optimize::excess(problem, measured(0, {5, -0.5}));
    REQUIRE(excess.size() == 3);
    CHECK(excess[0] == Approx(-1.5));
    CHECK(excess[1] == Approx(0.25));
    CHECK(excess[2] == Approx(0.5));
}

TEST_CASE("existing before not, then less violation, then the objective; the merit agrees") {
    SearchProblem problem;
    problem.constraints = {{"a", -std::numeric_limits<double>::infinity(), 1}};
    problem.maximise = true;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    // From best to worst.
    const std::vector<Evaluation> ranking{
        measured(1e12, {0.5}), measured(3, {1}),  measured(2, {0}),    measured(-1e12, {0}),
        measured(9, {1.1}),    measured(99, {7}), measured(99, {nan}), impossible()};
    for (std::size_t a = 0; a < ranking.size(); ++a) {
        for (std::size_t b = 0; b < ranking.size(); ++b) {
            CHECK(better(problem, ranking[a], ranking[b]) == (a < b));
            if (a < b) {
                CHECK(optimize::merit(problem, ranking[a], 2) <=
                      optimize::merit(problem, ranking[b], 2));
            }
        }
        CHECK(std::isfinite(optimize::merit(problem, ranking[a], 2)));
    }
    problem.maximise = false;
    CHECK(better(problem, measured(2, {0}), measured(3, {0})));
}

TEST_CASE("problems that cannot be searched are refused") {
    const auto refused = [](const SearchProblem& problem, const SearchOptions& how) {
        try {
            run(problem, how);
        } catch (const Error& error) {
            return error.code() == ExitCode::bad_input;
        }
        return false;
    };
    const SearchOptions how = options(Strategy::sbplx, 5);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    SearchProblem problem = rosenbrock();
    CHECK_FALSE(refused(problem, how));
    problem.variables[0].start = nan;
    CHECK(refused(problem, how));
    problem.variables[0].start = 2.5;
    CHECK(refused(problem, how));
    problem.variables[0] = variable(1, 1, 1);
    CHECK(refused(problem, how));
    problem.variables[0] = variable(0, 1, 0.5, true);
    CHECK(refused(problem, how));
    problem.variables.clear();
    CHECK(refused(problem, how));
    problem = constrained_quadratic();
    problem.constraints[0] = {"sum", 2, 1};
    CHECK(refused(problem, how));
    problem.constraints[0] = {"sum", nan, 1};
    CHECK(refused(problem, how));
    CHECK(refused(rosenbrock(), options(Strategy::sbplx, 0)));
    SearchOptions tight = how;
    tight.tolerance = nan;
    CHECK(refused(rosenbrock(), tight));
}

TEST_CASE("the history of a search with other constraints is refused") {
    const TemporaryDirectory directory;
    History history(directory / "history.db");
    search(constrained_quadratic(), options(Strategy::sbplx, 5), history);
    SearchProblem other = constrained_quadratic();
    other.constraints.push_back({"more", 0, 1});
    CHECK_THROWS_AS(search(other, options(Strategy::sbplx, 5), history), Error);
}
