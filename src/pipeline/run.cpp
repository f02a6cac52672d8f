#include "porogen/pipeline/run.h"

#include <chrono>
#include <cmath>
#include <cstdio>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/core/units.h"
#include "porogen/recipe/options.h"

namespace porogen {

namespace {

constexpr auto z = static_cast<std::size_t>(Axis::z);

/// Runs one stage of the line: announces it, times it, and lets an interrupt through before it
/// starts.
template <class Stage>
auto timed(RunResult& result, Progress& progress, const char* name, Stage&& stage) {
    throw_if_interrupted();
    progress.stage(name);
    const auto begin = std::chrono::steady_clock::now();
    auto value = stage();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    result.seconds.emplace_back(name, elapsed.count());
    return value;
}

std::string percent(double fraction) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f %%", 100 * fraction);
    return text;
}

void warn_about_casting(RunResult& result, const CastOptions& asked) {
    const CastReport& report = result.cast.report;
    if (!report.relaxed) {
        result.warnings.push_back(
            "cast: the deepest contact is " + percent(report.deepest_overlap) +
            " of the thinner particle's thickness (asked: at most " + percent(asked.max_overlap) +
            "); the packing is too dense, raise cast.wall_porosity");
    }
}

void warn_about_transport(RunResult& result, const EffectiveTransport& transport,
                          const std::string& what) {
    for (std::size_t a = 0; a < 3; ++a) {
        if (!transport.measured[a]) {
            continue;
        }
        if (!transport.report[a].percolates) {
            result.warnings.push_back(what + ": no path along " + axis_names[a]);
        } else if (!transport.report[a].converged) {
            result.converged = false;
            result.warnings.push_back(what + ": not converged along " + axis_names[a] + " after " +
                                      std::to_string(transport.report[a].iterations) +
                                      " iterations");
        }
    }
}

MeasuredElectrode measured(const RunResult& result) {
    const double coverage = result.volume.has_film() ? result.coating.coverage : 1;
    return {.thickness = result.volume.size().z(),
            .porosity = result.morphology.porosity,
            .open_porosity = result.morphology.open_porosity,
            .film_fraction = result.coating.volume_fraction,
            .reacting_surface = result.morphology.specific_surface * coverage,
            .ionic = result.ionic->conductivity[z],
            .relative_ionic = result.ionic->relative[z],
            .electronic = result.electronic->conductivity[z]};
}

/// More film than the pores can hold is a design that cannot exist.
void require_room_for_film(const RunResult& result) {
    if (!(result.coating.volume_fraction < result.morphology.open_porosity)) {
        throw_infeasible(result.recipe.where("coat.mass_fraction") + ": coat.mass_fraction = " +
                         format_number(result.recipe.number("coat.mass_fraction")) +
                         " is more film than the pores can hold (its own material takes " +
                         percent(result.coating.volume_fraction) + " of the electrode, the pores " +
                         percent(result.morphology.open_porosity) + "); lower it");
    }
}

/// Nor can it be thicker than the pores are wide.
void require_thin_film(RunResult& result) {
    const SizeDistribution& pores = result.microstructure.pores;
    if (!result.volume.has_film() || pores.diameter.empty()) {
        return;
    }
    const std::string film = "the film is " + format_quantity(result.coating.thickness, "m") +
                             " thick where it lies (half of the pore volume is narrower than " +
                             format_quantity(pores.d50, "m") + ")";
    if (!(2 * result.coating.thickness < pores.d90)) {
        throw_infeasible(result.recipe.where("coat.mass_fraction") + ": " + film +
                         "; lower coat.mass_fraction or raise coat.coverage");
    }
    if (2 * result.coating.thickness > pores.d50) {
        result.warnings.push_back("coat: " + film +
                                  ": a sheet without thickness is a poor model of it");
    }
}

/// Particles that were cast for another recipe reach the porosity only by a move of the surface.
void warn_about_given(RunResult& result) {
    for (const Target& target : result.targets) {
        const bool amount = target.key == "host.fraction" || target.key == "porogen.fraction";
        if (amount && !(std::abs(target.got - target.asked) <= 5e-3)) {
            result.warnings.push_back("particles: " + target.key + " is " + percent(target.got) +
                                      " (the recipe asks for " + percent(target.asked) +
                                      "); they were cast for another one");
        }
    }
}

void require_z(const Recipe& recipe, const AxisMask& axes) {
    if (!axes[z]) {
        throw_bad_input(recipe.where("transport.axes") + ": transport.axes = \"" +
                        recipe.text("transport.axes") +
                        "\" leaves out z (plating needs transport along it); add z");
    }
}

bool conducts_along_z(const std::optional<EffectiveTransport>& transport) {
    return transport && transport->measured[z] && transport->conductivity[z] > 0;
}

} // namespace

