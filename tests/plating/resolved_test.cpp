#include "porogen/plating/resolved.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <string>

#include <doctest/doctest.h>

#include "near.h"
#include "plating/rate.h"
#include "porogen/core/constants.h"
#include "porogen/core/parallel.h"
#include "refusal.h"
#include "transport/structures.h"
#include "volume/sample.h"

using namespace porogen;
using porogen::test::near;
using porogen::test::refusal;

namespace {

constexpr double h = 0.5e-6; // [m]; structures below are made in voxels
using Field = std::function<double(const Vec3&)>;

PhaseVolume make(const Shape& shape, const Field& solid) {
    return sample(shape, Vec3::Constant(h), {true, true, false},
                  [&](const Vec3& p) { return h * solid(p / h); });
}

double nothing(const Vec3&) {
    return 1000;
}
/// Upright walls, half of the volume.
double walls(const Vec3& p) {
    return std::abs(p.x() - 6) - 3;
}
/// A block with a chamber that opens through a narrow neck.
double bottle(const Vec3& p) {
    const double chamber = 5.2 - (p - Vec3(7, 7, 7)).norm();
    const double neck = std::min(2.2 - Vec3(p.x() - 7, p.y() - 7, 0).norm(), p.z() - 7);
    return std::max(chamber, std::max(neck, p.z() - 14.3));
}

/// The height of lithium that a charge makes [m].
double height(double charge) {
    return ResolvedOptions{}.lithium_molar_volume * charge / faraday;
}
double charge_of(double metres) {
    return metres / height(1);
}

ResolvedOptions plate_up_to(double voxels, double conductivity = 100) {
    ResolvedOptions options;
    options.capacity = charge_of(voxels * h);
    PlatingSolid solid;
    solid.lithiated_conductivity = conductivity;
    options.solids = {solid};
    options.depth_cells = 1;
    return options;
}

double sum_of(const Grid<float>& grid) {
    return std::accumulate(grid.begin(), grid.end(), 0.0);
}

/// What has to hold in any run.
void check_ledger(const ResolvedPlating& run, const ResolvedOptions& options) {
    REQUIRE_FALSE(run.steps.empty());
    CHECK(run.converged);
    CHECK(run.faraday_error < 1e-10);
    CHECK(run.steps.front().capacity == 0);
    for (std::size_t n = 0; n < run.steps.size(); ++n) {
        const ResolvedStep& step = run.steps[n];
        CHECK((n == 0 || step.capacity > run.steps[n - 1].capacity));
        CHECK(step.capacity <= options.capacity);
        CHECK(std::abs(step.capacity - options.current * step.time) <= 1e-9 * step.capacity);
        const double plated = step.li_volume / height(1);
        CHECK(std::abs(plated + step.inserted - run.activation - step.capacity) <=
              1e-9 * options.capacity);
        CHECK(std::isfinite(step.voltage));
        CHECK(std::isfinite(step.cut_off));
        CHECK((step.covered >= 0 && step.covered <= 1 + 1e-12));
    }
}

} // namespace

TEST_CASE("resolved: a foil plates flat, as thick as Faraday says, at the closed form's voltage") {
    const PhaseVolume foil = make({6, 5, 4}, nothing);
    ResolvedOptions options = plate_up_to(3.3);
    options.electrolyte.conductivity = 2e-3; // [S/m], so that the way counts
    options.concentration = false;
    options.max_charge_step = 0.2;
    const ResolvedPlating run = plate_resolved(foil, options);
    check_ledger(run, options);
    CHECK(run.steps.back().capacity == options.capacity);
    CHECK(run.largest_correction < 0.02);
    const double transfer = plating::drive_at(options.kinetics, options.current);
    for (const ResolvedStep& step : run.steps) {
        // The framework ends after its first layer; what has grown beyond makes the voltage
        // smaller.
        const double way = h - height(step.capacity);
        CHECK(step.voltage ==
              near(transfer + way * options.current / options.electrolyte.conductivity)
                  .epsilon(2e-4));
        CHECK(step.metrics.cov < 1e-3);
        CHECK(step.wetted_area == near(1).epsilon(1e-3));
        CHECK(step.cut_off == 0);
    }
    REQUIRE(run.snapshots.size() == 1);
    const Grid<float>& lithium = run.snapshots.front().lithium;
    for (std::int64_t column = 0; column < 30; ++column) {
        double sum = 0;
        for (std::int64_t n = column; n < lithium.size(); n += 30) {
            sum += static_cast<double>(lithium[n]);
        }
        CHECK(sum == near(3.3).epsilon(2e-3)); // the sunk surface of the foil apart
    }
    CHECK(run.overflow_capacity > 0);
    CHECK(run.clog_capacity == -1);
    CHECK(run.separator_capacity == -1);
    CHECK(run.nucleation_overpotential == 0);
}

