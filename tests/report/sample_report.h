#pragma once

#include <cmath>
#include <limits>
#include <string>

#include "porogen/optimize/sampling.h"
#include "porogen/report/design_report.h"

namespace porogen::test {

/// Smooth, with a ridge: uniformity of the plating over porosity and nanotubes.
inline double sample_uniformity(double porosity, double nanotubes) {
    const double decades = std::log10(nanotubes / 2e-3);
    return 0.99 - 22 * std::pow(porosity - 0.53, 2) - 0.035 * decades * decades -
           0.4 * (porosity - 0.5) * decades;
}

inline double sample_fill(double porosity) {
    return 0.98 - 4 * std::max(0.0, porosity - 0.53);
}

inline SobolIndex sample_index(double first, double total) {
    return {first, first - 0.05, first + 0.05, total, total - 0.06, total + 0.04};
}

/// 40 designs of two variables, the second in the logarithm: one in nine cannot be made, and those
/// of high porosity are not filled. As a search would leave it, with everything that a page shows.
inline DesignReport sample_report() {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    DesignReport report;
    report.title = "Uniform plating in LLTO@CNT";
    report.provenance = {{"program", "porogen 0.1.0 (63f27f8eff)"},
                         {"recipe", "optimize-llto-cnt.toml"},
                         {"recipe hash", "a3f09d1c55e7b214"},
                         {"seed", "1"}};
    DesignTable& table = report.table;
    table.variables = {{"cast.porosity", 0.42, 0.60, false, 0.46},
                       {"coat.mass_fraction", 1e-3, 2e-2, true, 2e-2}};
    table.keys = {"plating.metrics.uniformity", "plating.metrics.fill",
                  "performance.energy_per_mass", "geometry.pore_diameter.d50"};

    SearchStory story;
    story.objective = table.keys[0];
    story.variables = table.variables;
    story.constraints = {{table.keys[1], 0.85, std::numeric_limits<double>::infinity()}};
    for (int n = 0; n < 40; ++n) {
        // Two additive sequences fill the square; the later ones close in on the optimum.
        const double a = std::fmod(0.5 + 0.7548777 * n, 1.0);
        const double b = std::fmod(0.5 + 0.5698403 * n, 1.0);
        const double near = n < 16 ? 1 : 6.0 / n;
        const double porosity = 0.53 + near * (0.42 + 0.18 * a - 0.53);
        const double nanotubes = 2e-3 * std::pow(1e-3 * std::pow(20, b) / 2e-3, near);
        DesignRow row{{porosity, nanotubes}, 0, n % 9 != 4, "", {}};
        SearchStep step{n < 16 ? Stage::screen : Stage::search, nan, 0};
        if (row.feasible) {
            const double noise = 0.004 * std::sin(97.0 * n);
            const double fill = sample_fill(porosity);
            row.results = {sample_uniformity(porosity, nanotubes) + noise, fill,
                           1.55e6 - 2.4e6 * porosity + 1e5 * fill, 2e-6 + 1.2e-5 * porosity};
            step.objective = row.results[0];
            step.violation = std::max(0.0, 0.85 - fill) / 0.85;
        } else {
            row.failure = "the flakes do not fit: 0.58 of the box is asked for & < 0.54 is reached";
            row.results.assign(table.keys.size(), nan);
        }
        table.rows.push_back(row);
        story.steps.push_back(step);
    }
    SearchResult& result = story.result;
    result.evaluations = 40;
    result.failed = 4;
    result.constraints_met = true;
    result.found_better = true;
    const auto contender = [&](double porosity, double nanotubes) {
        Contender c;
        const double mean = sample_uniformity(porosity, nanotubes);
        c.found = {"", {porosity, nanotubes}, true, "", mean, {sample_fill(porosity)}, 1, ""};
        for (int r = 0; r < 5; ++r) {
            Evaluation repeat = c.found;
            repeat.objective = mean + 0.01 * std::sin(2.1 * r + 40 * porosity);
            c.repeats.push_back(repeat);
            story.steps.push_back({Stage::confirm, repeat.objective, 0});
        }
        c.objective = {mean, 0.005, mean - 0.008, mean + 0.008};
        const double gain = mean - sample_uniformity(0.46, 2e-2);
        c.margin = {gain, 0.003, gain - 0.004, gain + 0.004};
        c.constraints = {sample_fill(porosity)};
        c.met = 5;
        return c;
    };
    result.contenders = {contender(0.46, 2e-2), contender(0.531, 1.9e-3), contender(0.54, 2.4e-3),
                         contender(0.515, 1.6e-3)};
    result.reference = result.contenders[0].found;
    result.best = result.contenders[1].found;
    report.search = story;

    Sensitivity sure;
    sure.key = table.keys[0];
    sure.rows = 36;
    sure.q2 = 0.96;
    sure.indices = {sample_index(0.71, 0.82), sample_index(0.15, 0.27)};
    Sensitivity unsure = sure;
    unsure.key = table.keys[3];
    unsure.q2 = 0.41;
    unsure.indices = {sample_index(0.93, 0.95), sample_index(-0.01, 0.03)};
    report.sensitivities = {sure, unsure};

    Response response{table.keys[0], 0, 1, {}, {}, {}};
    Response linear{table.keys[2], 0, 1, {}, {}, {}};
    for (int n = 0; n < 21; ++n) {
        response.x_values.push_back(value_at(table.variables[0], n / 20.0));
        response.y_values.push_back(value_at(table.variables[1], n / 20.0));
    }
    for (const double x : response.x_values) {
        for (const double y : response.y_values) {
            response.predictions.push_back({sample_uniformity(x, y), 0.003});
            linear.predictions.push_back({1.55e6 - 2.4e6 * x + 2e6 * y, 4e3});
        }
    }
    linear.x_values = response.x_values;
    linear.y_values = response.y_values;
    report.responses = {response, linear};

    report.fronts = {pareto_front(averaged(table), {0, 2}, {Sense::maximise, Sense::maximise})};

    UncertainResult uncertain;
    uncertain.key = table.keys[0];
    uncertain.nominal = 0.97;
    uncertain.draws = 64;
    uncertain.median = 0.962;
    uncertain.low = 0.931;
    uncertain.high = 0.984;
    uncertain.tornado = {{1, 0.982, 0.935}, {0, 0.966, 0.971}};
    report.uncertain = {uncertain};
    return report;
}

} // namespace porogen::test
