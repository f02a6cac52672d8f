#include "porogen/pipeline/optimize.h"

#include <doctest/doctest.h>

#include "folder.h"
#include "pipeline/small_recipe.h"
#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/pipeline/explore.h"
#include "porogen/pipeline/run.h"
#include "porogen/report/result_json.h"

using namespace porogen;
using porogen::test::Folder;
using porogen::test::small_recipe;

namespace {

const std::string search_recipe = small_recipe + R"(
current = "4 mA/cm^2"
[optimize]
objective = "plating.metrics.uniformity"
max_evaluations = 12
contenders = 1
replicates = 2
[[optimize.variable]]
key = "cast.porosity"
low = 0.45
high = 0.60
[[optimize.variable]]
key = "coat.mass_fraction"
low = "0.1 %"
high = "5 %"
scale = "log"
[[optimize.constraint]]
key = "plating.metrics.fill"
low = 0.70
[[optimize.override]]
key = "transport.axes"
value = "z"
)";

/// Packs loosely enough for few sweeps.
Recipe search(const std::vector<std::string>& more = {}) {
    std::vector<std::string> overrides{"cast.max_sweeps=1000"};
    overrides.insert(overrides.end(), more.begin(), more.end());
    return Recipe::parse(search_recipe, "search.toml", overrides);
}

/// Stops the search after a number of evaluations, as Ctrl-C does.
class StopAfter : public Progress {
  public:
    explicit StopAfter(int updates) : left_(updates) {}
    void update(double) override {
        if (--left_ == 0) {
            request_interrupt();
        }
    }

  private:
    int left_;
};

} // namespace

TEST_CASE(
    "a search finds a better design that meets its constraints, and the recipe it writes runs") {
    const Folder folder("search");
    const Recipe recipe = search();
    const DesignSearch found = optimize(recipe, folder.path);

    CHECK(found.result.evaluations <= 12);
    CHECK(found.result.reference.variables[0] == 0.5);
    CHECK(found.result.found_better);
    CHECK(found.result.constraints_met);
    CHECK(found.result.best.feasible);
    CHECK(constraint_violation(found.problem, found.result.best) == 0);
    CHECK_FALSE(better(found.problem, found.result.reference, found.result.best));

    const Recipe best = Recipe::load(folder.path / "best.toml", {"transport.axes=z"});
    CHECK(best.variables().empty());
    const auto objective = result_number(result_json(run(best)), "plating.metrics.uniformity");
    REQUIRE(objective);
    CHECK(*objective == found.result.best.objective);
}

TEST_CASE("a search that was stopped goes on where it was, and ends the same") {
    const Folder whole("search-whole");
    const Folder stopped("search-stopped");
    const Recipe recipe = search({"optimize.max_evaluations=8"});
    const DesignSearch one_go = optimize(recipe, whole.path);

    StopAfter stop(5);
    const DesignSearch broken_off = optimize(recipe, stopped.path, stop);
    clear_interrupt();
    CHECK(broken_off.result.stopped);
    CHECK(std::filesystem::exists(stopped.path / "evaluations.csv"));
    const DesignSearch resumed = optimize(recipe, stopped.path);
    CHECK_FALSE(resumed.result.stopped);
    CHECK(resumed.result.replayed >= 4);
    CHECK(resumed.result.evaluations == one_go.result.evaluations);
    CHECK(resumed.result.best.variables == one_go.result.best.variables);
    CHECK(resumed.result.best.objective == one_go.result.best.objective);
}

TEST_CASE("an objective that does not exist is refused with the nearest one, before any work") {
    const Folder folder("search-bad");
    const Recipe recipe = Recipe::parse(search_recipe, "search.toml",
                                        {"optimize.objective=plating.metrics.uniformty"});
    CHECK_THROWS_WITH_AS(optimize(recipe, folder.path),
                         "--set optimize.objective=plating.metrics.uniformty: result.json has no "
                         "number 'plating.metrics.uniformty'; did you mean "
                         "'plating.metrics.uniformity'?",
                         Error);
    CHECK(folder.count() == 0);
}

TEST_CASE("a search that nothing satisfies says so and writes no best recipe") {
    const Folder folder("search-impossible");
    const Recipe recipe =
        Recipe::parse(search_recipe, "search.toml",
                      {"optimize.max_evaluations=3", "plating.capacity=0.01 mAh/cm^2"});
    const DesignSearch found = optimize(recipe, folder.path);
    CHECK_FALSE(found.result.constraints_met); // so little lithium fills no pores to 70 %
    CHECK(std::filesystem::exists(folder.path / "evaluations.csv"));
    CHECK_FALSE(std::filesystem::exists(folder.path / "best.toml"));
}

TEST_CASE("an objective that does not exist for a design makes the design infeasible, not the "
          "search wrong") {
    const Folder folder("search-null");
    const Recipe recipe =
        Recipe::parse(search_recipe, "search.toml",
                      {"optimize.max_evaluations=2", "plating.capacity=0.1 mAh/cm^2",
                       "optimize.objective=plating.metrics.overflow_capacity"});
    const DesignSearch found = optimize(recipe, folder.path);
    CHECK_FALSE(found.result.reference.feasible);
    CHECK(found.result.reference.failure == "the objective does not exist for this design");
}

TEST_CASE("a search takes over what an exploration of other variables has evaluated") {
    const Folder folder("search-after-explore");
    const Recipe recipe = search({"optimize.max_evaluations=1", "optimize.contenders=0"});
    ExploreOptions options;
    options.variables = {{"cast.porosity", 0.4, 0.6, false}};
    options.sampling = Sampling::grid;
    options.levels = {1}; // the middle, which is the search's reference
    CHECK(explore(plan_exploration(recipe, options), folder.path).failed == 0);
    const DesignSearch found = optimize(recipe, folder.path);
    CHECK(found.result.replayed == 1);
    CHECK(found.result.reference.variables ==
          std::vector{0.5, recipe.number("coat.mass_fraction")});
    CHECK(found.result.reference.feasible);
}

TEST_CASE("a file named stop ends a search that has not begun, once") {
    const Folder folder("search-stop-file");
    const Recipe recipe = search({"optimize.max_evaluations=1", "optimize.contenders=0"});
    write_text_file(folder.path / "stop", "");
    try {
        optimize(recipe, folder.path);
        FAIL("it went on");
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::interrupted);
    }
    CHECK_FALSE(std::filesystem::exists(folder.path / "stop"));
    CHECK(optimize(recipe, folder.path).result.evaluations == 1);
}
