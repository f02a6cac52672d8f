#include "porogen/plating/electrolyte.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/constants.h"
#include "refusal.h"

using namespace porogen;
using test::near;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

Electrolyte with_exponent(double exponent) {
    Electrolyte e;
    e.conductivity_exponent = exponent;
    return e;
}

const std::vector<double> exponents{-1.0, 0.0, 0.3, 1.0, 1.5, 3.0};

// Thermal voltage and the two potentials of the law at the default electrolyte.
const double thermal = gas_constant * 298.15 / faraday;
const double diffusion = 2 * thermal * 0.6;
const double ohmic = faraday * 1e-10 * 1500 / (0.6 * 0.2);

double kappa(const Electrolyte& e, double c) {
    return e.conductivity * std::pow(c / e.concentration, e.conductivity_exponent);
}

} // namespace

TEST_CASE("constant conductivity and conductivity as the concentration: the closed forms") {
    for (const double ratio : {1e-4, 0.1, 0.7, 1.0, 1.2, 3.0}) {
        const double s = std::log(ratio);
        CHECK(potential_at(with_exponent(0), 1500 * ratio) ==
              doctest::Approx(ohmic * (ratio - 1) + diffusion * s).epsilon(1e-14));
        CHECK(concentration_at(with_exponent(1), (ohmic + diffusion) * s) ==
              near(1500 * ratio).epsilon(1e-13));
    }
}

TEST_CASE("Ohm's law with the diffusion potential, integrated along a plating current") {
    // i = -kappa grad phi + (2 R T kappa/F)(1 - t+) grad ln c with c falling at the rate
    // i (1 - t+)/(F D), over 25 um at 200 A/m2, by the midpoint rule.
    for (const double exponent : exponents) {
        CAPTURE(exponent);
        const Electrolyte e = with_exponent(exponent);
        const double current = 200;
        const double slope = -current * 0.6 / (faraday * 1e-10);
        const int steps = 20000;
        const double dx = 25e-6 / steps;
        double phi = 0;
        for (int n = 0; n < steps; ++n) {
            const double c = 1500 + slope * (n + 0.5) * dx;
            phi += dx * (-current / kappa(e, c) + diffusion * slope / c);
        }
        const double left = 1500 + slope * 25e-6;
        REQUIRE(left > 0);
        CHECK(phi < 0);
        CHECK(potential_at(e, left) == near(phi).epsilon(1e-7));
        // The mean conductivity gives back the current, over the whole and over a piece.
        CHECK(mean_conductivity(e, 0, phi) * (0 - phi) / 25e-6 == near(current).epsilon(1e-7));
        const double a = potential_at(e, 1500 + slope * 10e-6);
        const double b = potential_at(e, 1500 + slope * 11e-6);
        CHECK(mean_conductivity(e, a, b) * (a - b) / 1e-6 == near(current).epsilon(1e-10));
    }
}

TEST_CASE("a small current sees the ohmic and the diffusion resistance in series") {
    for (const double exponent : exponents) {
        const Electrolyte e = with_exponent(exponent);
        for (const double c : {20.0, 1500.0, 2500.0}) {
            const double expected = 1 / (1 / kappa(e, c) + 2 * gas_constant * 298.15 * 0.36 /
                                                               (faraday * faraday * 1e-10 * c));
            CHECK(apparent_conductivity(e, c) == near(expected).epsilon(1e-13));
            const double phi = potential_at(e, c);
            CHECK(mean_conductivity(e, phi, phi) == near(expected).epsilon(1e-12));
            CHECK(mean_conductivity(e, phi, phi + 1e-13) == near(expected).epsilon(1e-10));
        }
    }
}

