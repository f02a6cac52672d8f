// What a plating resolved in space looks like in numbers, tables, words and pictures.

#include <algorithm>
#include <sstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "folder.h"
#include "near.h"
#include "porogen/core/files.h"
#include "porogen/recipe/options.h"
#include "porogen/report/pictures.h"
#include "porogen/report/result_json.h"
#include "porogen/report/summary.h"
#include "porogen/report/tables.h"
#include "report/section.h"

using namespace porogen;
using porogen::test::Folder;

namespace {

constexpr Shape box{8, 4, 8};
constexpr std::int64_t headroom = 4;

/// The lower half of the box is solid; a cell is 1 um.
PhaseVolume floor_of_llto() {
    PhaseVolume volume;
    volume.labels = Grid<std::uint8_t>(box);
    volume.distance = Grid<float>(box);
    volume.voxel = {1e-6, 1e-6, 1e-6};
    volume.phases = {{0, "pore"}, {1, "llto"}};
    volume.periodic = {true, true, false};
    for (std::int64_t n = 0; n < volume.labels.size(); ++n) {
        const auto layer = n / (box.x * box.y);
        volume.labels[n] = layer < 4 ? 1 : 0;
        volume.distance[n] = static_cast<float>((static_cast<double>(layer) + 0.5 - 4) * 1e-6);
    }
    return volume;
}

/// Lithium up to a height [cells], on the floor.
Grid<float> lithium_up_to(double height) {
    Grid<float> lithium({box.x, box.y, box.z + headroom});
    for (std::int64_t n = 0; n < lithium.size(); ++n) {
        const auto layer = static_cast<double>(n / (box.x * box.y));
        lithium[n] = layer < 4 ? 0 : static_cast<float>(std::clamp(height - layer, 0.0, 1.0));
    }
    return lithium;
}

RunResult plated(bool with_homogenised = true) {
    RunResult r;
    r.recipe = Recipe::parse("seed = 5\n[plating]\nmodel = \"resolved\"\n", "test");
    r.volume = floor_of_llto();
    r.resolved_options = resolved_options(r.recipe, r.volume);
    ResolvedPlating p;
    for (const double capacity : {0.0, 36000.0, 72000.0}) {
        ResolvedStep step;
        step.capacity = capacity;
        step.voltage = capacity > 0 ? 0.012 : 0.061;
        step.li_volume = 4.849e-6 * capacity / 36000;
        step.overflow = capacity > 36000 ? 1.7e-6 : 0;
        step.metrics.centroid = 0.7;
        step.inserted = 1234;
        step.lithiated = 0.75;
        step.wetted_area = 3.5;
        step.covered = 0.25;
        step.cut_off = 0.01;
        step.depth_cov = 0.125;
        step.least_concentration = 0.875;
        step.newton_iterations = 3;
        step.linear_iterations = 42;
        p.steps.push_back(step);
    }
    p.snapshots = {{36000, lithium_up_to(6), {0, 0.5}}, {72000, lithium_up_to(9), {0, 1}}};
    p.model = PotentialModel::two_potentials;
    p.nucleation_overpotential = 0.0625;
    p.activation = 3600;
    p.activation_curve = {{1.5, 0}, {0, 3600}};
    p.overflow_capacity = 54000;
    p.headroom_layers = headroom;
    r.resolved = p;
    if (with_homogenised) {
        r.homogenised = HomogenisedElectrode{.thickness = 8e-6, .porosity = 0.5};
        PlateResult one;
        one.steps.resize(2);
        one.steps[1].capacity = 72000;
        one.fill = {0.25, 0.75};
        one.initial_reaction = {1, 1};
        one.nu = 0.5;
        r.plating = one;
    }
    return r;
}

int lines(const std::string& text) {
    return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

} // namespace

TEST_CASE("result.json holds the resolved plating under the stable names, with what was put in") {
    const std::string text = result_json(plated());
    const auto json = nlohmann::json::parse(text)["plating"];
    CHECK(json["model"] == "resolved");
    CHECK(json["potentials"] == "two");
    REQUIRE(json["steps"].size() == 3);
    for (const auto& [key, value] : {std::pair{"capacity", 72000.0},
                                     {"voltage", 0.012},
                                     {"inserted", 1234},
                                     {"lithiated", 0.75},
                                     {"wetted_area", 3.5},
                                     {"covered", 0.25},
                                     {"cut_off", 0.01},
                                     {"depth_cov", 0.125},
                                     {"least_concentration", 0.875},
                                     {"newton_iterations", 3},
                                     {"linear_iterations", 42}}) {
        CAPTURE(key);
        CHECK(json["steps"][2][key].get<double>() == test::near(value));
    }
    for (const char* key : {"time", "li_volume", "overflow", "cov", "gini", "uniformity"}) {
        CHECK_MESSAGE(json["steps"][2].contains(key), key);
    }
    CHECK(json["nucleation_overpotential"] == 0.0625);
    CHECK(json["activation_curve"][1]["inserted"] == 3600);
    CHECK(json["metrics"]["overflow_capacity"] == 54000);
    CHECK(json["metrics"]["clog_capacity"].is_null());
    CHECK(json["metrics"]["separator_capacity"].is_null());
    CHECK(json["headroom"].get<double>() == test::near(4e-6));
    CHECK(json["snapshots"][1]["fill"] == nlohmann::json({0.0, 1.0}));
    CHECK(json["nu"] == 0.5);
    CHECK(json["homogenised"]["thickness"] == 8e-6);
    CHECK(json["homogenised"]["steps"].size() == 2);

    const auto& inputs = json["inputs"];
    CHECK(inputs["surface"] == "calibrated");
    CHECK(inputs["exchange_current_density"] == 0.11);
    CHECK(inputs["barriers"]["collector"] == 0.1);
    CHECK(inputs["barriers"]["llto"]["bare"] == 0.061);
    CHECK(inputs["barriers"]["llto"]["coated_lithiated"] == 0.0);
    CHECK(*result_number(text, "plating.metrics.depth_cov") == 0.125);

    const auto alone = nlohmann::json::parse(result_json(plated(false)))["plating"];
    CHECK(alone["homogenised"].is_null());
    CHECK(alone["nu"].is_null());
}

TEST_CASE(
    "a plating that was asked for in space and failed is no plating, whatever stands beside it") {
    RunResult r = plated();
    r.resolved.reset();
    CHECK_FALSE(is_plated(r));
    CHECK_FALSE(nlohmann::json::parse(result_json(r)).contains("plating"));
}

TEST_CASE("the summary has a row at each snapshot and says what was put in") {
    const std::string text = plating_summary(plated());
    CAPTURE(text);
    for (const char* part : {"0.5 mA/cm\u00b2", "   1.000    12.00     0.700", "   2.000    12.00",
                             "put in, not predicted", "i0 = 0.11 A/m\u00b2 (calibrated",
                             "collector 100, LLTO 61 (\u00b1 7.5)", "62.5 mV", "1.500 mAh/cm\u00b2",
                             "0.100 mAh/cm\u00b2", "nu = 0.500"}) {
        CHECK_MESSAGE(text.find(part) != std::string::npos, part);
    }
    CHECK(plating_summary(plated(false)).find("homogenised") == std::string::npos);
}

TEST_CASE("tables have a row per step and per depth cell of each snapshot, units in the names") {
    const Folder folder("resolved-tables");
    write_plating_tables(folder.path, plated());
    const auto read = [&](const char* name) { return read_text_file(folder.path / name); };
    const std::string steps = read("plating-steps.csv");
    CHECK(lines(steps) == 2 + 3);
    CHECK(steps.find("capacity_C_per_m2,voltage_V,time_s") != std::string::npos);
    // As many values as names in every row.
    std::istringstream in(steps);
    std::string row;
    std::getline(in, row); // the stamp
    std::getline(in, row);
    const auto columns = std::count(row.begin(), row.end(), ',');
    while (std::getline(in, row)) {
        CHECK(std::count(row.begin(), row.end(), ',') == columns);
    }
    CHECK(read("plating-profile.csv").find("\n36000,2e-06,0\n36000,6e-06,0.5\n72000,2e-06,0\n") !=
          std::string::npos);
    CHECK(lines(read("homogenised-steps.csv")) == 2 + 2);
    CHECK(lines(read("homogenised-profile.csv")) == 2 + 2);

    const Folder alone("resolved-tables-alone");
    write_plating_tables(alone.path, plated(false));
    CHECK(alone.count() == 2);
}

TEST_CASE("the pictures of a plating are made with and without the prediction beside it") {
    for (const bool with : {true, false}) {
        const Folder folder("resolved-pictures");
        write_plating_pictures(folder.path, plated(with));
        CHECK(folder.count() == 2);
        CHECK(std::filesystem::file_size(folder.path / "lithium.png") > 2000);
        CHECK(std::filesystem::file_size(folder.path / "plating.png") > 2000);
    }
}

TEST_CASE(
    "a section shows solid, lithium and electrolyte where they are, above the framework too") {
    const PhaseVolume volume = floor_of_llto();
    Grid<float> solid(box);
    std::fill(solid.data(), solid.data() + box.x * box.y * 4, 1.0F);
    const Plane plane{Axis::x, Axis::z, Axis::y, 2};
    const double scale = 10;
    const auto colour_at = [&](const Image& image, double height) {
        return image.at(40, image.height - 1 - static_cast<int>(scale * height));
    };
    const Image bare = section(volume, plane, scale);
    CHECK(bare.height == 80);
    CHECK(colour_at(bare, 2) == solid_colour);
    CHECK(colour_at(bare, 6) == pore_colour);

    const LithiumSection low = lithium_section(lithium_up_to(6), solid, 2);
    const Image half = section(volume, plane, scale, &low);
    CHECK(half.height == 120);
    CHECK(colour_at(half, 2) == solid_colour);
    CHECK(colour_at(half, 4.2) == lithium_colour);
    CHECK(colour_at(half, 5.2) == lithium_colour);
    CHECK(colour_at(half, 6.8) == pore_colour);
    CHECK(colour_at(half, 10) == pore_colour);

    const LithiumSection high = lithium_section(lithium_up_to(9), solid, 2);
    const Image full = section(volume, plane, scale, &high);
    CHECK(colour_at(full, 7.9) == lithium_colour);
    CHECK(colour_at(full, 8.3) == lithium_colour);
    CHECK(colour_at(full, 9.8) == pore_colour);
}
