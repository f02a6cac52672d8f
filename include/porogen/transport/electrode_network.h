#pragma once

#include <cstdint>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/transport/network.h"
#include "porogen/volume/cut_cells.h"
#include "porogen/volume/cut_sheet.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// An electrode that is being plated, as the network sees it: a framework with a collector at
/// the bottom and ions coming in at the top, and lithium on its surface.
struct PlatedStructure {
    /// Framework and collector without any lithium, with the film.
    const PhaseVolume& framework;
    const CutCells& framework_cells;
    const CutSheet& framework_sheet;
    /// Signed distance to the surface of framework and lithium [m], and what it cuts.
    const Grid<float>& distance;
    const CutCells& cells;
    /// 1 where a cell holds lithium, 2 where that hangs together with the collector through lithium
    /// alone: it is at the collector's potential.
    const Grid<std::uint8_t>& lithium;
    /// Electronic conductivity of the solid in each cell [S/m]; 0: none, infinite: the collector.
    const Grid<float>& solid_conductivity;
};

struct PlatedConductors {
    double ionic = 0;        ///< of the electrolyte [S/m]
    double sheet_factor = 1; ///< of the film: times its sheet conductance [1]
    double lithium = 1e3;    ///< [S/m]; beyond that, lithium is equipotential all the same
    /// Between the solid and the film or lithium on it [ohm m^2].
    double solid_metal = 0;
};

/// Where ions meet electrons: the open surface of a cell, or a part of it.
struct ReactionSite {
    std::int64_t cell = 0;
    std::int32_t pore = 0;     ///< node of the ions
    std::int32_t electron = 0; ///< node of the electrons; `at_collector`: the collector itself
    float area = 0;            ///< [m^2]
    /// From the surface to the pore node, the cell's centre; negative where that lies behind
    /// the surface [m].
    float depth = 0;
    /// Entries of the network's links that join the two nodes; unused at the collector.
    std::int64_t of_pore = 0;
    std::int64_t of_electron = 0;

    static constexpr std::int32_t at_collector = -1;
};

/// Ions in the pores, electrons in solid, film and lithium, each with their ohmic links; the
/// links of the reaction sites are there but carry nothing yet. Only nodes in reach: ions whose
/// pores hang together with the upper end, electrons whose conductors do with the collector.
/// Carriers: pore_carrier, solid_carrier, and film_carrier for film and lithium.
struct ElectrodeNetwork {
    ConductorNetwork network;
    /// Ohmic ties of each node to the collector [S].
    std::vector<float> ground;
    /// By cell.
    std::vector<ReactionSite> sites;
    /// Where ions come in at the upper end, those places alone that reach a site.
    struct Inlet {
        std::int32_t node = 0;
        double area = 0;  ///< open [m^2]
        double depth = 0; ///< from there to the node, a cell's centre [m]
    };
    std::vector<Inlet> inlets;
};

/// Whether the electrons' potential is resolved, or is the collector's wherever they get to.
enum class Electrons : std::uint8_t { resolved, grounded };

/// The network of a structure, plates along z. Ions flow through the open areas of the faces, the
/// film along its polygons (see surface_network), lithium through what it fills of the faces; in a
/// cell that holds lithium, that and all of its film are one node. Every open surface is one
/// reaction site, or several where pieces of film of their own share a cell. Precondition: all
/// grids have the framework's shape.
ElectrodeNetwork electrode_network(const PlatedStructure& structure,
                                   const PlatedConductors& conductors,
                                   Electrons electrons = Electrons::resolved);

} // namespace porogen
