#pragma once

#include "porogen/transport/solve.h"

namespace porogen {

/// The slow, obvious twin that judges solve(): conjugate gradients without a preconditioner.
NetworkSolution solve_plain(const ConductorNetwork& network, double tolerance, int max_iterations);

} // namespace porogen
