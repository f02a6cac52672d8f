#pragma once

#include <string>
#include <vector>

#include "porogen/geometry/cast.h"
#include "porogen/geometry/coat.h"
#include "porogen/geometry/rasterise.h"
#include "porogen/optimize/search.h"
#include "porogen/plating/plate.h"
#include "porogen/plating/resolved.h"
#include "porogen/recipe/recipe.h"
#include "porogen/transport/effective.h"

namespace porogen {

/// The modules' options as a recipe gives them. Each throws Error(bad_input) where values that are
/// fine alone contradict each other (the thickness is no whole number of voxels, min above max).
CastOptions cast_options(const Recipe& recipe);
RasteriseOptions rasterise_options(const Recipe& recipe);
CoatOptions coat_options(const Recipe& recipe);
MeasureOptions measure_options(const Recipe& recipe);
IonicConductors ionic_conductors(const Recipe& recipe);
PlateOptions plate_options(const Recipe& recipe);
/// Reads the names of the volume's phases: host and binder of a cast volume. Throws
/// Error(bad_input) if it holds others.
ResolvedOptions resolved_options(const Recipe& recipe, const PhaseVolume& volume);
SearchOptions search_options(const Recipe& recipe);

/// What a search asks of a design.
struct SearchGoal {
    std::string objective; ///< a key of result.json
    bool maximise = true;
    std::vector<ConstraintEntry> constraints;
};

/// The objective, a ready-made one spelt out with what it demands, and the recipe's constraints. A
/// constraint of the recipe's own replaces a ready-made one on the same key. Throws
/// Error(bad_input) if optimize.goal contradicts a ready-made objective.
SearchGoal search_goal(const Recipe& recipe);

/// Conductivity of the host's solid; that of llto lithiated, unless the recipe asks for the
/// pristine state alone [S/m].
double host_electronic_conductivity(const Recipe& recipe);

/// The charges of plating.snapshots below that at the end, ascending [C/m^2].
std::vector<double> plating_snapshots(const Recipe& recipe);

/// Volume fraction of porogen in the cast layer: as given, or from porosity and wall
/// porosity, phi = (eps - eps_w) / (1 - eps_w). Throws Error(infeasible) if the
/// porosity is below the wall porosity.
double porogen_fraction(const Recipe& recipe);

/// Volume of the binder / volume of the box [1]: the solid that cast.porosity leaves is host and
/// binder in the ratio of their masses.
double binder_volume_fraction(const Recipe& recipe);

} // namespace porogen