TEST_CASE("resolved: a flat surface that comes to lie on the faces between cells goes on") {
    const PhaseVolume foil = make({4, 4, 12}, [](const Vec3& p) { return p.z() - 5; });
    for (const double above : {5e-5, 5e-6, 1e-6, 0.0, -5e-6, -5e-5}) { // [voxels]
        CAPTURE(above);
        ResolvedOptions options = plate_up_to(2.3);
        options.snapshots = {charge_of((1 + above) * h)};
        const ResolvedPlating run = plate_resolved(foil, options);
        CHECK(run.converged);
        CHECK(run.separator_capacity < 0);
        CHECK(run.steps.back().capacity == options.capacity);
        for (const ResolvedStep& step : run.steps) {
            CHECK(step.wetted_area == near(1).epsilon(0.1));
        }
    }
}

TEST_CASE("resolved: what the numbers cannot bear out is said") {
    const PhaseVolume foil = make({4, 4, 4}, nothing);
    ResolvedOptions options = plate_up_to(0.3);
    const double limit = plate_resolved(foil, options).limiting_current;
    const auto says = [&](double current, const char* words) {
        options.current = current;
        const ResolvedPlating run = plate_resolved(foil, options);
        return std::ranges::any_of(run.warnings, [&](const std::string& warning) {
            return warning.find(words) != std::string::npos;
        });
    };
    REQUIRE(limit > 0);
    options.concentration = false;
    CHECK_FALSE(says(0.5 * limit, "limiting current"));
    CHECK(says(1.5 * limit, "constant concentration"));
    options.concentration = true;
    CHECK(says(10 * limit, "the salt runs out"));
}

TEST_CASE("resolved: a fast reaction on a foil") {
    const PhaseVolume foil = make({8, 8, 4}, nothing);
    ResolvedOptions options = plate_up_to(1);
    options.concentration = false;
    options.kinetics.exchange_current_density = 1e6;
    check_ledger(plate_resolved(foil, options), options);
}

TEST_CASE("resolved: the lithium is kept at the charges asked for, to the bit") {
    const PhaseVolume foil = make({8, 8, 4}, nothing);
    ResolvedOptions options = plate_up_to(2);
    options.max_charge_step = 0.3;
    for (const double part : {0.7, 0.1 / 3, 0.123456789, 0.4, 1.5}) { // the last is never reached
        options.snapshots.push_back(part * options.capacity);
    }
    const ResolvedPlating run = plate_resolved(foil, options);
    check_ledger(run, options);
    std::vector<double> asked = options.snapshots;
    asked.back() = options.capacity;
    std::sort(asked.begin(), asked.end());
    REQUIRE(run.snapshots.size() == asked.size());
    for (std::size_t n = 0; n < asked.size(); ++n) {
        CHECK(run.snapshots[n].capacity == asked[n]);
        CHECK(sum_of(run.snapshots[n].lithium) * h / 64 == near(height(asked[n])).epsilon(1e-3));
    }
    // Steps are even, none is a remnant.
    double least = options.capacity;
    for (std::size_t n = 1; n < run.steps.size(); ++n) {
        least = std::min(least, run.steps[n].capacity - run.steps[n - 1].capacity);
    }
    CHECK(least > 0.01 * options.capacity);
}

TEST_CASE("resolved: the same bits for one and two threads, another seed another answer") {
    const PhaseVolume volume = make({12, 12, 12}, [](const Vec3& p) {
        return std::min((p - Vec3(6, 6, 4)).norm() - 4.5, (p - Vec3(0, 6, 8)).norm() - 3);
    });
    ResolvedOptions options = plate_up_to(0.8, 0.01);
    options.collector.barrier = 0.05;
    options.collector.barrier_spread = 0.01;
    options.solids[0].bare = options.collector;
    options.model = PotentialModel::two_potentials;
    options.concentration = true;
    options.max_charge_step = 0.5;
    const auto run = [&](int threads) {
        const ThreadLimit limit(threads);
        return plate_resolved(volume, options);
    };
    const ResolvedPlating one = run(1);
    const ResolvedPlating two = run(2);
    check_ledger(one, options);
    REQUIRE(one.steps.size() == two.steps.size());
    for (std::size_t n = 0; n < one.steps.size(); ++n) {
        CHECK(one.steps[n].voltage == two.steps[n].voltage);
        CHECK(one.steps[n].metrics.cov == two.steps[n].metrics.cov);
        CHECK(one.steps[n].covered == two.steps[n].covered);
    }
    const Grid<float>& a = one.snapshots.back().lithium;
    CHECK(std::equal(a.begin(), a.end(), two.snapshots.back().lithium.begin()));
    CHECK(one.nucleation_overpotential > 0.02);

    options.seed = 2;
    const ResolvedPlating other = run(2);
    CHECK(other.steps.front().voltage != one.steps.front().voltage);
}

