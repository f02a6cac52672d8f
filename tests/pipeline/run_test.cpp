#include "porogen/pipeline/run.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "folder.h"
#include "near.h"
#include "pipeline/small_recipe.h"
#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/core/parallel.h"
#include "porogen/io/particles_csv.h"
#include "porogen/io/vdb_file.h"
#include "porogen/pipeline/converge.h"
#include "porogen/pipeline/estimate.h"
#include "porogen/pipeline/run_directory.h"
#include "porogen/report/result_json.h"
#include "porogen/report/summary.h"

using namespace porogen;
using porogen::test::Folder;
using porogen::test::small_recipe;

namespace {

Recipe recipe(const std::vector<std::string>& overrides = {}) {
    return Recipe::parse(small_recipe, "small.toml", overrides);
}

/// A result without what may differ between two runs: wall times and the thread count.
nlohmann::json comparable(const RunResult& result) {
    auto json = nlohmann::json::parse(result_json(result));
    json.erase("seconds");
    json.erase("threads");
    for (const char* carrier : {"ionic", "electronic"}) {
        json["transport"][carrier].erase("seconds");
    }
    return json;
}

} // namespace

TEST_CASE("the whole line: what was asked for comes out, and the parts agree with each other") {
    const RunResult r = run(recipe());

    CHECK(r.morphology.porosity == test::near(0.5).epsilon(1e-3));
    CHECK(std::abs(r.porosity_fit.offset) < r.volume.voxel.x());
    CHECK(r.coating.mass_fraction == test::near(0.02).epsilon(1e-6));
    REQUIRE(r.volume.has_film());
    REQUIRE(r.ionic);
    REQUIRE(r.electronic);
    for (std::size_t a = 0; a < 3; ++a) {
        CAPTURE(a);
        REQUIRE(r.ionic->report[a].percolates);
        // Hashin-Shtrikman is the most an isotropic pore space lets through; flakes are not quite
        // isotropic.
        CHECK(r.ionic->relative[a] < 1.05 * 2 * 0.5 / (3 - 0.5));
        CHECK(r.ionic->relative[a] > 0.05);
        CHECK(r.ionic->conductivity[a] == test::near(0.2 * r.ionic->relative[a]));
        CHECK(r.ionic->tortuosity_factor[a] ==
              test::near(r.morphology.porosity / r.ionic->relative[a]));
        // No sheet network on this surface carries more than 2/3 of its conductance times its area
        // (isotropic), the host adds at most its own; 1.5 allows for the coarse grid and a grain of
        // anisotropy.
        const double sheet = 2.0 / 3 * r.coating.sheet_conductance * r.morphology.specific_surface;
        CHECK(r.electronic->conductivity[a] < 1.5 * sheet);
        CHECK(r.electronic->conductivity[a] > 0);
    }
    REQUIRE(r.plating);
    CHECK(r.plating->faraday_error < 1e-12);
    const double lithium = 36000 * 1.2996e-5 / 96485.33212; // 1 mAh/cm^2 as a dense layer
    CHECK(r.plating->steps.back().li_volume == test::near(lithium).epsilon(1e-9));
    CHECK(r.plating->metrics.fill ==
          test::near(lithium / (12e-6 * r.homogenised->porosity)).epsilon(1e-6));
    CHECK(r.converged);
}

TEST_CASE("two runs give the same numbers, with one thread and with two") {
    // Fine enough that sums are cut into several blocks.
    const std::vector<std::string> fine{"domain.voxel=0.2 um"};
    RunResult one;
    {
        const ThreadLimit limit(1);
        one = run(recipe(fine));
    }
    const ThreadLimit limit(2);
    const RunResult two = run(recipe(fine));
    CHECK(comparable(one) == comparable(two));
    CHECK(std::equal(one.volume.distance.begin(), one.volume.distance.end(),
                     two.volume.distance.begin(), two.volume.distance.end()));
    const RunResult other = run(recipe({"domain.voxel=0.2 um", "seed=4"}), Extent::cast);
    CHECK_FALSE(std::equal(one.volume.distance.begin(), one.volume.distance.end(),
                           other.volume.distance.begin(), other.volume.distance.end()));
}

