#pragma once

#include <string>
#include <string_view>

namespace porogen {

/// The coherent SI unit, as Porogen writes it, of the same dimension as `unit`: "C/kg" for "mAh/g",
/// "1" for
/// "%". Throws Error(bad_input), without a location, if `unit` is unknown or no quantity here has
/// its dimension.
std::string si_unit_of(std::string_view unit);

/// What a unit measures, with its article: "a length" for "m".
std::string quantity_name(std::string_view si_unit);

} // namespace porogen
