#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <sys/types.h>
#include <unistd.h>

#include "cli/program.h"
#include "pipeline/small_recipe.h"

using porogen::test::Folder;
using porogen::test::Outcome;
using porogen::test::run_porogen;
using porogen::test::slurp;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
}

/// Slabs of labels 0 (7 layers) and 1 (3 layers) along z: 4 x 5 x 10, raw.
std::string laminate() {
    std::string text;
    for (int k = 0; k < 10; ++k) {
        text += std::string(20, k < 7 ? '\0' : '\1');
    }
    return text;
}

} // namespace

TEST_CASE("help shows every verb and examples, on stdout, with exit code 0") {
    const Outcome help = run_porogen("--help");
    CHECK(help.code == 0);
    CHECK(help.err.empty());
    for (const char* word :
         {"run", "cast", "measure", "plate", "optimize", "explore", "check", "recipes", "materials",
          "verify", "completion", "Examples:", "Exit codes"}) {
        CHECK_MESSAGE(help.out.find(word) != std::string::npos, word);
    }
    for (const char* verb : {"run", "cast", "converge", "measure", "plate", "optimize", "explore",
                             "check", "recipes", "materials", "verify"}) {
        const Outcome verb_help = run_porogen(std::string(verb) + " --help");
        CHECK(verb_help.code == 0);
        CHECK_MESSAGE(verb_help.out.find("Example") != std::string::npos, verb);
    }
    CHECK(run_porogen("--version").out.rfind("porogen 0.", 0) == 0);
}

TEST_CASE("wrong usage is one line on stderr and exit code 1") {
    for (const char* line : {"",
                             "fly",
                             "run",
                             "run a b c",
                             "measure",
                             "check x --threads -1",
                             "run --frobnicate x",
                             "measure x.tiff --voxel \"1 um\" --sides open",
                             "materials no-such-thing",
                             "measure x.tiff --voxel 1",
                             "measure x.tiff --voxel \"1 V\"",
                             "measure x.tiff --voxel \"-1 um\"",
                             "measure x.tiff --voxel \"nan um\"",
                             "measure x.raw --voxel \"1 um\" --shape 1,2",
                             "measure x.raw --voxel \"1 um\" --shape 0,2,3",
                             "measure x.tiff --voxel \"1 um\" --axis w",
                             "measure x.tiff --voxel \"1 um\" -c 0",
                             "measure x.tiff --voxel \"1 um\" -c 300=1",
                             "measure x.tiff --voxel \"1 um\" -c \"0=-1\"",
                             "measure x.tiff --voxel \"1 um\" -c \"0=1 V\"",
                             "measure x.tiff --voxel \"1 um\" --tolerance 2",
                             "measure x.tiff --voxel \"1 um\" --tolerance nan",
                             "measure x.tiff --voxel \"1 um\" --axis ''",
                             "chekc x.toml",
                             "measure x.tiff --voxel \"1 um\" -c 0=1 -c 0=2",
                             "completion tcsh"}) {
        CAPTURE(line);
        const Outcome outcome = run_porogen(line);
        CHECK(outcome.code == 1);
        CHECK(outcome.out.empty());
        CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
        CHECK(outcome.err.rfind("porogen: ", 0) == 0);
    }
}

TEST_CASE("a laminate is measured exactly, along and across") {
    const Folder folder("cli-laminate");
    write(folder.path / "l.raw", laminate());
    const Outcome outcome =
        run_porogen("measure l.raw --shape 4,5,10 --voxel '1 um' -c '0=0.2 S/m' -c '1=3 S/m' "
                    "--tolerance 1e-12 --json --quiet",
                    folder.path);
    REQUIRE(outcome.code == 0);
    CHECK(outcome.err.empty());
    const auto json = nlohmann::json::parse(outcome.out);
    const auto& sigma = json["transport"]["conductivity"];
    CHECK(std::abs(double(sigma["x"]) / (0.7 * 0.2 + 0.3 * 3) - 1) < 1e-9);
    CHECK(std::abs(double(sigma["z"]) * (0.7 / 0.2 + 0.3 / 3) - 1) < 1e-9);
    CHECK(json["image"]["phases"][1]["volume_fraction"] == doctest::Approx(0.3));
}

