#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace porogen {

/// Private, and outside a namespace of the module's name: optimize() is a function of the pipeline.
struct SurrogateModel;

/// What a surrogate falls back to far from the points.
enum class Trend {
    constant, ///< ordinary kriging
    linear,   ///< universal kriging: needs at least dimension + 3 points
};

struct SurrogateOptions {
    Trend trend = Trend::constant;
    /// Local searches for the best hyperparameters. More for a likelihood with several maxima: the
    /// time grows in proportion.
    int starts = 3;
    /// Of the random starts.
    std::uint64_t seed = 0;
};

/// A Gaussian process through measured values: y(x) = trend(x) + Z(x) + noise, where Z is Gaussian
/// with the covariance process_variance k(r), k the Matern 5/2 function (1 + sqrt(5) r + 5 r^2 / 3)
/// exp(-sqrt(5) r), and r^2 the sum of ((x_i - x'_i) / length_scales[i])^2. C. E. Rasmussen, C. K.
/// I. Williams, Gaussian Processes for Machine Learning (2006), eqs. (4.17) and (5.1). Copies share
/// the factorization.
struct Surrogate {
    int dimension = 0;
    double process_variance = 0; ///< of Z [value^2]
    double noise_variance = 0;   ///< of a value measured again at the same point [value^2]
    /// Of the unit cube's axes [1]: a short one marks a variable that matters, the longest allowed,
    /// 30, one that does not.
    std::vector<double> length_scales;
    double log_likelihood = 0; ///< of the standardised values, restricted, up to a constant
    std::shared_ptr<const SurrogateModel> model;
};

struct Prediction {
    double mean = 0;
    double standard_deviation = 0; ///< in the values' unit
};

/// Fits a surrogate to values measured at points of the unit cube; repeated points are welcome, as
/// they tell the noise. The length scales and the ratio of noise to process variance maximise the
/// restricted likelihood (D. A. Harville, J. Am. Stat. Assoc. 72 (1977) 320, eq. (4.1)), in which
/// trend and process variance are eliminated, with its exact gradient. Costs n^3 per step: 500
/// points of 30 variables take seconds. Deterministic for any number of threads. Throws
/// Error(bad_input) for fewer than 3 points, points of different or no dimensions or out of the
/// unit cube, values that are not finite, or points that do not determine a linear trend.
Surrogate fit_surrogate(const std::vector<std::vector<double>>& points,
                        const std::vector<double>& values, const SurrogateOptions& options = {});

/// The value expected at x without noise, and its standard deviation, that of the trend included
/// but not that of the hyperparameters (Rasmussen & Williams, eqs. (2.41), (2.42)); a measurement
/// scatters by noise_variance more. Throws Error(bad_input) if x has another dimension.
Prediction predict(const Surrogate& surrogate, const std::vector<double>& x);

/// What the surrogate would predict for each measured value had it not been given it, noise
/// included, with the hyperparameters kept (O. Dubrule, Math. Geol. 15 (1983) 687).
std::vector<Prediction> leave_one_out(const Surrogate& surrogate);

/// 1 - sum of the squared errors of leave_one_out / sum of the squared distances to the mean [1]: 1
/// is perfect, 0 no better than the mean. 1 for constant values.
double leave_one_out_q2(const Surrogate& surrogate);

} // namespace porogen
