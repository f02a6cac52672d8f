#include <filesystem>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/recipe/options.h"

using namespace porogen;

namespace {

const std::filesystem::path directory = std::filesystem::path(POROGEN_TEST_DATA) / "recipes/bad";

struct Failure {
    int code = 0;
    std::string message = "accepted";
};

/// Everything that looks at a recipe before anything is computed.
Failure check(const std::filesystem::path& file) {
    try {
        const Recipe recipe = Recipe::load(file);
        cast_options(recipe);
        rasterise_options(recipe);
    } catch (const Error& error) {
        return {static_cast<int>(error.code()), error.what()};
    }
    return {};
}

std::string set_failure(const std::string& text) {
    try {
        Recipe::parse("", "empty.toml", {text});
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::bad_input);
        return error.what();
    }
    return "accepted";
}

} // namespace

TEST_CASE("every wrong recipe is refused with the message beside it") {
    std::set<std::string> listed;
    std::istringstream lines(read_text_file(directory / "EXPECTED"));
    for (std::string line; std::getline(lines, line);) {
        const auto first = line.find('\t');
        const auto second = line.find('\t', first + 1);
        REQUIRE(second != std::string::npos);
        const std::string name = line.substr(0, first);
        const std::filesystem::path file = directory / name;
        CAPTURE(name);
        listed.insert(name);
        const Failure failure = check(file);
        CHECK(failure.message == file.string() + ':' + line.substr(second + 1));
        CHECK(failure.code == std::stoi(line.substr(first + 1, second - first - 1)));
        CHECK(failure.message.find('\n') == std::string::npos);
    }
    CHECK(listed.size() >= 40);
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        const std::string name = entry.path().filename().string();
        CAPTURE(name);
        CHECK((name == "EXPECTED" || listed.contains(name)));
    }
}

TEST_CASE("a wrong --set says which one and what to write") {
    CHECK(set_failure("domain.voxel=0.5") == "--set domain.voxel=0.5: domain.voxel = \"0.5\" has "
                                             "no unit (a length is due); write it with one, "
                                             "for example \"0.5 um\"");
    CHECK(set_failure("voxel=0.5 um") ==
          "--set voxel=0.5 um: unknown key 'voxel'; did you mean 'domain.voxel'?");
    CHECK(set_failure("domain=3") ==
          "--set domain=3: 'domain' is a section; name one of its keys, for example domain.size_x");
    CHECK(set_failure("optimize.variable=x") == "--set optimize.variable=x: 'optimize.variable' is "
                                                "a list of blocks; write it in a recipe as "
                                                "[[optimize.variable]]");
    CHECK(set_failure("cast.porosity") == "--set cast.porosity: no '=' between key and value; "
                                          "write --set key=value, for example --set "
                                          "cast.porosity=0.5");
    CHECK(set_failure("plating.cells=many") == "--set plating.cells=many: plating.cells = many is "
                                               "not a whole number; write one, for example 200");
    CHECK(set_failure("output.vdb=no") == "--set output.vdb=no: output.vdb = \"no\" is a text "
                                          "where true or false is due; write one of "
                                          "them, without quotes");
    CHECK(set_failure("xyzzy.plugh=1") == "--set xyzzy.plugh=1: unknown key 'xyzzy.plugh'; the "
                                          "keys are section.name, for example domain.voxel");
    CHECK(set_failure("optimize.objective=best") ==
          "--set optimize.objective=best: \"best\" is no key of result.json (they begin with "
          "geometry., "
          "transport., plating. or performance.); name one, for example "
          "\"plating.metrics.uniformity\"");
}

TEST_CASE("a recipe damaged anywhere is read or refused in one line with its place") {
    const std::string shipped = read_text_file(std::filesystem::path(POROGEN_SOURCE_DIR) /
                                               "recipes/optimize-llto-cnt.toml");
    const std::string populations = "[population.fine]\nshare = 0.2\n[population.a-b_2]\n";
    int refused = 0;
    for (const std::string& whole : {shipped, populations}) {
        for (std::size_t i = 0; i < whole.size(); ++i) {
            for (const std::string piece : {"", "\"", "[", "=", "\n", ".", "9", "\\", "\xc3"}) {
                std::string damaged = whole;
                damaged.replace(i, 1, piece);
                try {
                    Recipe::parse(damaged, "damaged.toml");
                } catch (const Error& error) {
                    const std::string message = error.what();
                    CAPTURE(message);
                    REQUIRE(message.starts_with("damaged.toml:"));
                    REQUIRE(message.find_first_of("\n\r") == std::string::npos);
                    ++refused;
                }
            }
        }
    }
    CHECK(refused > 1000);
}

TEST_CASE("a file of one endless line or endless nesting is refused like any other") {
    const std::string letters(2'000'000, 'a');
    const std::string brackets(100'000, '[');
    for (const std::string& text :
         {letters, letters + " = 1", "a = " + letters, "a = \"" + letters, brackets,
          "a = " + brackets, "[" + letters + "]\n", letters + " = 1\n" + letters + " = 1"}) {
        CHECK_THROWS_AS(Recipe::parse(text, "endless.toml"), Error);
    }
}

TEST_CASE("a file that cannot be read is an input/output failure") {
    try {
        Recipe::load("/nonexistent/recipe.toml");
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::io_failure);
        CHECK(std::string(error.what()).find("/nonexistent/recipe.toml") != std::string::npos);
    }
}

TEST_CASE("steps that would take for ever, and longer ones than plating takes, are refused") {
    for (const char* text :
         {"plating.max_move=1e-9", "plating.max_move=0.8", "plating.max_charge_step=1e-9",
          "plating.max_charge_step=1.5", "plating.current=1e-300 A/m^2"}) {
        CAPTURE(text);
        CHECK(set_failure(text).find("is out of range") != std::string::npos);
    }
    CHECK(set_failure("plating.max_move=0.5") == "accepted");
    CHECK(set_failure("plating.max_charge_step=1") == "accepted");
}