TEST_CASE("the mean conductivity is symmetric, continuous and the mean of the local one") {
    for (const double exponent : exponents) {
        CAPTURE(exponent);
        const Electrolyte e = with_exponent(exponent);
        double before = mean_conductivity(e, -0.02, -0.02);
        for (double gap = 1e-12; gap < 0.1; gap *= 1.3) {
            const double mean = mean_conductivity(e, -0.02 + gap, -0.02);
            CHECK(mean == mean_conductivity(e, -0.02, -0.02 + gap));
            CHECK(std::abs(mean / before - 1) < 1e-9 + 20 * gap);
            before = mean;
        }
        // Simpson's rule over the potential.
        const double a = 0.03;
        const double b = -0.12;
        const int steps = 2000;
        double sum = 0;
        for (int n = 0; n <= steps; ++n) {
            const double weight = n == 0 || n == steps ? 1 : n % 2 == 1 ? 4 : 2;
            sum += weight * apparent_conductivity(e, concentration_at(e, b + (a - b) * n / steps));
        }
        CHECK(mean_conductivity(e, a, b) == near(sum / (3 * steps)).epsilon(1e-9));
    }
}

TEST_CASE("separator and host of the paper: limiting currents and depletion at 40 A/m2") {
    // 25 um of separator of porosity 0.39, 50 um of host of porosity 0.46, Bruggeman 1.5.
    const Electrolyte e;
    const double separator = limiting_current(e, std::pow(0.39, 1.5), 25e-6);
    const double host = limiting_current(e, std::pow(0.46, 1.5), 50e-6);
    CHECK(separator == near(235).epsilon(2e-3));
    CHECK(host == near(150.5).epsilon(5e-4));
    CHECK(40 / separator == near(0.17).epsilon(5e-3));
    CHECK(40 / host == near(0.27).epsilon(0.02));       // all at the bottom
    CHECK(40 / (2 * host) == near(0.13).epsilon(0.03)); // taken up evenly
    // However low the potential at its end, no more than the limiting current flows; nearly that
    // where the potential is very low.
    const double relative = std::pow(0.46, 1.5);
    for (const double exponent : exponents) {
        const Electrolyte bent = with_exponent(exponent);
        const double flows = mean_conductivity(bent, 0, -20.0) * relative * 20.0 / 50e-6;
        CHECK(flows <= host * (1 + 1e-14));
        CHECK(flows > 0.9 * host);
    }
    CHECK(mean_conductivity(e, 0, -0.5) * relative * 0.5 / 50e-6 ==
          near(host * (1 - std::exp(-0.5 / (ohmic + diffusion)))).epsilon(1e-13));
}

TEST_CASE("concentration and potential invert each other") {
    for (const double exponent : exponents) {
        CAPTURE(exponent);
        const Electrolyte e = with_exponent(exponent);
        double before = 0;
        for (double phi = -1; phi <= 1; phi += 1.0 / 64) {
            CAPTURE(phi);
            const double c = concentration_at(e, phi);
            REQUIRE(c > before);
            before = c;
            CHECK(std::abs(potential_at(e, c) - phi) < 1e-12 * std::max(std::abs(phi), 0.01));
        }
        for (const double c : {1e-9, 1e-3, 1.0, 300.0, 1499.999, 1501.0, 4000.0}) {
            CHECK(concentration_at(e, potential_at(e, c)) == near(c).epsilon(1e-12));
        }
    }
}

TEST_CASE("hundreds of volts neither overflow nor stop the current for good") {
    for (const double exponent : exponents) {
        const Electrolyte e = with_exponent(exponent);
        for (const double phi : {-1e6, -300.0, -20.0, 20.0, 300.0, 1e6}) {
            const double c = concentration_at(e, phi);
            CHECK(std::isfinite(c));
            CHECK(c > 0);
            CHECK(std::isfinite(mean_conductivity(e, phi, 0)));
            CHECK(mean_conductivity(e, phi, 2 * phi) > 0);
        }
    }
}

TEST_CASE("the exchange current goes with a power of the concentration") {
    CHECK(relative_exchange_current(Electrolyte{}, 1500 * 0.25) == near(0.5).epsilon(1e-15));
    Electrolyte e;
    e.exchange_exponent = 0;
    CHECK(relative_exchange_current(e, 3.0) == 1);
}

