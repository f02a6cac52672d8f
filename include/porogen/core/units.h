#pragma once

#include <string>
#include <string_view>

namespace porogen {

/// Value in SI of a quantity written with its unit, for example "6.5 um", "0.5 mA/cm^2",
/// "4 mAh/cm2", "2 wt%". `unit` is the unit that the result is wanted in ("m", "A/m^2", "1"
/// for a pure number). Units are UDUNITS-2's, plus mAh, Ah, wt%, vol%, ohm and the micro sign.
/// Throws Error(bad_input): no number, a number without a unit where one is due, an unknown unit,
/// or a unit of another dimension; the message names the expected unit and carries no location.
double parse_quantity(std::string_view text, std::string_view unit);

/// `value` (in `unit`) written so that parse_quantity gives the same double back: "6.5e-06 m".
std::string format_quantity(double value, std::string_view unit);

/// A number with the fewest digits that read back as the same double.
std::string format_number(double value);

/// Factor and offset-free conversion of one unit to another of the same dimension, for example
/// convert(4, "mAh/cm^2", "C/m^2"). Throws Error(bad_input) if they differ in dimension.
double convert(double value, std::string_view from, std::string_view to);

} // namespace porogen
