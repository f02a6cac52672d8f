#include "porogen/plating/insertion.h"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/constants.h"
#include "porogen/core/errors.h"

using namespace porogen;
using test::near;

namespace {

// data/materials.toml, [llto_ocv] and [nmc622].
const Msmr llto{{1.575, 1.19, 0.55}, {0.22, 0.33, 0.45}, {2.0, 3.0, 9.0}};
const Msmr nmc622{{3.62274, 3.72645, 3.90575, 4.22955},
                  {0.13442, 0.32460, 0.21118, 0.32980},
                  {0.96710, 1.39712, 3.50500, 5.52757}};

struct Row {
    double occupied;
    double potential;
};

/// Mean of the potential between two fillings by the trapezium rule [V].
double mean_over(const Msmr& host, double from, double to, int steps) {
    double sum = 0;
    for (int n = 0; n <= steps; ++n) {
        const double weight = n == 0 || n == steps ? 0.5 : 1;
        sum += weight * potential(host, from + (to - from) * n / steps);
    }
    return sum / steps;
}

} // namespace

TEST_CASE("one kind of site is the ideal insertion isotherm") {
    const Msmr ideal{{0.8}, {1}, {1}};
    const double thermal = gas_constant * 298.15 / faraday;
    for (const double x : {1e-12, 0.01, 0.5, 0.9}) {
        CHECK(potential(ideal, x) == near(0.8 + thermal * std::log((1 - x) / x)).epsilon(1e-14));
    }
    CHECK(occupancy(ideal, 0.8) == near(0.5).epsilon(1e-15));
}

TEST_CASE("the potential of LLTO and of NMC622 is that of the tables") {
    // LLTO: a numerical solution of the same sites, rounded to 0.1 mV and 1e-4 of the filling.
    for (const Row row : {Row{0.01, 1.7486}, Row{0.1092, 1.5825}, Row{0.3075, 1.2902},
                          Row{0.5058, 1.1044}, Row{0.7041, 0.6996}, Row{0.9024, 0.2532}}) {
        CHECK(std::abs(potential(llto, row.occupied) - row.potential) < 6e-4);
    }
    // NMC622: PyBaMM MSMR_example_set.py at 7c9f5bd, after Verbrugge et al., J. Electrochem. Soc.
    // 164 (2017) E3243, Table 1.
    for (const Row row :
         {Row{0.24, 4.12502}, Row{0.36, 3.96248}, Row{0.48, 3.82623}, Row{0.6, 3.75414},
          Row{0.72, 3.70760}, Row{0.84, 3.65374}, Row{0.96, 3.58533}}) {
        CHECK(std::abs(potential(nmc622, row.occupied) - row.potential) < 6e-6);
    }
    CHECK(occupancy(nmc622, 3.0) == near(0.99993).epsilon(1e-5));
    CHECK(occupancy(nmc622, 4.3) == near(0.12744).epsilon(5e-5));
}

TEST_CASE("LLTO takes lithium at 1.000 V on the mean over the table it was fitted on") {
    CHECK(mean_over(llto, 0.01, 0.985, 2000) == near(1.000).epsilon(5e-4));
    // From empty to full the mean is that of the sites, a little lower: the last sites fill below
    // 0 V against lithium.
    CHECK(mean_potential(llto) == near(0.9867).epsilon(1e-12));
    CHECK(mean_over(llto, 1e-7, 1 - 1e-7, 200000) == near(0.9867).epsilon(1e-4));
    CHECK(potential(llto, 0.97) < 0);
    CHECK(occupancy(llto, 0) == near(0.9619).epsilon(1e-3));
}

TEST_CASE("occupancy and potential fall with each other and invert each other") {
    for (const Msmr& host : {llto, nmc622}) {
        double before = std::numeric_limits<double>::infinity();
        for (double x = 1.0 / 128; x < 1; x += 1.0 / 128) {
            const double u = potential(host, x);
            REQUIRE(u < before);
            before = u;
            CHECK(std::abs(occupancy(host, u) - x) < 1e-13);
            CHECK(std::abs(potential(host, occupancy(host, u)) - u) < 1e-12);
        }
        for (const double x : {1e-200, 1e-12, 1 - 1e-12}) {
            CHECK(occupancy(host, potential(host, x)) == near(x).epsilon(1e-12));
        }
        for (const double u : {-50.0, 1e4}) {
            CHECK(occupancy(host, u) == (u < 0 ? 1 : 0));
        }
    }
}

TEST_CASE("narrow sites far apart are found too") {
    const Msmr steps{{3.0, 1.0}, {0.5, 0.5}, {0.01, 0.01}};
    for (const double x : {0.1, 0.499999, 0.500001, 0.9}) {
        CHECK(occupancy(steps, potential(steps, x)) == near(x).epsilon(1e-12));
    }
    CHECK(std::abs(potential(steps, 0.25) - 3.0) < 1e-9);
    CHECK(std::abs(potential(steps, 0.75) - 1.0) < 1e-9);
}

TEST_CASE("capacity: 225 mAh/g at 54 % of 4830 kg/m3 is 0.06 mAh/cm2 per micrometre") {
    const double capacity = volumetric_capacity(225 * 3600.0, 4830);
    CHECK(capacity == near(3.9123e9).epsilon(1e-12));
    CHECK(0.54 * capacity * 1e-6 / mah_per_cm2 == near(0.060).epsilon(0.03));
    CHECK_THROWS_AS(volumetric_capacity(0, 4830), Error);
    CHECK_THROWS_AS(volumetric_capacity(8e5, std::nan("")), Error);
}

TEST_CASE("a host that cannot be is refused, NaN included") {
    const double nan = std::nan("");
    Msmr host = llto;
    host.w.pop_back();
    CHECK_THROWS_WITH_AS(occupancy(host, 1),
                         "insertion host: U0, X and w have 3, 3 and 2 values; give each kind of "
                         "site one of each",
                         Error);
    CHECK_THROWS_AS(occupancy(Msmr{}, 1), Error);
    for (const double bad : {0.0, -0.1, nan}) {
        host = llto;
        host.w[1] = bad;
        CHECK_THROWS_AS(potential(host, 0.5), Error);
        host = llto;
        host.X[2] = bad;
        CHECK_THROWS_AS(potential(host, 0.5), Error);
        host = llto;
        host.temperature = bad;
        CHECK_THROWS_AS(mean_potential(host), Error);
    }
    host = llto;
    host.X[0] = 0.25; // they no longer add up
    CHECK_THROWS_AS(potential(host, 0.5), Error);
    for (const double bad : {0.0, 1.0, -0.2, nan}) {
        CHECK_THROWS_AS(potential(llto, bad), Error);
    }
    CHECK_THROWS_AS(occupancy(llto, nan), Error);
}
