#include "porogen/plating/porous_electrode.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "plating/closed_forms.h"
#include "porogen/core/errors.h"
#include "porogen/core/random.h"
#include "shooting.h"

using namespace porogen;
using closed_forms::f;
using closed_forms::Linear;
using closed_forms::profile;
using closed_forms::Slab;
using closed_forms::Tafel;
using doctest::Approx;

namespace {

Kinetics with_law(RateLaw law, double film = 0) {
    Kinetics kinetics;
    kinetics.law = law;
    kinetics.film_resistance = film;
    return kinetics;
}

Slab linear_slab(double ionic, double electronic, double film = 0) {
    return {10, 50e-6, ionic, electronic, 5e5, with_law(RateLaw::linear, film)};
}

CurrentDistribution solve(const Slab& slab, int cells) {
    return distribute_current(profile(slab, cells), slab.kinetics, slab.current);
}

double centre(std::size_t cell, std::size_t cells) {
    return (static_cast<double>(cell) + 0.5) / static_cast<double>(cells);
}

/// Value at y of what is known at cell centres: the parabola through the three nearest.
double at(const std::vector<double>& values, double y) {
    const double position = y * static_cast<double>(values.size()) - 0.5;
    const double last = static_cast<double>(values.size()) - 2;
    const double middle = std::clamp(std::round(position), 1.0, last);
    const double t = position - middle;
    const std::size_t c = static_cast<std::size_t>(middle);
    return values[c - 1] * t * (t - 1) / 2 + values[c] * (1 - t * t) +
           values[c + 1] * t * (t + 1) / 2;
}

/// Largest relative deviation of a i_n L/I from an exact reaction(y), over all cell centres.
template <class Exact>
double worst_reaction(const CurrentDistribution& result, const Slab& slab, const Exact& exact) {
    double worst = 0;
    const std::size_t cells = result.reaction.size();
    for (std::size_t c = 0; c < cells; ++c) {
        const double reaction = result.reaction[c] * slab.thickness / slab.current;
        worst = std::max(worst, std::abs(reaction / exact.reaction(centre(c, cells)) - 1));
    }
    return worst;
}

struct TableRow {
    std::string name;
    Slab slab;
    double nu, y, reaction, ionic_current, drive;
};

std::vector<TableRow> read_table() {
    std::ifstream in(POROGEN_TEST_DATA "/newman_tobias_1962.csv");
    std::vector<TableRow> rows;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with('#') || line.starts_with("case")) {
            continue;
        }
        std::replace(line.begin(), line.end(), ',', ' ');
        std::istringstream fields(line);
        TableRow row;
        row.slab.kinetics = with_law(RateLaw::linear);
        fields >> row.name >> row.slab.current >> row.slab.thickness >> row.slab.ionic >>
            row.slab.electronic >> row.slab.specific_surface >>
            row.slab.kinetics.exchange_current_density >> row.nu >> row.y >> row.reaction >>
            row.ionic_current >> row.drive;
        REQUIRE(fields);
        rows.push_back(row);
    }
    return rows;
}

double worst_against(const Shooting& exact, const CurrentDistribution& result) {
    // With half as many cells as steps, the cell centres are the odd points.
    double worst = 0;
    for (std::size_t c = 0; c < result.reaction.size(); ++c) {
        const double reaction = result.reaction[c] * exact.slab.thickness / exact.slab.current;
        worst = std::max(worst, std::abs(reaction / exact.reaction[2 * c + 1] - 1));
    }
    return worst;
}

} // namespace

