#include "porogen/plating/electrolyte.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "plating/checks.h"
#include "porogen/core/constants.h"

namespace porogen {

namespace {

using plating::check_value;

constexpr char where[] = "electrolyte";
constexpr double largest_logarithm = 300;
constexpr double steepest_conductivity = 8;

// Half the width of the table [V], and the error that its construction asks for.
constexpr double table_reach = 1;
constexpr double table_error = 1e-9;
constexpr std::size_t most_intervals = 1 << 18;

// Newton comes down monotonically in fewer than ten; the bound only guards against a fault.
constexpr int most_iterations = 100;

void check_electrolyte(const Electrolyte& e) {
    check_value(where, e.conductivity, e.conductivity > 0, "conductivity", "> 0", "S/m");
    check_value(where, e.concentration, e.concentration > 0, "concentration", "> 0", "mol/m^3");
    check_value(where, e.diffusivity, e.diffusivity > 0, "salt diffusivity", "> 0", "m^2/s");
    check_value(where, e.transference_number, e.transference_number < 1, "transference number",
                "< 1 (at 1 the salt cannot be depleted)", "");
    check_value(where, e.conductivity_exponent,
                std::abs(e.conductivity_exponent) <= steepest_conductivity, "conductivity exponent",
                "within -8 to 8", "");
    check_value(where, e.exchange_exponent, e.exchange_exponent >= 0, "exchange exponent",
                "not below 0", "");
    check_value(where, e.temperature, e.temperature > 0, "temperature", "> 0", "K");
}

void check_concentration(double c) {
    check_value(where, c, c > 0, "concentration asked about", "> 0", "mol/m^3");
}

void check_potential(double potential) {
    check_value(where, potential, true, "potential", "", "V");
}

/// (exp(x) - 1)/x.
double relative_growth(double x) {
    if (std::abs(x) < 0.03) {
        return 1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6 * (1 + x / 7)))));
    }
    return std::expm1(x) / x;
}

using Law = plating::SaltLaw;

Law law_of(const Electrolyte& e) {
    return {faraday * e.diffusivity * e.concentration /
                ((1 - e.transference_number) * e.conductivity),
            2 * gas_constant * e.temperature * (1 - e.transference_number) / faraday,
            1 - e.conductivity_exponent};
}

double potential_of(const Law& law, double s) {
    return (law.ohmic * relative_growth(law.bend * s) + law.diffusion) * s;
}

double ohmic_slope_at(const Law& law, double s) {
    return law.bend == 0 ? law.ohmic : law.ohmic * std::exp(law.bend * s);
}

double slope_at(const Law& law, double s) {
    return ohmic_slope_at(law, s) + law.diffusion;
}

/// The inverse of potential_of. A law that bends down is mirrored into one that bends up
/// (potential and s change sign, the bend too): Newton comes down on its root from any s above it.
/// Such are, as the law lies above its tangent at 0, above its ohmic part alone where s > 0, and
/// above its asymptote, the roots of these three.
double logarithm_at(const Law& law, double potential) {
    const double mirror = law.bend < 0 ? -1 : 1;
    const double ahead = mirror * potential;
    Law up = law;
    up.bend = std::abs(law.bend);
    double s = ahead / (up.ohmic + up.diffusion);
    if (up.bend == 0 || ahead == 0) {
        return mirror * s;
    }
    s = ahead > 0 ? std::min(s, std::log1p(up.bend * ahead / up.ohmic) / up.bend)
                  : std::min(s, (ahead + up.ohmic / up.bend) / up.diffusion);
    for (int iteration = 0; iteration < most_iterations; ++iteration) {
        const double step = (potential_of(up, s) - ahead) / slope_at(up, s);
        s -= step;
        // The error left is of the order of the square of the last step.
        if (std::abs(step) <= 1e-9 * std::abs(s)) {
            break;
        }
    }
    return mirror * s;
}

/// F D/(1 - t+) [A m^2/mol].
double flux_factor(const Electrolyte& e) {
    return faraday * e.diffusivity / (1 - e.transference_number);
}

SaltState state_at(const Electrolyte& e, const Law& law, double s) {
    const double within = std::clamp(s, -largest_logarithm, largest_logarithm);
    return {s, e.concentration * std::exp(within), ohmic_slope_at(law, s)};
}

/// The difference of c over that of the potential, neither computed as a difference of near values:
/// both are written as a decay from their greater end, which cannot overflow.
double mean_between(double flux_factor, const Law& law, const SaltState& a, const SaltState& b) {
    const double rise = std::abs(a.logarithm - b.logarithm);
    return flux_factor * std::max(a.concentration, b.concentration) * relative_growth(-rise) /
           (std::max(a.ohmic_slope, b.ohmic_slope) * relative_growth(-std::abs(law.bend) * rise) +
            law.diffusion);
}