TEST_CASE("a phase that does not percolate is said so plainly") {
    const Folder folder("cli-blocked");
    write(folder.path / "l.raw", laminate());
    const Outcome table =
        run_porogen("measure l.raw --shape 4,5,10 --voxel '1 um' --axis z", folder.path);
    CHECK(table.code == 0);
    CHECK(table.out.find("no path") != std::string::npos);
    const Outcome outcome =
        run_porogen("measure l.raw --shape 4,5,10 --voxel '1 um' --axis z --json", folder.path);
    const auto json = nlohmann::json::parse(outcome.out);
    CHECK(json["transport"]["percolates"]["z"] == false);
    CHECK(json["transport"]["conductivity"]["z"] == 0.0);
    CHECK(json["transport"]["tortuosity_factor"]["z"].is_null());
}

TEST_CASE("not converging is exit code 4, with the numbers still printed") {
    const Folder folder("cli-stuck");
    std::string noise;
    unsigned state = 1;
    for (int n = 0; n < 20 * 20 * 20; ++n) {
        state = state * 1664525u + 1013904223u;
        noise += static_cast<char>(state >> 30 ? 1 : 0);
    }
    write(folder.path / "n.raw", noise);
    const Outcome outcome = run_porogen(
        "measure n.raw --shape 20,20,20 --voxel '1 um' -c 1=1 --axis z --max-iterations 1",
        folder.path);
    CHECK(outcome.code == 4);
    CHECK(outcome.out.find("NOT CONVERGED") != std::string::npos);
}

TEST_CASE("run, then plate again from its directory") {
    const Folder folder("cli-run");
    write(folder.path / "small.toml", porogen::test::small_recipe);
    const Outcome run = run_porogen(
        "run small.toml --json --set output.pictures=false --set output.stl=false", folder.path);
    REQUIRE(run.code == 0);
    const auto json = nlohmann::json::parse(run.out);
    CHECK(slurp(folder.path / "runs/small/result.json") == run.out);
    CHECK(run.err.find("written to runs/small") != std::string::npos);

    const Outcome plate = run_porogen("plate runs/small --json", folder.path);
    REQUIRE(plate.code == 0);
    CHECK(nlohmann::json::parse(plate.out)["plating"]["metrics"] == json["plating"]["metrics"]);
    const Outcome faster =
        run_porogen("plate runs/small --set 'plating.current=4 mA/cm^2' --json", folder.path);
    CHECK(double(nlohmann::json::parse(faster.out)["plating"]["steps"][0]["voltage"]) >
          double(json["plating"]["steps"][0]["voltage"]));
}

TEST_CASE("a plating resolved in space, and again from the directory into one of its own") {
    const Folder folder("cli-space");
    write(folder.path / "small.toml", porogen::test::small_recipe);
    const std::string small = " --set plating.model=resolved --set 'plating.capacity=0.2 mAh/cm^2'"
                              " --set 'plating.snapshots=0.1 mAh/cm^2'";
    const Outcome run = run_porogen("run small.toml --quiet --set output.stl=false --set "
                                    "transport.axes=z" +
                                        small,
                                    folder.path);
    CHECK(run.code == 0);
    CHECK(run.out.find("put in, not predicted") != std::string::npos);
    for (const char* file : {"lithium.png", "lithium.vdb", "plating.png", "plating-steps.csv"}) {
        CHECK_MESSAGE(fs::exists(folder.path / "runs/small" / file), file);
    }
    const Outcome plate = run_porogen("plate runs/small --json --quiet -o runs/again", folder.path);
    REQUIRE(plate.code == 0);
    const auto json = nlohmann::json::parse(plate.out);
    CHECK(json["plating"]["model"] == "resolved");
    CHECK(json["plating"]["snapshots"].size() == 2);
    CHECK(slurp(folder.path / "runs/again/plating.json") == plate.out);
    CHECK(fs::exists(folder.path / "runs/again/lithium.png"));

    const Outcome onto_itself = run_porogen("plate runs/small --quiet -o runs/small", folder.path);
    CHECK(onto_itself.code == 1);
    CHECK(onto_itself.err == "porogen: runs/small: holds a run (its plating would be replaced); "
                             "name another directory\n");
    CHECK(fs::exists(folder.path / "runs/small/result.json"));
    const Outcome wrong =
        run_porogen("run small.toml --quiet --set plating.snapshots=1", folder.path);
    CHECK(wrong.code == 2);
    CHECK(wrong.err.find("plating.snapshots: \"1\" has no unit") != std::string::npos);
}