TEST_CASE("linear kinetics: the closed form of Newman and Tobias to 1e-6") {
    for (const Slab& slab : {linear_slab(0.05, 10), linear_slab(0.05, 0.05),
                             linear_slab(0.05, 1e-3), linear_slab(0.4, 0.02, 3e-3)}) {
        const Linear exact(slab);
        const int cells = exact.nu > 10 ? 16000 : 4000;
        const CurrentDistribution result = solve(slab, cells);
        CAPTURE(exact.nu);
        CHECK(worst_reaction(result, slab, exact) < 1e-6);
        CHECK(result.voltage / slab.current == Approx(exact.resistance_of_slab()).epsilon(1e-6));
        CHECK(result.charge_error <= 1e-12);
        CHECK(reaction_number(slab.thickness, slab.ionic, slab.electronic, slab.specific_surface,
                              slab.kinetics) == Approx(exact.nu).epsilon(1e-14));
        double worst_current = 0;
        double worst_drive = 0;
        for (std::size_t c = 0; c < result.drive.size(); ++c) {
            const double face = static_cast<double>(c + 1) / cells;
            worst_current =
                std::max(worst_current, std::abs(result.ionic_current[c + 1] / slab.current -
                                                 exact.ionic_current(face)));
            worst_drive = std::max(
                worst_drive,
                std::abs(result.drive[c] / exact.drive(centre(c, result.drive.size())) - 1));
        }
        CHECK(worst_current < 1e-6);
        CHECK(worst_drive < 1e-6);
    }
}

TEST_CASE("linear kinetics: the tabulated profiles and resistances") {
    const std::vector<TableRow> rows = read_table();
    REQUIRE(rows.size() == 42);
    std::string solved;
    CurrentDistribution result;
    for (const TableRow& row : rows) {
        if (row.name != solved) {
            solved = row.name;
            result = solve(row.slab, 4000);
            CHECK(Linear(row.slab).nu == Approx(row.nu).epsilon(1e-8));
        }
        CAPTURE(row.name);
        CAPTURE(row.y);
        CHECK(at(result.reaction, row.y) * row.slab.thickness / row.slab.current ==
              Approx(row.reaction).epsilon(1e-6));
        CHECK(at(result.drive, row.y) == Approx(row.drive).epsilon(1e-6));
        const auto face = static_cast<std::size_t>(std::lround(row.y * 4000));
        CHECK(std::abs(result.ionic_current[face] / row.slab.current - row.ionic_current) < 1e-6);
    }
    CHECK(solve(linear_slab(0.05, 10), 4000).voltage / 10 == Approx(3.246769e-4).epsilon(1e-6));
    CHECK(solve(linear_slab(0.05, 0.05), 4000).voltage / 10 == Approx(7.322533e-4).epsilon(1e-6));
}

TEST_CASE("the error falls with the square of the cell size") {
    const Slab slab = linear_slab(0.05, 0.02);
    const Linear exact(slab);
    double last_reaction = 0;
    double last_voltage = 0;
    for (const int cells : {40, 80, 160, 320, 640}) {
        const CurrentDistribution result = solve(slab, cells);
        const double reaction = worst_reaction(result, slab, exact);
        const double voltage =
            std::abs(result.voltage / slab.current / exact.resistance_of_slab() - 1);
        if (cells > 40) {
            CHECK(std::log2(last_reaction / reaction) == Approx(2).epsilon(0.02));
            CHECK(std::log2(last_voltage / voltage) > 1.98);
        }
        last_reaction = reaction;
        last_voltage = voltage;
    }
}

TEST_CASE("nu to 0: uniform, and the resistance is transfer + L/3 kappa + L/3 sigma") {
    const Slab slab = linear_slab(40, 90);
    const CurrentDistribution result = solve(slab, 400);
    const double nu_squared = std::pow(Linear(slab).nu, 2);
    REQUIRE(nu_squared < 0.02);
    for (const double reaction : result.reaction) {
        CHECK(std::abs(reaction * slab.thickness / slab.current - 1) < 0.5 * nu_squared);
    }
    const double transfer = Linear::resistance(slab) / (slab.specific_surface * slab.thickness);
    const double ohmic = slab.thickness / 3 * (1 / slab.ionic + 1 / slab.electronic);
    CHECK(std::abs(result.voltage / slab.current - transfer - ohmic) < nu_squared * ohmic);
}