double apparent_at(double flux_factor, const Law& law, const SaltState& state) {
    return flux_factor * state.concentration / (state.ohmic_slope + law.diffusion);
}

/// The cubic between two nodes of a table, at a part t of its interval.
double cubic(const double* node, double t) {
    const double rise = node[2] - node[0];
    const double first = node[1] - rise;
    const double last = rise - node[3];
    return node[0] + t * (rise + (1 - t) * (first * (1 - t) + last * t));
}

} // namespace

double potential_at(const Electrolyte& electrolyte, double concentration) {
    check_electrolyte(electrolyte);
    check_concentration(concentration);
    return potential_of(law_of(electrolyte), std::log(concentration / electrolyte.concentration));
}

double concentration_at(const Electrolyte& electrolyte, double potential) {
    check_electrolyte(electrolyte);
    check_potential(potential);
    const Law law = law_of(electrolyte);
    return state_at(electrolyte, law, logarithm_at(law, potential)).concentration;
}

double apparent_conductivity(const Electrolyte& electrolyte, double concentration) {
    check_electrolyte(electrolyte);
    check_concentration(concentration);
    const Law law = law_of(electrolyte);
    const double s = std::log(concentration / electrolyte.concentration);
    return apparent_at(flux_factor(electrolyte), law, state_at(electrolyte, law, s));
}

double mean_conductivity(const Electrolyte& electrolyte, double potential_a, double potential_b) {
    check_electrolyte(electrolyte);
    check_potential(potential_a);
    check_potential(potential_b);
    const Law law = law_of(electrolyte);
    const SaltState a = state_at(electrolyte, law, logarithm_at(law, potential_a));
    const SaltState b = state_at(electrolyte, law, logarithm_at(law, potential_b));
    return mean_between(flux_factor(electrolyte), law, a, b);
}

double relative_exchange_current(const Electrolyte& electrolyte, double concentration) {
    check_electrolyte(electrolyte);
    check_concentration(concentration);
    return std::pow(concentration / electrolyte.concentration, electrolyte.exchange_exponent);
}

double limiting_current(const Electrolyte& electrolyte, double relative_diffusivity,
                        double length) {
    check_electrolyte(electrolyte);
    check_value(where, relative_diffusivity, relative_diffusivity > 0, "relative diffusivity",
                "> 0", "");
    check_value(where, length, length > 0, "length", "> 0", "m");
    return flux_factor(electrolyte) * electrolyte.concentration * relative_diffusivity / length;
}

SaltTable::SaltTable(const Electrolyte& electrolyte)
    : electrolyte_((check_electrolyte(electrolyte), electrolyte)), law_(law_of(electrolyte)),
      flux_factor_(flux_factor(electrolyte)) {
    for (std::size_t intervals = 64; intervals <= most_intervals; intervals *= 2) {
        const double step = 2 * table_reach / static_cast<double>(intervals);
        inverse_step_ = 1 / step;
        nodes_.clear();
        for (std::size_t n = 0; n <= intervals; ++n) {
            const double s = logarithm_at(law_, static_cast<double>(n) * step - table_reach);
            nodes_.push_back(s);
            nodes_.push_back(step / slope_at(law_, s));
        }
        double error = 0;
        for (std::size_t n = 0; n < intervals; ++n) {
            const double middle = (static_cast<double>(n) + 0.5) * step - table_reach;
            error =
                std::max(error, std::abs(cubic(&nodes_[2 * n], 0.5) - logarithm_at(law_, middle)));
        }
        if (error <= table_error) {
            return;
        }
    }
    nodes_.clear(); // no table is fine enough: everything is computed directly
}

SaltState SaltTable::at(double potential) const {
    double s = 0;
    if (!nodes_.empty() && potential >= -table_reach && potential < table_reach) {
        const double place = (potential + table_reach) * inverse_step_;
        // A hair below the upper end may round to it.
        const std::size_t n = std::min(static_cast<std::size_t>(place), nodes_.size() / 2 - 2);
        s = cubic(&nodes_[2 * n], place - static_cast<double>(n));
    } else {
        check_potential(potential);
        s = logarithm_at(law_, potential);
    }
    return state_at(electrolyte_, law_, s);
}

double SaltTable::mean_conductivity(const SaltState& a, const SaltState& b) const {
    return mean_between(flux_factor_, law_, a, b);
}

double SaltTable::apparent_conductivity(const SaltState& state) const {
    return apparent_at(flux_factor_, law_, state);
}

} // namespace porogen