TEST_CASE("resolved: a bottle's neck closes, and the void behind stays") {
    const PhaseVolume volume = make({14, 14, 15}, bottle);
    ResolvedOptions options = plate_up_to(7);
    options.depth_cells = 5;
    options.electrolyte.conductivity = 10;
    options.concentration = false;
    const ResolvedPlating run = plate_resolved(volume, options);
    check_ledger(run, options);
    REQUIRE(run.clog_capacity > 0);
    CHECK(run.clog_capacity < options.capacity);
    CHECK(run.steps.front().cut_off == 0);
    // Uniform growth closes the neck once it is as thick as the neck is wide.
    double closed = 0;
    for (const ResolvedStep& step : run.steps) {
        if (step.capacity >= run.clog_capacity) {
            closed = closed > 0 ? closed : step.cut_off;
            CHECK(step.cut_off == near(closed).epsilon(5e-3));
        }
    }
    // The neck, 2.2 wide, closes when that much has grown in the chamber, or half a voxel earlier:
    // a narrower pore is not seen. The framework counts as 14 layers high.
    const double pores = 4.0 / 3 * 3.14159 * std::pow(5.2, 3) + 3.14159 * 2.2 * 2.2 * 2.3;
    const double grown = 5.2 - std::cbrt(closed * pores * 0.75 / 3.14159);
    CHECK(grown > 1.3);
    CHECK(grown < 2.3);
    CHECK(run.overflow_capacity > 0);
    // After that all lithium goes on top.
    const ResolvedStep& last = run.steps.back();
    const auto at_clog = std::find_if(run.steps.begin(), run.steps.end(), [&](const auto& step) {
        return step.capacity >= run.clog_capacity;
    });
    CHECK(last.overflow - at_clog->overflow ==
          near(height(last.capacity - at_clog->capacity)).epsilon(0.05));
}

TEST_CASE("resolved: with little headroom lithium reaches the separator, and the run stops there") {
    const PhaseVolume foil = make({4, 4, 1}, nothing);
    ResolvedOptions options = plate_up_to(8);
    options.headroom = 3 * h;
    const ResolvedPlating run = plate_resolved(foil, options);
    CHECK(run.headroom_layers == 3);
    REQUIRE(run.separator_capacity > 0);
    CHECK(run.separator_capacity < options.capacity);
    const double room = charge_of(4 * h);
    CHECK(run.separator_capacity <= room * (1 + 0.15));
    CHECK(run.separator_capacity >= room * (1 - 0.15));
    CHECK(run.steps.back().capacity == run.separator_capacity);
    REQUIRE(run.warnings.size() == 1);
    CHECK(run.warnings.front().find("separator") != std::string::npos);
    REQUIRE(run.snapshots.size() == 1);
    CHECK(run.snapshots.front().capacity == run.separator_capacity);
}

TEST_CASE("resolved: the headroom asked for is that above the framework") {
    // two layers of the volume are empty above the walls
    const PhaseVolume volume =
        make({12, 4, 10}, [](const Vec3& p) { return std::max(walls(p), p.z() - 8); });
    ResolvedOptions options = plate_up_to(0.3);
    options.headroom = 5 * h;
    CHECK(plate_resolved(volume, options).headroom_layers == 5);
}

