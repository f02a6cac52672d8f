#include "porogen/plating/plate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "plating/closed_forms.h"
#include "plating/rate.h"
#include "porogen/core/constants.h"
#include "porogen/core/errors.h"

using namespace porogen;
using doctest::Approx;

namespace {

constexpr double mAh_per_cm2 = 36000; // [C/m^2]

HomogenisedElectrode electrode(double ionic, double electronic) {
    HomogenisedElectrode e;
    e.thickness = 50e-6;
    e.porosity = 0.46;
    e.specific_surface = 5e5;
    e.ionic = ionic;
    e.electronic = electronic;
    return e;
}

/// Conducts so well that the reaction is uniform to 1e-12.
HomogenisedElectrode uniform() {
    return electrode(1e10, 1e10);
}

double pore_capacity(const HomogenisedElectrode& e, const PlateOptions& options) {
    return e.porosity * e.thickness * faraday / options.lithium_molar_volume;
}

PlateOptions up_to(double capacity) {
    PlateOptions options;
    options.capacity = capacity;
    return options;
}

} // namespace

TEST_CASE("uniform plating: fill = h/(eps L) at every capacity, h = 4.849 um per mAh/cm2") {
    PlateOptions options = up_to(4 * mAh_per_cm2);
    options.lithium_molar_volume = 1.299625e-5;
    const PlateResult result = plate_homogenised(uniform(), options);
    REQUIRE(result.steps.size() > 40);
    CHECK(result.steps.front().capacity == 0);
    CHECK(result.steps.back().capacity == options.capacity);
    for (const PlateStep& step : result.steps) {
        const double h = step.capacity / mAh_per_cm2 * 4.849081e-6;
        CHECK(step.li_volume == Approx(h).epsilon(1e-6));
        CHECK(step.metrics.fill == Approx(h / (0.46 * 50e-6)).epsilon(1e-6));
        CHECK(step.metrics.uniformity == Approx(1).epsilon(1e-9));
        CHECK(step.metrics.centroid == Approx(0.5).epsilon(1e-9));
        CHECK(step.metrics.cov < 1e-9);
        CHECK(step.time == step.capacity / options.current);
        CHECK(step.overflow == 0);
    }
    CHECK(result.overflow_capacity == -1);
    CHECK(result.clog_capacity == -1);
}

TEST_CASE("uniform plating overflows exactly when the pores are full") {
    PlateOptions options = up_to(6 * mAh_per_cm2);
    const double full = pore_capacity(uniform(), options);
    const PlateResult result = plate_homogenised(uniform(), options);
    CHECK(result.overflow_capacity == Approx(full).epsilon(1e-9));
    CHECK(result.clog_capacity == result.overflow_capacity);
    CHECK(result.metrics.fill == Approx(1).epsilon(1e-9));
    const double beyond = options.capacity - full;
    CHECK(result.steps.back().overflow ==
          Approx(beyond * options.lithium_molar_volume / faraday).epsilon(1e-8));
    const double share = beyond / options.capacity;
    CHECK(result.metrics.uniformity == Approx(1 - share).epsilon(1e-8));
    CHECK(result.metrics.top_fraction == Approx(share + 0.1 * (1 - share)).epsilon(1e-8));
    CHECK(result.metrics.centroid == Approx(share + 0.5 * (1 - share)).epsilon(1e-8));
    // All cells fill in one step: no crowd of tiny steps at the end.
    CHECK(result.steps.size() < 70);
    CHECK(result.steps.back().voltage ==
          Approx(plating::drive_at(options.kinetics, 5) + 5 * 50e-6 / 1e10).epsilon(1e-12));
}

TEST_CASE("a capacity of exactly the pores fills them and does not overflow") {
    PlateOptions options;
    options.capacity = pore_capacity(uniform(), options);
    const PlateResult result = plate_homogenised(uniform(), options);
    // Cells are full together within 1e-9.
    CHECK(result.metrics.fill == Approx(1).epsilon(1e-9));
    CHECK(result.steps.back().overflow <= 1e-9 * result.steps.back().li_volume);
    CHECK(result.faraday_error <= 1e-12);
}

