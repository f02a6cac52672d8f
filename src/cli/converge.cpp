#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <iostream>
#include <memory>

#include "cli/command.h"
#include "cli/particles.h"
#include "porogen/core/files.h"
#include "porogen/core/units.h"
#include "porogen/core/version.h"
#include "porogen/geometry/cast.h"
#include "porogen/pipeline/converge.h"
#include "porogen/recipe/options.h"

namespace porogen::cli {

namespace {

struct Arguments {
    ParticleSource source;
    std::vector<std::string> voxels;
    std::string output;
};

std::vector<double> voxel_sizes(const std::vector<std::string>& texts) {
    std::vector<double> sizes;
    for (const std::string& text : texts) {
        try {
            sizes.push_back(parse_quantity(text, "m"));
        } catch (const Error& error) {
            throw_usage("--voxels " + text + ": " + error.what());
        }
        if (!(sizes.back() > 0 && std::isfinite(sizes.back()))) {
            throw_usage("--voxels " + text + ": a voxel has a positive size; write \"0.25 um\"");
        }
    }
    if (std::ranges::adjacent_find(sizes, std::less_equal()) != sizes.end()) {
        throw_usage(
            "--voxels: the sizes must fall (each grid finer than the one before); order them");
    }
    return sizes;
}

nlohmann::ordered_json json_of(const std::vector<ConvergencePoint>& points) {
    const auto number = [](double value) {
        return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
    };
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const ConvergencePoint& p : points) {
        list.push_back(
            {{"voxel", p.voxel},
             {"cells", p.cells},
             {"porosity_cast", p.porosity_cast},
             {"offset", p.offset},
             {"specific_surface", p.specific_surface},
             {"pore_diameter", p.pore_diameter},
             {"ionic_relative",
              {{"x", number(p.ionic[0])}, {"y", number(p.ionic[1])}, {"z", number(p.ionic[2])}}},
             {"electronic_conductivity",
              {{"x", number(p.electronic[0])},
               {"y", number(p.electronic[1])},
               {"z", number(p.electronic[2])}}},
             {"converged", p.converged},
             {"warnings", p.warnings}});
    }
    return {{"program", {{"version", version()}, {"commit", commit()}}}, {"points", list}};
}

std::string csv_of(const Recipe& recipe, const std::vector<ConvergencePoint>& points) {
    std::string text = "# " + program_stamp() + ", recipe hash " + recipe.hash() + ", seed " +
                       std::to_string(recipe.integer("seed")) +
                       "\nvoxel_m,cells,porosity_cast,offset_m,specific_surface_per_m,"
                       "pore_diameter_m,ionic_relative_x,ionic_relative_y,ionic_relative_z,"
                       "electronic_x_S_per_m,electronic_y_S_per_m,electronic_z_S_per_m\n";
    for (const ConvergencePoint& p : points) {
        std::string row;
        for (const double value : {p.voxel, p.cells, p.porosity_cast, p.offset, p.specific_surface,
                                   p.pore_diameter, p.ionic[0], p.ionic[1], p.ionic[2],
                                   p.electronic[0], p.electronic[1], p.electronic[2]}) {
            row += (row.empty() ? "" : ",") + (std::isfinite(value) ? format_number(value) : "");
        }
        text += row + '\n';
    }
    return text;
}

void print_table(const std::vector<ConvergencePoint>& points) {
    std::printf("  voxel [µm]      cells  porosity as cast  surface [1/µm]  pores d50 [µm]  "
                "ions along z  electrons along z [S/m]\n");
    for (const ConvergencePoint& p : points) {
        std::printf("  %-10.4g %10.0f  %14.3f %%  %14.4f  %14.3f  %12.5f  %12.5g\n", 1e6 * p.voxel,
                    p.cells, 100 * p.porosity_cast, 1e-6 * p.specific_surface,
                    1e6 * p.pore_diameter, p.ionic[2], p.electronic[2]);
    }
    if (points.size() > 1) {
        const ConvergencePoint& a = points[points.size() - 2];
        const ConvergencePoint& b = points.back();
        const auto change = [](double from, double to) { return 100 * (to / from - 1); };
        std::printf("  last step             %+14.3f %%  %+12.2f %%  %+12.2f %%  %+10.2f %%  "
                    "%+10.2f %%\n",
                    100 * (b.porosity_cast - a.porosity_cast),
                    change(a.specific_surface, b.specific_surface),
                    change(a.pore_diameter, b.pore_diameter), change(a.ionic[2], b.ionic[2]),
                    change(a.electronic[2], b.electronic[2]));
    }
}

ExitCode study(const Session& session, const Arguments& arguments) {
    const Recipe recipe = load_recipe(arguments.source, session).without_search();
    const std::vector<double> voxels = voxel_sizes(arguments.voxels);
    const std::filesystem::path directory =
        output_directory(arguments.output, default_name(arguments.source));
    make_writable_directory(directory);
    for (const double voxel : voxels) { // a voxel that does not fit shows before the work
        Recipe finer = recipe;
        finer.set_number("domain.voxel", voxel);
        warn_about_memory(session, estimate(finer));
    }
    session.progress->stage("cast");
    const std::optional<Packing> given = read_source(arguments.source);
    const Packing particles =
        given ? *given : cast(cast_options(recipe), *session.progress).packing;
    const std::vector<ConvergencePoint> points =
        converge(recipe, particles, voxels, *session.progress);
    write_text_file(directory / "convergence.csv", csv_of(recipe, points));
    session.progress->stage("");
    if (session.json) {
        print_json(json_of(points));
    } else {
        print_table(points);
        std::fflush(stdout);
    }
    bool converged = true;
    for (const ConvergencePoint& point : points) {
        converged = converged && point.converged;
        for (const std::string& warning : point.warnings) {
            tell(session, "warning: at " + format_quantity(point.voxel, "m") + ", " + warning);
        }
    }
    tell(session, "\nwritten to " + (directory / "convergence.csv").string());
    return converged ? ExitCode::done : ExitCode::not_converged;
}

} // namespace

void add_converge(CLI::App& app, Session& session) {
    CLI::App* verb = app.add_subcommand(
        "converge", "Measure the same electrode on finer and finer grids: what the voxel adds");
    const auto arguments = std::make_shared<Arguments>();
    add_source(*verb, arguments->source);
    verb->add_option("--voxels", arguments->voxels,
                     "Voxel sizes, coarsest first (0.5, 0.25 and 0.125 um if not given)")
        ->default_val(std::vector<std::string>{"0.5 um", "0.25 um", "0.125 um"});
    verb->add_option("--output,-o", arguments->output, "Run directory; runs/<recipe> if not given");
    add_overrides(*verb, session);
    add_json(*verb, session);
    verb->footer("\nExamples:\n  porogen converge recipes/llto-cnt.toml\n"
                 "  porogen converge --from runs/llto-cnt/particles.csv --voxels \"0.5 um\" "
                 "\"0.25 um\"\n");
    verb->callback([&session, arguments] {
        session.action = [&session, arguments] { return study(session, *arguments); };
    });
}

} // namespace porogen::cli