TEST_CASE("resolved: an insulating framework fills from the bottom, a conducting one everywhere") {
    const PhaseVolume volume = make({12, 4, 20}, walls);
    ResolvedOptions options = plate_up_to(2);
    options.depth_cells = 10;
    options.electrolyte.conductivity = 1;
    options.concentration = false;
    options.solids[0].lithiated_conductivity = 0;
    const ResolvedPlating low = plate_resolved(volume, options);
    check_ledger(low, options);
    CHECK(low.steps.front().wetted_area == near(0.5).epsilon(0.15));
    const std::vector<double>& fill = low.snapshots.back().fill;
    CHECK(fill[0] > 0.9);
    CHECK(fill[9] == 0);
    // half of the area is wall: a flat bottom rises twice as fast
    CHECK(low.steps.back().metrics.centroid == near(4.0 / 2 / 20).epsilon(0.1));

    options.solids[0].lithiated_conductivity = 1e3;
    const ResolvedPlating even = plate_resolved(volume, options);
    check_ledger(even, options);
    CHECK(even.steps.front().metrics.cov < 0.05);
    const std::vector<double>& spread = even.snapshots.back().fill;
    CHECK(spread[9] > 0.1);
    const Grid<float>& lithium = even.snapshots.back().lithium; // none is left out of the picture
    CHECK(sum_of(lithium) * h / (12 * 4) == near(height(options.capacity)).epsilon(2e-3));
    CHECK(spread[5] == near(spread[7]).epsilon(0.02)); // the foil's own lithium is at the bottom
    CHECK(even.model == PotentialModel::one_potential);
}

TEST_CASE("resolved: a pristine host is lithiated from the collector and plates as far as it is") {
    const PhaseVolume volume = make({12, 4, 20}, walls);
    ResolvedOptions options = plate_up_to(2);
    options.depth_cells = 10;
    options.host_state = HostState::pristine;
    options.solids[0].pristine_conductivity = 1e-8;
    options.solids[0].lithiated_conductivity = 100;
    options.solids[0].insertion_capacity = 1e9; // [C/m^3]: 5000 C/m^2 in all
    options.lithiation_speed = 5e-9;            // at first 2.5 of 5 A/m^2, as half the foil is host
    options.model = PotentialModel::two_potentials;
    const ResolvedPlating run = plate_resolved(volume, options);
    check_ledger(run, options);
    const double whole = 0.5 * 20 * h * 1e9;
    double before = -1;
    for (const ResolvedStep& step : run.steps) {
        CHECK(step.lithiated == near(step.inserted / whole).epsilon(2e-3));
        CHECK(step.lithiated >= before);
        before = step.lithiated;
        // The front is a plane: it has run as long as the current, and no faster than it can.
        const double front = step.lithiated * 20 * h;
        CHECK(front <=
              options.lithiation_speed * (step.time + run.activation / options.current) + 1.01 * h);
    }
    CHECK(run.activation < 0.01 * options.capacity); // it never takes all
    // At first only the foil reacts, and yet the host's electrons are not forgotten.
    options.capacity *= 0.1;
    options.model = PotentialModel::automatic;
    CHECK(plate_resolved(volume, options).model == PotentialModel::two_potentials);
    CHECK(run.steps.back().lithiated > run.steps.front().lithiated);
    // With the front on its way up nothing plates above it.
    const auto early = std::find_if(run.steps.begin(), run.steps.end(),
                                    [](const auto& step) { return step.li_volume > 0; });
    REQUIRE(early != run.steps.end());
    CHECK(early->metrics.top_fraction < 1e-3);
}

TEST_CASE("resolved: a host that takes all the current delays the plating") {
    const PhaseVolume volume = make({12, 4, 20}, walls);
    ResolvedOptions options = plate_up_to(1);
    options.host_state = HostState::pristine;
    options.solids[0].pristine_conductivity = 1e-8;
    options.solids[0].lithiated_conductivity = 100;
    options.solids[0].insertion_capacity = 1e9;
    options.lithiation_speed = 5e-8; // 25 of 5 A/m^2: the current limits
    const ResolvedPlating run = plate_resolved(volume, options);
    check_ledger(run, options);
    const double whole = 0.5 * 20 * h * 1e9;
    CHECK(run.activation == near(whole).epsilon(0.02));
    CHECK(run.steps.back().inserted == near(whole).epsilon(2e-3));
    CHECK(run.steps.back().li_volume > 0.97 * height(options.capacity));
}

