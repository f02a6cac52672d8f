#include "porogen/report/summary.h"

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>

#include "porogen/core/constants.h"
#include "porogen/report/performance.h"
#include "report/material_names.h"

namespace porogen {

namespace {

[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, pattern);
    std::vsnprintf(text, sizeof text, pattern, arguments);
    va_end(arguments);
    return text;
}

/// "name  value" with the values in one column.
std::string line(const std::string& name, const std::string& value) {
    return "  " + name + std::string(name.size() < 26 ? 26 - name.size() : 1, ' ') + value + "\n";
}

std::string with_suffix(double value, const char* unit) {
    struct Prefix {
        double factor;
        const char* name;
    };
    static constexpr Prefix prefixes[] = {{1e6, "M"},  {1e3, "k"},       {1, ""},
                                          {1e-3, "m"}, {1e-6, "\u00b5"}, {1e-9, "n"}};
    for (const Prefix& p : prefixes) {
        if (1.0001 * std::abs(value) >= p.factor) { // 0.99999 is 1, not 1000 m
            return format("%.4g %s%s", value / p.factor, p.name, unit);
        }
    }
    return format("%.4g %s", value, unit);
}

/// NaN where it was not asked for.
bool has_electrode(const EffectiveTransport& t) {
    return std::any_of(t.electrode_tortuosity_factor.begin(), t.electrode_tortuosity_factor.end(),
                       [](double tau) { return !std::isnan(tau); });
}

std::string transport_table(const EffectiveTransport& t) {
    std::string text = "  axis  conductivity    relative   tortuosity factor  iterations";
    text += has_electrode(t) ? "  electrode tortuosity\n" : "\n";
    const auto electrode = [&](std::size_t a) {
        return has_electrode(t) ? format("  %.5f", t.electrode_tortuosity_factor[a]) : "";
    };
    for (std::size_t a = 0; a < 3; ++a) {
        if (!t.measured[a]) {
            continue;
        }
        if (!t.report[a].percolates) {
            text += format("  %c     0               0          no path            %-10s",
                           axis_names[a], "");
            text += electrode(a) + "\n";
            continue;
        }
        text += format("  %c     %-14s  %-9.6f  %-17.5f  %-10d", axis_names[a],
                       with_suffix(t.conductivity[a], "S/m").c_str(), t.relative[a],
                       t.tortuosity_factor[a], t.report[a].iterations);
        text += electrode(a) + (t.report[a].converged ? "\n" : "  (NOT CONVERGED)\n");
    }
    return text;
}

/// What the table's numbers rest on, and what carries no current.
std::string transport_notes(const EffectiveTransport& t) {
    std::string text;
    for (std::size_t a = 0; a < 3; ++a) {
        const SolveReport& report = t.report[a];
        if (!t.measured[a]) {
            continue;
        }
        const auto all = static_cast<double>(report.unknowns + report.dead_end + report.floating);
        const auto part = [&](std::int64_t cells) {
            return all > 0 ? 100 * static_cast<double>(cells) / all : 0;
        };
        text += format("  %c     %.3g %% of the conductor joins the ends, %.3g %% reaches one, "
                       "%.3g %% floats",
                       axis_names[a], part(report.unknowns), part(report.dead_end),
                       part(report.floating));
        text += report.percolates ? format("; error %.0e, flux imbalance %.0e\n", report.error,
                                           report.flux_imbalance)
                                  : "\n";
        if (t.flow[a]) {
            const FlowStatistics& flow = *t.flow[a];
            text += format("        current density / mean: median %.3g, 99 %% below %.3g, largest "
                           "%.3g; half the power in %.3g %% of the conductor, %.3g %% stagnant\n",
                           flow.median, flow.p99, flow.largest, 100 * flow.half_power_fraction,
                           100 * flow.stagnant_fraction);
        }
    }
    return text;
}

/// The film's conductance has no bulk to compare with, so electrons are told by conductivity alone.
std::string electron_table(const EffectiveTransport& t) {
    std::string text = "  axis  conductivity    iterations\n";
    for (std::size_t a = 0; a < 3; ++a) {
        if (!t.measured[a]) {
            continue;
        }
        if (!t.report[a].percolates) {
            text += format("  %c     0 (no path)\n", axis_names[a]);
            continue;
        }
        text += format("  %c     %-14s  %d%s\n", axis_names[a],
                       with_suffix(t.conductivity[a], "S/m").c_str(), t.report[a].iterations,
                       t.report[a].converged ? "" : " (NOT CONVERGED)");
    }
    return text;
}

std::string geometry_table(const RunResult& r) {
    const Morphology& m = r.morphology;
    const Vec3 size = 1e6 * r.volume.size();
    const Shape& n = r.volume.shape();
    std::string text = "Electrode\n";
    text += line("size", format("%g x %g x %g \u00b5m, %lld x %lld x %lld voxels of %g \u00b5m",
                                size.x(), size.y(), size.z(), static_cast<long long>(n.x),
                                static_cast<long long>(n.y), static_cast<long long>(n.z),
                                1e6 * r.volume.voxel.x()));
    text += line("particles",
                 format("%zu, overlapping by %.2f %% of their volume",
                        r.cast.packing.particles.size(), 100 * r.cast.report.overlap_fraction));
    if (std::isfinite(r.cast.report.orientation_r)) {
        text += line("flake orientation",
                     format("S2 = %.3f (0 random, 1 flat), March-Dollase r = %.3f",
                            r.cast.report.order_parameter, r.cast.report.orientation_r));
    } else if (std::isfinite(r.cast.report.order_parameter)) {
        text += line("fibre orientation",
                     format("S2 = %.3f (0 random, -1/2 in plane)", r.cast.report.order_parameter));
    }
    const ContactStatistics& contacts = r.microstructure.contacts;
    if (!contacts.contacts.empty()) {
        text += line("contacts per particle",
                     format("%.2f as cast, %.3f \u00b5m\u00b2 each", contacts.mean_coordination,
                            1e12 * contacts.mean_area));
    }
    if (r.sintering.steps > 0) {
        text += line("sintered",
                     format("surface %.4f to %.4f /\u00b5m", 1e-6 * r.sintering.surface_before,
                            1e-6 * r.sintering.surface_after));
    }
    if (r.binder.volume_fraction > 0) {
        text += line("binder", format("%.2f %% of the volume, in necks up to %.2f \u00b5m wide",
                                      100 * r.binder.volume_fraction, 2e6 * r.binder.neck_radius));
    }
    text += line("porosity", format("%.2f %% (surface moved by %+.3f voxel)", 100 * m.porosity,
                                    r.porosity_fit.offset / r.volume.voxel.x()));
    text += line("open porosity", format("%.2f %%", 100 * m.open_porosity));
    text += line("solid in one piece", format("%.2f %%", 100 * m.solid_largest));
    text += line("specific surface", format("%.4f /\u00b5m", 1e-6 * m.specific_surface));
    const auto diameters = [](const SizeDistribution& sizes) {
        return format("%.2f \u00b5m (10 %%: %.2f, 90 %%: %.2f)", 1e6 * sizes.d50, 1e6 * sizes.d10,
                      1e6 * sizes.d90);
    };
    text += line("pore diameter", diameters(r.microstructure.pores));
    text += line("grain diameter", diameters(r.microstructure.grains));
    if (r.volume.has_film()) {
        const CoatReport& film = r.coating;
        text +=
            line(film_name(r) + " film",
                 format("%.1f nm mean (10 %%: %.1f, 90 %%: %.1f) on %.1f %% of the surface, %s "
                        "per square",
                        1e9 * film.thickness, 1e9 * film.thickness_d10, 1e9 * film.thickness_d90,
                        100 * film.coverage, with_suffix(film.sheet_conductance, "S").c_str()));
    }
    return text;
}

std::string homogenised_summary(const PlateResult& p) {
    const UniformityMetrics& m = p.metrics;
    const PlateStep& last = p.steps.back();
    std::string text = format(
        "Plating, %.3g mAh/cm\u00b2 (one-dimensional model, kinetics as stated in the recipe)\n",
        last.capacity / mah_per_cm2);
    text += line("uniformity", format("%.4f", m.uniformity));
    text += line("pores filled", format("%.2f %%", 100 * m.fill));
    text += line("top / bottom 10 %", format("%.2f / %.2f %% of the lithium", 100 * m.top_fraction,
                                             100 * m.bottom_fraction));
    text += line("above the framework",
                 format("%.2f %% of the lithium", 100 * last.overflow_fraction()));
    if (p.overflow_capacity >= 0) {
        text +=
            line("overflow from", format("%.3f mAh/cm\u00b2", p.overflow_capacity / mah_per_cm2));
    }
    text += line("overpotential", format("%.2f mV at the start, %.2f mV at the end",
                                         1e3 * p.steps.front().voltage, 1e3 * last.voltage));
    text += line("reaction number nu", format("%.3f (below 1: even)", p.nu));
    return text;
}

/// The step nearest to a charge.
const ResolvedStep& step_at(const ResolvedPlating& p, double capacity) {
    return *std::min_element(
        p.steps.begin(), p.steps.end(), [&](const ResolvedStep& a, const ResolvedStep& b) {
            return std::abs(a.capacity - capacity) < std::abs(b.capacity - capacity);
        });
}

std::string step_line(const ResolvedStep& s) {
    return format("  %8.3f  %7.2f  %8.3f  %6.1f  %10.3f  %9.3f  %8.2f  %7.1f\n",
                  s.capacity / mah_per_cm2, 1e3 * s.voltage, s.metrics.centroid,
                  100 * s.metrics.fill, s.metrics.uniformity, s.depth_cov,
                  100 * s.overflow_fraction(), 100 * s.covered);
}

std::string millivolts(const PlatingSurface& surface) {
    return surface.inert ? "never plated" : format("%.3g", 1e3 * surface.barrier);
}

/// What was put in, in one line.
std::string inputs_line(const RunResult& r) {
    const ResolvedOptions& o = *r.resolved_options;
    std::string barriers = format("collector %.3g", 1e3 * o.collector.barrier);
    for (const PlatingSolid& solid : o.solids) {
        barriers += ", " + material_name(phase_name(r.volume, solid.label)) + ' ';
        if (!r.volume.has_film()) {
            barriers += millivolts(solid.bare);
        } else {
            barriers += millivolts(solid.bare) + " bare and " +
                        millivolts(o.host_state == HostState::lithiated ? solid.coated_lithiated
                                                                        : solid.coated_pristine) +
                        " under the film";
        }
    }
    return line(
        "put in, not predicted",
        format("i0 = %g A/m\u00b2 (%s); barriers [mV]: ", o.kinetics.exchange_current_density,
               r.recipe.text("plating.surface") == "calibrated"
                   ? "calibrated on the paper's impedance"
                   : "lithium with its SEI") +
            barriers + format(" (\u00b1 %g)", 1e3 * r.recipe.number("plating.barrier_spread")));
}

std::string resolved_summary(const RunResult& r) {
    const ResolvedPlating& p = *r.resolved;
    std::string text = format(
        "Plating at %.3g mA/cm\u00b2, resolved in space (%s%s)\n", r.resolved_options->current / 10,
        p.model == PotentialModel::two_potentials ? "potentials of ions and electrons"
                                                  : "potential of the ions",
        p.concentration ? ", salt concentration" : "");
    text +=
        "  capacity  voltage  centroid    fill  uniformity  depth cov  overflow  covered\n"
        "   mAh/cm\u00b2       mV       / L       %                                  %        %\n";
    text += step_line(p.steps.front());
    for (const PlatingSnapshot& snapshot : p.snapshots) {
        text += step_line(step_at(p, snapshot.capacity));
    }
    if (p.steps.back().capacity >
        step_at(p, p.snapshots.empty() ? 0 : p.snapshots.back().capacity).capacity) {
        text += step_line(p.steps.back());
    }
    text += inputs_line(r);
    const auto charge = [&](const char* name, double capacity) {
        return capacity >= 0 ? line(name, format("%.3f mAh/cm\u00b2", capacity / mah_per_cm2)) : "";
    };
    if (p.nucleation_overpotential > 0) {
        text += line("nucleated at up to", format("%.1f mV", 1e3 * p.nucleation_overpotential));
    }
    if (p.activation > 0) {
        text += charge("inserted before plating", p.activation);
    }
    text += charge("overflow from", p.overflow_capacity);
    text += charge("pores cut off from", p.clog_capacity);
    text += charge("separator reached at", p.separator_capacity);
    if (r.plating) {
        text += line("homogenised model",
                     format("uniformity %.3f, centroid %.3f, %.2f mV at the start and %.2f mV at "
                            "the end, nu = %.3f",
                            r.plating->metrics.uniformity, r.plating->metrics.centroid,
                            1e3 * r.plating->steps.front().voltage,
                            1e3 * r.plating->steps.back().voltage, r.plating->nu));
    }
    if (!p.converged) {
        text += "  NOT CONVERGED\n";
    }
    return text;
}

std::string plating_part(const RunResult& r) {
    return r.resolved ? resolved_summary(r) : r.plating ? homogenised_summary(*r.plating) : "";
}

/// Framework and lithium alone.
std::string anode_lines(const RunResult& r) {
    const AnodePerformance p = anode_performance(r);
    return line("anode",
                format("%.2f mg/cm\u00b2 and %.2f of lithium, %.1f \u00b5m; pores hold %.2f "
                       "mAh/cm\u00b2",
                       100 * p.areal_mass, 100 * p.lithium_mass, 1e6 * p.thickness,
                       p.host_capacity / mah_per_cm2)) +
           line("against NCM622",
                format("%.0f mAh/cm\u00b3, %.0f mAh/g, %.0f Wh/L, %.0f Wh/kg; %.3g mA/cm\u00b2 on "
                       "its surface",
                       1e-6 * p.capacity_per_volume / 3.6, 1e-3 * p.capacity_per_mass / 3.6,
                       1e-3 * p.energy_per_volume / 3600, p.energy_per_mass / 3600,
                       p.local_current_density / 10));
}

std::string warnings_part(const RunResult& r) {
    std::string text;
    for (const std::string& warning : r.warnings) {
        text += "\nwarning: " + warning + "\n";
    }
    return text;
}

} // namespace

