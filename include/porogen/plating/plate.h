#pragma once

#include <vector>

#include "porogen/core/progress.h"
#include "porogen/plating/kinetics.h"
#include "porogen/plating/metrics.h"

namespace porogen {

/// What the 1D model needs to know of an electrode.
struct HomogenisedElectrode {
    /// L [m].
    double thickness = 0;
    /// That lithium can fill [1].
    double porosity = 0;
    /// Reacting area / volume [1/m].
    double specific_surface = 0;
    /// Effective ionic conductivity along z [S/m].
    double ionic = 0;
    /// Effective electronic conductivity along z [S/m].
    double electronic = 0;
    /// Ionic ~ (open porosity)^this as the pores fill [1].
    double bruggeman_exponent = 1.5;
    /// Surface ~ (open porosity / porosity)^this: 1/2 lines cylindrical pores [1].
    double area_exponent = 0.5;
};

struct PlateOptions {
    Kinetics kinetics;
    double current = 5;                      ///< I, on the geometric area [A/m^2]
    double capacity = 144000;                ///< charge to plate [C/m^2]
    double lithium_molar_volume = 1.2996e-5; ///< [m^3/mol]
    int cells = 200;                         ///< over the depth
    double max_fill_step = 0.02;             ///< largest change of any cell's fill per step [1]
};

/// The state at the end of a step.
struct PlateStep {
    double capacity = 0;  ///< charge plated so far [C/m^2]
    double voltage = 0;   ///< plating overpotential of the host, > 0 [V]
    double time = 0;      ///< [s]
    double li_volume = 0; ///< lithium / geometric area, overflow included [m]
    double overflow = 0;  ///< of that, above the framework [m]
    UniformityMetrics metrics;

    /// Part of the lithium that lies above the framework [1].
    [[nodiscard]] double overflow_fraction() const {
        return li_volume > 0 ? overflow / li_volume : 0;
    }
};

struct PlateResult {
    /// The first at capacity 0 (the initial distribution).
    std::vector<PlateStep> steps;
    /// Final lithium / pore volume of each cell, index 0 at the collector.
    std::vector<double> fill;
    /// a i_n L / I of each cell at capacity 0.
    std::vector<double> initial_reaction;
    /// At the end.
    UniformityMetrics metrics;
    /// Charge at which lithium first grows above the framework [C/m^2]; -1 never.
    double overflow_capacity = -1;
    /// Charge at which the first cell is full [C/m^2]; -1 never.
    double clog_capacity = -1;
    /// |lithium volume F/V_m - charge| / charge.
    double faraday_error = 0;
    /// Reaction number at the start.
    double nu = 0;
    /// Wagner number at the start, length L.
    double wagner = 0;
};

/// Plates lithium into a homogenised electrode at constant current, stepping in charge
/// (first order): per step the current distribution, then the fill, which narrows the pores
/// (ionic ~ open part^exponent) and the surface. Electronic conduction stays that of the framework.
/// Lithium once plated stays: a cell whose drive turns negative is idle. A full cell stops reacting
/// and lets no ions pass, so what lies below it is cut off. Once the uppermost cell is full ions
/// cannot enter any more, and all further lithium grows above the framework, on a plane of area 1
/// with the same kinetics; the voltage is then its transfer plus the electrons' way through the
/// framework. The current statistics are taken over the surface that still touches electrolyte:
/// cells that ions no longer reach count with no current, and during overflow the plane counts
/// with all of it. The depth statistics are those of all lithium plated so far, at capacity 0 those
/// of the reaction. Throws Error(bad_input), Error(not_converged), Error(interrupted).
PlateResult plate_homogenised(const HomogenisedElectrode& electrode, const PlateOptions& options,
                              Progress& progress = no_progress());

} // namespace porogen
