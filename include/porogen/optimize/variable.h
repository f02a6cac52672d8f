#pragma once

#include <limits>
#include <string>
#include <vector>

namespace porogen {

/// A quantity that a search or an exploration may change.
struct DesignVariable {
    std::string key; ///< recipe key
    double low = 0;
    double high = 1;
    bool logarithmic = false;                                ///< evenly in log(value)
    double start = std::numeric_limits<double>::quiet_NaN(); ///< the reference design's value
};

/// Throws Error(bad_input), "search: KEY: ...", unless low < high are finite, positive where
/// logarithmic, with the start between them.
void check_variable(const DesignVariable& variable);

/// Where a value lies in the range, 0 to 1; values outside lie at its ends.
double position_of(const DesignVariable& variable, double value);

/// The value at a position in the range, rounded to ten digits: tidy in a recipe, and points that
/// differ by round-off become one design. Exactly `start` at its position.
double value_at(const DesignVariable& variable, double position);

/// The same for all variables of a point.
std::vector<double> values_at(const std::vector<DesignVariable>& variables,
                              const std::vector<double>& point);

} // namespace porogen
