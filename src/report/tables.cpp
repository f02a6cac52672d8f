#include "porogen/report/tables.h"

#include <string>

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

std::string row(std::initializer_list<double> values) {
    std::string text;
    for (const double value : values) {
        text += (text.empty() ? "" : ",") + format_number(value);
    }
    return text + "\n";
}

std::string pore_sizes_csv(const PoreSizes& pores) {
    std::string text = "diameter_m,cumulative_volume_fraction\n";
    for (std::size_t n = 0; n < pores.diameter.size(); ++n) {
        text += row({pores.diameter[n], pores.cumulative[n]});
    }
    return text;
}

std::string plating_steps_csv(const PlateResult& plating) {
    std::string text =
        "capacity_C_per_m2,voltage_V,time_s,lithium_m,overflow_m,fill,uniformity,cov,gini,"
        "p99_ratio,active_area,top_fraction,bottom_fraction,centroid\n";
    for (const PlateStep& s : plating.steps) {
        const UniformityMetrics& m = s.metrics;
        text += row({s.capacity, s.voltage, s.time, s.li_volume, s.overflow, m.fill, m.uniformity,
                     m.cov, m.gini, m.p99_ratio, m.active_area, m.top_fraction, m.bottom_fraction,
                     m.centroid});
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
    write_text_file(directory / "pore-sizes.csv", stamp(result) + pore_sizes_csv(result.pores));
    if (result.plating) {
        write_text_file(directory / "plating-steps.csv",
                        stamp(result) + plating_steps_csv(*result.plating));
        write_text_file(directory / "plating-profile.csv",
                        stamp(result) +
                            plating_profile_csv(*result.plating, result.homogenised->thickness));
    }
}

} // namespace porogen