TEST_CASE("nu to infinity: layers at both ends, in the ratio of the resistivities") {
    Slab slab = linear_slab(0.05, 0.15);
    slab.kinetics.exchange_current_density = 1e4;
    const double nu = Linear(slab).nu;
    REQUIRE(nu > 100);
    const CurrentDistribution result = solve(slab, 8000);
    CHECK(result.ionic_current[4000] / slab.current == Approx(0.05 / 0.2).epsilon(1e-12));
    // A layer of thickness L/nu: over that depth the reaction falls by a factor e.
    CHECK(at(result.reaction, 1 - 1 / nu) / at(result.reaction, 1 - 2 / nu) ==
          Approx(std::exp(1)).epsilon(1e-4));
    CHECK(at(result.reaction, 1 / nu) / at(result.reaction, 2 / nu) ==
          Approx(std::exp(1)).epsilon(1e-4));
}

TEST_CASE(
    "a good electronic conductor plates at the top, a poor one at the bottom, as mirror images") {
    const Slab top = linear_slab(0.05, 1e7);
    const Slab bottom = linear_slab(1e7, 0.05);
    const double nu = Linear(top).nu;
    const CurrentDistribution up = solve(top, 1000);
    const CurrentDistribution down = solve(bottom, 1000);
    for (std::size_t c = 0; c < 1000; ++c) {
        CHECK(down.reaction[c] == Approx(up.reaction[999 - c]).epsilon(1e-9));
    }
    CHECK(at(up.reaction, 1) / at(up.reaction, 0) == Approx(std::cosh(nu)).epsilon(1e-5));
    CHECK(down.voltage == Approx(up.voltage).epsilon(1e-9));
}

TEST_CASE("Tafel kinetics: the closed forms to 1e-6, whatever the exchange current") {
    const std::vector<Slab> slabs{
        {10, 50e-6, 0.05, 1e9, 5e5, with_law(RateLaw::tafel)},
        {40, 100e-6, 0.02, 0.02, 5e5, with_law(RateLaw::tafel)},
        {40, 100e-6, 0.02, 0.3, 5e5, with_law(RateLaw::tafel)},
    };
    CHECK(Tafel(slabs[0]).delta == Approx(0.194609).epsilon(1e-5));
    CHECK(Tafel(slabs[0]).theta == Approx(0.3069669).epsilon(1e-6));
    CHECK(Tafel(slabs[1]).theta == Approx(1.7035257).epsilon(1e-7));
    CHECK(Tafel(slabs[1]).psi == Approx(0.8517628).epsilon(1e-7));
    for (Slab slab : slabs) {
        for (const double i0 : {1e-12, 0.01, 10.0}) {
            slab.kinetics.exchange_current_density = i0;
            const CurrentDistribution result = solve(slab, 4000);
            CHECK(worst_reaction(result, slab, Tafel(slab)) < 1e-6);
            CHECK(result.charge_error <= 1e-12);
        }
    }
    const CurrentDistribution ends = solve(slabs[0], 4000);
    CHECK(at(ends.reaction, 0) * 50e-6 / 10 == Approx(0.968391).epsilon(1e-6));
    CHECK(at(ends.reaction, 1) * 50e-6 / 10 == Approx(1.065696).epsilon(1e-6));
    const CurrentDistribution equal = solve(slabs[1], 4000);
    CHECK(at(equal.reaction, 0) * 100e-6 / 40 == Approx(1.718642).epsilon(2e-6));
    CHECK(at(equal.reaction, 0.5) * 100e-6 / 40 == Approx(0.745599).epsilon(2e-6));
}

TEST_CASE("Butler-Volmer kinetics, with and without a film, against shooting") {
    Slab slab{400, 50e-6, 0.05, 0.4, 5e5, with_law(RateLaw::butler_volmer)};
    for (const double film : {0.0, 2e-3}) {
        for (const double alpha_c : {0.5, 0.3}) {
            slab.kinetics.film_resistance = film;
            slab.kinetics.alpha_c = alpha_c;
            slab.kinetics.alpha_a = 1 - alpha_c;
            const Shooting exact(slab);
            const CurrentDistribution result = solve(slab, exact.steps / 2);
            CAPTURE(film);
            CAPTURE(alpha_c);
            // Far from linear: the drive at the top is more than a thermal voltage.
            CHECK(result.drive.back() * f > 1);
            CHECK(worst_against(exact, result) < 2e-6);
            CHECK(result.voltage == Approx(exact.voltage).epsilon(1e-6));
        }
    }
}

