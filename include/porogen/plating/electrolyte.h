#pragma once

#include <vector>

namespace porogen {

/// A binary electrolyte of which only the lithium ion reacts, at steady state: the anions rest, so
/// that the current is i = -(F D/(1 - t+)) grad c and the potential is a function of the
/// concentration alone. Potentials are those of a lithium reference electrode in the solution,
/// counted from where the concentration is c0; along a plating current both fall.
struct Electrolyte {
    double conductivity = 0.2;        ///< kappa at c0 [S/m]
    double concentration = 1500;      ///< c0, of the salt [mol/m^3]
    double diffusivity = 1e-10;       ///< D, of the salt in the free electrolyte [m^2/s]
    double transference_number = 0.4; ///< t+, below 1 (negative values have been measured) [1]
    double conductivity_exponent = 1; ///< e in kappa ~ (c/c0)^e, within -8 to 8 [1]
    double exchange_exponent = 0.5;   ///< e in i0 ~ (c/c0)^e, not negative [1]
    double temperature = 298.15;      ///< [K]
};

/// Potential where the salt has a concentration c > 0 [V].
double potential_at(const Electrolyte& electrolyte, double concentration);

/// Concentration of the salt at a potential, any finite one [mol/m^3]. Rises with it; kept within
/// e^-300 and e^300 of c0, so that it is neither zero nor infinite.
double concentration_at(const Electrolyte& electrolyte, double potential);

/// What a small current sees, 1/[1/kappa(c) + 2 R T (1 - t+)^2/(F^2 D c)] [S/m]. Also the exact
/// slope of the transport: the derivative of mean_conductivity(a, b) (a - b) by a, taken at a.
double apparent_conductivity(const Electrolyte& electrolyte, double concentration);

/// Mean conductivity between two points at potentials a and b [S/m]: current density x distance /
/// (a - b), exact for one-dimensional steady transport, which is (W(a) - W(b))/(a - b) with
/// W = F D c/(1 - t+). Continuous, with all its digits, as b comes to a.
double mean_conductivity(const Electrolyte& electrolyte, double potential_a, double potential_b);

/// i0 over its value at c0, (c/c0)^exchange_exponent [1].
double relative_exchange_current(const Electrolyte& electrolyte, double concentration);

/// The current density that takes the concentration from c0 to nothing over a length [m],
/// F D r c0/((1 - t+) L) [A/m^2]. `relative_diffusivity` r: effective over free [1].
double limiting_current(const Electrolyte& electrolyte, double relative_diffusivity, double length);

/// What the table below knows of a cell.
struct SaltState {
    double logarithm = 0;     ///< s = ln(c/c0) [1]
    double concentration = 0; ///< c [mol/m^3]
    double ohmic_slope = 0;   ///< the ohmic part of d potential/d s [V]
};

namespace plating {

/// The potential over s = ln(c/c0):  ohmic (exp(bend s) - 1)/bend + diffusion s.
struct SaltLaw {
    double ohmic;     ///< F D c0/((1 - t+) kappa0) [V]
    double diffusion; ///< 2 R T (1 - t+)/F [V]
    double bend;      ///< 1 - conductivity exponent [1]
};

} // namespace plating

/// The same functions, fast, for the faces of a large network: the logarithm of the concentration
/// is tabulated over the potential (cubic, its error below 1e-9, between -1 V and 1 V; computed
/// directly beyond). Take a state per cell once, then a mean conductivity per face.
class SaltTable {
  public:
    explicit SaltTable(const Electrolyte& electrolyte);

    [[nodiscard]] SaltState at(double potential) const;

    /// As the free function of this name, between two cells [S/m].
    [[nodiscard]] double mean_conductivity(const SaltState& a, const SaltState& b) const;

    /// As the free function of this name [S/m].
    [[nodiscard]] double apparent_conductivity(const SaltState& state) const;

  private:
    Electrolyte electrolyte_;
    plating::SaltLaw law_;
    double flux_factor_; ///< F D/(1 - t+) [A m^2/mol]
    double inverse_step_ = 0;
    std::vector<double> nodes_; ///< logarithm and its slope times the step, by turns
};

} // namespace porogen