TEST_CASE("an electrode is taken from its particles, and put on other grids") {
    const Folder folder("cli-from");
    write(folder.path / "small.toml", porogen::test::small_recipe);
    const std::string plain = " --json --set output.pictures=false --set output.stl=false"
                              " --set output.vdb=false --set transport.axes=z";
    const Outcome made = run_porogen("cast small.toml" + plain, folder.path);
    REQUIRE(made.code == 0);
    const auto cast = nlohmann::json::parse(made.out)["geometry"];

    const Outcome again = run_porogen("cast --from runs/small/particles.csv" + plain, folder.path);
    REQUIRE(again.code == 0);
    CHECK(again.err.find("written to runs/small-again") != std::string::npos);
    const auto geometry = nlohmann::json::parse(again.out)["geometry"];
    CHECK(geometry["specific_surface"] == cast["specific_surface"]);
    CHECK(geometry["contacts"] == cast["contacts"]);

    const Outcome study = run_porogen("converge --from runs/small/particles.csv --voxels '0.5 um' "
                                      "'0.25 um' --json --set transport.axes=z -o runs/study",
                                      folder.path);
    REQUIRE(study.code == 0);
    const auto points = nlohmann::json::parse(study.out)["points"];
    REQUIRE(points.size() == 2);
    CHECK(points[0]["specific_surface"] == cast["specific_surface"]);
    CHECK(points[0]["ionic_relative"]["x"].is_null());
    CHECK(points[1]["ionic_relative"]["z"] > 0.05);
    const std::string table = slurp(folder.path / "runs/study/convergence.csv");
    CHECK(std::count(table.begin(), table.end(), '\n') == 4);

    const auto says = [&](const std::string& line, int code, const std::string& part) {
        CAPTURE(line);
        const Outcome outcome = run_porogen(line, folder.path);
        CHECK(outcome.code == code);
        CHECK(outcome.out.empty());
        CHECK(outcome.err.find(part) != std::string::npos);
        CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
    };
    write(folder.path / "runs/small/empty.csv", "");
    write(folder.path / "runs/small/short.csv",
          slurp(folder.path / "runs/small/particles.csv").substr(0, 1500));
    says("cast --quiet", 1, "no recipe is named");
    says("cast --quiet --from nowhere/particles.csv", 5, "nowhere/particles.csv");
    says("converge --quiet small.toml --voxels '0.25 um' '0.5 um'", 1, "must fall");
    says("cast --quiet small.toml --set coat.coverage=1e-6", 3, "thick where it lies");
    says("cast --quiet --from runs/small/none.csv", 5, "none.csv");
    says("cast --quiet --from runs/small/empty.csv", 2, "not a file of particles");
    says("cast --quiet --from runs/small/short.csv", 2, "short.csv:");
    says("cast --quiet --from small.toml small.toml", 2, "not a file of particles");
    says("cast --quiet --from runs/small/particles.csv --set 'domain.size_x=11 um'", 2,
         "their box is");
    says("converge --quiet small.toml --voxels 0.5", 1, "--voxels 0.5");
    says("converge --quiet small.toml --voxels '-1 um'", 1, "positive size");
    says("converge --quiet small.toml --voxels '0.3 um'", 2, "no whole number of voxels");
}