std::string plating_summary(const RunResult& result) {
    return plating_part(result) + warnings_part(result);
}

std::string summary(const RunResult& result) {
    std::string text = geometry_table(result);
    if (result.ionic) {
        text += std::string("\nIons in the pores") +
                (result.volume.has_film() ? ", before the film narrows them\n" : "\n") +
                transport_table(*result.ionic);
    }
    if (result.electronic) {
        text += "\nElectrons in solid and film\n" + electron_table(*result.electronic);
    }
    if (result.electronic_pristine) {
        text += "\nElectrons before lithiation\n" + electron_table(*result.electronic_pristine);
    }
    if (is_plated(result)) {
        text += "\n" + plating_part(result) + anode_lines(result);
    }
    return text + warnings_part(result);
}

std::string image_summary(const PhaseVolume& volume, const EffectiveTransport& transport) {
    const Shape& n = volume.shape();
    std::string text = "Image\n";
    text += line("size", format("%lld x %lld x %lld voxels of %g x %g x %g \u00b5m",
                                static_cast<long long>(n.x), static_cast<long long>(n.y),
                                static_cast<long long>(n.z), 1e6 * volume.voxel.x(),
                                1e6 * volume.voxel.y(), 1e6 * volume.voxel.z()));
    const std::vector<double> fractions = phase_fractions(volume);
    for (std::size_t p = 0; p < volume.phases.size(); ++p) {
        text += line(volume.phases[p].name, format("%.4f %% of the volume", 100 * fractions[p]));
    }
    return text + "\nEffective transport\n" + transport_table(transport) + "\n" +
           transport_notes(transport);
}

} // namespace porogen
