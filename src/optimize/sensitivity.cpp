#include "porogen/optimize/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "optimize/surrogate_model.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/core/random.h"
#include "porogen/core/units.h"
#include "porogen/optimize/sampling.h"
#include "porogen/optimize/statistics.h"

namespace porogen {

namespace {

using Rows = std::vector<std::size_t>;

/// Paths that share hyperparameters and frequencies: others for each group let the scatter of both
/// average out.
constexpr int paths_per_group = 4;
constexpr int frequencies = 500;

struct Shares {
    std::vector<double> first;
    std::vector<double> total;
};

/// The estimators on some rows of the design, each as often as it is named.
Shares estimate(const SensitivityDesign& design, const double* values, const Rows& rows) {
    const auto n = static_cast<std::size_t>(design.base_count);
    const auto d = static_cast<std::size_t>(design.dimension);
    const double* a = values;
    const double* b = values + n;
    double mean = 0;
    for (const std::size_t row : rows) {
        mean += a[row] + b[row];
    }
    const auto count = static_cast<double>(rows.size());
    mean /= 2 * count;
    double variance = 0;
    for (const std::size_t row : rows) {
        variance += (a[row] - mean) * (a[row] - mean) + (b[row] - mean) * (b[row] - mean);
    }
    variance /= 2 * count - 1;
    Shares shares{std::vector<double>(d, 0.0), std::vector<double>(d, 0.0)};
    if (!(variance > 0)) {
        return shares;
    }
    for (std::size_t i = 0; i < d; ++i) {
        const double* ab = values + (2 + i) * n;
        double first = 0;
        double total = 0;
        for (const std::size_t row : rows) {
            const double change = ab[row] - a[row];
            // Without the mean the product scatters less.
            first += (b[row] - mean) * change;
            total += change * change;
        }
        shares.first[i] = first / count / variance;
        shares.total[i] = total / (2 * count) / variance;
    }
    return shares;
}

Rows all_rows(const SensitivityDesign& design) {
    Rows rows(static_cast<std::size_t>(design.base_count));
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    return rows;
}

Rows drawn_rows(const SensitivityDesign& design, RandomStream& random) {
    Rows rows(static_cast<std::size_t>(design.base_count));
    for (std::size_t& row : rows) {
        row = random.below(rows.size());
    }
    return rows;
}

/// The bootstrap's resamples, the same for any number of threads.
std::vector<Shares> resampled(const SensitivityDesign& design, const double* values, int resamples,
                              std::uint64_t seed, const std::string& stream) {
    std::vector<Shares> shares(static_cast<std::size_t>(resamples));
    parallel_blocks(resamples, 8, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
            RandomStream random(seed, stream + " " + std::to_string(i));
            shares[static_cast<std::size_t>(i)] =
                estimate(design, values, drawn_rows(design, random));
        }
    });
    return shares;
}

struct Interval {
    double low = 0;
    double high = 0;
};

Interval interval(const std::vector<Shares>& shares, std::vector<double> Shares::*kind,
                  std::size_t variable, double confidence) {
    std::vector<double> values;
    values.reserve(shares.size());
    for (const Shares& one : shares) {
        values.push_back((one.*kind)[variable]);
    }
    return {quantile(values, (1 - confidence) / 2), quantile(values, (1 + confidence) / 2)};
}

std::vector<SobolIndex> assemble(const Shares& estimates, const std::vector<Shares>& spread,
                                 double confidence) {
    std::vector<SobolIndex> indices;
    for (std::size_t i = 0; i < estimates.first.size(); ++i) {
        const Interval first = interval(spread, &Shares::first, i, confidence);
        const Interval total = interval(spread, &Shares::total, i, confidence);
        indices.push_back(
            {estimates.first[i], first.low, first.high, estimates.total[i], total.low, total.high});
    }
    return indices;
}

Shares mean_of(const std::vector<Shares>& shares) {
    Shares mean = shares.front();
    for (std::size_t i = 0; i < mean.first.size(); ++i) {
        mean.first[i] = mean.total[i] = 0;
        for (const Shares& one : shares) {
            mean.first[i] += one.first[i] / static_cast<double>(shares.size());
            mean.total[i] += one.total[i] / static_cast<double>(shares.size());
        }
    }
    return mean;
}

void check_spread(double confidence, bool enough) {
    if (!(confidence > 0 && confidence < 1)) {
        throw_bad_input("sobol_indices: the confidence " + format_number(confidence) +
                        " is not a probability between 0 and 1; 0.95 is usual");
    }
    if (!enough) {
        throw_bad_input("sobol_indices: no interval without resamples and at least 2 paths; ask "
                        "for more");
    }
}

