#pragma once

#include <string>
#include <vector>

#include "porogen/optimize/analysis.h"

namespace porogen {

// What is read out of evaluated designs, as CSV for any spreadsheet: a line of names, then numbers
// in SI with the fewest digits that read back as the same. What does not exist stays empty.

/// One line per row: point, replicate, variables, feasible, failure, keys. `numbers` are those of
/// the points.
std::string designs_csv(const DesignTable& table, const std::vector<int>& numbers);

/// One line per key and variable.
std::string sensitivity_csv(const DesignTable& table,
                            const std::vector<Sensitivity>& sensitivities);

/// One line per key, pair of variables and place.
std::string response_csv(const DesignTable& table, const std::vector<Response>& responses);

/// One line per design on the front.
std::string pareto_csv(const DesignTable& table, const ParetoFront& front);

/// One line per key.
std::string uncertain_csv(const std::vector<UncertainResult>& results);

/// One line per key and input, the widest bar first.
std::string tornado_csv(const DesignTable& inputs, const std::vector<UncertainResult>& results);

} // namespace porogen
