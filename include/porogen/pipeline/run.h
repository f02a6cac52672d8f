#pragma once

#include "porogen/core/progress.h"
#include "porogen/pipeline/cast_memory.h"
#include "porogen/report/run_result.h"

namespace porogen {

/// How far down the pipeline to go.
enum class Extent {
    cast,    ///< cast, burn out, coat, and the morphology
    measure, ///< … and effective transport
    plate,   ///< … and plating: the whole line
};

/// The whole line, from a recipe to a plated electrode:
/// cast - burn out - rasterise - sinter - bind - coat - measure - plate. Writes nothing.
/// Throws what the stages throw: Error(bad_input), Error(infeasible), Error(interrupted). A solver
/// that gives up is reported in the result (converged = false), not thrown. A packing whose
/// contacts stay deeper than asked is a warning: it is the best that was found, and the result says
/// how deep they are.
RunResult run(const Recipe& recipe, Extent extent = Extent::plate,
              Progress& progress = no_progress());

/// The same with castings that may be remembered from electrodes cast alike.
RunResult run(const Recipe& recipe, CastMemory& memory, Extent extent = Extent::plate,
              Progress& progress = no_progress());

/// The same from particles that an earlier casting left (particles.csv), for example on a finer
/// grid: nothing is cast. Throws Error(bad_input) if their box is not that of the recipe.
RunResult run(const Recipe& recipe, const Packing& particles, Extent extent = Extent::plate,
              Progress& progress = no_progress());

/// The last stage alone: plates `result.volume` and `result.homogenised` as `result.recipe` asks.
/// The one-dimensional prediction stands beside a plating resolved in space where it exists. What
/// cannot be plated is a warning. Throws Error(not_converged) from the one-dimensional model where
/// that is what was asked for, Error(bad_input), Error(interrupted).
void plate(RunResult& result, Progress& progress = no_progress());

/// What the one-dimensional model needs of a measured electrode, along z.
struct MeasuredElectrode {
    double thickness = 0;        ///< [m]
    double porosity = 0;         ///< of the framework [1]
    double open_porosity = 0;    ///< of the framework [1]
    double film_fraction = 0;    ///< volume of the film's own material / box [1]
    double reacting_surface = 0; ///< true area / volume, coated if there is a film [1/m]
    double ionic = 0;            ///< effective conductivity of the uncoated pores [S/m]
    double relative_ionic = 0;   ///< the same / that of the electrolyte [1]
    double electronic = 0;       ///< [S/m]
};

/// What the one-dimensional model sees: transport along z, the pore volume that the film leaves,
/// the true area. The film narrows the pores, so the ionic conductivity is scaled by (pore volume
/// left)^alpha, with the recipe's Bruggeman exponent or the one that the measurement implies.
HomogenisedElectrode homogenise(const MeasuredElectrode& measured, const Recipe& recipe);

} // namespace porogen
