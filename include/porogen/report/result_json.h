#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "porogen/report/run_result.h"

namespace porogen {

/// result.json: everything in SI under stable names (added to, never renamed). What does not exist
/// (a tortuosity without a path) is null.
std::string result_json(const RunResult& result);

/// The `plating` part alone, and the status, for a plating asked again.
std::string plating_json(const RunResult& result);

/// Effective transport as JSON, for the measurement of an image; with its whole tensor [S/m] if
/// there is one.
std::string image_json(const PhaseVolume& volume, const std::string& source,
                       const std::vector<std::pair<std::uint8_t, double>>& conductivity,
                       const EffectiveTransport& transport, const Mat3* tensor = nullptr);

/// The number that stands under a dotted key of a result.json ("plating.metrics.uniformity").
/// Booleans count as 0 and 1, null is NaN: the quantity exists, but not for this electrode. Empty
/// if there is no such key, it holds no number, or the text is no JSON.
std::optional<double> result_number(std::string_view json, std::string_view key);

/// The recipe hash that a result.json carries; "" if it has none.
std::string result_recipe_hash(std::string_view json);

/// Every key that result_number answers to, in order; none if the text is no JSON.
std::vector<std::string> result_keys(std::string_view json);

} // namespace porogen
