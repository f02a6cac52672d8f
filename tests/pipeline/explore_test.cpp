#include "porogen/pipeline/explore.h"

#include <algorithm>
#include <fstream>
#include <set>

#include <doctest/doctest.h>

#include "folder.h"
#include "near.h"
#include "pipeline/small_recipe.h"
#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/core/parallel.h"
#include "porogen/pipeline/cast_memory.h"
#include "porogen/report/result_json.h"
#include "refusal.h"

using namespace porogen;
using porogen::test::Folder;
using porogen::test::refusal;
using porogen::test::small_recipe;

namespace {

/// A handful of flakes on a grid just fine enough for a path through them.
Recipe tiny(const std::vector<std::string>& more = {}) {
    std::vector<std::string> overrides{"cast.max_sweeps=500", "transport.axes=z",
                                       "domain.size_x=8 um",  "domain.size_y=8 um",
                                       "domain.voxel=1 um",   "plating.current=4 mA/cm^2"};
    overrides.insert(overrides.end(), more.begin(), more.end());
    return Recipe::parse(small_recipe, "tiny.toml", overrides);
}

ExploreOptions porosities(int levels) {
    ExploreOptions options;
    options.variables = {{"cast.porosity", 0.45, 0.6, false}};
    options.sampling = Sampling::grid;
    options.levels = {levels};
    options.keys = {"plating.metrics.uniformity", "plating.metrics.fill"};
    options.sobol = {.base_count = 16, .paths = 2};
    return options;
}

/// Ends an exploration after a number of evaluations, as Ctrl-C does.
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

TEST_CASE("a point's number says which design and which random numbers") {
    ExploreOptions options = porosities(3);
    options.replicates = 2;
    const ExplorePlan plan = plan_exploration(tiny(), options);
    CHECK(evaluation_count(plan) == 6);
    const std::vector<std::vector<double>> expected{{0.45}, {0.525}, {0.6}};
    CHECK(plan.points == expected);
    CastMemory memory;
    const Evaluation first = evaluate_point(plan, 2, memory);
    CastMemory empty;
    const Evaluation again = evaluate_point(plan, 2, empty);
    const Evaluation other = evaluate_point(plan, 3, memory);
    CHECK(first.variables == std::vector{0.525});
    CHECK(first.key == again.key);
    CHECK(result_number(first.result, "plating.metrics.fill") ==
          result_number(again.result, "plating.metrics.fill"));
    CHECK(other.variables == first.variables);
    CHECK(result_number(other.result, "seed") != result_number(first.result, "seed"));
    CHECK(refusal([&] { evaluate_point(plan, 6, memory); }) == ExitCode::bad_input);
    CHECK(refusal([&] { evaluate_point(plan, -1, memory); }) == ExitCode::bad_input);
}

TEST_CASE("an exploration that was stopped goes on, and tasks give the same tables to the bit") {
    const Folder whole("explore-whole");
    const Folder stopped("explore-stopped");
    const Folder tasks("explore-tasks");
    const ExplorePlan plan = plan_exploration(tiny(), porosities(4));
    const Exploration one_go = explore(plan, whole.path);
    CHECK(one_go.missing.empty());
    CHECK(one_go.table.rows.size() == 4);
    CHECK(one_go.sensitivities.size() == 2);
    CHECK(std::filesystem::exists(whole.path / "response.csv"));

    {
        const ThreadLimit limit(1);
        StopAfter stop(2);
        const Exploration part = explore(plan, stopped.path, stop);
        clear_interrupt();
        CHECK(part.stopped);
        CHECK(part.numbers == std::vector{0, 1});
        CHECK(part.missing == std::vector{2, 3});
        CHECK_FALSE(std::filesystem::exists(stopped.path / "sensitivity.csv"));
        const Exploration rest = explore(plan, stopped.path);
        CHECK(rest.replayed == 2);
        CHECK_FALSE(rest.stopped);
    }
    CHECK(run_task(plan, tasks.path, 0, 2).made == 2);
    const Collection half = collect(plan, tasks.path);
    CHECK(half.records == 2);
    CHECK(half.exploration.missing == std::vector{1, 3});
    CHECK(run_task(plan, tasks.path, 1, 2).made == 2);
    CHECK(run_task(plan, tasks.path, 0, 2).known == 2);
    CHECK(collect(plan, tasks.path).exploration.missing.empty());
    for (const char* table : {"explore.csv", "sensitivity.csv", "response.csv"}) {
        const std::string expected = read_text_file(whole.path / table);
        CHECK_MESSAGE(read_text_file(stopped.path / table) == expected, table);
        CHECK_MESSAGE(read_text_file(tasks.path / table) == expected, table);
    }
    // The history holds what result.json would, from whichever way it came.
    const History direct(whole.path / "history.db");
    const History collected(tasks.path / "history.db");
    for (const Evaluation& evaluation : direct.all()) {
        const auto found = collected.find(evaluation.key);
        REQUIRE(found);
        CHECK(found->variables == evaluation.variables);
        CHECK(result_keys(found->result) == result_keys(evaluation.result));
    }
}

TEST_CASE("a record that was cut off is made again, and other records are left alone") {
    const Folder folder("explore-cut");
    const ExplorePlan plan = plan_exploration(tiny(), porosities(2));
    CastMemory memory;
    const Evaluation evaluation = evaluate_point(plan, 0, memory);
    const std::string line = record(plan, 0, evaluation);
    CHECK(line.find('\n') == std::string::npos);
    std::filesystem::create_directories(folder.path / "records");
    const std::filesystem::path file = folder.path / "records" / "task-0.jsonl";
    std::ofstream(file) << line << "\n"
                        << "{\"key\":\"of another seed\",\"variables\":{\"a\":1},\"feasible\":true,"
                           "\"failure\":\"\",\"seconds\":1,\"result\":null}\nnonsense\n"
                        << line.substr(0, 100);
    const Collection before = collect(plan, folder.path);
    CHECK(before.records == 1);
    CHECK(before.foreign == 1);
    CHECK(before.damaged == 2);
    CHECK(before.exploration.missing == std::vector{1});
    // A record brings back the very text of result.json.
    CHECK(History(folder.path / "history.db").find(evaluation.key)->result == evaluation.result);

    const TaskOutcome done = run_task(plan, folder.path, 0, 1);
    CHECK(done.points == 2);
    CHECK(done.known == 1);
    CHECK(done.made == 1);
    const Collection after = collect(plan, folder.path);
    CHECK(after.records == 2);
    CHECK(after.damaged == 1);
    CHECK(after.exploration.missing.empty());
}

TEST_CASE("a design that cannot be made is a row with its reason") {
    const Folder folder("explore-infeasible");
    ExploreOptions options = porosities(2);
    options.variables = {{"cast.wall_porosity", 0.4, 0.6, false}}; // the porosity is 0.5
    const Exploration done = explore(plan_exploration(tiny(), options), folder.path);
    CHECK(done.failed == 1);
    CHECK(done.table.rows[0].feasible);
    CHECK_FALSE(done.table.rows[1].feasible);
    CHECK(done.table.rows[1].failure.find("wall_porosity") != std::string::npos);
    CHECK(read_text_file(folder.path / "explore.csv").find(",0,\"") != std::string::npos);
}

TEST_CASE("plans that make no sense are refused before any work") {
    const auto refused = [](const ExploreOptions& options) {
        return refusal([&] { plan_exploration(tiny(), options); }) == ExitCode::bad_input;
    };
    ExploreOptions options = porosities(2);
    options.levels = {2, 2};
    CHECK(refused(options));
    options.levels = {0};
    CHECK(refused(options));
    options.levels = {2'000'000};
    CHECK(refused(options));
    options = porosities(2);
    options.replicates = 0;
    CHECK(refused(options));
    options = porosities(2);
    options.variables.push_back(options.variables[0]);
    CHECK(refused(options));
    options.variables.clear(); // and the recipe has none
    CHECK(refused(options));
    options = porosities(2);
    options.keys = {"plating.metrics.uniformty"};
    CHECK_THROWS_WITH_AS(plan_exploration(tiny(), options),
                         "result.json has no number 'plating.metrics.uniformty'; did you mean "
                         "'plating.metrics.uniformity'?",
                         Error);
    CHECK(refusal([] { parse_variable(tiny(), "cast.porosity=0.6..0.4"); }) == ExitCode::bad_input);
}

TEST_CASE("a range on the command line") {
    const Recipe recipe = tiny();
    const VariableEntry thickness = parse_variable(recipe, "domain.thickness=20 um..0.06 mm");
    CHECK(thickness.low == 20e-6);
    CHECK(thickness.high == 60e-6);
    CHECK_FALSE(thickness.logarithmic);
    const VariableEntry coat = parse_variable(recipe, "coat.mass_fraction=0.1 %..5 wt%:log");
    CHECK(coat.low == 0.001);
    CHECK(coat.logarithmic);
    for (const char* wrong :
         {"cast.porosity", "cast.porosity=0.4", "cast.porosity=0.4-0.6", "cast.porosty=0.4..0.6",
          "domain.thickness=20..60", "domain.voxel=1 um..2 um", "seed=1..2", "=..",
          "coat.mass_fraction=0..1 %:log", "cast.porosity=nan..0.5", "cast.porosity=0.4..1.4"}) {
        CHECK_MESSAGE(refusal([&] { parse_variable(recipe, wrong); }) == ExitCode::bad_input,
                      wrong);
    }
}

TEST_CASE("uncertain inputs that nothing reads are told apart, and the others get error bars") {
    const std::set<std::string> open{"materials.electrolyte.conductivity",
                                     "materials.lithium.molar_mass", "materials.zno.density"};
    ExploreOptions options;
    options.uncertain = true;
    options.count = 4;
    options.sobol = {.base_count = 16, .paths = 2};
    options.keys = {"plating.metrics.uniformity", "performance.lithium_mass"};
    Recipe recipe = tiny();
    for (const DesignVariable& input : plan_exploration(recipe, options).variables) {
        if (!open.contains(input.key)) {
            recipe.set_number(input.key, input.start); // what is given is known
        }
    }
    const ExplorePlan plan = plan_exploration(recipe, options);
    CHECK(evaluation_count(plan) == 1 + 2 * 3 + 4);
    const Folder folder("explore-uncertain");
    const Exploration done = explore(plan, folder.path);
    CHECK(done.idle == std::vector<std::string>{"materials.zno.density"});
    REQUIRE(done.analysed.variables.size() == 2);
    CHECK(done.analysed.rows.size() == 1 + 2 * 2 + 4); // without those of the idle one
    CHECK(done.analysed_numbers.size() == done.analysed.rows.size());
    for (std::size_t r = 0; r < done.analysed.rows.size(); ++r) {
        const auto number = static_cast<std::size_t>(done.analysed_numbers[r]);
        CHECK(done.analysed.rows[r].results == done.table.rows[number].results);
    }
    CHECK(std::filesystem::exists(folder.path / "report.html"));
    REQUIRE(done.uncertain.size() == 2);
    const UncertainResult& uniformity = done.uncertain[0];
    const auto name = [&](const TornadoBar& bar) {
        return done.analysed.variables[bar.variable].key;
    };
    CHECK(name(uniformity.tornado[0]) == "materials.electrolyte.conductivity");
    CHECK(uniformity.tornado[0].high > uniformity.tornado[0].low); // ions that reach the bottom
    CHECK(uniformity.tornado[1].high == uniformity.tornado[1].low);
    CHECK(uniformity.low <= uniformity.median);
    CHECK(uniformity.median <= uniformity.high);
    CHECK(uniformity.draws == 4);
    const UncertainResult& mass = done.uncertain[1];
    CHECK(name(mass.tornado[0]) == "materials.lithium.molar_mass");
    // The mass of a charge is proportional to the molar mass.
    const DesignVariable& molar_mass = done.analysed.variables[mass.tornado[0].variable];
    CHECK(mass.tornado[0].high / mass.tornado[0].low ==
          test::near(molar_mass.high / molar_mass.low));
    REQUIRE(done.sensitivities.size() == 2);
    CHECK(std::filesystem::exists(folder.path / "uncertain.csv"));
    CHECK(std::filesystem::exists(folder.path / "tornado.csv"));

    options.replicates = 2;
    CHECK(refusal([&] { plan_exploration(recipe, options); }) == ExitCode::bad_input);
}
