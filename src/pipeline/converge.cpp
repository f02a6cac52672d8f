#include "porogen/pipeline/converge.h"

#include <algorithm>

#include "porogen/pipeline/run.h"

namespace porogen {

std::vector<ConvergencePoint> converge(const Recipe& recipe, const Packing& particles,
                                       const std::vector<double>& voxels, Progress& progress) {
    std::vector<ConvergencePoint> points;
    for (const double voxel : voxels) {
        Recipe finer = recipe;
        finer.set_number("domain.voxel", voxel);
        finer.set_number("cast.max_offset",
                         std::min(10.0, recipe.number("cast.max_offset") *
                                            recipe.number("domain.voxel") / voxel));
        const RunResult result = run(finer, particles, Extent::measure, progress);
        ConvergencePoint point;
        point.voxel = voxel;
        point.cells = static_cast<double>(result.volume.shape().size());
        point.porosity_cast = result.porosity_fit.porosity_before;
        point.offset = result.porosity_fit.offset;
        point.specific_surface = result.morphology.specific_surface;
        point.pore_diameter = result.microstructure.pores.d50;
        point.ionic = result.ionic->relative;
        point.electronic = result.electronic->conductivity;
        point.converged = result.converged;
        point.warnings = result.warnings;
        points.push_back(point);
    }
    return points;
}

} // namespace porogen
