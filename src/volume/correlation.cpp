#include "porogen/volume/correlation.h"

#include <algorithm>
#include <cmath>

#include "porogen/core/parallel.h"
#include "volume/row_crossings.h"

namespace porogen {

namespace {

/// Sums over rows, in cells. With chi the indicator of the pores, which steps by s_i = +-1 at x_i,
/// R(r) = integral of chi(t) chi(t + r) dt has
///     R'(0+) = -(number of steps) / 2,   R''(r) = -sum over i, j of s_i s_j delta(r - (x_j -
///     x_i)).
struct Sums {
    explicit Sums(std::size_t lags) : bend(lags + 1, 0) {}
    double length = 0; ///< R(0)
    double steps = 0;
    double crossings = 0; ///< steps that are surface, not ends of the box
    /// R'', each delta shared between the two lags around it, which leaves R at the lags exact.
    std::vector<double> bend;
};

struct Step {
    double at;
    double up; ///< +1 into the pores, -1 out of them
};

/// The steps of chi; it is 0 beyond ends that do not wrap.
void find_steps(const RowCrossings& row, const RowCutter& cutter, std::vector<Step>& steps) {
    steps.clear();
    bool pore = row.starts_in_pore;
    if (pore && !cutter.periodic()) {
        steps.push_back({0, 1});
    }
    for (const double at : row.at) {
        pore = !pore;
        steps.push_back({at, pore ? 1.0 : -1.0});
    }
    if (pore && !cutter.periodic()) {
        steps.push_back({static_cast<double>(cutter.cells()), -1});
    }
}

void add_row(const std::vector<Step>& steps, const RowCutter& cutter, Sums& sums) {
    const auto period = static_cast<double>(cutter.cells());
    const auto reach = static_cast<double>(sums.bend.size() - 1);
    const std::size_t count = steps.size();
    sums.steps += static_cast<double>(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t last = cutter.periodic() ? i + count : count;
        for (std::size_t j = i + 1; j < last; ++j) {
            const Step& step = j < count ? steps[j] : steps[j - count];
            const double r = step.at - steps[i].at + (j < count ? 0 : period);
            if (!(r < reach)) {
                break;
            }
            const auto lag = static_cast<std::size_t>(r);
            const double weight = -steps[i].up * step.up;
            const double upper = r - static_cast<double>(lag);
            sums.bend[lag] += weight * (1 - upper);
            sums.bend[lag + 1] += weight * upper;
        }
    }
}

Sums sum_rows(const PhaseVolume& volume, Axis axis, std::size_t lags) {
    const std::int64_t rows = RowCutter(volume, axis).rows();
    std::vector<Sums> parts(static_cast<std::size_t>((rows + rows_per_task - 1) / rows_per_task),
                            Sums(lags));
    parallel_blocks(rows, rows_per_task, [&](std::int64_t begin, std::int64_t end) {
        RowCutter cutter(volume, axis);
        RowCrossings crossings;
        std::vector<Step> steps;
        Sums& part = parts[static_cast<std::size_t>(begin / rows_per_task)];
        for (std::int64_t row = begin; row < end; ++row) {
            cutter.cut(row, crossings);
            part.length += pore_length(crossings, cutter.cells());
            part.crossings += static_cast<double>(crossings.at.size());
            find_steps(crossings, cutter, steps);
            add_row(steps, cutter, part);
        }
    });
    Sums all(lags);
    for (const Sums& part : parts) {
        all.length += part.length;
        all.steps += part.steps;
        all.crossings += part.crossings;
        for (std::size_t n = 0; n < all.bend.size(); ++n) {
            all.bend[n] += part.bend[n];
        }
    }
    return all;
}

} // namespace

TwoPointCorrelation two_point_correlation(const PhaseVolume& volume) {
    TwoPointCorrelation result;
    if (volume.labels.empty()) {
        return result;
    }
    for (const Axis axis : all_axes) {
        const auto a = static_cast<std::size_t>(axis);
        const double voxel = volume.voxel[static_cast<int>(axis)];
        const std::int64_t cells = volume.shape()[axis];
        const auto rows = static_cast<double>(volume.shape().size() / cells);
        const auto lags = static_cast<std::size_t>(cells / 2 + 1);
        const Sums sums = sum_rows(volume, axis, lags);
        double both = sums.length;
        double slope = -0.5 * sums.steps;
        for (std::size_t lag = 0; lag < lags; ++lag) {
            const double pairs =
                static_cast<double>(cells) - (volume.periodic[a] ? 0 : static_cast<double>(lag));
            result.lag[a].push_back(static_cast<double>(lag) * voxel);
            result.probability[a].push_back(both / (rows * pairs));
            slope += sums.bend[lag];
            both += slope;
        }
        result.slope[a] = -0.5 * sums.crossings / (rows * static_cast<double>(cells) * voxel);
        result.specific_surface += -4 * result.slope[a] / 3;
    }
    return result;
}

} // namespace porogen
