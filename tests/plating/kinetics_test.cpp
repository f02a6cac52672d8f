#include "porogen/plating/kinetics.h"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "plating/closed_forms.h"
#include "plating/rate.h"
#include "porogen/core/errors.h"

using namespace porogen;
using closed_forms::f;

namespace {

Kinetics make(RateLaw law, double film, double alpha_a = 0.5, double alpha_c = 0.5) {
    Kinetics kinetics;
    kinetics.law = law;
    kinetics.film_resistance = film;
    kinetics.alpha_a = alpha_a;
    kinetics.alpha_c = alpha_c;
    return kinetics;
}

constexpr RateLaw laws[] = {RateLaw::butler_volmer, RateLaw::linear, RateLaw::tafel};

} // namespace

TEST_CASE("without a film the rate is the law as written") {
    for (const double drive : {-0.3, -0.02, 1e-9, 0.01, 0.25}) {
        const Kinetics bv = make(RateLaw::butler_volmer, 0, 0.3, 0.7);
        const double plating = std::exp(0.7 * f * drive);
        const double stripping = std::exp(-0.3 * f * drive);
        const double exact = std::abs(drive) < 1e-6 ? 10 * f * drive : 10 * (plating - stripping);
        CHECK(plating_rate(bv, drive).current == doctest::Approx(exact).epsilon(1e-7));
        CHECK(plating_rate(bv, drive).slope ==
              doctest::Approx(10 * f * (0.7 * plating + 0.3 * stripping)).epsilon(1e-13));
        CHECK(plating_rate(make(RateLaw::linear, 0), drive).current ==
              doctest::Approx(10 * f * drive).epsilon(1e-14));
        CHECK(plating_rate(make(RateLaw::tafel, 0), drive).current ==
              doctest::Approx(10 * std::exp(0.5 * f * drive)).epsilon(1e-14));
    }
}

TEST_CASE("Butler-Volmer tends to its linear and Tafel limits") {
    const Kinetics bv = make(RateLaw::butler_volmer, 0);
    // 2 sinh(x/2) = x (1 + x^2/24 + ...)
    const double small = 1e-3 / f;
    CHECK(plating_rate(bv, small).current / (10 * f * small) - 1 ==
          doctest::Approx(1e-6 / 24).epsilon(1e-4));
    CHECK(plating_rate(bv, 1.0).current / plating_rate(make(RateLaw::tafel, 0), 1.0).current ==
          doctest::Approx(1).epsilon(1e-15));
}

TEST_CASE("with a film the transfer sees the drive less the film's drop, at any drive") {
    for (const RateLaw law : laws) {
        for (const double film : {1e-6, 1e-3, 0.1, 1e3}) {
            for (const double drive :
                 {-2.0, -0.05, -1e-7, 1e-12, 1e-3, 0.1, 0.6, 5.0, 200.0, 5e4}) {
                CAPTURE(static_cast<int>(law));
                CAPTURE(film);
                CAPTURE(drive);
                const LocalRate rate = plating_rate(make(law, film, 0.8, 0.2), drive);
                REQUIRE(std::isfinite(rate.current));
                // The drop of film and transfer, by the inverse law written out, adds up to the
                // drive.
                const Kinetics bare = make(law, 0, 0.8, 0.2);
                const double behind = plating::drive_at(bare, rate.current);
                CHECK(behind + film * rate.current == doctest::Approx(drive).epsilon(1e-9));
                CHECK(plating_rate(bare, behind).current ==
                      doctest::Approx(rate.current).epsilon(1e-9));
                const double slope = plating_rate(bare, behind).slope;
                CHECK(rate.slope == doctest::Approx(slope / (1 + film * slope)).epsilon(1e-6));
            }
        }
    }
}

TEST_CASE("linear kinetics with a film is two resistors in series") {
    const Kinetics kinetics = make(RateLaw::linear, 4e-3);
    const LocalRate rate = plating_rate(kinetics, 0.02);
    CHECK(rate.current == doctest::Approx(0.02 / (1 / (10 * f) + 4e-3)).epsilon(1e-14));
    CHECK(rate.slope == doctest::Approx(1 / (1 / (10 * f) + 4e-3)).epsilon(1e-14));
    CHECK(plating::linear_resistance(kinetics) == doctest::Approx(1 / rate.slope).epsilon(1e-14));
}

TEST_CASE("the drive at a current inverts the rate") {
    for (const RateLaw law : laws) {
        for (const double current : {1e-9, 0.3, 10.0, 1e4, 1e9}) {
            const Kinetics kinetics = make(law, 2e-4, 0.3, 0.6);
            CHECK(plating_rate(kinetics, plating::drive_at(kinetics, current)).current ==
                  doctest::Approx(current).epsilon(1e-11));
        }
    }
    const Kinetics bv = make(RateLaw::butler_volmer, 0, 0.3, 0.6);
    CHECK(plating_rate(bv, plating::drive_at(bv, -7.0)).current ==
          doctest::Approx(-7.0).epsilon(1e-13));
    // Equal coefficients: 2 asinh(i / 2 i0) / f.
    CHECK(plating::drive_at(make(RateLaw::butler_volmer, 0), 33.0) ==
          doctest::Approx(2 * std::asinh(33.0 / 20) / f).epsilon(1e-14));
}

TEST_CASE("a drive of hundreds of volts does not overflow and still has a slope") {
    for (const RateLaw law : laws) {
        for (const double drive : {-200.0, 200.0, 1e4}) {
            const LocalRate rate = plating_rate(make(law, 0), drive);
            CHECK(std::isfinite(rate.current));
            CHECK(std::isfinite(rate.slope));
            CHECK(rate.slope >= 0);
        }
    }
}

TEST_CASE("kinetics that cannot be are refused, NaN included") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const double bad : {0.0, -1.0, nan, std::numeric_limits<double>::infinity()}) {
        Kinetics kinetics;
        kinetics.exchange_current_density = bad;
        CHECK_THROWS_AS(plating_rate(kinetics, 0.1), Error);
        kinetics = {};
        kinetics.alpha_c = bad;
        CHECK_THROWS_AS(plating_rate(kinetics, 0.1), Error);
        kinetics = {};
        kinetics.temperature = bad;
        CHECK_THROWS_AS(plating_rate(kinetics, 0.1), Error);
    }
    Kinetics kinetics;
    kinetics.film_resistance = nan;
    CHECK_THROWS_WITH_AS(
        plating_rate(kinetics, 0.1),
        "plating kinetics: the film resistance is nan ohm m^2; give a finite value >= 0", Error);
}
