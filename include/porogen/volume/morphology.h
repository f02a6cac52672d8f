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

/// Which part of the space is sized.
enum class Space : std::uint8_t {
    pore,
    solid, ///< all phases but the pore together: the grains
};

/// Distribution of diameters by volume (local thickness): each point of the phase belongs to the
/// largest ball that fits into the phase and contains it (Hildebrand & Rüegsegger, J. Microsc.
/// 1997, 185, 67).
struct SizeDistribution {
    /// Ascending [m].
    std::vector<double> diameter;
    /// Volume fraction of the phase of at most this diameter, ends at 1.
    std::vector<double> cumulative;
    /// 10 % of the phase's volume is of at most this diameter [m].
    double d10 = 0;
    double d50 = 0;
    double d90 = 0;
};
using PoreSizes = SizeDistribution;

/// `sizes`: number of diameters at which the distribution is sampled, between two voxels and the
/// largest, at least 2. Balls are bounded by the other phase alone: neither the collector nor the
/// separator limits them. Diameters below two voxels are unresolved; percentiles that fall there
/// are interpolated towards zero. A volume that lacks either phase gives empty vectors.
/// Distances are sub-voxel where the volume has them; images take the distance to the nearest cell
/// centre of the other phase less a quarter of a voxel. The solid is as deep as the distance says:
/// where it is that of a union of particles, the depth in the single particle, so grains that touch
/// stay apart; those of images and of smoothed surfaces are one where they are fused. Throws
/// Error(bad_input) if sizes is less than 2.
SizeDistribution size_distribution(const PhaseVolume& volume, Space phase, int sizes = 24,
                                   Progress& progress = no_progress());

/// The same of the pores.
SizeDistribution pore_size_distribution(const PhaseVolume& volume, int sizes = 24,
                                        Progress& progress = no_progress());

} // namespace porogen
