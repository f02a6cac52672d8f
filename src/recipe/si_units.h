#pragma once

#include <string>
#include <string_view>

namespace porogen {

/// The coherent SI unit, as Porogen writes it, of the same dimension as `unit`: "C/kg" for
/// "mAh/g", "1" for "%". Throws Error(bad_input), without a location, if `unit` is unknown
/// or no quantity here has its dimension.
std::string si_unit_of(std::string_view unit);

/// Does UDUNITS-2 know it?
bool is_unit(std::string_view unit);

/// Are two units of the same dimension?
bool same_dimension(std::string_view from, std::string_view to);

/// A value in SI, free of the rounding of the conversion: to 15 digits, so that "250 nm"
/// and "0.25 um" are the same double; exact where `unit` is the SI unit itself. Precondition:
/// same_dimension(unit, si_unit).
double to_si(double value, std::string_view unit, std::string_view si_unit);

/// `value` rounded to that many significant digits.
double rounded(double value, int digits);

/// What a unit measures, with its article: "a length" for "m".
std::string quantity_name(std::string_view si_unit);

} // namespace porogen
