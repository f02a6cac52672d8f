#pragma once

#include <cstdint>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/plating/resolved.h"
#include "porogen/volume/cut_cells.h"
#include "porogen/volume/cut_sheet.h"
#include "porogen/volume/phase_volume.h"

namespace porogen::plating {

/// Layers of collector put below the framework: as many as the surface needs around it.
inline constexpr std::int64_t collector_layers = 3;
inline constexpr std::uint8_t no_material = 255;

/// The framework between its collector below and the electrolyte above, in one volume: layers of
/// collector, those of the framework up to its highest solid, those of the headroom.
struct PlatingBox {
    PhaseVolume framework; ///< without lithium; the film as in the volume
    CutCells cells;
    CutSheet sheet; ///< empty without a film
    /// What the surface in or beside a cell belongs to: index into ResolvedOptions::solids,
    /// `collector_material`, or no_material away from any surface.
    Grid<std::uint8_t> material;
    std::uint8_t collector_material = 0;
    std::int64_t framework_layers = 0;
    std::int64_t headroom_layers = 0;
    std::vector<double> layer_pores; ///< volume of the pores in each layer of the framework [m^3]
    double pore_volume = 0;          ///< their sum [m^3]
    double base_area = 0;            ///< x-y cross-section [m^2]
};

PlatingBox plating_box(const PhaseVolume& volume, const ResolvedOptions& options);

/// A framework with its collector among its solids: nothing is put below or above it. No film.
PlatingBox bare_box(const PhaseVolume& framework, const ResolvedOptions& options);

} // namespace porogen::plating
