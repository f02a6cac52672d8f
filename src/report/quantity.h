#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace porogen {

/// A quantity in the unit a person reads it in.
struct Quantity {
    std::string key;
    std::string unit;  ///< as it is written: "\u00b5m", "mAh/cm\u00b2"; "" of pure numbers
    double factor = 1; ///< value in that unit / value in SI
    std::string doc;   ///< what it is, in a sentence or two; "" if unknown

    /// "cast.porosity", "domain.thickness [\u00b5m]"
    [[nodiscard]] std::string label() const;
    /// An SI value with its unit: "42 \u00b5m".
    [[nodiscard]] std::string text(double value) const;
};

/// A quantity of the recipe, in the unit that suits the values [SI].
Quantity recipe_quantity(const std::string& key, const std::vector<double>& values);

/// The same of result.json.
Quantity result_quantity(const std::string& key, const std::vector<double>& values);

/// Three or four digits, a power of ten where it takes one: "0.5312", "-1.2\u00d710\u207b\u2079"
/// with a true minus; a dash where there is no number.
std::string readable(double value, int digits = 4);

/// "0.9712 \u00b1 0.0031": two digits of the half width, and as many places of the mean; the mean
/// alone where the half width is not finite.
std::string plus_minus(double mean, double half_width);

/// "mAh/cm\u00b2" of "mAh/cm^2".
std::string pretty_unit(std::string_view unit);

} // namespace porogen
