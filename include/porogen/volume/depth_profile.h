#pragma once

#include <vector>

#include "porogen/volume/cut_cells.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// Means over the layers of cells parallel to the collector, one entry for each.
struct DepthProfile {
    /// Middle of the layer above the collector [m].
    std::vector<double> z;
    /// [1]
    std::vector<double> porosity;
    /// Part of the layer in pores connected to the separator side [1].
    std::vector<double> open_porosity;
    /// Pore-solid area / volume of the layer [1/m].
    std::vector<double> specific_surface;
    /// Of the film, mean over the pore-solid area, bare surface included as 0; 0 in layers without
    /// surface [m]. Empty if there is no film.
    std::vector<double> film_thickness;
};

/// The measures of measure_morphology() resolved along z: their means over the layers are those of
/// the box. Only for images the means of the surface differ, since a crossing between two layers
/// counts half in each and the end layers have one neighbour. `cells` of images is empty.
DepthProfile depth_profile(const PhaseVolume& volume, const CutCells& cells);

} // namespace porogen
