#pragma once

#include <array>
#include <cstdint>

#include "porogen/volume/cut_cells.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// How one part of the space hangs together.
struct SpaceTopology {
    /// Number of its components of at least one cell's volume; smaller ones are specks that the
    /// cells cannot resolve.
    std::int64_t components = 0;
    /// Along x, y, z: a component joins both sides of the box, not counting ways that leave by one
    /// of them and come back by the other.
    std::array<bool, 3> percolates{};
    /// Euler characteristic / volume of the box [1/m^3]: components + cavities - tunnels. Negative
    /// for a network, whose tunnels are its spare connections; positive for scattered pieces. That
    /// of a surface which closes within the box or repeats with it is twice that of either side.
    double euler = 0;
};

struct Topology {
    SpaceTopology pore;
    SpaceTopology solid; ///< all phases but the pore together
};

/// Components and percolation are those of pore_components() and solid_components(), of the cut
/// cells where `cells` holds them. The Euler characteristic is that of the labels, cells joined
/// through faces, as the alternating sum of whole cells, pairs, squares and cubes of them; along
/// axes that do not wrap, the box ends the structure.
Topology measure_topology(const PhaseVolume& volume, const CutCells& cells);

} // namespace porogen
