#pragma once

#include <cmath>

#include "porogen/core/constants.h"
#include "porogen/plating/porous_electrode.h"

/// Exact solutions of the porous electrode equations for uniform properties; y = x/L.
namespace porogen::closed_forms {

/// F/(RT) at 298.15 K [1/V].
inline const double f = faraday / (gas_constant * 298.15);

struct Slab {
    double current;
    double thickness;
    double ionic;
    double electronic;
    double specific_surface = 5e5;
    Kinetics kinetics = {};
};

inline DepthProfile profile(const Slab& slab, int cells) {
    const auto n = static_cast<std::size_t>(cells);
    return {slab.thickness, std::vector<double>(n, slab.ionic),
            std::vector<double>(n, slab.electronic), std::vector<double>(n, slab.specific_surface)};
}

/// Linear kinetics: J. Newman, C. W. Tobias, J. Electrochem. Soc. 109 (1962) 1183. The film is a
/// resistance in series with the transfer's.
struct Linear {
    explicit Linear(const Slab& s) : slab(s), nu(number(s)) {}

    static double resistance(const Slab& s) {
        const Kinetics& k = s.kinetics;
        return 1 / (k.exchange_current_density * (k.alpha_a + k.alpha_c) * f) + k.film_resistance;
    }
    static double number(const Slab& s) {
        return s.thickness *
               std::sqrt(s.specific_surface / resistance(s) * (1 / s.ionic + 1 / s.electronic));
    }

    /// a i_n L / I
    [[nodiscard]] double reaction(double y) const {
        return nu * (std::cosh(nu * y) / slab.ionic + std::cosh(nu * (1 - y)) / slab.electronic) /
               ((1 / slab.ionic + 1 / slab.electronic) * std::sinh(nu));
    }
    /// i2 / I
    [[nodiscard]] double ionic_current(double y) const {
        return (std::sinh(nu * y) / slab.ionic +
                (std::sinh(nu) - std::sinh(nu * (1 - y))) / slab.electronic) /
               ((1 / slab.ionic + 1 / slab.electronic) * std::sinh(nu));
    }
    [[nodiscard]] double drive(double y) const {
        return reaction(y) * slab.current / (slab.specific_surface * slab.thickness) *
               resistance(slab);
    }
    /// V / I
    [[nodiscard]] double resistance_of_slab() const {
        const double ratio = slab.electronic / slab.ionic;
        return slab.thickness / (slab.ionic + slab.electronic) *
               (1 + (2 + (ratio + 1 / ratio) * std::cosh(nu)) / (nu * std::sinh(nu)));
    }

    Slab slab;
    double nu;
};

/// Tafel kinetics, a i_n L / I = (2 theta^2/delta) sec^2(theta y - psi): the first integral of the
/// same equations, with  delta = (ac F I L/RT)(1/kappa + 1/sigma),  eps = ac F I L/(RT sigma),
/// tan theta = 2 delta theta/(4 theta^2 - eps (delta - eps)),  tan psi = eps/(2 theta).
struct Tafel {
    explicit Tafel(const Slab& slab) {
        const double scale = slab.kinetics.alpha_c * f * slab.current * slab.thickness;
        delta = scale * (1 / slab.ionic + 1 / slab.electronic);
        eps = scale / slab.electronic;
        // The ends demand  2 theta tan psi = eps  and  2 theta tan(theta - psi) = delta - eps. The
        // two angles add up to theta; their sum falls with theta, so bisection finds the only root.
        double low = 0;
        double high = 3.15;
        for (int bisection = 0; bisection < 200; ++bisection) {
            theta = 0.5 * (low + high);
            const double ends =
                std::atan(eps / (2 * theta)) + std::atan((delta - eps) / (2 * theta));
            (ends > theta ? low : high) = theta;
        }
        psi = std::atan(eps / (2 * theta));
    }
    [[nodiscard]] double reaction(double y) const {
        const double cosine = std::cos(theta * y - psi);
        return 2 * theta * theta / delta / (cosine * cosine);
    }

    double delta = 0;
    double eps = 0;
    double theta = 0;
    double psi = 0;
};

} // namespace porogen::closed_forms