TEST_CASE("an exploration by hand, by number, by tasks, and its collector") {
    const Folder folder("cli-explore");
    const fs::path here = folder.path;
    write(here / "small.toml", porogen::test::small_recipe);
    const std::string plan =
        "explore small.toml --vary cast.porosity=0.45..0.6 --grid 2 --set cast.max_sweeps=500"
        " --set transport.axes=z --set 'domain.size_x=8 um' --set 'domain.size_y=8 um'"
        " --set 'domain.voxel=1 um' --keys plating.metrics.fill,performance.thickness"
        " --pareto 'plating.metrics.fill max, performance.areal_mass min'";
    CHECK(run_porogen(plan + " --count", here).out == "2\n");
    const Outcome one = run_porogen(plan + " --index 1 --quiet", here);
    REQUIRE(one.code == 0);
    CHECK(one.err.empty());
    const auto point = nlohmann::json::parse(one.out);
    CHECK(point["variables"]["cast.porosity"] == 0.6);
    CHECK(folder.count() == 1); // nothing but the recipe

    const Outcome direct = run_porogen(plan + " --json -o direct", here);
    REQUIRE(direct.code == 0);
    const auto json = nlohmann::json::parse(direct.out);
    REQUIRE(json["points"].size() == 2);
    CHECK(json["points"][1]["results"]["plating.metrics.fill"] ==
          point["result"]["plating"]["metrics"]["fill"]);
    CHECK_FALSE(json["pareto"].empty());

    const std::string quoted = "it's an array"; // a name that a shell script has to quote
    REQUIRE(run_porogen(plan + " --slurm 2 --quiet -o \"" + quoted + "\"", here).code == 0);
    const std::string in_array = " \"" + (here / quoted).string() + "/";
    const auto status = [](const std::string& line) {
        return WEXITSTATUS(std::system(line.c_str()));
    };
    const std::string collect = "sh" + in_array + "collect.sh\" --quiet >/dev/null";
    CHECK(status("SLURM_ARRAY_TASK_ID=0 bash" + in_array + "job.sh\"") == 0);
    CHECK(status(collect) == 6); // one is missing
    CHECK(status("SLURM_ARRAY_TASK_ID=1 bash" + in_array + "job.sh\"") == 0);
    CHECK(status(collect) == 0);
    CHECK(slurp(here / quoted / "explore.csv") == slurp(here / "direct" / "explore.csv"));
    CHECK(slurp(here / quoted / "pareto.csv") == slurp(here / "direct" / "pareto.csv"));

    const auto says = [&](const std::string& line, int code, const std::string& part) {
        CAPTURE(line);
        const Outcome outcome = run_porogen("explore small.toml --quiet " + line, here);
        CHECK(outcome.code == code);
        CHECK(outcome.out.empty());
        CHECK_MESSAGE(outcome.err.find(part) != std::string::npos, outcome.err);
        CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
    };
    const std::string porosity = "--vary cast.porosity=0.45..0.6 ";
    says("--sobol 4", 2, "nothing to vary");
    says(porosity, 1, "which points?");
    says(porosity + "--grid 3 --sobol 4", 1, "--grid excludes --sobol");
    says(porosity + "--grid 3,3", 2, "2 numbers of values for 1 variables");
    says(porosity + "--grid 0", 1, "--grid");
    says("--vary cast.porosty=0.4..0.6 --grid 3", 2, "did you mean 'cast.porosity'?");
    says("--vary cast.porosity=0.6..0.4 --grid 3", 2, "is not below");
    says("--vary domain.thickness=10..20 --grid 3", 2, "unit");
    says(porosity + "--sobol 4 --index 4", 2, "no point 4 (there are 4); write 0 to 3");
    says(porosity + "--sobol 4 --keys plating.metrics.fil", 2,
         "did you mean 'plating.metrics.fill'?");
    says(porosity + "--sobol 4 --pareto 'plating.metrics.fill max'", 1, "two keys are due");
    says(porosity + "--sobol 4 --task 4/4", 2, "no task 4 of 4");
    says(porosity + "--sobol 4 --task four", 1, "write TASK/TASKS");
    says(porosity + "--sobol 4 --collect -o nowhere", 2, "no records of tasks");
    says(porosity + "--sobol 4 --slurm 5", 1, "ask for fewer tasks");
    says("--uncertain --replicates 2", 2, "leave out --replicates");
    says(porosity + "--sobol 4 -o small.toml/inside", 5, "cannot make this directory");
    fs::create_directory(here / "foreign");
    write(here / "foreign" / "history.db", "no database, but long enough to be read as one");
    says(porosity + "--sobol 4 -o foreign", 5, "no history of a search");
}

