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

/// The potential as a function of s = ln(c/c0):  ohmic (exp(bend s) - 1)/bend + diffusion s.
struct Law {
    double ohmic;     ///< F D c0/((1 - t+) kappa0) [V]
    double diffusion; ///< 2 R T (1 - t+)/F [V]
    double bend;      ///< 1 - conductivity exponent [1]

    explicit Law(const Electrolyte& e)
        : ohmic(faraday * e.diffusivity * e.concentration /
                ((1 - e.transference_number) * e.conductivity)),
          diffusion(2 * gas_constant * e.temperature * (1 - e.transference_number) / faraday),
          bend(1 - e.conductivity_exponent) {}

    [[nodiscard]] double potential(double s) const {
        return (ohmic * relative_growth(bend * s) + diffusion) * s;
    }
    [[nodiscard]] double ohmic_slope(double s) const {
        return bend == 0 ? ohmic : ohmic * std::exp(bend * s);
    }
    [[nodiscard]] double slope(double s) const { return ohmic_slope(s) + diffusion; }
};

/// The inverse of Law::potential. A law that bends down is mirrored into one that bends up
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
        const double step = (up.potential(s) - ahead) / up.slope(s);
        s -= step;
        // The error left is of the order of the square of the last step.
        if (std::abs(step) <= 1e-9 * std::abs(s)) {
            break;
        }
    }
    return mirror * s;
}

double bounded(double s) {
    return std::clamp(s, -largest_logarithm, largest_logarithm);
}

/// F D c0/(1 - t+) [A/m].
double flux_scale(const Electrolyte& e) {
    return faraday * e.diffusivity * e.concentration / (1 - e.transference_number);
}

/// The difference of c over that of the potential, both written as a growth from b, so that neither
/// is a difference of near values.
double mean_between(const Electrolyte& e, double s_a, double s_b) {
    const Law law(e);
    const double rise = s_a - s_b;
    const double ohmic = law.ohmic_slope(s_b) * relative_growth(law.bend * rise);
    return flux_scale(e) * std::exp(s_b) * relative_growth(rise) / (ohmic + law.diffusion);
}

double apparent_at(const Electrolyte& e, double s) {
    return flux_scale(e) * std::exp(s) / Law(e).slope(s);
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
    return Law(electrolyte).potential(std::log(concentration / electrolyte.concentration));
}

double concentration_at(const Electrolyte& electrolyte, double potential) {
    check_electrolyte(electrolyte);
    check_potential(potential);
    return electrolyte.concentration * std::exp(bounded(logarithm_at(Law(electrolyte), potential)));
}

double apparent_conductivity(const Electrolyte& electrolyte, double concentration) {
    check_electrolyte(electrolyte);
    check_concentration(concentration);
    return apparent_at(electrolyte, std::log(concentration / electrolyte.concentration));
}

double mean_conductivity(const Electrolyte& electrolyte, double potential_a, double potential_b) {
    check_electrolyte(electrolyte);
    check_potential(potential_a);
    check_potential(potential_b);
    const Law law(electrolyte);
    // From the lower end up: the growth then cannot underflow.
    const double s_a = bounded(logarithm_at(law, std::max(potential_a, potential_b)));
    const double s_b = bounded(logarithm_at(law, std::min(potential_a, potential_b)));
    return mean_between(electrolyte, s_a, s_b);
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
    return flux_scale(electrolyte) * relative_diffusivity / length;
}

SaltTable::SaltTable(const Electrolyte& electrolyte) : electrolyte_(electrolyte) {
    check_electrolyte(electrolyte);
    const Law law(electrolyte);
    for (std::size_t intervals = 64; intervals <= most_intervals; intervals *= 2) {
        step_ = 2 * table_reach / static_cast<double>(intervals);
        inverse_step_ = 1 / step_;
        nodes_.clear();
        for (std::size_t n = 0; n <= intervals; ++n) {
            const double s = logarithm_at(law, static_cast<double>(n) * step_ - table_reach);
            nodes_.push_back(s);
            nodes_.push_back(step_ / law.slope(s));
        }
        double error = 0;
        for (std::size_t n = 0; n < intervals; ++n) {
            const double middle = (static_cast<double>(n) + 0.5) * step_ - table_reach;
            error =
                std::max(error, std::abs(cubic(&nodes_[2 * n], 0.5) - logarithm_at(law, middle)));
        }
        if (error <= table_error) {
            return;
        }
    }
    nodes_.clear(); // no table is fine enough: everything is computed directly
}

SaltTable::State SaltTable::at(double potential) const {
    double s = 0;
    if (!nodes_.empty() && potential >= -table_reach && potential < table_reach) {
        const double place = (potential + table_reach) * inverse_step_;
        // Adding 1 to a potential a hair below 1 rounds to 2.
        const std::size_t n = std::min(static_cast<std::size_t>(place), nodes_.size() / 2 - 2);
        s = cubic(&nodes_[2 * n], place - static_cast<double>(n));
    } else {
        check_potential(potential);
        s = logarithm_at(Law(electrolyte_), potential);
    }
    s = bounded(s);
    return {s, electrolyte_.concentration * std::exp(s)};
}

double SaltTable::mean_conductivity(const State& a, const State& b) const {
    return mean_between(electrolyte_, std::max(a.logarithm, b.logarithm),
                        std::min(a.logarithm, b.logarithm));
}

double SaltTable::apparent_conductivity(const State& state) const {
    return apparent_at(electrolyte_, state.logarithm);
}

} // namespace porogen