TEST_CASE("charge in is lithium out, at every step and through the overflow") {
    for (const double ionic : {1e-3, 0.05, 10.0}) {
        for (const double electronic : {1e-3, 0.05, 10.0}) {
            CAPTURE(ionic);
            CAPTURE(electronic);
            PlateOptions options = up_to(6 * mAh_per_cm2);
            options.cells = 60;
            const PlateResult result = plate_homogenised(electrode(ionic, electronic), options);
            CHECK(result.faraday_error <= 1e-12);
            CHECK(result.overflow_capacity >= result.clog_capacity);
            CHECK(result.clog_capacity > 0);
            const double per_charge = options.lithium_molar_volume / faraday;
            double last = -1;
            for (const PlateStep& step : result.steps) {
                CHECK(std::abs(step.li_volume - step.capacity * per_charge) <=
                      1e-12 * step.capacity * per_charge);
                CHECK(step.capacity > last);
                CHECK(step.voltage > 0);
                last = step.capacity;
            }
            CHECK(last == options.capacity);
            for (const double fill : result.fill) {
                CHECK(fill >= 0);
                CHECK(fill <= 1 + 1e-12);
            }
        }
    }
}

TEST_CASE("no step changes a cell's fill by more than asked") {
    PlateOptions options = up_to(1.2 * mAh_per_cm2);
    options.max_fill_step = 0.05;
    const PlateResult result = plate_homogenised(electrode(0.05, 10), options);
    const std::vector<double>& fill = result.fill;
    const double highest = *std::max_element(fill.begin(), fill.end());
    CHECK(static_cast<double>(result.steps.size() - 1) >= highest / 0.05);
    CHECK(static_cast<double>(result.steps.size() - 1) <= 2 + 1.5 * highest / 0.05);
}

TEST_CASE("the first distribution is the closed form") {
    PlateOptions options = up_to(100);
    options.kinetics.law = RateLaw::linear;
    options.current = 10;
    options.cells = 2000;
    const PlateResult result = plate_homogenised(electrode(0.05, 0.05), options);
    const closed_forms::Linear exact({10, 50e-6, 0.05, 0.05, 5e5, options.kinetics});
    for (std::size_t c = 0; c < 2000; ++c) {
        const double y = (static_cast<double>(c) + 0.5) / 2000;
        CHECK(result.initial_reaction[c] == Approx(exact.reaction(y)).epsilon(2e-6));
    }
    CHECK(result.nu == Approx(4.411448).epsilon(1e-6));
    CHECK(result.wagner == Approx(2.569).epsilon(1e-3));
    const UniformityMetrics& m = result.steps.front().metrics;
    CHECK(m.top_fraction == Approx(0.18395).epsilon(1e-4));
    CHECK(m.bottom_fraction == Approx(0.18395).epsilon(1e-4));
    CHECK(m.centroid == Approx(0.5).epsilon(1e-9));
    CHECK(m.fill == 0);
    CHECK(result.steps.front().voltage / 10 == Approx(7.322533e-4).epsilon(1e-6));
}

TEST_CASE("a poor electronic conductor plates at the bottom, a poor ionic one at the top") {
    const PlateResult bottom = plate_homogenised(electrode(0.1, 1e-3), up_to(0.5 * mAh_per_cm2));
    CHECK(bottom.metrics.centroid < 0.25);
    CHECK(bottom.metrics.bottom_fraction > 0.5);
    const PlateResult top = plate_homogenised(electrode(1e-3, 10), up_to(0.3 * mAh_per_cm2));
    CHECK(top.metrics.centroid > 0.75);
    CHECK(top.metrics.top_fraction > 0.9);
    // Below a full cell the pores stay as they were when it closed.
    CHECK(top.overflow_capacity > 0);
    CHECK(top.metrics.fill < 0.1);
}

TEST_CASE("from the bottom up the pores fill to the brim before lithium overflows") {
    const HomogenisedElectrode e = electrode(1, 1e-4);
    PlateOptions options = up_to(6 * mAh_per_cm2);
    options.cells = 50;
    const PlateResult result = plate_homogenised(e, options);
    CHECK(result.overflow_capacity == Approx(pore_capacity(e, options)).epsilon(0.01));
    CHECK(result.clog_capacity < 0.1 * result.overflow_capacity);
}

