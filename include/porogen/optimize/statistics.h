#pragma once

#include <vector>

namespace porogen {

/// The mean of repeated measurements and where the true mean lies, in the values' unit.
struct MeanInterval {
    double mean = 0;
    double standard_deviation = 0; ///< of one value (n - 1 in the denominator); NaN for one value
    double low = 0;                ///< of the interval, -infinity for one value
    double high = 0;               ///< of the interval, infinity for one value
};

/// mean +- t s / sqrt(n) with Student's t (W. S. Gosset, Biometrika 6 (1908) 1) of n - 1 degrees of
/// freedom: holds the true mean of normally distributed values with probability `confidence`.
/// Throws Error(bad_input) for no values, one that is not finite, or a confidence out of (0, 1).
MeanInterval mean_interval(const std::vector<double>& values, double confidence = 0.95);

/// The t that Student's distribution stays below with this probability, by bisection on the
/// distribution function 1 - I_x(d/2, 1/2) / 2, x = d / (d + t^2) (M. Abramowitz, I. A. Stegun,
/// Handbook of Mathematical Functions, eq. 26.7.1). Infinitely many degrees of freedom give the
/// normal distribution. Throws Error(bad_input) for a probability out of (0, 1) or degrees of
/// freedom not above 0.
double student_t_quantile(double probability, double degrees_of_freedom);

/// The value below which the part `probability` of the values lies, interpolated linearly between
/// the sorted values: definition 7 of R. J. Hyndman, Y. Fan, Am. Stat. 50 (1996) 361. 0 gives the
/// least, 1 the largest. Throws Error(bad_input) for no values, a NaN, or a probability out of [0,
/// 1].
double quantile(std::vector<double> values, double probability);

} // namespace porogen
