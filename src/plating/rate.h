#pragma once

#include "porogen/plating/kinetics.h"

namespace porogen::plating {

/// Throws Error(bad_input) unless i0, both transfer coefficients and the temperature are positive
/// and the film resistance is not negative, all of them finite.
void check_kinetics(const Kinetics& kinetics);

/// The inverse of plating_rate: the driving magnitude [V], film resistance included, at which a
/// plating current density [A/m^2 true area] flows. Under RateLaw::tafel precondition: current > 0.
double drive_at(const Kinetics& kinetics, double current);

/// Linearised resistance of the transfer with its film, RT / (F (aa + ac) i0) + R_film [ohm m^2].
double linear_resistance(const Kinetics& kinetics);

} // namespace porogen::plating