TEST_CASE("resolved: once a host that took most of the current is full, the plating goes on") {
    const PhaseVolume volume = make({12, 4, 8}, walls);
    ResolvedOptions options = plate_up_to(3);
    options.host_state = HostState::pristine;
    options.solids[0].pristine_conductivity = 1e-8;
    options.solids[0].lithiated_conductivity = 100;
    options.solids[0].insertion_capacity = 1e9;
    options.lithiation_speed = 9.5e-9; // 4.75 of 5 A/m^2
    const ResolvedPlating run = plate_resolved(volume, options);
    check_ledger(run, options);
    CHECK(run.separator_capacity == -1);
    CHECK(run.steps.back().lithiated == near(1).epsilon(1e-6));
    CHECK(run.steps.back().capacity == options.capacity);
    CHECK(run.largest_correction < 0.5);
}

TEST_CASE("resolved: a framework that is cut off at its top ends there") {
    // walls that would go on: the lithium that fills everything up to their top is half of it
    const PhaseVolume volume = make({12, 4, 10}, walls);
    ResolvedOptions options = plate_up_to(0.1);
    options.host_state = HostState::pristine;
    options.solids[0].pristine_conductivity = 1e-8;
    options.solids[0].insertion_capacity = 1e9;
    options.lithiation_speed = 1e-6;
    CHECK(plate_resolved(volume, options).activation == near(0.5 * 10 * h * 1e9).epsilon(4e-3));
}

TEST_CASE("resolved: one potential is two where electrons have it easy") {
    PhaseVolume volume = make({12, 12, 14}, [](const Vec3& p) {
        return std::min((p - Vec3(6, 6, 4)).norm() - 4.5, (p - Vec3(6, 6, 10)).norm() - 3.6);
    });
    test::add_film(volume, 10.0); // [S]
    ResolvedOptions options = plate_up_to(1.5, 0);
    options.depth_cells = 7;
    options.concentration = false;
    options.model = PotentialModel::one_potential;
    const ResolvedPlating one = plate_resolved(volume, options);
    options.model = PotentialModel::two_potentials;
    const ResolvedPlating two = plate_resolved(volume, options);
    check_ledger(one, options);
    check_ledger(two, options);
    CHECK(one.model == PotentialModel::one_potential);
    CHECK(two.model == PotentialModel::two_potentials);
    CHECK(one.steps.front().voltage == near(two.steps.front().voltage).epsilon(1e-3));
    CHECK(std::abs(one.steps.front().metrics.cov - two.steps.front().metrics.cov) < 1e-3);
    const Grid<float>& a = one.snapshots.back().lithium;
    const Grid<float>& b = two.snapshots.back().lithium;
    double apart = 0;
    for (std::int64_t n = 0; n < a.size(); ++n) {
        apart += std::abs(static_cast<double>(a[n]) - static_cast<double>(b[n]));
    }
    CHECK(apart < 0.01 * sum_of(a));
    options.model = PotentialModel::automatic;
    CHECK(plate_resolved(volume, options).model == PotentialModel::one_potential);

    // Where they have not, the electrons' way shows: less plates at the top.
    PhaseVolume poor = volume;
    test::add_film(poor, 1e-9);
    const ResolvedPlating bent = plate_resolved(poor, options);
    CHECK(bent.model == PotentialModel::two_potentials);
    CHECK(bent.steps.front().metrics.centroid < 0.9 * one.steps.front().metrics.centroid);
    CHECK(bent.snapshots.back().fill[6] < 0.98 * one.snapshots.back().fill[6]);
}

TEST_CASE("resolved: what cannot plate is infeasible, and says what to do") {
    const auto message = [](const PhaseVolume& volume, const ResolvedOptions& options) {
        try {
            plate_resolved(volume, options);
        } catch (const Error& error) {
            CHECK(error.code() == ExitCode::infeasible);
            return std::string(error.what());
        }
        return std::string();
    };
    const auto tells = [](const std::string& text, const std::string& word) {
        return text.find(word) != std::string::npos && text.find('\n') == std::string::npos;
    };
    // an insulating slab over the whole foil
    const PhaseVolume slab = make({6, 6, 8}, [](const Vec3& p) { return p.z() - 8; });
    CHECK(tells(message(slab, plate_up_to(1, 0)), "open pores"));
    // pores, but closed ones
    const PhaseVolume closed =
        make({14, 14, 16}, [](const Vec3& p) { return std::max(bottle(p), 11.5 - p.z()); });
    (void)closed;
    const PhaseVolume sealed = make({14, 14, 16}, [](const Vec3& p) {
        return std::max(p.z() - 15.4, 5 - (p - Vec3(7, 7, 7)).norm());
    });
    CHECK(tells(message(sealed, plate_up_to(1, 0)), "open pores"));
    // all is inert
    ResolvedOptions inert = plate_up_to(1);
    inert.collector.inert = true;
    CHECK(tells(message(make({4, 4, 4}, nothing), inert), "nucleate"));
}

