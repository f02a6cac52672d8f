#pragma once

namespace porogen {

/// A binary electrolyte in which only the lithium ions react.
struct Electrolyte {
    double conductivity = 0.2;        ///< kappa at the concentration below [S/m]
    double concentration = 1500;      ///< c0 [mol/m^3]
    double diffusivity = 1e-10;       ///< of the salt [m^2/s]
    double transference_number = 0.4; ///< t+ [1]
    double conductivity_exponent = 1; ///< kappa ~ (c/c0)^this
    double exchange_exponent = 0.5;   ///< i0 ~ (c/c0)^this
    double temperature = 298.15;      ///< [K]
};

} // namespace porogen
