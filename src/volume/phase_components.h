#pragma once

#include "porogen/volume/morphology.h"

namespace porogen {

/// pore_components() or solid_components(), wrapped along other axes than those of the volume.
Components phase_components(const PhaseVolume& volume, const CutCells& cells, Space space,
                            std::array<bool, 3> periodic);

/// Volume of one phase in each of its components [cells]; 0 at index 0.
std::vector<double> component_volumes(const PhaseVolume& volume, const CutCells& cells,
                                      const Components& components, Space space);

/// Solid volume of a cell relative to the cell: cut where a distance exists, all or nothing
/// otherwise.
inline double solid_part(const PhaseVolume& volume, const CutCells& cells, std::int64_t n) {
    if (!cells.solid_fraction.empty()) {
        return static_cast<double>(cells.solid_fraction[n]);
    }
    return volume.labels[n] == pore_label ? 0 : 1;
}

} // namespace porogen
