#pragma once

#include <vector>

#include "porogen/plating/kinetics.h"

namespace porogen {

/// A slab of porous electrode, resolved over depth: cell c spans [c, c+1] L/n, c = 0 at the
/// collector (x = 0), the last at the separator (x = L). Every vector has one value per cell.
struct DepthProfile {
    /// L [m].
    double thickness = 0;
    /// Effective ionic conductivity kappa [S/m].
    std::vector<double> ionic;
    /// Effective electronic conductivity sigma [S/m].
    std::vector<double> electronic;
    /// Reacting area / volume, a [1/m]; 0 switches a cell off.
    std::vector<double> specific_surface;
};

/// How a plating current distributes over the depth of a porous electrode.
struct CurrentDistribution {
    /// a i_n of each cell [A/m^3], > 0 for plating.
    std::vector<double> reaction;
    /// phi_e - phi_s of each cell: the driving magnitude -eta, > 0 for plating [V].
    std::vector<double> drive;
    /// i2 at the n+1 cell faces, towards the collector [A/m^2]; 0 ... I.
    std::vector<double> ionic_current;
    /// phi_e at x = L minus phi_s at x = 0: the cell's plating overpotential, > 0 [V].
    double voltage = 0;
    /// Newton iterations.
    int iterations = 0;
    /// |sum of reaction - I| / I.
    double charge_error = 0;
};

/// Solves  d i2/dx = a i_n(drive),  d drive/dx = i2/kappa - (I - i2)/sigma  at a given plating
/// current I > 0 [A/m^2 geometric] (Newman & Tobias, J. Electrochem. Soc. 1962, 109, 1183): finite
/// volumes, second order in 1/n, Newton with an exact tridiagonal Jacobian. Throws
/// Error(not_converged); Error(bad_input) if a value is not positive and finite or no cell reacts.
CurrentDistribution distribute_current(const DepthProfile& profile, const Kinetics& kinetics,
                                       double current);

/// Dimensionless reaction number: nu^2 = L^2 a i0 (aa + ac) F/(RT) (1/kappa + 1/sigma),
/// the film resistance in series with the linearised transfer. Below 1 the reaction is
/// flat, far above it sits at the ends.
double reaction_number(double thickness, double ionic, double electronic, double specific_surface,
                       const Kinetics& kinetics);

/// Wagner number kappa R_p / length, R_p the linearised resistance of the transfer with its film.
double wagner_number(double ionic, double length, const Kinetics& kinetics);

} // namespace porogen