HomogenisedElectrode homogenise(const MeasuredElectrode& measured, const Recipe& recipe) {
    HomogenisedElectrode electrode;
    electrode.thickness = measured.thickness;
    electrode.porosity = measured.open_porosity - measured.film_fraction;
    electrode.specific_surface = measured.reacting_surface;
    electrode.bruggeman_exponent =
        recipe.is_auto("plating.bruggeman")
            ? std::log(measured.relative_ionic) / std::log(measured.porosity)
            : recipe.number("plating.bruggeman");
    electrode.ionic = measured.ionic * std::pow(electrode.porosity / measured.open_porosity,
                                                electrode.bruggeman_exponent);
    electrode.electronic = measured.electronic;
    electrode.area_exponent = recipe.number("plating.area_exponent");
    return electrode;
}

namespace {

/// Porogen and host as asked, and as they came out.
std::vector<Target> targets(const RunResult& r, const CastOptions& asked) {
    const Recipe& recipe = r.recipe;
    const double box = asked.size.prod();
    const double binder = binder_volume_fraction(recipe);
    std::vector<Target> all{
        {"cast.porosity", recipe.number("cast.porosity"), r.morphology.porosity},
        {"host.fraction", asked.host_fraction, volume(r.cast.packing, Role::host) / box},
        {"porogen.fraction", asked.porogen_fraction, volume(r.cast.packing, Role::porogen) / box},
        {"domain.thickness", asked.size.z(), r.volume.size().z()},
        {"cast.max_overlap", asked.max_overlap, r.cast.report.deepest_overlap},
        {"coat.mass_fraction", recipe.number("coat.mass_fraction"), r.coating.mass_fraction}};
    if (asked.orientation_r > 0) {
        all.push_back({"cast.orientation_r", asked.orientation_r, r.cast.report.orientation_r});
    }
    if (binder > 0) {
        all.push_back({"binder.volume_fraction", binder, r.binder.volume_fraction});
    }
    return all;
}

Microstructure measure_microstructure(const RunResult& r, Progress& progress) {
    const PhaseVolume& volume = r.volume;
    const CutCells cells = cut_cells(volume);
    Microstructure m;
    m.pores = size_distribution(volume, Space::pore, 24, progress);
    m.grains = size_distribution(volume, Space::solid, 24, progress);
    m.chords = chord_lengths(volume);
    m.correlation = two_point_correlation(volume);
    m.topology = measure_topology(volume, cells);
    m.profile = depth_profile(volume, cells);
    m.contacts = measure_contacts(r.cast.packing, r.porosity_fit.offset);
    return m;
}

void plate_over_depth(RunResult& result, Progress& progress) {
    result.plating = timed(result, progress, "plate", [&] {
        return plate_homogenised(*result.homogenised, plate_options(result.recipe), progress);
    });
}

RunResult walk(const Recipe& recipe, const Packing* particles, CastMemory* memory, Extent extent,
               Progress& progress) {
    RunResult result;
    result.recipe = recipe;
    result.threads = thread_count();
    // Options first: a contradiction in the recipe shows before any work is done.
    const CastOptions casting = cast_options(recipe);
    const RasteriseOptions grid = rasterise_options(recipe);
    const SinterOptions sintering{recipe.number("sinter.length")};
    const BindOptions binder{binder_volume_fraction(recipe), "binder"};
    const double porosity = recipe.number("cast.porosity");
    const double max_offset = recipe.number("cast.max_offset");
    const CoatOptions coating = coat_options(recipe);
    const MeasureOptions measuring = measure_options(recipe);
    MeasureOptions without_walls = measuring; // electrons are not fed over the pore walls
    without_walls.electrode = false;
    static_cast<void>(plate_options(recipe));
    static_cast<void>(plating_snapshots(recipe));
    const bool plates = extent == Extent::plate && recipe.text("plating.model") != "none";
    if (plates && !asks_for_resolved(recipe)) {
        require_z(recipe, measuring.axes);
    }
    const auto stage = [&](const char* name, auto&& body) {
        return timed(result, progress, name, body);
    };

    result.cast = stage("cast", [&] {
        return particles != nullptr ? recast(*particles, casting)
               : memory != nullptr  ? *memory->cast(casting, progress)
                                    : cast(casting, progress);
    });
    const Packing burnt = burn_out(result.cast.packing);
    PhaseVolume& volume = result.volume;
    volume = stage("rasterise", [&] { return rasterise(burnt, grid, progress); });
    result.sintering = stage("sinter", [&] { return sinter(volume, sintering, progress); });
    result.binder = stage("bind", [&] { return bind(volume, binder, progress); });
    result.porosity_fit =
        stage("porosity", [&] { return fit_porosity(volume, porosity, max_offset); });
    result.coating = stage("coat", [&] { return coat(volume, burnt, coating); });
    result.morphology = stage("morphology", [&] { return measure_morphology(volume); });
    require_room_for_film(result);
    warn_about_casting(result, casting);
    result.targets = targets(result, casting);
    result.microstructure =
        stage("microstructure", [&] { return measure_microstructure(result, progress); });
    require_thin_film(result);
    if (particles != nullptr) {
        warn_about_given(result);
    }
    if (extent == Extent::cast) {
        return result;
    }

    result.ionic = stage("ions", [&] {
        return measure_ionic(volume, ionic_conductors(recipe), measuring, progress);
    });
    result.electronic = stage("electrons", [&] {
        return measure_electronic(volume, host_electronic_conductivity(recipe),
                                  result.coating.contact_factor, without_walls, progress);
    });
    if (recipe.text("transport.host_state") == "both" && recipe.text("host.material") == "llto") {
        result.electronic_pristine = stage("pristine electrons", [&] {
            return measure_electronic(volume, recipe.number("materials.llto.sigma_e_pristine"),
                                      result.coating.contact_factor, without_walls, progress);
        });
    }
    warn_about_transport(result, *result.ionic, "ions");
    warn_about_transport(result, *result.electronic, "electrons");
    if (!plates) {
        return result;
    }

    if (conducts_along_z(result.ionic) && conducts_along_z(result.electronic)) {
        result.homogenised = homogenise(measured(result), recipe);
    }
    plate(result, progress);
    return result;
}

/// Beside a plating in space the one-dimensional one may fail.
void plate_beside(RunResult& result, Progress& progress) {
    std::string reason = "ions or electrons have no path along z";
    if (result.homogenised) {
        try {
            plate_over_depth(result, progress);
            return;
        } catch (const Error& error) {
            if (error.code() != ExitCode::not_converged && error.code() != ExitCode::infeasible) {
                throw;
            }
            reason = error.what();
        }
    }
    result.warnings.push_back("plating: no homogenised prediction beside it, because " + reason);
}

void plate_in_space(RunResult& result, Progress& progress) {
    ResolvedOptions options = resolved_options(result.recipe, result.volume);
    if (conducts_along_z(result.ionic)) {
        options.relative_ionic = result.ionic->relative[z];
    }
    try {
        result.resolved = timed(result, progress, "plate in space",
                                [&] { return plate_resolved(result.volume, options, progress); });
    } catch (const Error& error) {
        if (error.code() != ExitCode::infeasible) {
            throw;
        }
        result.warnings.push_back("plating: left out, because " + std::string(error.what()));
        return;
    }
    result.resolved_options = options;
    result.converged = result.converged && result.resolved->converged;
    for (const std::string& warning : result.resolved->warnings) {
        result.warnings.push_back("plating: " + warning);
    }
}

} // namespace

void plate(RunResult& result, Progress& progress) {
    if (asks_for_resolved(result.recipe)) {
        plate_beside(result, progress);
        plate_in_space(result, progress);
    } else if (result.homogenised) {
        plate_over_depth(result, progress);
    } else {
        result.warnings.push_back(
            "plating: left out, because ions or electrons have no path along z");
    }
}

RunResult run(const Recipe& recipe, Extent extent, Progress& progress) {
    return walk(recipe, nullptr, nullptr, extent, progress);
}

RunResult run(const Recipe& recipe, CastMemory& memory, Extent extent, Progress& progress) {
    return walk(recipe, nullptr, &memory, extent, progress);
}

RunResult run(const Recipe& recipe, const Packing& particles, Extent extent, Progress& progress) {
    return walk(recipe, &particles, nullptr, extent, progress);
}

} // namespace porogen