TEST_CASE("resolved: a slab without pores that conducts is a foil too") {
    const PhaseVolume slab = make({6, 6, 4}, [](const Vec3& p) { return p.z() - 2; });
    ResolvedOptions options = plate_up_to(1, 1e3);
    options.depth_cells = 2;
    const ResolvedPlating run = plate_resolved(slab, options);
    check_ledger(run, options);
    CHECK(run.steps.back().overflow_fraction() == near(1).epsilon(0.01));
    CHECK(run.steps.back().metrics.cov < 0.01);
}

TEST_CASE("resolved: lithium nucleates where its barrier lets it, and only there with sites") {
    const PhaseVolume foil = make({16, 16, 4}, nothing);
    ResolvedOptions options = plate_up_to(0.2);
    options.concentration = false;
    options.collector.barrier = 0.03;
    options.collector.site_density = 0.05 / (h * h);
    const ResolvedPlating run = plate_resolved(foil, options);
    check_ledger(run, options);
    CHECK(run.nucleation_overpotential == near(0.03).epsilon(1e-9));
    CHECK(run.steps[1].covered < 0.35); // one in twenty, and some neighbours
    CHECK(run.steps[1].metrics.gini > 0.5);
    CHECK(run.steps.back().covered > run.steps[1].covered);
}

TEST_CASE("resolved: options that make no sense are refused") {
    const PhaseVolume foil = make({4, 4, 4}, nothing);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto refused = [&](const std::function<void(ResolvedOptions&)>& change) {
        ResolvedOptions options = plate_up_to(0.2);
        change(options);
        return refusal([&] { plate_resolved(foil, options); }) == ExitCode::bad_input;
    };
    CHECK_FALSE(refused([](auto&) {}));
    for (const double bad : {nan, 0.0, -1.0, std::numeric_limits<double>::infinity()}) {
        CAPTURE(bad);
        CHECK(refused([&](auto& o) { o.current = bad; }));
        CHECK(refused([&](auto& o) { o.capacity = bad; }));
        CHECK(refused([&](auto& o) { o.lithium_molar_volume = bad; }));
        CHECK(refused([&](auto& o) { o.electrolyte.conductivity = bad; }));
        CHECK(refused([&](auto& o) { o.electrolyte.diffusivity = bad; }));
        CHECK(refused([&](auto& o) { o.lithiation_speed = bad; }));
        CHECK(refused([&](auto& o) { o.max_move = bad; }));
        CHECK(refused([&](auto& o) { o.max_charge_step = bad; }));
        CHECK(refused([&](auto& o) { o.relative_ionic = bad; }));
        CHECK(refused([&](auto& o) { o.headroom = bad; }));
        CHECK(refused([&](auto& o) { o.snapshots = {bad}; }));
        CHECK(refused([&](auto& o) { o.kinetics.exchange_current_density = bad; }));
    }
    for (const double bad : {nan, -1.0}) {
        CHECK(refused([&](auto& o) { o.collector.barrier = bad; }));
        CHECK(refused([&](auto& o) { o.collector.barrier_spread = bad; }));
        CHECK(refused([&](auto& o) { o.solids[0].bare.site_density = bad; }));
        CHECK(refused([&](auto& o) { o.solids[0].lithiated_conductivity = bad; }));
        CHECK(refused([&](auto& o) { o.solids[0].insertion_capacity = bad; }));
        CHECK(refused([&](auto& o) { o.sheet_factor = bad; }));
        CHECK(refused([&](auto& o) { o.solid_metal_resistance = bad; }));
    }
    CHECK(refused([](auto& o) { o.depth_cells = 0; }));
    CHECK(refused([](auto& o) { o.solids.clear(); })); // label 1 may occur
    CHECK(refused([](auto& o) { o.solids.push_back(o.solids[0]); }));
    CHECK(refused([](auto& o) { o.solids[0].label = 0; }));
    CHECK(refused([](auto& o) { o.headroom = 1; })); // a metre

    PhaseVolume image = foil;
    image.distance = {};
    PhaseVolume oblong = foil;
    oblong.voxel.z() *= 1.1;
    for (const PhaseVolume& volume : {image, oblong}) {
        CHECK(refusal([&] { plate_resolved(volume, plate_up_to(0.2)); }) == ExitCode::bad_input);
    }
}
