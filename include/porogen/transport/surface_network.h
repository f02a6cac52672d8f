#pragma once

#include <cstdint>
#include <limits>

#include "porogen/transport/network.h"
#include "porogen/volume/cut_cells.h"
#include "porogen/volume/cut_sheet.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// Carriers of the networks below. The film has as many nodes in a cell as the surface has patches
/// there; pore and solid have one.
inline constexpr std::uint8_t pore_carrier = 0;
inline constexpr std::uint8_t solid_carrier = 1;
inline constexpr std::uint8_t film_carrier = 2;

/// Resistance of conductors that exchange no current [ohm m^2].
inline constexpr double not_joined = std::numeric_limits<double>::infinity();

/// What conducts in a cast volume, and how it is joined along the surface. The film shields: where
/// there is some, pore and solid exchange current through it alone; on bare surface directly.
struct SurfaceConductors {
    double pore = 0;         ///< conductivity, 0 insulates [S/m]
    double solid = 0;        ///< likewise [S/m]
    double sheet_factor = 0; ///< film: times its sheet conductance; 0: there is none [1]
    /// Resistances of the joints [ohm m^2]; 0: the potential is continuous.
    double pore_solid = not_joined;
    double film_pore = not_joined;
    double film_solid = not_joined;
};

/// Network of a cast volume, second order in the voxel size: both sides by the open areas of their
/// faces, the film on the polygons of the cut surface, joined within the cells. The sides that
/// carry no plates wrap where the volume is periodic. Preconditions: `cells` and `sheet` are those
/// of the volume, and it is periodic along `axis` if the drive is.
ConductorNetwork surface_network(const PhaseVolume& volume, const CutCells& cells,
                                 const CutSheet& sheet, const SurfaceConductors& conductors,
                                 Axis axis, Drive drive = Drive::fixed_potential);

/// Network of the pores alone, the solid insulates.
ConductorNetwork pore_network(const PhaseVolume& volume, const CutCells& cells, double conductivity,
                              Axis axis, Drive drive = Drive::fixed_potential);

/// Network of the solid alone, without a film; the pores insulate.
ConductorNetwork solid_network(const PhaseVolume& volume, const CutCells& cells,
                               double conductivity, Axis axis,
                               Drive drive = Drive::fixed_potential);

} // namespace porogen