TEST_CASE("verify prints a row per case and one line of summary") {
    const Outcome table = run_porogen("verify --quiet --only laminates");
    CHECK(table.code == 0);
    CHECK(table.err.empty());
    CHECK(table.out.find("\n4 of 4 cases within their limits") != std::string::npos);
    const Outcome json = run_porogen("verify --quiet --json --only checkerboard");
    CHECK(json.code == 0);
    const auto cases = nlohmann::json::parse(json.out).at("cases");
    REQUIRE(cases.size() == 2);
    CHECK(cases[1].at("passed") == true);
    CHECK(cases[1].at("exact").get<double>() == doctest::Approx(3.16228));
    CHECK(cases[1].at("order").get<double>() > 0.7);
    CHECK(cases[1].at("reference").get<std::string>().find("Dykhne") != std::string::npos);
    const Outcome none = run_porogen("verify --quiet --only checkerbored");
    CHECK(none.code == 1);
    CHECK(none.out.empty());
    CHECK(none.err.find("checkerbored") != std::string::npos);
}

TEST_CASE("check prints a recipe that means the same") {
    const Folder folder("cli-check");
    write(folder.path / "small.toml", porogen::test::small_recipe);
    const Outcome first = run_porogen("check small.toml --set cast.porosity='52 %'", folder.path);
    REQUIRE(first.code == 0);
    write(folder.path / "again.toml", first.out);
    const Outcome second = run_porogen("check again.toml --json", folder.path);
    REQUIRE(second.code == 0);
    const std::string hash = nlohmann::json::parse(second.out)["recipe_hash"];
    CHECK(first.out.find("recipe hash " + hash) != std::string::npos);
}

TEST_CASE("Ctrl-C ends with exit code 6 and leaves no half-written file") {
    const Folder folder("cli-interrupt");
    write(folder.path / "big.toml", "title = \"the default electrode\"\n");
    const pid_t child = ::fork();
    if (child == 0) {
        ::execl(POROGEN_PROGRAM, "porogen", "run", "--quiet", (folder.path / "big.toml").c_str(),
                "--output", (folder.path / "out").c_str(), nullptr);
        ::_exit(127);
    }
    while (!fs::exists(folder.path / "out")) { // the run has begun, and listens
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ::kill(child, SIGINT);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 6);
    CHECK(fs::is_empty(folder.path / "out"));
}

TEST_CASE("a directory that cannot be written to is refused before any work, with exit code 5") {
    const Folder folder("cli-blocked-output");
    write(folder.path / "small.toml", porogen::test::small_recipe);
    write(folder.path / "file", "not a directory");
    const Outcome outcome = run_porogen("run small.toml --output file/inside", folder.path);
    CHECK(outcome.code == 5);
    CHECK(outcome.err ==
          "porogen: file/inside: cannot make this directory (Not a directory); name another\n");
}

TEST_CASE("completion scripts are accepted by bash and know the verbs") {
    const Folder folder("cli-completion");
    const Outcome script = run_porogen("completion bash");
    REQUIRE(script.code == 0);
    write(folder.path / "c.bash", script.out);
    const std::string line =
        "bash -c 'source " + (folder.path / "c.bash").string() +
        "; COMP_WORDS=(porogen me); COMP_CWORD=1; _porogen; [ \"${COMPREPLY[0]}\" = measure ]'";
    CHECK(std::system(line.c_str()) == 0);
    CHECK(run_porogen("completion fish").out.find("-a measure") != std::string::npos);
}
