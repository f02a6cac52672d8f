#pragma once

namespace porogen {

/// Faraday constant [C/mol], CODATA 2018, exact.
inline constexpr double faraday = 96485.33212;
/// Gas constant [J/(mol K)], CODATA 2018, exact.
inline constexpr double gas_constant = 8.31446261815324;

/// Charge per area of 1 mAh/cm^2 [C/m^2], the unit that electrodes are sold in.
inline constexpr double mah_per_cm2 = 36000;

} // namespace porogen
