#pragma once

#include <array>

#include "porogen/transport/surface_network.h"
#include "porogen/transport/verify.h"
#include "porogen/volume/phase_volume.h"

namespace porogen::verify {

using Plan = VerifyPlan;
using Plans = VerifyPlans;

/// Adds a case on 16 cells per period, with the order to 32, and one for the full ladder on 64, for
/// which an error of first order shrinks to a quarter.
void add_on_grids(Plans& plans, const Plan& plan);

/// Adds the last case once more, for the full ladder, on 128 cells.
void add_finer(Plans& plans);

/// Conductivity of a network's box along its axis [S/m]; NaN if the solver did not converge.
double conductivity(const PhaseVolume& volume, const ConductorNetwork& network);
/// Of a solid with a surface, the box repeating along the axis.
double conductivity(const PhaseVolume& volume, const SurfaceConductors& conductors, Axis axis);
/// Of an image.
double conductivity(const PhaseVolume& volume, const std::array<double, 256>& by_label, Axis axis,
                    Drive drive);

/// Film and both sides joined without resistance, the pore conducting 1 S/m.
SurfaceConductors joined(double solid, double sheet_factor);

// The groups, in the order of the ladder.
void add_laminates(Plans& plans);
void add_contact_resistance(Plans& plans);
void add_sheets(Plans& plans);
void add_spheres(Plans& plans);
void add_cylinders(Plans& plans);
void add_coated_spheres(Plans& plans);
void add_checkerboard(Plans& plans);
void add_bounds(Plans& plans);
void add_tensors(Plans& plans);
void add_tilted_layers(Plans& plans);
void add_drives(Plans& plans);

} // namespace porogen::verify
