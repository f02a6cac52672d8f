#include "porogen/plating/kinetics.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "plating/rate.h"
#include "porogen/core/constants.h"
#include "porogen/core/errors.h"
#include "porogen/core/units.h"

namespace porogen {

namespace {

// Beyond this exponent (a current of e^500 i0) the exponential goes on along its tangent: no answer
// lies there, but an iteration may pass through, and must not overflow.
constexpr double largest_exponent = 500;

// Newton with a bracket needs about ten iterations; the bound only guards against a fault.
constexpr int most_iterations = 200;

/// F/(RT) [1/V].
double inverse_thermal_voltage(const Kinetics& kinetics) {
    return faraday / (gas_constant * kinetics.temperature);
}

struct Exponential {
    double value;     ///< exp(x)
    double minus_one; ///< exp(x) - 1, with all its digits near x = 0
    double slope;
};

Exponential exponential(double x) {
    if (x > largest_exponent) {
        const double edge = std::exp(largest_exponent);
        const double value = edge * (1 + (x - largest_exponent));
        return {value, value - 1, edge};
    }
    // expm1 alone has no digits left of the value once exp(x) is far below 1.
    const double minus_one = std::expm1(x);
    const double value = x < -1 ? std::exp(x) : minus_one + 1;
    return {value, minus_one, value};
}

/// The rate law itself, at the part of the drive that is left behind the film.
LocalRate transfer_rate(const Kinetics& kinetics, double drive) {
    const double f = inverse_thermal_voltage(kinetics);
    const double i0 = kinetics.exchange_current_density;
    const double cathodic = kinetics.alpha_c * f;
    const double anodic = kinetics.alpha_a * f;
    switch (kinetics.law) {
    case RateLaw::linear:
        return {i0 * (anodic + cathodic) * drive, i0 * (anodic + cathodic)};
    case RateLaw::tafel: {
        const Exponential plating = exponential(cathodic * drive);
        return {i0 * plating.value, i0 * cathodic * plating.slope};
    }
    case RateLaw::butler_volmer:
        break;
    }
    const Exponential plating = exponential(cathodic * drive);
    const Exponential stripping = exponential(-anodic * drive);
    return {i0 * (plating.minus_one - stripping.minus_one),
            i0 * (cathodic * plating.slope + anodic * stripping.slope)};
}

/// Root of an increasing function in [low, high] by Newton, from `start`; a step that would leave
/// the bracket is replaced by halving it.
template <class Function>
double increasing_root(const Function& function, double low, double high, double start) {
    double x = start;
    for (int iteration = 0; iteration < most_iterations; ++iteration) {
        const LocalRate value = function(x);
        if (value.current == 0 || low == high) {
            return x;
        }
        (value.current > 0 ? high : low) = x;
        const double newton = x - value.current / value.slope;
        // The error left is of the order of the square of the last step.
        if (std::abs(newton - x) <= 1e-10 * std::abs(newton)) {
            return newton;
        }
        x = newton > low && newton < high ? newton : low + 0.5 * (high - low);
    }
    return x;
}

/// Drive that the transfer alone needs for a current >= 0 under Butler-Volmer. There
/// exp(ac f u) = i/i0 + exp(-aa f u) <= i/i0 + 1, so log1p bounds u from above, closely.
double butler_volmer_drive(const Kinetics& kinetics, double current) {
    const double f = inverse_thermal_voltage(kinetics);
    const double above =
        std::log1p(current / kinetics.exchange_current_density) / (kinetics.alpha_c * f);
    return increasing_root(
        [&](double drive) {
            const LocalRate rate = transfer_rate(kinetics, drive);
            return LocalRate{rate.current - current, rate.slope};
        },
        0, above, above);
}

Kinetics reversed(Kinetics kinetics) {
    std::swap(kinetics.alpha_a, kinetics.alpha_c);
    return kinetics;
}

double transfer_drive(const Kinetics& kinetics, double current) {
    const double f = inverse_thermal_voltage(kinetics);
    const double i0 = kinetics.exchange_current_density;
    switch (kinetics.law) {
    case RateLaw::linear:
        return current / (i0 * (kinetics.alpha_a + kinetics.alpha_c) * f);
    case RateLaw::tafel:
        return std::log(current / i0) / (kinetics.alpha_c * f);
    case RateLaw::butler_volmer:
        break;
    }
    return current >= 0 ? butler_volmer_drive(kinetics, current)
                        : -butler_volmer_drive(reversed(kinetics), -current);
}

/// What is left of the drive u behind the film: the root of  eta + R i(eta) = u. It lies between u
/// and the drive at which the current u/R flows, and close to the smaller of them.
double drive_behind_film(const Kinetics& kinetics, double drive) {
    const double film = kinetics.film_resistance;
    const double whole = transfer_rate(kinetics, drive).current;
    double low = std::min(drive, drive - film * whole);
    double high = std::max(drive, drive - film * whole);
    if (kinetics.law != RateLaw::tafel) {
        const double all_in_film = transfer_drive(kinetics, drive / film);
        (drive > 0 ? low : high) = 0;
        (drive > 0 ? high : low) = drive > 0 ? std::min(drive, all_in_film) //
                                             : std::max(drive, all_in_film);
    } else if (drive > 0) {
        // The Tafel current stays positive at any drive, so the remainder may be negative: only its
        // upper end is known, and Newton comes down to it from there.
        high = std::min(drive, std::max(0.0, transfer_drive(kinetics, drive / film)));
        low = std::min(low, high);
    }
    return increasing_root(
        [&](double eta) {
            const LocalRate rate = transfer_rate(kinetics, eta);
            return LocalRate{eta - drive + film * rate.current, 1 + film * rate.slope};
        },
        low, high, drive > 0 || kinetics.law == RateLaw::tafel ? high : low);
}

void check(double value, bool valid, const char* name, const char* demand, const char* unit) {
    if (!(valid && std::isfinite(value))) {
        throw_bad_input(std::string("plating kinetics: the ") + name + " is " +
                        format_number(value) + " " + unit + "; give a finite value " + demand);
    }
}

} // namespace

namespace plating {

void check_kinetics(const Kinetics& k) {
    check(k.exchange_current_density, k.exchange_current_density > 0, "exchange current density",
          "> 0", "A/m^2");
    check(k.alpha_a, k.alpha_a > 0, "anodic transfer coefficient", "> 0", "");
    check(k.alpha_c, k.alpha_c > 0, "cathodic transfer coefficient", "> 0", "");
    check(k.film_resistance, k.film_resistance >= 0, "film resistance", ">= 0", "ohm m^2");
    check(k.temperature, k.temperature > 0, "temperature", "> 0", "K");
}

double drive_at(const Kinetics& kinetics, double current) {
    return transfer_drive(kinetics, current) + kinetics.film_resistance * current;
}

double linear_resistance(const Kinetics& kinetics) {
    return 1 / (inverse_thermal_voltage(kinetics) * (kinetics.alpha_a + kinetics.alpha_c) *
                kinetics.exchange_current_density) +
           kinetics.film_resistance;
}

} // namespace plating

LocalRate plating_rate(const Kinetics& kinetics, double drive) {
    plating::check_kinetics(kinetics);
    if (!(kinetics.film_resistance > 0)) {
        return transfer_rate(kinetics, drive);
    }
    const double film = kinetics.film_resistance;
    const double behind = drive_behind_film(kinetics, drive);
    const LocalRate transfer = transfer_rate(kinetics, behind);
    // Of the two expressions for the same current, take the one less sensitive to the round-off of
    // the root.
    const bool film_governs = film * transfer.slope > 1;
    return {film_governs ? (drive - behind) / film : transfer.current,
            transfer.slope / (1 + film * transfer.slope)};
}

} // namespace porogen
