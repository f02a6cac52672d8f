#pragma once

#include <cstdint>
#include <vector>

#include "porogen/core/progress.h"
#include "porogen/volume/connectivity.h"
#include "porogen/volume/cut_cells.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// What an electrode scientist asks of a microstructure first.
struct Morphology {
    /// Pore volume / box volume [1].
    double porosity = 0;
    /// Part of the box in pores connected to the separator side [1].
    double open_porosity = 0;
    /// The pores join the collector side to the separator side.
    bool pore_connected = false;
    /// The solid joins the collector side to the separator side.
    bool solid_connected = false;
    /// Part of the solid volume in its largest component [1].
    double solid_largest = 0;
    /// Pore-solid area / box volume [1/m], the box's sides not counted.
    double specific_surface = 0;
    /// false: estimated from labels alone (Crofton-weighted counts).
    bool surface_from_distance = false;
};

/// Components of the pore space. With a distance: of the cells that hold any pore, joined through
/// faces with an open part, so that they are what the pore network of the same cells conducts
/// through. `cells` of images is empty, and whole pore cells join through their faces.
Components pore_components(const PhaseVolume& volume, const CutCells& cells);
/// The same of the solid, all phases but the pore together.
Components solid_components(const PhaseVolume& volume, const CutCells& cells);

/// 1 on the cells of pores that reach the separator side z = L, 0 elsewhere.
Grid<std::uint8_t> open_pores(const PhaseVolume& volume, const CutCells& cells);

/// Volume fractions by sub-voxel cuts where a distance exists, by counting cells
/// otherwise. Label 0 is the pore.
Morphology measure_morphology(const PhaseVolume& volume);

/// Volume fraction of every phase of an image, in the order of volume.phases [1].
std::vector<double> phase_fractions(const PhaseVolume& volume);

/// Distribution of pore diameters by volume: each pore point belongs to the largest ball that fits
/// into the pore space and contains it (Hildebrand & Rüegsegger, J. Microsc. 1997, 185, 67).
struct PoreSizes {
    /// Ascending [m].
    std::vector<double> diameter;
    /// Volume fraction of the pores of at most this diameter, ends at 1.
    std::vector<double> cumulative;
    /// 10 % of the pore volume lies in pores of at most this diameter [m].
    double d10 = 0;
    double d50 = 0;
    double d90 = 0;
};

/// `sizes`: number of diameters at which the distribution is sampled, between two voxels and the
/// largest, at least 2. Balls are bounded by the solid alone: neither the collector nor the
/// separator limits them. Diameters below two voxels are unresolved; percentiles that fall there
/// are interpolated towards zero. A volume without pores, or without solid, gives empty vectors.
/// Distances are sub-voxel where the volume has them; images take the distance to the nearest solid
/// cell centre less a quarter of a voxel. Throws Error(bad_input) if sizes is less than 2.
PoreSizes pore_size_distribution(const PhaseVolume& volume, int sizes = 24,
                                 Progress& progress = no_progress());

} // namespace porogen
