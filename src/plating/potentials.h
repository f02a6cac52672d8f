#pragma once

#include <cstdint>
#include <vector>

#include "porogen/core/progress.h"
#include "porogen/plating/electrolyte.h"
#include "porogen/plating/kinetics.h"
#include "porogen/transport/electrode_network.h"

namespace porogen::plating {

/// Ions and electrons of an electrode that plates at a given total current.
struct PotentialProblem {
    Kinetics kinetics;
    Electrolyte electrolyte;
    bool concentration = false; ///< steady salt depletion instead of uniform conductivity
    double current = 0;         ///< total, > 0 for plating [A]
    bool dissolution = false;   ///< a negative drive dissolves; else it gives no current
};

/// Of one site each, in the order of the network's.
struct SiteCurrents {
    std::vector<double> current; ///< plating current density, 0 where nothing is active [A/m^2]
    std::vector<double> drive;   ///< phi_e - phi_s, of inactive sites too [V]
    double voltage = 0;          ///< mean phi_e over the inlets, against the collector [V]
    double least_concentration = 1; ///< over all sites, relative to that at the inlets [1]
    bool converged = false;
    int newton_iterations = 0;
    int linear_iterations = 0;
};

/// Solves div(kappa grad phi_e) = i a, div(sigma grad phi_s) = -i a with i of the kinetics at each
/// active site (and 0 at the others), the current fed evenly over the area of the inlets. Newton:
/// each step one symmetric linear system, ohmic links and the slopes of the rates. It stops when
/// the currents that do not balance sum to less than 1e-7 of the total. `active`: one flag per site, at least one set.
/// `potential`: one value per node, where to start from and the solution.
///
/// With `concentration`, i = -kappa grad phi + (2 R T kappa/F)(1 - t+) grad ln c with zero flux of
/// anions makes phi a function of c (see electrolyte.h), and links carry the mean conductivity
/// between the concentrations at their ends; that at the inlets is the electrolyte's own.
SiteCurrents solve_potentials(ElectrodeNetwork& electrode, const PotentialProblem& problem,
                              const std::vector<std::uint8_t>& active,
                              std::vector<double>& potential, Progress& progress);

} // namespace porogen::plating
