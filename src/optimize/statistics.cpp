#include "porogen/optimize/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "porogen/core/errors.h"
#include "porogen/core/units.h"

namespace porogen {

namespace {

/// The continued fraction of the incomplete beta function (NIST Digital Library of Mathematical
/// Functions, eq. 8.17.22) by Lentz's method; converges quickly for x < (a + 1) / (a + b + 2).
double beta_fraction(double a, double b, double x) {
    const double tiny = 1e-300;
    const double precision = std::numeric_limits<double>::epsilon();
    double numerator = 1;
    double denominator = 1 - (a + b) * x / (a + 1);
    denominator = 1 / (std::abs(denominator) < tiny ? tiny : denominator);
    double fraction = denominator;
    const auto step = [&](double term) {
        denominator = 1 + term * denominator;
        denominator = 1 / (std::abs(denominator) < tiny ? tiny : denominator);
        numerator = 1 + term / numerator;
        numerator = std::abs(numerator) < tiny ? tiny : numerator;
        fraction *= numerator * denominator;
        return numerator * denominator;
    };
    const int most = 100000; // it needs about sqrt(max(a, b))
    for (int m = 1; m < most; ++m) {
        step(m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)));
        const double change = step(-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)));
        if (std::abs(change - 1) <= precision) {
            break;
        }
    }
    return fraction;
}

/// I_x(a, b), given both x and 1 - x so that neither loses digits.
double incomplete_beta(double a, double b, double x, double one_minus_x) {
    if (x <= 0 || one_minus_x <= 0) {
        return x <= 0 ? 0 : 1;
    }
    const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                  a * std::log(x) + b * std::log(one_minus_x));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a
                                     : 1 - front * beta_fraction(b, a, one_minus_x) / b;
}

/// Probability of more than t >= 0.
double upper_tail(double t, double degrees) {
    if (std::isinf(degrees)) {
        return std::erfc(t / std::sqrt(2.0)) / 2;
    }
    const double square = t * t;
    return incomplete_beta(degrees / 2, 0.5, degrees / (degrees + square),
                           square / (degrees + square)) /
           2;
}

} // namespace

double student_t_quantile(double probability, double degrees_of_freedom) {
    if (!(probability > 0 && probability < 1)) {
        throw_bad_input("student_t_quantile: the probability " + format_number(probability) +
                        " has no quantile; give one between 0 and 1");
    }
    if (!(degrees_of_freedom > 0)) {
        throw_bad_input("student_t_quantile: " + format_number(degrees_of_freedom) +
                        " degrees of freedom make no distribution; give more than 0");
    }
    if (probability < 0.5) {
        return -student_t_quantile(1 - probability, degrees_of_freedom);
    }
    const double tail = 1 - probability;
    if (tail == 0.5) {
        return 0;
    }
    double low = 0;
    double high = 1;
    while (upper_tail(high, degrees_of_freedom) > tail && std::isfinite(high)) {
        low = high;
        high *= 2;
    }
    while (true) {
        const double middle = low + (high - low) / 2;
        if (!(middle > low && middle < high)) {
            return middle;
        }
        (upper_tail(middle, degrees_of_freedom) > tail ? low : high) = middle;
    }
}

MeanInterval mean_interval(const std::vector<double>& values, double confidence) {
    if (values.empty()) {
        throw_bad_input("mean_interval: no values have no mean; give at least one");
    }
    if (!(confidence > 0 && confidence < 1)) {
        throw_bad_input("mean_interval: the confidence " + format_number(confidence) +
                        " is not a probability between 0 and 1; 0.95 is usual");
    }
    const auto count = static_cast<double>(values.size());
    double sum = 0;
    for (const double value : values) {
        if (!std::isfinite(value)) {
            throw_bad_input("mean_interval: a value is not a finite number (a measurement that "
                            "failed?); leave it out");
        }
        sum += value;
    }
    MeanInterval result;
    result.mean = sum / count;
    if (values.size() == 1) {
        result.standard_deviation = std::numeric_limits<double>::quiet_NaN();
        result.low = -std::numeric_limits<double>::infinity();
        result.high = std::numeric_limits<double>::infinity();
        return result;
    }
    double squares = 0;
    for (const double value : values) {
        squares += (value - result.mean) * (value - result.mean);
    }
    result.standard_deviation = std::sqrt(squares / (count - 1));
    const double half = student_t_quantile((1 + confidence) / 2, count - 1) *
                        result.standard_deviation / std::sqrt(count);
    result.low = result.mean - half;
    result.high = result.mean + half;
    return result;
}

double quantile(std::vector<double> values, double probability) {
    if (values.empty()) {
        throw_bad_input("quantile: no values have no quantile; give at least one");
    }
    if (!(probability >= 0 && probability <= 1)) {
        throw_bad_input("quantile: " + format_number(probability) +
                        " is no probability; give one from 0 to 1");
    }
    if (std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); })) {
        throw_bad_input("quantile: a value is not a number (a measurement that failed?); leave it "
                        "out");
    }
    std::sort(values.begin(), values.end());
    const double place = probability * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const double part = place - static_cast<double>(below);
    if (part == 0) {
        return values[below];
    }
    return values[below] + part * (values[below + 1] - values[below]);
}

} // namespace porogen
