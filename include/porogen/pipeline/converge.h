#pragma once

#include <array>
#include <string>
#include <vector>

#include "porogen/core/progress.h"
#include "porogen/geometry/particles.h"
#include "porogen/recipe/recipe.h"

namespace porogen {

/// What one electrode measures on one grid.
struct ConvergencePoint {
    double voxel = 0;            ///< [m]
    double cells = 0;            ///< of the grid
    double porosity_cast = 0;    ///< of the particles as they lie, before it is fitted [1]
    double offset = 0;           ///< by which the surface is moved to fit the porosity [m]
    double specific_surface = 0; ///< of the fitted electrode [1/m]
    double pore_diameter = 0;    ///< median [m]
    /// Ionic conductivity / that of the electrolyte along x, y, z [1]; NaN along axes not asked
    /// for.
    std::array<double, 3> ionic{};
    /// [S/m]
    std::array<double, 3> electronic{};
    bool converged = true; ///< the solvers met their tolerance
    std::vector<std::string> warnings;
};

/// Measures the same particles on grids of several voxel sizes [m], coarsest first as given: what a
/// grid contributes to a result, and how fine it has to be. The porosity may be fitted as far as on
/// the recipe's own grid, in metres. Throws what run() throws.
std::vector<ConvergencePoint> converge(const Recipe& recipe, const Packing& particles,
                                       const std::vector<double>& voxels,
                                       Progress& progress = no_progress());

} // namespace porogen
