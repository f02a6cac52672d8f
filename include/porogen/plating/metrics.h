#pragma once

#include <vector>

namespace porogen {

/// Where the lithium went. A depth profile has one value per cell of equal thickness, index 0 at
/// the collector. "Overflow" is lithium above the framework, on the separator side.
struct UniformityMetrics {
    /// Standard deviation / mean of the local current over reacting area [1].
    double cov = 0;
    /// Gini coefficient of the same: 0 even, 1 all in one place [1].
    double gini = 0;
    /// 99th percentile / mean of the same [1].
    double p99_ratio = 0;
    /// Part of the area that carries at least 10 % of the mean current [1].
    double active_area = 0;
    /// Share of the lithium in the upper 10 % of the depth, overflow included [1].
    double top_fraction = 0;
    /// Share in the lower 10 % [1].
    double bottom_fraction = 0;
    /// Centre of mass of the lithium / L; overflow counts as 1 [1].
    double centroid = 0;
    /// Lithium in the pores / pore volume [1].
    double fill = 0;
    /// 1 - half the mean absolute deviation of the depth profile from even, generalised to overflow
    /// as the total variation distance 1 - (sum |share_c - 1/n| + share_overflow) / 2; 1 even,
    /// 1/n all in one of n cells, 0 all above the framework [1].
    double uniformity = 0;
};

/// Area-weighted statistics of a local current: cov, gini, p99_ratio, active_area.
/// No current anywhere counts as even. Throws Error(bad_input) unless sizes are equal,
/// areas >= 0 and not all 0, all finite.
void current_statistics(const std::vector<double>& current, const std::vector<double>& area,
                        UniformityMetrics& metrics);

/// Depth statistics: top_fraction, bottom_fraction, centroid, uniformity. `lithium` in any unit,
/// per cell; `overflow` in the same unit, total of what lies above. No lithium at all counts as
/// even. Throws Error(bad_input) if there is no cell, or a value is negative or not finite.
void depth_statistics(const std::vector<double>& lithium, double overflow,
                      UniformityMetrics& metrics);

} // namespace porogen
