#pragma once

#include <array>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/volume/cut_cells.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// A resistor network on a grid: one potential per cell, a conductance across each face.
/// The operator it stands for is symmetric positive semidefinite:
/// (A v)_n = sum over faces g (v_n - v_neighbour).
///
/// Along `axis` current is driven between the two ends of the box; the other sides are closed or,
/// where periodic, wrap. `face[a][n]` belongs to the face between cell n and its upper neighbour
/// along a (the last layer's wraps around where a is periodic, and is 0 otherwise). The two end
/// faces along `axis` couple to plates held at potential 1 (lower) and 0 (upper): `end_lower`,
/// `end_upper`, one value per cell of the end layer, first remaining axis fastest.
struct ConductorNetwork {
    Shape shape;
    Axis axis = Axis::z;
    std::array<bool, 3> periodic{};
    std::array<Grid<float>, 3> face; ///< [S]
    std::vector<float> end_lower;    ///< [S]
    std::vector<float> end_upper;    ///< [S]

    /// The values that `face` and the ends hold rounded to float, ascending; empty where
    /// the floats are all there is. Potentials of the rounded network are off by 1e-7,
    /// but its power is stationary: evaluated with these values it gives the conductance as if
    /// everything had been stored in double [S].
    std::vector<double> exact;
};

/// What happens at the four sides that carry no plate.
enum class Sides { no_flux, periodic };

/// Network of an image: each cell conducts as its label says, `conductivity[label]` [S/m], faces
/// take the harmonic mean, the plates sit half a voxel outside the first and last cell centres. The
/// convention of TauFactor, PuMA, OpenImpala and PoreSpy.
ConductorNetwork voxel_network(const PhaseVolume& volume,
                               const std::array<double, 256>& conductivity, Axis axis, Sides sides);

/// Network of the pore space of a cast volume: faces weighted by their open area
/// (apertures), the solid insulates. Second order in the voxel size. Precondition: cells
/// come from a volume with a distance.
ConductorNetwork pore_network(const PhaseVolume& volume, const CutCells& cells,
                              double pore_conductivity, Axis axis);

/// Network of the solid and the film on its surface: the solid weighted by apertures,
/// the film's sheet conductance s (geometric mean of the two cells) added to the faces as
/// k = s delta_h(d), with delta_h(d) = (1 + cos(pi d/h)) / (2h) for |d| < h at the face centre.
/// First order in h. `sheet_factor` scales s.
ConductorNetwork solid_network(const PhaseVolume& volume, const CutCells& cells,
                               double solid_conductivity, double sheet_factor, Axis axis);

} // namespace porogen
