#include "porogen/report/result_keys.h"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "porogen/core/errors.h"
#include "porogen/core/files.h"

using namespace porogen;

TEST_CASE("RESULTS.md is that of this table") {
    INFO("bring it up to date with: cmake --build <build directory> --target reference");
    CHECK((read_text_file(std::filesystem::path(POROGEN_SOURCE_DIR) / "recipes" / "RESULTS.md") ==
           result_reference_markdown()));
}

TEST_CASE("every entry has one sentence, and no key stands twice") {
    std::set<std::string> seen;
    for (const ResultKey& entry : result_reference()) {
        CAPTURE(entry.key);
        CHECK(entry.doc.ends_with('.'));
        for (const std::string& key : result_key_instances(entry)) {
            CHECK(seen.insert(key).second);
            CHECK(find_result_key(key) != nullptr);
        }
    }
}

TEST_CASE("a pattern is written out, the last choice changing first") {
    CHECK(result_key_instances({"a.{b,c}.{x,y}[].n", "1", ""}) ==
          std::vector<std::string>{"a.b.x[].n", "a.b.y[].n", "a.c.x[].n", "a.c.y[].n"});
}

TEST_CASE("what is a number of a result, and what is not") {
    for (const char* key :
         {"plating.metrics.uniformity", "geometry.chord_length.pore.z.d50",
          "geometry.populations.fine-2.particles", "geometry.targets.cast.porosity.got",
          "transport.electronic.percolates.z", "plating.inputs.barriers.llto.bare",
          "performance.energy_per_mass", "seed", "seconds.plate in space", "status.converged",
          "recipe.cast.porosity", "recipe.population.fine.share"}) {
        CHECK_MESSAGE(is_result_number(key), key);
    }
    for (const char* key :
         {"", ".", "plating", "plating.metrics", "plating.metrics.uniformity.x", "plating.model",
          "plating.steps", "plating.steps[].voltage", "plating.homogenised", "geometry.shape[]",
          "geometry.populations.fine.porosity", "geometry.populations..particles",
          "geometry.targets.cast.porosiy.got", "geometry.chord_length.pore.{x,y,z}.mean",
          "transport.ionic.current_density", "recipe.KEY", "recipe.title", "recipe.cast.porosiy"}) {
        CHECK_MESSAGE(!is_result_number(key), key);
    }
    CHECK(find_result_key("plating.steps[].voltage")->unit == "V");
    CHECK(find_result_key("geometry.populations.x.particles")->key ==
          "geometry.populations.NAME.particles");
    CHECK(find_result_key("plating.voltage") == nullptr);
}

TEST_CASE("the nearest number") {
    CHECK(nearest_result_key("plating.metrics.uniformty") == "plating.metrics.uniformity");
    CHECK(nearest_result_key("plating.uniformity") == "plating.metrics.uniformity");
    CHECK(nearest_result_key("uniformity") == "plating.metrics.uniformity");
    CHECK(nearest_result_key("performance.energy_mass") == "performance.energy_per_mass");
    CHECK(nearest_result_key("geometry.populations.fine.particle") ==
          "geometry.populations.fine.particles");
    CHECK(nearest_result_key("recipe.cast.porosiy") == "recipe.cast.porosity");
    CHECK(nearest_result_key("something else altogether") == "");
}

TEST_CASE("a search for numbers that no result has is refused, with the place") {
    const auto refused = [](const std::string& text, const std::string& set = "") {
        const std::vector<std::string> overrides =
            set.empty() ? std::vector<std::string>{} : std::vector{set};
        try {
            require_result_numbers(Recipe::parse(text, "my.toml", overrides));
        } catch (const Error& error) {
            CHECK(error.code() == ExitCode::bad_input);
            return std::string(error.what());
        }
        return std::string();
    };
    const std::string good = "[optimize]\nobjective = \"performance.energy_per_mass\"\n";
    CHECK(refused("") == "");
    CHECK(refused(good) == "");
    CHECK(refused("[optimize]\nobjective = \"plating.metrics.fil\"\n") ==
          "my.toml:2:13: result.json has no number 'plating.metrics.fil'; did you mean "
          "'plating.metrics.fill'?");
    CHECK(refused("", "optimize.objective=plating.metrics.fil") ==
          "--set optimize.objective=plating.metrics.fil: result.json has no number "
          "'plating.metrics.fil'; did you mean 'plating.metrics.fill'?");
    CHECK(refused(good + "[[optimize.constraint]]\nkey = \"plating.steps.voltage\"\nlow = 0\n")
              .starts_with("my.toml:4:7: result.json has no number 'plating.steps.voltage'; "));
    CHECK(refused("[optimize]\nobjective = \"plating.metrics.q_q_q_q_q_q_q_q_q_q_q_q\"\n") ==
          "my.toml:2:13: result.json has no number 'plating.metrics.q_q_q_q_q_q_q_q_q_q_q_q'; "
          "recipes/RESULTS.md lists them");
}