TEST_CASE("Butler-Volmer meets linear at small and Tafel at large currents") {
    Slab slab = linear_slab(0.05, 0.4);
    slab.current = 1e-3;
    slab.kinetics.law = RateLaw::butler_volmer;
    CHECK(worst_reaction(solve(slab, 2000), slab, Linear(slab)) < 2e-6);
    Slab strong{40, 100e-6, 0.02, 0.02, 5e5, with_law(RateLaw::butler_volmer)};
    strong.kinetics.exchange_current_density = 1e-7;
    CHECK(worst_reaction(solve(strong, 4000), strong, Tafel(strong)) < 1e-6);
}

TEST_CASE("any profile satisfies the discrete equations it came from") {
    RandomStream random(11, "ladder");
    int most = 0;
    for (int trial = 0; trial < 300; ++trial) {
        CAPTURE(trial);
        const std::size_t cells = 2 + random.below(60);
        const double current = std::pow(10, random.uniform(-2, 4));
        Kinetics kinetics = with_law(trial % 3 == 0 ? RateLaw::tafel : RateLaw::butler_volmer);
        kinetics.alpha_a = random.uniform(0.2, 0.8);
        kinetics.film_resistance = trial % 2 == 0 ? 0 : std::pow(10, random.uniform(-5, 0));
        DepthProfile p{50e-6, {}, {}, {}};
        for (std::size_t c = 0; c < cells; ++c) {
            p.ionic.push_back(std::pow(10, random.uniform(-4, 2)));
            p.electronic.push_back(std::pow(10, random.uniform(-4, 4)));
            p.specific_surface.push_back(
                random.uniform() < 0.3 ? 0 : std::pow(10, random.uniform(2, 7)));
        }
        p.specific_surface[random.below(cells)] = 1e6;
        const CurrentDistribution r = distribute_current(p, kinetics, current);
        most = std::max(most, r.iterations);
        CHECK(r.charge_error <= 1e-12);
        const double h = p.thickness / static_cast<double>(cells);
        for (std::size_t c = 0; c < cells; ++c) {
            if (p.specific_surface[c] > 0) {
                CHECK(r.reaction[c] ==
                      Approx(p.specific_surface[c] * plating_rate(kinetics, r.drive[c]).current)
                          .epsilon(1e-10));
            } else {
                CHECK(r.reaction[c] == 0);
            }
            if (c + 1 < cells) {
                const double i2 = r.ionic_current[c + 1];
                const double ionic = i2 * h / 2 * (1 / p.ionic[c] + 1 / p.ionic[c + 1]);
                const double electronic =
                    (current - i2) * h / 2 * (1 / p.electronic[c] + 1 / p.electronic[c + 1]);
                const double scale = std::abs(ionic) + std::abs(electronic) + std::abs(r.drive[c]);
                CHECK(std::abs(r.drive[c + 1] - r.drive[c] - ionic + electronic) <= 1e-9 * scale);
            }
        }
    }
    CHECK(most < 60);
}

TEST_CASE("extremes of current and conductivity converge and close the charge") {
    for (const RateLaw law : {RateLaw::butler_volmer, RateLaw::tafel, RateLaw::linear}) {
        for (const double current : {1.0, 1e4}) {
            for (const double ionic : {1e-6, 0.05}) {
                for (const double electronic : {1e-6, 10.0, 1e7}) {
                    for (const double film : {0.0, 1e-2}) {
                        CAPTURE(static_cast<int>(law));
                        CAPTURE(current);
                        CAPTURE(ionic);
                        CAPTURE(electronic);
                        const Slab slab{current,    50e-6, ionic,
                                        electronic, 5e5,   with_law(law, film)};
                        const CurrentDistribution result = solve(slab, 200);
                        CHECK(result.charge_error <= 1e-12);
                        CHECK(std::isfinite(result.voltage));
                        CHECK(result.iterations < 40);
                    }
                }
            }
        }
    }
}

