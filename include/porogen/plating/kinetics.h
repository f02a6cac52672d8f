#pragma once

namespace porogen {

/// Which rate law relates the local current to the overpotential.
enum class RateLaw {
    butler_volmer, ///< i0 [exp(aa f eta) - exp(-ac f eta)], f = F/(R T)
    linear,        ///< (aa + ac) i0 f eta: its limit for |eta| << 25 mV
    tafel,         ///< -i0 exp(-ac f eta): its limit for eta << -25 mV (plating only)
};

/// Charge transfer at the true surface. Sign convention: eta = phi_metal - phi_electrolyte - U,
/// plating is eta < 0. Inside this module the driving magnitude -eta > 0 and
/// the plating current > 0 are used.
struct Kinetics {
    RateLaw law = RateLaw::butler_volmer;
    double exchange_current_density = 10; ///< i0, on the true area [A/m^2]
    double alpha_a = 0.5;                 ///< anodic transfer coefficient [1]
    double alpha_c = 0.5;                 ///< cathodic transfer coefficient [1]
    double film_resistance = 0;           ///< of the SEI, in series with the transfer [ohm m^2]
    double temperature = 298.15;          ///< [K]
};

/// Plating current density [A/m^2 true area] and its derivative [S/m^2] at a driving magnitude
/// drive = -(phi_metal - phi_electrolyte - U) [V], film resistance included (solved by Newton).
struct LocalRate {
    double current = 0;
    double slope = 0;
};
LocalRate plating_rate(const Kinetics& kinetics, double drive);

} // namespace porogen
