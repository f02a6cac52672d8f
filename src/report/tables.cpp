#include "porogen/report/tables.h"
#include "report/section.h"

#include <string>
#include <utility>
#include <vector>

#include "porogen/core/files.h"
#include "porogen/core/units.h"
#include "porogen/core/version.h"

namespace porogen {

namespace {

std::string stamp(const RunResult& result) {
    return "# porogen " + std::string(version()) + " (" + std::string(commit()) +
           "), recipe hash " + result.recipe.hash() + ", seed " +
           std::to_string(result.recipe.integer("seed")) + "\n";
}

std::string row(const std::vector<double>& values) {
    std::string text;
    for (const double value : values) {
        text += (text.empty() ? "" : ",") + format_number(value);
    }
    return text + "\n";
}

std::string sizes_csv(const SizeDistribution& sizes) {
    std::string text = "diameter_m,cumulative_volume_fraction\n";
    for (std::size_t n = 0; n < sizes.diameter.size(); ++n) {
        text += row({sizes.diameter[n], sizes.cumulative[n]});
    }
    return text;
}

std::string chords_csv(const ChordStatistics& chords) {
    std::string text = "phase,axis,length_m,cumulative_number_fraction\n";
    for (const auto& [phase, along] : {std::pair{"pore", &chords.pore}, {"solid", &chords.solid}}) {
        for (std::size_t a = 0; a < 3; ++a) {
            const ChordLengths& c = (*along)[a];
            for (std::size_t n = 0; n < c.length.size(); ++n) {
                text += std::string(phase) + ',' + axis_names[a] + ',' +
                        row({c.length[n], c.cumulative[n]});
            }
        }
    }
    return text;
}

std::string correlation_csv(const TwoPointCorrelation& correlation) {
    std::string text = "axis,lag_m,two_point_probability\n";
    for (std::size_t a = 0; a < 3; ++a) {
        for (std::size_t n = 0; n < correlation.lag[a].size(); ++n) {
            text += std::string(1, axis_names[a]) + ',' +
                    row({correlation.lag[a][n], correlation.probability[a][n]});
        }
    }
    return text;
}

std::string depth_profile_csv(const DepthProfile& profile) {
    std::string text = "height_m,porosity,open_porosity,specific_surface_per_m,film_thickness_m\n";
    for (std::size_t n = 0; n < profile.z.size(); ++n) {
        text += row({profile.z[n], profile.porosity[n], profile.open_porosity[n],
                     profile.specific_surface[n],
                     profile.film_thickness.empty() ? 0 : profile.film_thickness[n]});
    }
    return text;
}

std::string contacts_csv(const ContactStatistics& contacts) {
    std::string text = "particle_a,particle_b,x_m,y_m,z_m,normal_x,normal_y,normal_z,depth_m,"
                       "area_m2\n";
    for (const ParticleContact& c : contacts.contacts) {
        text += std::to_string(c.a) + ',' + std::to_string(c.b) + ',' +
                row({c.point.x(), c.point.y(), c.point.z(), c.normal.x(), c.normal.y(),
                     c.normal.z(), c.depth, c.area});
    }
    return text;
}

std::string coordination_csv(const ContactStatistics& contacts) {
    std::string text = "neighbours,bodies\n";
    for (std::size_t n = 0; n < contacts.histogram.size(); ++n) {
        text += std::to_string(n) + ',' + std::to_string(contacts.histogram[n]) + '\n';
    }
    return text;
}

constexpr const char* step_columns =
    "capacity_C_per_m2,voltage_V,time_s,lithium_m,overflow_m,fill,uniformity,cov,gini,"
    "p99_ratio,active_area,top_fraction,bottom_fraction,centroid";

std::vector<double> step_values(const PlateStep& s) {
    const UniformityMetrics& m = s.metrics;
    return {s.capacity,        s.voltage, s.time, s.li_volume, s.overflow,    m.fill,
            m.uniformity,      m.cov,     m.gini, m.p99_ratio, m.active_area, m.top_fraction,
            m.bottom_fraction, m.centroid};
}

std::string plating_steps_csv(const PlateResult& plating) {
    std::string text = std::string(step_columns) + '\n';
    for (const PlateStep& s : plating.steps) {
        text += row(step_values(s));
    }
    return text;
}

std::string plating_steps_csv(const ResolvedPlating& plating) {
    std::string text = std::string(step_columns) +
                       ",depth_cov,inserted_C_per_m2,lithiated,wetted_area,covered,cut_off,"
                       "least_concentration,newton_iterations,linear_iterations\n";
    for (const ResolvedStep& s : plating.steps) {
        std::vector<double> values = step_values(s);
        values.insert(values.end(),
                      {s.depth_cov, s.inserted, s.lithiated, s.wetted_area, s.covered, s.cut_off,
                       s.least_concentration, static_cast<double>(s.newton_iterations),
                       static_cast<double>(s.linear_iterations)});
        text += row(values);
    }
    return text;
}

std::string plating_profile_csv(const ResolvedPlating& plating, double thickness) {
    std::string text = "capacity_C_per_m2,height_m,fill\n";
    for (const PlatingSnapshot& snapshot : plating.snapshots) {
        const auto cells = static_cast<double>(snapshot.fill.size());
        for (std::size_t c = 0; c < snapshot.fill.size(); ++c) {
            text += row({snapshot.capacity, (static_cast<double>(c) + 0.5) / cells * thickness,
                         snapshot.fill[c]});
        }
    }
    return text;
}

std::string plating_profile_csv(const PlateResult& plating, double thickness) {
    std::string text = "height_m,fill,initial_reaction_over_mean\n";
    const auto cells = static_cast<double>(plating.fill.size());
    for (std::size_t c = 0; c < plating.fill.size(); ++c) {
        text += row({(static_cast<double>(c) + 0.5) / cells * thickness, plating.fill[c],
                     plating.initial_reaction[c]});
    }
    return text;
}

} // namespace

void write_tables(const std::filesystem::path& directory, const RunResult& result) {
    const auto write = [&](const char* name, const std::string& table) {
        write_text_file(directory / name, stamp(result) + table);
    };
    const Microstructure& m = result.microstructure;
    write("pore-sizes.csv", sizes_csv(m.pores));
    write("grain-sizes.csv", sizes_csv(m.grains));
    write("chord-lengths.csv", chords_csv(m.chords));
    write("two-point.csv", correlation_csv(m.correlation));
    write("depth-profile.csv", depth_profile_csv(m.profile));
    write("contacts.csv", contacts_csv(m.contacts));
    write("coordination.csv", coordination_csv(m.contacts));
    write_plating_tables(directory, result);
}

void write_plating_tables(const std::filesystem::path& directory, const RunResult& result) {
    const auto write = [&](const std::string& name, const std::string& table) {
        write_text_file(directory / name, stamp(result) + table);
    };
    if (result.plating) {
        const std::string prefix = asks_for_resolved(result.recipe) ? "homogenised-" : "plating-";
        write(prefix + "steps.csv", plating_steps_csv(*result.plating));
        write(prefix + "profile.csv",
              plating_profile_csv(*result.plating, result.homogenised->thickness));
    }
    if (result.resolved) {
        write("plating-steps.csv", plating_steps_csv(*result.resolved));
        write("plating-profile.csv",
              plating_profile_csv(*result.resolved, framework_height(result)));
    }
}

} // namespace porogen
