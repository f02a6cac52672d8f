#pragma once

#include "porogen/plating/performance.h"
#include "porogen/report/run_result.h"

namespace porogen {

/// Masses, capacities and energies of the anode that a run made. Thickness and overflow are those
/// of the plating model: the homogenised one takes the whole box for the framework, in space it
/// ends at its highest solid. A foil that is the host counts as framework. Precondition: the result
/// holds the volume and its morphology.
AnodePerformance anode_performance(const RunResult& result);

} // namespace porogen
