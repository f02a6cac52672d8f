#pragma once

#include <array>
#include <optional>

#include "porogen/core/grid.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// What a surface leaves of the cells and faces it cuts, computed from the signed distance:
/// second order in the voxel size (volumes fourth), where whole voxels are first order at best.
/// Fractions, apertures and areas are those of one surface, the zero of a continuous
/// piecewise-linear interpolant, so the differences of a cell's opposite apertures, times the face
/// areas, are exactly its interface area vector.
///
/// A face is named by the cell below it: face (axis, n) lies between cell n and its upper neighbour
/// along axis. The lower end faces of the box (k = 0) are those of `lower_end`.
struct CutCells {
    /// Volume fraction of each cell that is solid, 0..1.
    Grid<float> solid_fraction;
    /// Area of the surface within each cell [m^2].
    Grid<float> interface_area;
    /// Open (pore) area fraction of each cell's upper face, 0..1.
    std::array<Grid<float>, 3> aperture;
    /// Open area fraction of the box's lower end faces; the shape has 1 along its own axis. Equal
    /// to the wrapped upper face where the structure is periodic.
    std::array<Grid<float>, 3> lower_end;
};

/// Precondition: volume.has_distance().
CutCells cut_cells(const PhaseVolume& volume);

/// Mean of solid_fraction over the box [1].
double mean_solid_fraction(const CutCells& cells);

struct SurfaceOffset {
    /// Mean solid fraction with the surface where it is [1].
    double fraction_before = 0;
    /// How far the surface has to be moved outwards, into the pores [m]; negative: inwards.
    std::optional<double> offset;
};

/// The uniform move of the surface that makes the mean solid fraction `target` within 1e-7; no
/// offset if that takes more than `limit` [m] either way. Precondition: volume.has_distance().
SurfaceOffset surface_offset(const PhaseVolume& volume, double target, double limit);

/// Area of the surface inside the box [m^2]. The box's own sides do not count.
double surface_area(const CutCells& cells);

} // namespace porogen
