#include "porogen/plating/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "porogen/core/errors.h"

namespace porogen {

namespace {

std::vector<std::size_t> ascending(const std::vector<double>& values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    return order;
}

void check_weights(const std::vector<double>& values, const std::vector<double>& weights) {
    if (values.size() != weights.size()) {
        throw_bad_input("current statistics: " + std::to_string(values.size()) + " currents and " +
                        std::to_string(weights.size()) + " areas; give one area per current");
    }
    double total = 0;
    for (std::size_t n = 0; n < weights.size(); ++n) {
        if (!(weights[n] >= 0) || !std::isfinite(weights[n]) || !std::isfinite(values[n])) {
            throw_bad_input("current statistics: entry " + std::to_string(n) +
                            " has a negative area or a value that is not finite");
        }
        total += weights[n];
    }
    if (!(total > 0)) {
        throw_bad_input("current statistics: no area at all; give at least one area > 0");
    }
}

/// Part of cell [c, c+1]/n that lies in [low, high].
double overlap(double cell, double cells, double low, double high) {
    const double begin = std::max(cell / cells, low);
    const double end = std::min((cell + 1) / cells, high);
    return std::max(0.0, end - begin) * cells;
}

} // namespace

void current_statistics(const std::vector<double>& current, const std::vector<double>& area,
                        UniformityMetrics& metrics) {
    check_weights(current, area);
    double total_area = 0;
    double total_current = 0;
    for (std::size_t n = 0; n < current.size(); ++n) {
        total_area += area[n];
        total_current += area[n] * current[n];
    }
    const double mean = total_current / total_area;
    if (mean == 0) {
        metrics.cov = metrics.gini = 0;
        metrics.p99_ratio = metrics.active_area = 1;
        return;
    }

    double variance = 0;
    double active = 0;
    for (std::size_t n = 0; n < current.size(); ++n) {
        const double deviation = current[n] / mean - 1;
        variance += area[n] * deviation * deviation;
        active += current[n] / mean >= 0.1 ? area[n] : 0;
    }
    metrics.cov = std::sqrt(variance / total_area);
    metrics.active_area = active / total_area;

    // Gini = 1 - twice the area under the Lorenz curve, which is straight between its points.
    double below_area = 0;
    double below_current = 0;
    double twice_under_curve = 0;
    bool percentile_found = false;
    for (const std::size_t n : ascending(current)) {
        if (area[n] == 0) {
            continue;
        }
        const double next_current = below_current + area[n] * current[n] / total_current;
        twice_under_curve += area[n] / total_area * (below_current + next_current);
        below_current = next_current;
        below_area += area[n];
        // Until the percentile is reached the ratio is that of the largest current so far.
        if (!percentile_found) {
            metrics.p99_ratio = current[n] / mean;
            percentile_found = below_area >= 0.99 * total_area;
        }
    }
    metrics.gini = 1 - twice_under_curve;
}

void depth_statistics(const std::vector<double>& lithium, double overflow,
                      UniformityMetrics& metrics) {
    if (lithium.empty()) {
        throw_bad_input("depth statistics: the depth profile is empty; give one value per cell");
    }
    double total = overflow;
    bool valid = overflow >= 0;
    for (const double value : lithium) {
        total += value;
        valid = valid && value >= 0;
    }
    if (!valid || !std::isfinite(total)) {
        throw_bad_input("depth statistics: a cell or the overflow holds lithium that is negative "
                        "or not finite");
    }

    const double cells = static_cast<double>(lithium.size());
    const double share_above = total > 0 ? overflow / total : 0;
    double top = share_above;
    double bottom = 0;
    double centroid = share_above;
    double deviation = share_above;
    for (std::size_t n = 0; n < lithium.size(); ++n) {
        const double cell = static_cast<double>(n);
        const double share = total > 0 ? lithium[n] / total : 1 / cells;
        top += share * overlap(cell, cells, 0.9, 1);
        bottom += share * overlap(cell, cells, 0, 0.1);
        centroid += share * (cell + 0.5) / cells;
        deviation += std::abs(share - 1 / cells);
    }
    metrics.top_fraction = top;
    metrics.bottom_fraction = bottom;
    metrics.centroid = centroid;
    metrics.uniformity = std::max(0.0, 1 - 0.5 * deviation); // not -0 where all lies above
}

} // namespace porogen