TEST_CASE("more coating conducts more; no coating leaves the host alone") {
    const RunResult bare = run(recipe({"coat.mass_fraction=0"}), Extent::measure);
    const RunResult thin = run(recipe({"coat.mass_fraction=0.005"}), Extent::measure);
    const RunResult thick = run(recipe({"coat.mass_fraction=0.02"}), Extent::measure);
    CHECK_FALSE(bare.volume.has_film());
    CHECK(bare.electronic->conductivity[2] < 0.1 * 0.5); // lithiated LLTO, half of the volume
    CHECK(thin.electronic->conductivity[2] > bare.electronic->conductivity[2]);
    CHECK(thick.electronic->conductivity[2] > thin.electronic->conductivity[2]);
    CHECK(thick.ionic->conductivity[2] == test::near(bare.ionic->conductivity[2]));
}

TEST_CASE("a run directory holds every file, whole and stamped, and its recipe runs again to the "
          "same electrode") {
    const Folder folder("run");
    const RunResult r = run(recipe());
    write_run(folder.path, r);

    std::set<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path)) {
        files.insert(entry.path().filename().string());
        const std::string content = read_text_file(entry.path());
        CHECK_MESSAGE(content.find(r.recipe.hash()) != std::string::npos, entry.path());
    }
    CHECK(files == std::set<std::string>{
                       "recipe.toml", "result.json", "volume.vdb", "particles.csv", "solid.stl",
                       "pore-sizes.csv", "grain-sizes.csv", "chord-lengths.csv", "two-point.csv",
                       "depth-profile.csv", "contacts.csv", "coordination.csv", "plating-steps.csv",
                       "plating-profile.csv", "cutaway.png", "sections.png", "pore-sizes.png",
                       "structure.png", "plating.png"});

    const Recipe again = Recipe::load(folder.path / "recipe.toml");
    CHECK(again.hash() == r.recipe.hash());
    CHECK(comparable(run(again)) == comparable(r));

    const Packing particles = read_particles(folder.path / "particles.csv");
    CHECK(particles.particles.size() == r.cast.packing.particles.size());
    const PhaseVolume volume = read_vdb(folder.path / "volume.vdb");
    CHECK(volume.shape() == r.volume.shape());
    CHECK(std::equal(volume.labels.begin(), volume.labels.end(), r.volume.labels.begin()));
}

TEST_CASE("particles that lie already give the electrode that they were cast for, on any grid") {
    const Folder folder("from");
    const RunResult made = run(recipe(), Extent::measure);
    write_particles(folder.path / "particles.csv", made.cast.packing, {"hash", 3});
    const Packing particles = read_particles(folder.path / "particles.csv");
    const RunResult again = run(recipe(), particles, Extent::measure);
    CHECK(std::equal(made.volume.distance.begin(), made.volume.distance.end(),
                     again.volume.distance.begin(), again.volume.distance.end()));
    CHECK(again.ionic->conductivity == made.ionic->conductivity);
    CHECK(again.cast.report.deepest_overlap ==
          test::near(made.cast.report.deepest_overlap).epsilon(1e-6));

    const std::vector<ConvergencePoint> points = converge(recipe(), particles, {0.5e-6, 0.25e-6});
    REQUIRE(points.size() == 2);
    CHECK(points[0].specific_surface ==
          test::near(made.morphology.specific_surface).epsilon(1e-12));
    CHECK(points[0].ionic[2] == made.ionic->relative[2]);
    CHECK(points[1].cells == 8 * points[0].cells);
    // The same electrode: a grid twice as fine sees nearly the same.
    CHECK(std::abs(points[1].porosity_cast - points[0].porosity_cast) < 2e-3);
    CHECK(points[1].ionic[2] == test::near(points[0].ionic[2]).epsilon(0.05));
    CHECK_THROWS_AS(converge(recipe(), particles, {0.3e-6}), Error);
    CHECK_THROWS_AS(run(recipe({"domain.size_x=11 um"}), particles), Error);
}

