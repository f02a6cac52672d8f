#include "porogen/pipeline/run_directory.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <system_error>

#include "porogen/core/constants.h"
#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/core/parallel.h"
#include "porogen/core/version.h"
#include "porogen/geometry/level_set.h"
#include "porogen/io/particles_csv.h"
#include "porogen/io/stl.h"
#include "porogen/io/vdb_file.h"
#include "porogen/pipeline/run.h"
#include "porogen/recipe/schema.h"
#include "porogen/report/pictures.h"
#include "porogen/report/result_json.h"
#include "porogen/report/tables.h"

namespace porogen {

namespace {

std::string stamped_recipe(const Recipe& recipe) {
    return "# The effective recipe of a run, defaults included: `porogen run` takes it as it "
           "is.\n# " +
           program_stamp() + ", recipe hash " + recipe.hash() + "\n\n" + recipe.to_toml();
}

/// Takes away what an earlier run left here: a file of the old result beside new ones would be
/// taken for part of them.
void remove_earlier_run(const std::filesystem::path& directory) {
    for (const char* name : {"result.json",
                             "recipe.toml",
                             "particles.csv",
                             "pore-sizes.csv",
                             "grain-sizes.csv",
                             "chord-lengths.csv",
                             "two-point.csv",
                             "depth-profile.csv",
                             "contacts.csv",
                             "coordination.csv",
                             "convergence.csv",
                             "structure.png",
                             "plating-steps.csv",
                             "plating-profile.csv",
                             "volume.vdb",
                             "solid.stl",
                             "cutaway.png",
                             "sections.png",
                             "pore-sizes.png",
                             "plating.png",
                             "lithium.png",
                             "lithium.vdb",
                             "plating.json",
                             "homogenised-steps.csv",
                             "homogenised-profile.csv"}) {
        std::error_code ignored; // it may not be there
        std::filesystem::remove(directory / name, ignored);
    }
}

/// Materials that plating in space reads and nothing before it.
constexpr std::array<std::string_view, 5> read_in_space{
    "materials.llto.capacity", "materials.llto.D_chem", "materials.electrolyte.li_concentration",
    "materials.electrolyte.salt_diffusivity", "materials.electrolyte.transference_number"};

/// Plating reads these keys and no others; any other override would silently do nothing.
void require_plating_keys(const std::vector<std::string>& overrides) {
    for (const std::string& text : overrides) {
        const std::string key = text.substr(0, text.find('='));
        const auto begins = [&](const char* prefix) { return key.rfind(prefix, 0) == 0; };
        if (find_key(key) != nullptr && !begins("plating.") && !begins("materials.kinetics.") &&
            !begins("materials.sei.") && !begins("materials.lithium.") &&
            !begins("materials.constants.") &&
            std::ranges::find(read_in_space, key) == read_in_space.end()) {
            throw_usage(
                "--set " + text + ": plating a stored run does not read " + key +
                " (the electrode is the one that was measured); run the recipe again with it");
        }
    }
}

/// "lithium_1000_uAh_per_cm2": grid names are better off without dots.
std::string snapshot_name(double capacity) {
    return "lithium_" + std::to_string(std::lround(1e3 * capacity / mah_per_cm2)) + "_uAh_per_cm2";
}

Stamp stamp_of(const Recipe& recipe) {
    return {recipe.hash(), static_cast<std::uint64_t>(recipe.integer("seed"))};
}

void write_lithium(const std::filesystem::path& directory, const RunResult& result) {
    if (!result.resolved || !result.recipe.boolean("output.vdb")) {
        return;
    }
    std::vector<Field> fields;
    for (const PlatingSnapshot& snapshot : result.resolved->snapshots) {
        fields.push_back({snapshot_name(snapshot.capacity), "1", &snapshot.lithium});
    }
    write_vdb_fields(directory / "lithium.vdb", result.volume, fields, stamp_of(result.recipe));
}

/// The electrode of a stored run.
PhaseVolume read_volume(const std::filesystem::path& directory, double thickness) {
    const auto file = directory / "volume.vdb";
    if (!std::filesystem::exists(file)) {
        throw_bad_input(file.string() +
                        ": missing (plating.model = \"resolved\" plates into it); run the recipe "
                        "again with output.vdb = true");
    }
    PhaseVolume volume = read_vdb(file);
    if (!volume.has_distance() || !(std::abs(volume.size().z() / thickness - 1) < 1e-6)) {
        throw_bad_input(file.string() +
                        ": not the volume of the result beside it (another thickness, or no "
                        "distance); run the recipe again");
    }
    return volume;
}

/// What the volume's file holds beside the volume.
std::vector<Field> last_lithium(const RunResult& result) {
    if (!result.resolved || result.resolved->snapshots.empty()) {
        return {};
    }
    return {{"lithium", "1", &result.resolved->snapshots.back().lithium}};
}

} // namespace

void write_run(const std::filesystem::path& directory, const RunResult& result,
               Progress& progress) {
    progress.stage("write");
    make_writable_directory(directory);
    remove_earlier_run(directory);
    const Recipe& recipe = result.recipe;
    const Stamp stamp = stamp_of(recipe);

    write_text_file(directory / "recipe.toml", stamped_recipe(recipe));
    write_particles(directory / "particles.csv", result.cast.packing, stamp);
    write_tables(directory, result);
    // Numbers before pictures: a disk that fills up takes the large files, not the result.
    write_text_file(directory / "result.json", result_json(result));
    if (recipe.boolean("output.vdb")) {
        write_vdb(directory / "volume.vdb", result.volume, stamp, last_lithium(result));
        write_lithium(directory, result);
    }
    throw_if_interrupted();
    if (recipe.boolean("output.stl")) {
        write_stl(directory / "solid.stl", triangulate(solid_level_set(result.volume)), stamp);
    }
    if (recipe.boolean("output.pictures")) {
        write_pictures(directory, result, progress);
    }
}

StoredRun read_run(const std::filesystem::path& directory,
                   const std::vector<std::string>& overrides) {
    require_plating_keys(overrides);
    const auto file = directory / "result.json";
    const std::string json = read_text_file(file);
    if (result_keys(json).empty()) {
        throw_bad_input(file.string() +
                        ": not the result of a run (no JSON object, or cut short); run "
                        "the recipe again");
    }
    const auto value = [&](const std::string& key) {
        const auto found = result_number(json, key);
        if (!found || !(*found > 0)) {
            throw_bad_input(file.string() + ": " + key +
                            (found ? " is not positive (plating needs it)"
                                   : " is missing (the run stopped before it)") +
                            "; run a recipe that conducts along z");
        }
        return *found;
    };
    const auto recipe_file = directory / "recipe.toml";
    const Recipe recipe = Recipe::load(recipe_file);
    const auto seed = static_cast<double>(recipe.integer("seed")); // no part of the hash
    if (recipe.hash() != result_recipe_hash(json) || seed != result_number(json, "seed")) {
        throw_bad_input(recipe_file.string() + ": not the recipe of the result beside it (their "
                                               "hashes or seeds differ); run the recipe again");
    }
    StoredRun stored{Recipe::load(recipe_file, overrides), std::nullopt, {}};
    const bool in_space = asks_for_resolved(stored.recipe);
    const auto conducts = [&](const std::string& carrier) {
        return result_number(json, "transport." + carrier + ".conductivity.z").value_or(0) > 0;
    };
    if (!in_space || (conducts("ionic") && conducts("electronic"))) {
        const bool coated = result_number(json, "geometry.cnt_thickness").value_or(0) > 0;
        MeasuredElectrode measured;
        measured.thickness = value("geometry.thickness");
        measured.porosity = value("geometry.porosity");
        measured.open_porosity = value("geometry.open_porosity");
        measured.film_fraction = coated ? value("geometry.cnt_volume_fraction") : 0;
        measured.reacting_surface =
            value("geometry.specific_surface") * (coated ? value("geometry.cnt_coverage") : 1);
        measured.ionic = value("transport.ionic.conductivity.z");
        measured.relative_ionic = value("transport.ionic.relative.z");
        measured.electronic = value("transport.electronic.conductivity.z");
        stored.electrode = homogenise(measured, stored.recipe);
    }
    if (in_space) {
        stored.volume = read_volume(directory, value("geometry.thickness"));
    }
    return stored;
}

RunResult plate_again(const StoredRun& stored, Progress& progress) {
    RunResult result;
    result.recipe = stored.recipe;
    result.threads = thread_count();
    result.homogenised = stored.electrode;
    result.volume = stored.volume;
    plate(result, progress);
    return result;
}

void make_plating_directory(const std::filesystem::path& directory) {
    if (std::filesystem::exists(directory / "result.json")) {
        throw_usage(directory.string() +
                    ": holds a run (its plating would be replaced); name another directory");
    }
    make_writable_directory(directory);
}

void write_plating(const std::filesystem::path& directory, const RunResult& result,
                   Progress& progress) {
    progress.stage("write");
    make_plating_directory(directory);
    remove_earlier_run(directory);
    write_text_file(directory / "recipe.toml", stamped_recipe(result.recipe));
    write_plating_tables(directory, result);
    write_text_file(directory / "plating.json", plating_json(result));
    write_lithium(directory, result);
    throw_if_interrupted();
    if (result.recipe.boolean("output.pictures")) {
        write_plating_pictures(directory, result, progress);
    }
}

} // namespace porogen
