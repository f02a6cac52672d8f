#include "porogen/report/summary.h"

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>

#include "porogen/core/constants.h"
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

} // namespace

std::string plating_summary(const PlateResult& p) {
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
    if (result.plating) {
        text += "\n" + plating_summary(*result.plating);
    }
    for (const std::string& warning : result.warnings) {
        text += "\nwarning: " + warning + "\n";
    }
    return text;
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