TEST_CASE("a hundred thousand cells are solved to round-off too") {
    const Slab slab{1e4, 50e-6, 0.05, 1e-6, 5e5, with_law(RateLaw::tafel)};
    const CurrentDistribution result = solve(slab, 100000);
    CHECK(result.charge_error <= 1e-12);
    CHECK(result.iterations < 60);
    const Slab linear = linear_slab(0.05, 10);
    CHECK(worst_reaction(solve(linear, 100000), linear, Linear(linear)) < 1e-8);
}

TEST_CASE("cells switched off only carry the current past") {
    // Off at the bottom half: ions end at the middle, electrons come up through the lower half.
    const Slab whole = linear_slab(0.05, 10);
    DepthProfile p = profile(whole, 400);
    std::fill_n(p.specific_surface.begin(), 200, 0.0);
    const CurrentDistribution result = distribute_current(p, whole.kinetics, whole.current);
    Slab upper = whole;
    upper.thickness /= 2;
    const CurrentDistribution alone = solve(upper, 200);
    for (std::size_t c = 0; c < 200; ++c) {
        CHECK(result.reaction[c] == 0);
        CHECK(result.ionic_current[c + 1] == 0);
        CHECK(result.reaction[200 + c] == Approx(alone.reaction[c]).epsilon(1e-12));
    }
    CHECK(result.voltage == Approx(alone.voltage + 10 * 25e-6 / 10).epsilon(1e-5));
}

TEST_CASE("one cell is a resistor between two thirds of the rails") {
    // With an even reaction in the only cell, i2 rises linearly: mean drop of the half cells 1/8
    // each.
    const Slab slab = linear_slab(0.05, 0.1);
    const CurrentDistribution result = solve(slab, 1);
    CHECK(result.reaction[0] == Approx(10 / 50e-6).epsilon(1e-15));
    CHECK(result.drive[0] == Approx(10 * Linear::resistance(slab) / (5e5 * 50e-6)).epsilon(1e-14));
    CHECK(result.voltage ==
          Approx(result.drive[0] + 10 * 25e-6 * 0.75 * (1 / 0.05 + 1 / 0.1)).epsilon(1e-14));
}

TEST_CASE("Wagner and reaction numbers of the literature's example") {
    Kinetics linear = with_law(RateLaw::linear);
    CHECK(wagner_number(0.1, 10e-6, linear) == Approx(25.7).epsilon(1e-3));
    CHECK(wagner_number(0.05, 50e-6, linear) == Approx(2.57).epsilon(1e-3));
    CHECK(reaction_number(50e-6, 0.05, 10, 5e5, linear) == Approx(3.127153).epsilon(1e-6));
    CHECK(reaction_number(50e-6, 0.05, 0.05, 5e5, linear) == Approx(4.411448).epsilon(1e-6));
}

TEST_CASE("profiles that cannot be are refused, NaN included") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const Slab slab = linear_slab(0.05, 10);
    const auto refused = [&](const auto& spoil, double current) {
        DepthProfile p = profile(slab, 10);
        spoil(p);
        try {
            distribute_current(p, slab.kinetics, current);
        } catch (const Error& error) {
            return error.code() == ExitCode::bad_input;
        }
        return false;
    };
    const auto nothing = [](DepthProfile&) {};
    CHECK_FALSE(refused(nothing, 10));
    CHECK(refused(nothing, 0));
    CHECK(refused(nothing, -1));
    CHECK(refused(nothing, nan));
    for (const double bad : {0.0, -1.0, nan, std::numeric_limits<double>::infinity()}) {
        CHECK(refused([&](DepthProfile& p) { p.thickness = bad; }, 10));
        CHECK(refused([&](DepthProfile& p) { p.ionic[3] = bad; }, 10));
        CHECK(refused([&](DepthProfile& p) { p.electronic[3] = bad; }, 10));
    }
    CHECK(refused([&](DepthProfile& p) { p.specific_surface[3] = nan; }, 10));
    CHECK(refused([&](DepthProfile& p) { p.specific_surface[3] = -1; }, 10));
    CHECK(refused([&](DepthProfile& p) { p.specific_surface.assign(10, 0); }, 10));
    CHECK(refused([&](DepthProfile& p) { p.specific_surface.clear(); }, 10));
    CHECK(refused([&](DepthProfile& p) { p.ionic.pop_back(); }, 10));
}
