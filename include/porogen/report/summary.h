#pragma once

#include <string>

#include "porogen/report/run_result.h"

namespace porogen {

/// The result as a table with units that a person reads at a glance.
/// Plain text, ends with a newline.
std::string summary(const RunResult& result);

/// Its part on plating alone, and the warnings; "" of plating if there is none.
std::string plating_summary(const RunResult& result);

/// The same for the measurement of an image.
std::string image_summary(const PhaseVolume& volume, const EffectiveTransport& transport);

} // namespace porogen