TEST_CASE("sintering and binder are steps of the line, and the porosity comes out all the same") {
    const std::vector<std::string> fine{"domain.voxel=0.25 um"};
    const RunResult plain = run(recipe(fine), Extent::cast);
    const RunResult sintered =
        run(recipe({"domain.voxel=0.25 um", "sinter.length=0.3 um"}), Extent::cast);
    CHECK(sintered.morphology.porosity == test::near(0.5).epsilon(1e-5));
    CHECK(sintered.sintering.steps > 0);
    CHECK(sintered.morphology.specific_surface < 0.95 * plain.morphology.specific_surface);

    const RunResult bound =
        run(recipe({"domain.voxel=0.25 um", "binder.mass_fraction=2 wt%"}), Extent::cast);
    CHECK(bound.morphology.porosity == test::near(0.5).epsilon(1e-5));
    // 2 wt% of a host of 4830 in a binder of 1770 kg/m^3.
    const double host = 0.5 / (1 + 0.02 * 4830 / 1770);
    CHECK(bound.binder.volume_fraction == test::near(0.5 - host).epsilon(0.02));
    CHECK(bound.binder.neck_radius > 0);
    const std::vector<double> fractions = phase_fractions(bound.volume);
    REQUIRE(fractions.size() == 3);
    CHECK(bound.volume.phases[2].name == "binder");
    CHECK(fractions[2] == test::near(0.5 - host).epsilon(0.15));
    CHECK(bound.morphology.specific_surface < plain.morphology.specific_surface);
}

TEST_CASE("plating can be asked again from a run directory") {
    const Folder folder("plate");
    const RunResult r =
        run(recipe({"output.pictures=false", "output.stl=false", "output.vdb=false"}));
    write_run(folder.path, r);
    CHECK_FALSE(std::filesystem::exists(folder.path / "volume.vdb"));
    CHECK_FALSE(std::filesystem::exists(folder.path / "cutaway.png"));

    const StoredRun stored = read_run(folder.path, {"plating.current=4 mA/cm^2"});
    CHECK(stored.recipe.number("plating.current") == test::near(40));
    CHECK(stored.electrode->ionic == r.homogenised->ionic);
    CHECK(stored.electrode->electronic == r.homogenised->electronic);
    CHECK(stored.electrode->bruggeman_exponent == r.homogenised->bruggeman_exponent);
    CHECK_THROWS_AS(read_run(folder.path / "no-such-run", {}), Error);

    // Another Bruggeman exponent gives what a whole run with it would have given.
    const auto other = run(recipe({"plating.bruggeman=3"}));
    CHECK(read_run(folder.path, {"plating.bruggeman=3"}).electrode->ionic ==
          other.homogenised->ionic);
    CHECK_THROWS_AS(read_run(folder.path, {"cast.porosity=0.6"}), Error);
    const std::string recipe_text = read_text_file(folder.path / "recipe.toml");
    std::string another_seed = recipe_text;
    another_seed.replace(another_seed.find("\nseed = 3"), 9, "\nseed = 4");
    write_text_file(folder.path / "recipe.toml", another_seed);
    CHECK_THROWS_AS(read_run(folder.path, {}), Error);
    write_text_file(folder.path / "recipe.toml", recipe_text);
    CHECK_NOTHROW(read_run(folder.path, {}));
    write_text_file(folder.path / "result.json", "{\"geometry\": {");
    CHECK_THROWS_WITH_AS(
        read_run(folder.path, {}),
        ((folder.path / "result.json").string() +
         ": not the result of a run (no JSON object, or cut short); run the recipe again")
            .c_str(),
        Error);
}

TEST_CASE("the summary names every part with its unit") {
    const std::string text = summary(run(recipe()));
    for (const char* part :
         {"porosity", "specific surface", "Ions", "Electrons", "S/m", "uniformity", "mAh/cm"}) {
        CHECK_MESSAGE(text.find(part) != std::string::npos, part);
    }
}

TEST_CASE("an estimate counts cells exactly and particles to a fifth") {
    const Estimate e = estimate(recipe());
    CHECK(e.cells == 20 * 20 * 24);
    const auto particles =
        static_cast<double>(run(recipe(), Extent::cast).cast.packing.particles.size());
    CHECK(std::abs(e.particles - particles) < 0.2 * particles + 3);
    // The electrode of Lin et al. at 0.25 um took 1.68 GB.
    const Estimate paper = estimate(Recipe::parse("", "empty"));
    CHECK(paper.memory == test::near(1683e6).epsilon(0.2));
    CHECK(estimate(Recipe::parse("[domain]\nvoxel = \"0.125 um\"\n", "fine")).memory ==
          test::near(8 * paper.memory));
    // Plated in space to 4 mAh/cm^2, 3.35 GB.
    const Estimate plated = estimate(Recipe::parse("[plating]\nmodel = \"resolved\"\n", "plated"));
    CHECK(plated.memory == test::near(3350e6).epsilon(0.1));
    CHECK(plated.seconds > 5 * paper.seconds);
}

