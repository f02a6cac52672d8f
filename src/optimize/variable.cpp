#include "porogen/optimize/variable.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "porogen/core/errors.h"
#include "porogen/core/units.h"

namespace porogen {

namespace {

double tidy(double value) {
    char text[32];
    const auto [end, error] =
        std::to_chars(text, text + sizeof text, value, std::chars_format::general, 10);
    std::from_chars(text, end, value);
    return value;
}

} // namespace

void check_variable(const DesignVariable& v) {
    const auto fail = [&](const std::string& what) {
        throw_bad_input("search: " + v.key + ": " + what);
    };
    if (!(v.low < v.high) || !std::isfinite(v.low) || !std::isfinite(v.high)) {
        fail("the range " + format_number(v.low) + " to " + format_number(v.high) +
             " is empty; give low < high, both finite");
    }
    if (v.logarithmic && !(v.low > 0)) {
        fail("the range begins at " + format_number(v.low) +
             ", which has no logarithm; begin above 0 or search linearly");
    }
    if (!(v.start >= v.low && v.start <= v.high)) {
        fail("the reference value " + format_number(v.start) + " lies outside the range " +
             format_number(v.low) + " to " + format_number(v.high) + "; widen the range");
    }
}

double position_of(const DesignVariable& v, double value) {
    const double x = v.logarithmic ? std::log(value / v.low) / std::log(v.high / v.low)
                                   : (value - v.low) / (v.high - v.low);
    return std::clamp(x, 0.0, 1.0);
}

double value_at(const DesignVariable& v, double x) {
    if (x == position_of(v, v.start)) {
        return v.start;
    }
    const double value =
        v.logarithmic ? v.low * std::pow(v.high / v.low, x) : v.low + x * (v.high - v.low);
    return std::clamp(tidy(value), v.low, v.high);
}

std::vector<double> values_at(const std::vector<DesignVariable>& variables,
                              const std::vector<double>& point) {
    std::vector<double> values;
    for (std::size_t v = 0; v < point.size(); ++v) {
        values.push_back(value_at(variables[v], point[v]));
    }
    return values;
}

} // namespace porogen
