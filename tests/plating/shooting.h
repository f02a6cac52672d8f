#pragma once

#include <cmath>
#include <vector>

#include "plating/closed_forms.h"

/// Butler-Volmer by shooting: Runge-Kutta 4 from the collector, bisecting on the drive there until
/// i2(L) = I. The unknown is the drive behind the film, eta, with u = eta + R i(eta), so the film
/// needs no inner iteration.
struct Shooting {
    porogen::closed_forms::Slab slab;
    int steps = 4000;
    std::vector<double> reaction; ///< a i_n L / I at the ends of the steps
    double voltage = 0;

    explicit Shooting(const porogen::closed_forms::Slab& s) : slab(s) {
        double low = 0;
        double high = 1;
        for (int bisection = 0; bisection < 60; ++bisection) {
            const double middle = 0.5 * (low + high);
            (shoot(middle) > slab.current ? high : low) = middle;
        }
        shoot(0.5 * (low + high));
    }

    [[nodiscard]] double rate(double eta) const {
        return slab.kinetics.exchange_current_density *
               (std::exp(slab.kinetics.alpha_c * porogen::closed_forms::f * eta) -
                std::exp(-slab.kinetics.alpha_a * porogen::closed_forms::f * eta));
    }
    [[nodiscard]] double slope(double eta) const {
        const porogen::Kinetics& k = slab.kinetics;
        return k.exchange_current_density * porogen::closed_forms::f *
               (k.alpha_c * std::exp(k.alpha_c * porogen::closed_forms::f * eta) +
                k.alpha_a * std::exp(-k.alpha_a * porogen::closed_forms::f * eta));
    }

    struct Point {
        double eta, ionic_current, ionic_drop;
    };
    [[nodiscard]] Point derivative(const Point& p) const {
        const double drive_slope =
            p.ionic_current / slab.ionic - (slab.current - p.ionic_current) / slab.electronic;
        return {drive_slope / (1 + slab.kinetics.film_resistance * slope(p.eta)),
                slab.specific_surface * rate(p.eta), p.ionic_current / slab.ionic};
    }
    static Point along(const Point& p, const Point& d, double h) {
        return {p.eta + h * d.eta, p.ionic_current + h * d.ionic_current,
                p.ionic_drop + h * d.ionic_drop};
    }

    double shoot(double eta) {
        Point p{eta, 0, 0};
        const double h = slab.thickness / steps;
        const double scale = slab.specific_surface * slab.thickness / slab.current;
        voltage = eta + slab.kinetics.film_resistance * rate(eta);
        reaction.assign(1, scale * rate(eta));
        for (int n = 0; n < steps; ++n) {
            const Point a = derivative(p);
            const Point b = derivative(along(p, a, h / 2));
            const Point c = derivative(along(p, b, h / 2));
            const Point d = derivative(along(p, c, h));
            p = along(along(along(along(p, a, h / 6), b, h / 3), c, h / 3), d, h / 6);
            if (!(p.ionic_current < 2 * slab.current)) {
                return 2 * slab.current;
            }
            reaction.push_back(scale * rate(p.eta));
        }
        voltage += p.ionic_drop;
        return p.ionic_current;
    }
};
