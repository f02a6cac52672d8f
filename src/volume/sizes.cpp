#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/volume/morphology.h"
#include "volume/lower_envelope.h"
#include "volume/phase_depth.h"

namespace porogen {

namespace {

constexpr std::int64_t block = 1 << 16;

/// Part of the cells of the phase that lie in a ball of at least `radius` that fits. With D(c) the
/// radius of the ball around c, a point p is covered if min over c of |p - c|^2 - D(c)^2 <= 0: one
/// lower envelope finds them all. Which c take part is decided by the ball on the ridge next to
/// them.
double covered_fraction(const PhaseDepth& depth, double radius, const PhaseVolume& volume,
                        Space phase) {
    Grid<float> power(volume.shape());
    parallel_blocks(power.size(), block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            power[n] = static_cast<double>(depth.ridge[n]) >= radius
                           ? -depth.centred[n] * depth.centred[n]
                           : std::numeric_limits<float>::infinity();
        }
    });
    lower_envelope(power, volume.voxel, volume.periodic);
    const auto count = [&](const auto& counts) {
        return parallel_sum(power.size(), block, [&](std::int64_t begin, std::int64_t end) {
            std::int64_t part = 0;
            for (std::int64_t n = begin; n < end; ++n) {
                part += counts(n) ? 1 : 0;
            }
            return static_cast<double>(part);
        });
    };
    const auto belongs = [&](std::int64_t n) {
        return (volume.labels[n] == pore_label) == (phase == Space::pore);
    };
    return count([&](std::int64_t n) { return belongs(n) && power[n] <= 0; }) / count(belongs);
}

/// Diameter below which the given part of the volume lies, linear between samples.
double percentile(const SizeDistribution& sizes, double part) {
    double diameter = 0;
    double cumulative = 0;
    for (std::size_t i = 0; i < sizes.diameter.size(); ++i) {
        if (sizes.cumulative[i] >= part) {
            const double t = (part - cumulative) / (sizes.cumulative[i] - cumulative);
            return diameter + t * (sizes.diameter[i] - diameter);
        }
        diameter = sizes.diameter[i];
        cumulative = sizes.cumulative[i];
    }
    return diameter;
}

} // namespace

SizeDistribution size_distribution(const PhaseVolume& volume, Space phase, int sizes,
                                   Progress& progress) {
    if (!(sizes >= 2)) {
        throw_bad_input("sizes: " + std::to_string(sizes) +
                        " diameters cannot sample a distribution; ask for at least 2");
    }
    SizeDistribution result;
    if (volume.labels.empty()) {
        return result;
    }
    const PhaseDepth depth = phase_depth(volume, phase);
    const double largest =
        2 * static_cast<double>(*std::max_element(depth.ridge.begin(), depth.ridge.end()));
    if (!(largest > 0) || !std::isfinite(largest)) {
        return result;
    }
    const double smallest = 2 * volume.voxel.minCoeff();
    if (largest > smallest) {
        for (int s = 0; s + 1 < sizes; ++s) {
            throw_if_interrupted();
            progress.update(static_cast<double>(s) / (sizes - 1));
            const double diameter = smallest + (largest - smallest) * s / (sizes - 1);
            result.diameter.push_back(diameter);
            // What no ball of this diameter covers is smaller. Rounding must not make the sum fall.
            const double part = 1 - covered_fraction(depth, 0.5 * diameter, volume, phase);
            result.cumulative.push_back(
                std::max(part, result.cumulative.empty() ? 0.0 : result.cumulative.back()));
        }
    }
    result.diameter.push_back(largest);
    result.cumulative.push_back(1);
    progress.update(1);
    result.d10 = percentile(result, 0.1);
    result.d50 = percentile(result, 0.5);
    result.d90 = percentile(result, 0.9);
    return result;
}

SizeDistribution pore_size_distribution(const PhaseVolume& volume, int sizes, Progress& progress) {
    return size_distribution(volume, Space::pore, sizes, progress);
}

} // namespace porogen