TEST_CASE("what an earlier run left does not stand beside a later one") {
    const Folder folder("stale");
    write_run(folder.path, run(recipe()));
    write_run(folder.path,
              run(recipe({"output.vdb=false", "output.pictures=false"}), Extent::cast));
    for (const char* gone : {"volume.vdb", "cutaway.png", "plating.png", "plating-steps.csv"}) {
        CHECK_MESSAGE(!std::filesystem::exists(folder.path / gone), gone);
    }
    CHECK(std::filesystem::exists(folder.path / "solid.stl"));
}

TEST_CASE("more film than the pores can hold is infeasible, plating without z a mistake") {
    try {
        run(recipe({"coat.mass_fraction=0.6"}));
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::infeasible);
        CHECK(std::string(error.what()).find("coat.mass_fraction = 0.6 is more film than") !=
              std::string::npos);
    }
    CHECK_THROWS_WITH_AS(
        run(recipe({"transport.axes=x"})),
        "--set transport.axes=x: transport.axes = \"x\" leaves out z (plating needs transport "
        "along it); add z",
        Error);
}

namespace {

const std::vector<std::string> in_space{"plating.model=resolved",
                                        "plating.capacity=0.3 mAh/cm^2",
                                        "plating.snapshots=0.1 mAh/cm^2",
                                        "output.pictures=false",
                                        "output.stl=false",
                                        "transport.axes=z",
                                        "plating.depth_cells=6"};

/// Volume of a fog of cells / area of the box [m].
double height_of(const Grid<float>& part, const Vec3& voxel) {
    double sum = 0;
    for (const float value : part) {
        sum += value;
    }
    return sum * voxel.z() / static_cast<double>(part.shape().x * part.shape().y);
}

} // namespace

TEST_CASE(
    "plating in space: the lithium in the box is the charge, the prediction stands beside it") {
    const Folder folder("space");
    const RunResult r = run(recipe(in_space));
    REQUIRE(r.resolved);
    REQUIRE(r.plating);
    CHECK(is_plated(r));
    CHECK(r.plating->steps.back().capacity == test::near(10800));
    const ResolvedPlating& p = *r.resolved;
    CHECK(p.steps.front().capacity == 0);
    CHECK(p.steps.back().capacity == test::near(10800));
    REQUIRE(p.snapshots.size() == 2);
    CHECK(p.snapshots[0].capacity == test::near(3600));
    for (const PlatingSnapshot& snapshot : p.snapshots) {
        CHECK(snapshot.fill.size() == 6);
        CHECK(snapshot.lithium.shape().z == r.volume.shape().z + p.headroom_layers);
        CHECK(height_of(snapshot.lithium, r.volume.voxel) ==
              test::near(snapshot.capacity * 1.2996e-5 / 96485.33212).epsilon(5e-3));
    }

    write_run(folder.path, r);
    for (const char* file : {"lithium.vdb", "plating-steps.csv", "plating-profile.csv",
                             "homogenised-steps.csv", "homogenised-profile.csv", "volume.vdb"}) {
        const std::string content = read_text_file(folder.path / file);
        CHECK_MESSAGE(content.find(r.recipe.hash()) != std::string::npos, file);
    }
    const auto names = read_text_file(folder.path / "lithium.vdb");
    CHECK(names.find("lithium_100_uAh_per_cm2") != std::string::npos);
    CHECK(names.find("lithium_300_uAh_per_cm2") != std::string::npos);
    const auto json = nlohmann::json::parse(read_text_file(folder.path / "result.json"));
    CHECK(json["plating"]["model"] == "resolved");
    CHECK(json["plating"]["homogenised"]["metrics"].contains("uniformity"));

    // Once more from the directory, whose volume holds lithium and is read as the framework.
    const RunResult again = plate_again(read_run(folder.path, {}));
    REQUIRE(again.resolved);
    CHECK(again.volume.shape() == r.volume.shape());
    CHECK(again.plating->metrics.uniformity == r.plating->metrics.uniformity);
    CHECK(again.resolved->steps.back().voltage == test::near(p.steps.back().voltage).epsilon(0.02));
    CHECK(again.resolved->steps.back().li_volume == test::near(p.steps.back().li_volume));
    const Folder other("space-again");
    write_plating(other.path, again);
    CHECK(nlohmann::json::parse(read_text_file(other.path / "plating.json"))
              .at("plating")
              .at("model") == "resolved");
    CHECK(std::filesystem::exists(other.path / "lithium.vdb"));
    CHECK_FALSE(std::filesystem::exists(other.path / "result.json"));
    CHECK_THROWS_AS(write_plating(folder.path, again), Error);
    CHECK(std::filesystem::exists(folder.path / "result.json"));

    // What the electrode was measured with cannot be changed any more, the rest can.
    CHECK_THROWS_AS(read_run(folder.path, {"materials.llto.sigma_e_lithiated=1 S/m"}), Error);
    CHECK(read_run(folder.path, {"materials.llto.D_chem=1e-14 m^2/s"})
              .recipe.number("materials.llto.D_chem") == test::near(1e-14));
    std::filesystem::remove(folder.path / "volume.vdb");
    CHECK_THROWS_WITH_AS(read_run(folder.path, {}),
                         ((folder.path / "volume.vdb").string() +
                          ": missing (plating.model = \"resolved\" plates into it); run the "
                          "recipe again with output.vdb = true")
                             .c_str(),
                         Error);
    CHECK(read_run(folder.path, {"plating.model=homogenised"}).electrode);
}

