#pragma once

#include "porogen/core/progress.h"
#include "porogen/report/run_result.h"

namespace porogen {

/// How far down the pipeline to go.
enum class Extent {
    cast,    ///< cast, burn out, coat, and the morphology
    measure, ///< … and effective transport
    plate,   ///< … and plating: the whole line
};

/// The whole line, from a recipe to a plated electrode:
/// cast - burn out - rasterise - coat - measure - plate. Writes nothing.
/// Throws what the stages throw: Error(bad_input), Error(infeasible), Error(interrupted). A solver
/// that gives up is reported in the result (converged = false), not thrown.
RunResult run(const Recipe& recipe, Extent extent = Extent::plate,
              Progress& progress = no_progress());

/// What the one-dimensional model sees of a measured electrode: transport along z,
/// the pore volume that the film leaves, the true area. Precondition: ionic and electronic
/// transport were measured along z.
HomogenisedElectrode homogenise(const RunResult& result);

} // namespace porogen