TEST_CASE("the error falls with the first power of the charge step") {
    // The ionic conductivity halves within the steps, so what the step holds constant matters.
    const HomogenisedElectrode e = electrode(0.05, 10);
    PlateOptions options = up_to(1.1 * mAh_per_cm2);
    options.current = 40;
    options.cells = 50;
    const auto centroid = [&](double step) {
        options.max_fill_step = step;
        const PlateResult result = plate_homogenised(e, options);
        REQUIRE(result.clog_capacity == -1);
        return result.metrics.centroid;
    };
    const double reference = centroid(0.000125);
    const double coarse = centroid(0.016) - reference;
    const double middle = centroid(0.008) - reference;
    const double fine = centroid(0.004) - reference;
    CHECK(std::abs(coarse) > 1e-4);
    CHECK(std::log2(coarse / middle) == Approx(1).epsilon(0.1));
    CHECK(std::log2(middle / fine) == Approx(1).epsilon(0.1));
}

TEST_CASE("clogging does not depend on the mesh") {
    PlateOptions options = up_to(3 * mAh_per_cm2);
    options.max_fill_step = 0.005;
    std::vector<double> clog;
    for (const int cells : {50, 100, 200}) {
        options.cells = cells;
        clog.push_back(plate_homogenised(electrode(0.05, 10), options).clog_capacity);
    }
    CHECK(std::abs(clog[2] - clog[1]) < 0.6 * std::abs(clog[1] - clog[0]));
    CHECK(std::abs(clog[2] / clog[1] - 1) < 0.02);
}

TEST_CASE("a film on the surface evens the reaction out and costs voltage") {
    PlateOptions options = up_to(mAh_per_cm2);
    const PlateResult bare = plate_homogenised(electrode(0.05, 10), options);
    options.kinetics.film_resistance = 0.02;
    const PlateResult filmed = plate_homogenised(electrode(0.05, 10), options);
    CHECK(filmed.nu < bare.nu);
    CHECK(filmed.metrics.uniformity > bare.metrics.uniformity);
    CHECK(filmed.steps.front().voltage > bare.steps.front().voltage);
}

TEST_CASE("current statistics count the pores that ions no longer reach") {
    const HomogenisedElectrode e = electrode(1e-3, 10);
    const PlateResult result = plate_homogenised(e, up_to(2 * mAh_per_cm2));
    REQUIRE(result.overflow_capacity > 0);
    // All current flows on area 1 of 1 + open inner surface, about 1 + a L = 26.
    CHECK(result.metrics.active_area == Approx(1.0 / 26).epsilon(0.1));
    CHECK(result.metrics.gini == Approx(25.0 / 26).epsilon(0.01));
}

TEST_CASE("electrodes and options that cannot be are refused, NaN included") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto refused = [](const HomogenisedElectrode& e, const PlateOptions& options) {
        try {
            plate_homogenised(e, options);
        } catch (const Error& error) {
            return error.code() == ExitCode::bad_input;
        }
        return false;
    };
    for (const double bad : {0.0, -1.0, nan, std::numeric_limits<double>::infinity()}) {
        for (double HomogenisedElectrode::*member :
             {&HomogenisedElectrode::thickness, &HomogenisedElectrode::porosity,
              &HomogenisedElectrode::specific_surface, &HomogenisedElectrode::ionic,
              &HomogenisedElectrode::electronic}) {
            HomogenisedElectrode e = uniform();
            e.*member = bad;
            CHECK(refused(e, up_to(1000)));
        }
        for (double PlateOptions::*member :
             {&PlateOptions::current, &PlateOptions::capacity, &PlateOptions::lithium_molar_volume,
              &PlateOptions::max_fill_step}) {
            PlateOptions options = up_to(1000);
            options.*member = bad;
            CHECK(refused(uniform(), options));
        }
    }
    PlateOptions options = up_to(1000);
    options.cells = 0;
    CHECK(refused(uniform(), options));
}

TEST_CASE("an interrupt stops between steps") {
    request_interrupt();
    try {
        plate_homogenised(uniform(), up_to(mAh_per_cm2));
        CHECK(false);
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::interrupted);
    }
    clear_interrupt();
}