TEST_CASE("a foil is plated in space, without a prediction beside it and with the reason said") {
    const Recipe foil = Recipe::parse(R"(
[domain]
size_x = "6 um"
size_y = "6 um"
thickness = "6 um"
voxel = "0.5 um"
[host]
material = "copper"
[population.foil]
shape = "plate"
share = 1
[porogen]
fraction = 0
[cast]
porosity = 0.6666666666666667
[coat]
mass_fraction = 0
[transport]
axes = "x"
[plating]
model = "resolved"
capacity = "0.2 mAh/cm^2"
barrier_spread = "0 V"
)",
                                      "foil.toml");
    const RunResult r = run(foil);
    REQUIRE(r.resolved);
    CHECK_FALSE(r.plating);
    CHECK(is_plated(r));
    CHECK(std::ranges::any_of(r.warnings, [](const std::string& warning) {
        return warning.starts_with("plating: no homogenised prediction beside it, because ");
    }));
    CHECK(r.resolved_options->solids[0].collector);
    CHECK(nlohmann::json::parse(result_json(r))["plating"]["homogenised"].is_null());
    // From the directory, too.
    const Folder folder("foil");
    write_run(folder.path, r);
    CHECK_FALSE(read_run(folder.path, {}).electrode);
    CHECK(plate_again(read_run(folder.path, {})).resolved);
    CHECK_THROWS_AS(read_run(folder.path, {"plating.model=homogenised"}), Error);
}

TEST_CASE("snapshots that are no charges end a run before it casts") {
    CHECK_THROWS_WITH_AS(run(recipe({"plating.snapshots=1"})),
                         doctest::Contains("plating.snapshots: \"1\" has no unit"), Error);
    CHECK_THROWS_AS(estimate(recipe({"plating.snapshots=1"})), Error);
}

TEST_CASE("castings are remembered by what decides them, and remembering changes nothing") {
    CastMemory memory;
    const auto with = [](const std::vector<std::string>& more) {
        return Recipe::parse(small_recipe, "small.toml", more);
    };
    const RunResult first = run(with({}), memory, Extent::cast);
    const RunResult thicker = run(with({"coat.mass_fraction=3 %"}), memory, Extent::cast);
    const RunResult alone = run(with({"coat.mass_fraction=3 %"}), Extent::cast);
    const RunResult reseeded = run(with({"seed=5"}), memory, Extent::cast);
    const auto same = [](const RunResult& a, const RunResult& b) {
        const Grid<float>& one = a.volume.distance;
        const Grid<float>& other = b.volume.distance;
        return std::equal(one.data(), one.data() + one.size(), other.data());
    };
    CHECK(thicker.cast.report.sweeps == alone.cast.report.sweeps);
    CHECK(same(thicker, alone));
    CHECK(thicker.coating.mass_fraction == alone.coating.mass_fraction);
    CHECK(thicker.coating.mass_fraction > first.coating.mass_fraction);
    CHECK_FALSE(same(reseeded, first));
}