/// The values of `count` paths at the design's points, point by point within each path.
std::vector<std::vector<double>> draw_values(const SurrogateModel& model,
                                             const SensitivityDesign& design, int count,
                                             RandomStream& random) {
    const optimize::SurrogatePaths paths = optimize::draw_paths(model, count, frequencies, random);
    std::vector<std::vector<double>> values(static_cast<std::size_t>(count),
                                            std::vector<double>(design.points.size()));
    parallel_blocks(std::ssize(design.points), 64, [&](std::int64_t begin, std::int64_t end) {
        const Eigen::MatrixXd block = optimize::path_values(
            model, paths, {design.points.begin() + begin, design.points.begin() + end});
        for (Eigen::Index path = 0; path < block.cols(); ++path) {
            std::copy_n(block.col(path).data(), block.rows(),
                        values[static_cast<std::size_t>(path)].begin() + begin);
        }
    });
    return values;
}

} // namespace

SensitivityDesign sensitivity_design(int dimension, int base_count, std::uint64_t seed) {
    if (dimension < 1 || dimension > max_sobol_dimension / 2) {
        throw_bad_input("sensitivity_design: " + std::to_string(dimension) +
                        " variables; give 1 to " + std::to_string(max_sobol_dimension / 2));
    }
    if (base_count < 2) {
        throw_bad_input("sensitivity_design: a base of " + std::to_string(base_count) +
                        " points has no variance; take at least 2, better 64 or more");
    }
    const std::vector<std::vector<double>> pairs = sobol_points(2 * dimension, base_count, seed);
    SensitivityDesign design{dimension, base_count, {}};
    design.points.reserve(pairs.size() * static_cast<std::size_t>(dimension + 2));
    for (const auto& pair : pairs) {
        design.points.emplace_back(pair.begin(), pair.begin() + dimension);
    }
    for (const auto& pair : pairs) {
        design.points.emplace_back(pair.begin() + dimension, pair.end());
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(dimension); ++i) {
        for (const auto& pair : pairs) {
            design.points.emplace_back(pair.begin(), pair.begin() + dimension);
            design.points.back()[i] = pair[i + static_cast<std::size_t>(dimension)];
        }
    }
    return design;
}

std::vector<SobolIndex> sobol_indices(const SensitivityDesign& design,
                                      const std::vector<double>& values,
                                      const SobolOptions& options) {
    check_spread(options.confidence, options.resamples > 0);
    if (values.size() != design.points.size()) {
        throw_bad_input("sobol_indices: " + std::to_string(values.size()) + " values for " +
                        std::to_string(design.points.size()) + " points; give one value per point");
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            throw_bad_input("sobol_indices: point " + std::to_string(i + 1) +
                            " has no finite value (an evaluation that failed?); fit a surrogate to "
                            "the others and take its indices");
        }
    }
    return assemble(
        estimate(design, values.data(), all_rows(design)),
        resampled(design, values.data(), options.resamples, options.seed, "sobol bootstrap"),
        options.confidence);
}

std::vector<SobolIndex> sobol_indices(const Surrogate& surrogate,
                                      const SurrogateSobolOptions& options) {
    check_spread(options.confidence, options.paths > 1 && options.resamples > 0);
    if (!surrogate.model) {
        throw_bad_input("sobol_indices: the surrogate was never fitted; call fit_surrogate first");
    }
    if (surrogate.model->scale == 0) {
        return std::vector<SobolIndex>(static_cast<std::size_t>(surrogate.dimension));
    }
    // Scrambled even for seed 0: the plain sequence's first point is a corner.
    const SensitivityDesign design =
        sensitivity_design(surrogate.dimension, options.base_count, options.seed + 1);
    RandomStream random(options.seed, "sobol paths");
    std::vector<Shares> estimates;
    std::vector<Shares> spread;
    int done = 0;
    const int groups = (options.paths + paths_per_group - 1) / paths_per_group;
    for (const auto& model : optimize::plausible_models(*surrogate.model, groups, random)) {
        const int count = std::min(paths_per_group, options.paths - done);
        const auto values = draw_values(model, design, count, random);
        for (std::size_t path = 0; path < values.size(); ++path) {
            estimates.push_back(estimate(design, values[path].data(), all_rows(design)));
            const std::vector<Shares> one =
                resampled(design, values[path].data(), options.resamples, options.seed,
                          "sobol path " + std::to_string(static_cast<std::size_t>(done) + path));
            spread.insert(spread.end(), one.begin(), one.end());
        }
        done += count;
    }
    return assemble(mean_of(estimates), spread, options.confidence);
}

} // namespace porogen
