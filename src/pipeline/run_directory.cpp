#include "porogen/pipeline/run_directory.h"

#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/core/version.h"
#include "porogen/geometry/level_set.h"
#include "porogen/io/particles_csv.h"
#include "porogen/io/stl.h"
#include "porogen/io/vdb_file.h"
#include "porogen/report/pictures.h"
#include "porogen/report/result_json.h"
#include "porogen/report/tables.h"

namespace porogen {

namespace {

std::string stamped_recipe(const Recipe& recipe) {
    return "# The effective recipe of a run, defaults included: `porogen run` takes it as it "
           "is.\n# porogen " +
           std::string(version()) + " (" + std::string(commit()) + "), recipe hash " +
           recipe.hash() + "\n\n" + recipe.to_toml();
}

} // namespace

void write_run(const std::filesystem::path& directory, const RunResult& result,
               Progress& progress) {
    progress.stage("write");
    make_writable_directory(directory);
    const Recipe& recipe = result.recipe;
    const Stamp stamp{recipe.hash(), static_cast<std::uint64_t>(recipe.integer("seed"))};

    write_text_file(directory / "recipe.toml", stamped_recipe(recipe));
    write_particles(directory / "particles.csv", result.cast.packing, stamp);
    write_tables(directory, result);
    if (recipe.boolean("output.vdb")) {
        write_vdb(directory / "volume.vdb", result.volume(), stamp);
    }
    throw_if_interrupted();
    if (recipe.boolean("output.stl")) {
        write_stl(directory / "solid.stl", triangulate(solid_level_set(result.volume())), stamp);
    }
    if (recipe.boolean("output.pictures")) {
        write_pictures(directory, result, progress);
    }
    throw_if_interrupted();
    write_text_file(directory / "result.json", result_json(result));
}

StoredRun read_run(const std::filesystem::path& directory,
                   const std::vector<std::string>& overrides) {
    const auto file = directory / "result.json";
    const std::string json = read_text_file(file);
    const auto value = [&](const char* name) {
        const std::string key = std::string("plating.homogenised.") + name;
        const auto found = result_number(json, key);
        if (!found) {
            throw Error(ExitCode::bad_input, file.string() + ": no " + key +
                                                 " (the run did not get as far as plating); run "
                                                 "the recipe with 'porogen run' first");
        }
        return *found;
    };
    StoredRun stored{Recipe::load(directory / "recipe.toml", overrides), {}};
    HomogenisedElectrode& e = stored.electrode;
    e.thickness = value("thickness");
    e.porosity = value("porosity");
    e.specific_surface = value("specific_surface");
    e.ionic = value("ionic_conductivity");
    e.electronic = value("electronic_conductivity");
    e.bruggeman_exponent = stored.recipe.is_auto("plating.bruggeman")
                               ? value("bruggeman_exponent")
                               : stored.recipe.number("plating.bruggeman");
    e.area_exponent = stored.recipe.number("plating.area_exponent");
    return stored;
}

} // namespace porogen