TEST_CASE("the table agrees with the functions, at its ends and beyond them too") {
    for (const double exponent : exponents) {
        CAPTURE(exponent);
        const Electrolyte e = with_exponent(exponent);
        const SaltTable table(e);
        double before = 0;
        for (double phi = -1.1; phi <= 1.1; phi += 0.000317) {
            CAPTURE(phi);
            const SaltState state = table.at(phi);
            REQUIRE(state.concentration > before);
            before = state.concentration;
            REQUIRE(state.concentration == near(concentration_at(e, phi)).epsilon(1e-8));
        }
        for (const double phi : {-1.0, std::nextafter(1.0, 0.0), 1.0, -0.9, 0.0}) {
            CHECK(table.at(phi).concentration == near(concentration_at(e, phi)).epsilon(1e-8));
        }
        const SaltState a = table.at(-0.1);
        for (const double phi : {-0.4, -0.1, -0.1 + 1e-11, 0.02}) {
            CHECK(table.mean_conductivity(a, table.at(phi)) ==
                  near(mean_conductivity(e, -0.1, phi)).epsilon(1e-8));
        }
        CHECK(table.apparent_conductivity(a) ==
              near(apparent_conductivity(e, concentration_at(e, -0.1))).epsilon(1e-8));
    }
}

TEST_CASE("a table is right for any electrolyte, the nearly ideal one too") {
    for (const double transference : {-0.5, 0.9, 0.999, 0.999999}) {
        CAPTURE(transference);
        Electrolyte e = with_exponent(0.4);
        e.transference_number = transference;
        const SaltTable table(e);
        for (double phi = -0.6; phi <= 0.6; phi += 0.0137) {
            REQUIRE(table.at(phi).concentration == near(concentration_at(e, phi)).epsilon(1e-8));
        }
    }
}

TEST_CASE("an electrolyte that cannot be is refused, NaN included") {
    const auto refused = [](auto change) {
        Electrolyte e;
        change(e);
        return test::refusal([&] { (void)concentration_at(e, 0.1); }) == ExitCode::bad_input &&
               test::refusal([&] { SaltTable table(e); }) == ExitCode::bad_input;
    };
    for (const double bad : {0.0, -1.0, not_a_number, infinite}) {
        CAPTURE(bad);
        CHECK(refused([&](Electrolyte& e) { e.conductivity = bad; }));
        CHECK(refused([&](Electrolyte& e) { e.concentration = bad; }));
        CHECK(refused([&](Electrolyte& e) { e.diffusivity = bad; }));
        CHECK(refused([&](Electrolyte& e) { e.temperature = bad; }));
        CHECK_THROWS_AS(limiting_current(Electrolyte{}, bad, 1e-5), Error);
        CHECK_THROWS_AS(limiting_current(Electrolyte{}, 0.5, bad), Error);
        CHECK_THROWS_AS(potential_at(Electrolyte{}, bad), Error);
    }
    for (const double bad : {1.0, 1.5, not_a_number, -infinite}) {
        CHECK(refused([&](Electrolyte& e) { e.transference_number = bad; }));
    }
    for (const double bad : {9.0, -9.0, not_a_number}) {
        CHECK(refused([&](Electrolyte& e) { e.conductivity_exponent = bad; }));
    }
    CHECK(refused([&](Electrolyte& e) { e.exchange_exponent = not_a_number; }));
    for (const double bad : {not_a_number, infinite, -infinite}) {
        CHECK_THROWS_AS(concentration_at(Electrolyte{}, bad), Error);
        CHECK_THROWS_AS(mean_conductivity(Electrolyte{}, 0, bad), Error);
        CHECK_THROWS_AS((void)SaltTable(Electrolyte{}).at(bad), Error);
    }
    CHECK_THROWS_WITH_AS(potential_at(Electrolyte{}, -1),
                         "electrolyte: the concentration asked about is -1 mol/m^3; give a finite "
                         "value > 0",
                         Error);
}
