#include "plating/surface_state.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include <doctest/doctest.h>

#include "near.h"
#include "plating/rate.h"
#include "volume/sample.h"

using namespace porogen;
using namespace porogen::plating;
using porogen::test::near;

namespace {

constexpr double h = 1e-6; // [m]

/// A bare foil below 4 layers of electrolyte, a site in each cell of its surface.
struct Foil {
    explicit Foil(const PlatingSurface& collector, std::int64_t side = 8, std::uint64_t seed = 1)
        : options(with(collector, seed)),
          box(plating_box(sample({side, side, 4}, Vec3::Constant(h), {true, true, false},
                                 [](const Vec3&) { return 100 * h; }),
                          options)),
          lithiated(box.framework.shape()), state(box, options, lithiated) {
        for (std::int64_t n = 0; n < box.cells.interface_area.size(); ++n) {
            if (box.cells.interface_area[n] > 0) {
                ReactionSite site;
                site.cell = n;
                site.area = box.cells.interface_area[n];
                sites.push_back(site);
            }
        }
    }

    static ResolvedOptions with(const PlatingSurface& collector, std::uint64_t seed) {
        ResolvedOptions options;
        options.collector = collector;
        options.seed = seed;
        return options;
    }
    /// The order in which the sites nucleate, one by one, while the drive rises slowly.
    [[nodiscard]] std::vector<std::pair<double, std::size_t>> order() const {
        std::vector<std::uint8_t> active(sites.size(), 0);
        std::vector<std::pair<double, std::size_t>> found;
        for (double drive = 0; drive < 0.5; drive += 1e-4) {
            const std::vector<std::uint8_t> before = active;
            state.nucleate(sites, std::vector<double>(sites.size(), drive), active);
            for (std::size_t s = 0; s < sites.size(); ++s) {
                if (active[s] != before[s]) {
                    found.emplace_back(drive, s);
                }
            }
        }
        return found;
    }

    ResolvedOptions options;
    PlatingBox box;
    Grid<float> lithiated;
    SurfaceState state;
    std::vector<ReactionSite> sites;
};

int count(const std::vector<std::uint8_t>& active) {
    return static_cast<int>(std::count(active.begin(), active.end(), 1));
}

} // namespace

TEST_CASE("surface: without a barrier all is active, inert never is") {
    const Foil free(PlatingSurface{});
    CHECK(free.sites.size() == 64);
    CHECK(count(free.state.active(free.sites)) == 64);
    const Foil inert(PlatingSurface{.inert = true});
    std::vector<std::uint8_t> active = inert.state.active(inert.sites);
    CHECK(count(active) == 0);
    CHECK(inert.state.first_nuclei(inert.sites, 1, active) ==
          std::numeric_limits<double>::infinity());
    CHECK(inert.state.nucleate(inert.sites, std::vector<double>(64, 10.0), active) == 0);
    CHECK(count(active) == 0);
}

TEST_CASE("surface: the lowest barrier goes first, those farthest above theirs follow") {
    const Foil foil(PlatingSurface{.barrier = 0.05, .barrier_spread = 0.01});
    std::vector<std::uint8_t> active = foil.state.active(foil.sites);
    REQUIRE(count(active) == 0);
    const double lowest = foil.state.first_nuclei(foil.sites, 1e-20, active);
    REQUIRE(count(active) == 1);
    const auto first =
        static_cast<std::size_t>(std::find(active.begin(), active.end(), 1) - active.begin());
    const auto order = foil.order();
    REQUIRE(order.size() == 64);
    CHECK(order.front().second == first);
    CHECK(std::abs(order.front().first - lowest) < 2e-4);

    // All see the same drive: one round activates as much area as there is, then twice as much.
    const std::vector<double> drive(64, 0.2);
    CHECK(foil.state.nucleate(foil.sites, drive, active) >= lowest);
    CHECK(count(active) == 2);
    CHECK(active[order[1].second] == 1);
    foil.state.nucleate(foil.sites, drive, active);
    CHECK(count(active) == 4);
    CHECK(active[order[2].second] == 1);
    CHECK(active[order[3].second] == 1);
    // A site where the drive is high goes before one of a lower barrier where it is not.
    std::vector<double> uneven(64, 0.0);
    uneven[order.back().second] = 0.2;
    const double highest = foil.state.nucleate(foil.sites, uneven, active);
    CHECK(active[order.back().second] == 1);
    CHECK(std::abs(highest - order.back().first) < 2e-4);
    CHECK(count(active) == 5);
}

TEST_CASE("surface: the first nuclei are those that a quarter of the current takes") {
    const Foil foil(PlatingSurface{.barrier = 0.05, .barrier_spread = 0.01});
    const double current = 400 * h * h; // of 64 cells' 40 A/m^2 or so at the barrier
    std::vector<std::uint8_t> active(64, 0);
    const double lowest = foil.state.first_nuclei(foil.sites, current, active);
    const auto order = foil.order();
    CHECK(std::abs(order.front().first - lowest) < 2e-4);
    const int nuclei = count(active);
    REQUIRE(nuclei > 1);
    REQUIRE(nuclei < 64);
    for (int n = 0; n < 64; ++n) {
        CHECK((active[order[static_cast<std::size_t>(n)].second] != 0) == (n < nuclei));
    }
    const auto drive = [&](int sites) {
        return drive_at(foil.options.kinetics, 0.25 * current / (sites * h * h));
    };
    CHECK(drive(nuclei) <= order[static_cast<std::size_t>(nuclei)].first + 2e-4);
    CHECK(drive(nuclei - 1) > order[static_cast<std::size_t>(nuclei - 1)].first - 2e-4);
}

TEST_CASE("surface: barriers have the mean and spread asked for, and come from the seed") {
    const PlatingSurface surface{.barrier = 0.05, .barrier_spread = 0.01};
    const Foil foil(surface, 20);
    const auto order = foil.order();
    REQUIRE(order.size() == 400);
    double sum = 0;
    double square = 0;
    for (const auto& [barrier, site] : order) {
        sum += barrier;
        square += barrier * barrier;
    }
    const double mean = sum / 400;
    const double spread = std::sqrt(square / 400 - mean * mean);
    CHECK(std::abs(mean - 0.05) < 4 * 0.01 / 20); // standard error 0.01/sqrt(400)
    CHECK(std::abs(spread - 0.01) < 4 * 0.01 / std::sqrt(800.0));
    CHECK(Foil(surface, 20).order() == order);
    CHECK(Foil(surface, 20, 2).order() != order);
}

TEST_CASE("surface: a wide spread leaves no barrier at zero") {
    const Foil foil(PlatingSurface{.barrier = 0.01, .barrier_spread = 0.1});
    CHECK(count(foil.state.active(foil.sites)) == 0);
    CHECK(foil.order().front().first >= 1e-3);
}

TEST_CASE("surface: nucleation sites are as many as their density says") {
    constexpr std::int64_t side = 40;
    for (const double per_cell : {0.05, 1.0}) {
        CAPTURE(per_cell);
        const Foil foil(PlatingSurface{.barrier = 0.01, .site_density = per_cell / (h * h)}, side);
        const double cells = side * side;
        const double chance = 1 - std::exp(-per_cell); // of a cell to have any
        const double found = static_cast<double>(foil.order().size());
        CHECK(std::abs(found - cells * chance) < 4 * std::sqrt(cells * chance * (1 - chance)));
    }
}

TEST_CASE("surface: nucleation sites stay where they are while lithium narrows their cells") {
    Foil foil(PlatingSurface{.barrier = 0.01, .site_density = 0.5 / (h * h)}, 20);
    const auto before = foil.order();
    for (ReactionSite& site : foil.sites) {
        site.area *= 0.3F;
    }
    CHECK(foil.order() == before);
}

TEST_CASE("surface: lithium has no barrier, and needs a current to be there") {
    Foil foil(PlatingSurface{.barrier = 0.05, .barrier_spread = 0.01});
    std::vector<double> current(64, 0.0);
    current[5] = 1;
    current[6] = -1;
    foil.state.cover(foil.sites, current);
    const std::vector<std::uint8_t> active = foil.state.active(foil.sites);
    CHECK(count(active) == 1);
    CHECK(active[5] == 1);
    CHECK(foil.state.lithium()[foil.sites[5].cell] == 1);
    CHECK(foil.state.lithium()[foil.sites[6].cell] == 0);
}

TEST_CASE("surface: lithium spreads to where it has grown a quarter of a voxel") {
    for (const double thickness : {0.2, 0.3}) {
        CAPTURE(thickness);
        Foil foil(PlatingSurface{.barrier = 0.05});
        PhaseVolume grown = foil.box.framework;
        for (float& d : grown.distance) {
            d -= static_cast<float>(thickness * h);
        }
        const CutCells deposit = cut_cells(grown);
        foil.state.spread(foil.box.cells, deposit);
        // The foil's surface lies at the upper faces of its cells, so the lithium is in those
        // above.
        std::int64_t above = 0;
        const std::int64_t layer = 64;
        for (std::int64_t n = collector_layers * layer; n < (collector_layers + 1) * layer; ++n) {
            above += foil.state.lithium()[n] == 2; // at the collector's potential
        }
        CHECK(above == layer);
        const auto& lithium = foil.state.lithium();
        // and the sliver of foil cells below, which it fills to the brim
        CHECK(lithium.size() - std::count(lithium.begin(), lithium.end(), 0) == 2 * layer);
    }
}

TEST_CASE("surface: what insulates feeds no surface, the collector conducts without limit") {
    ResolvedOptions options;
    PlatingSolid host;
    host.pristine_conductivity = 1e-7;
    host.lithiated_conductivity = 1;
    host.insertion_capacity = 1e9;
    options.solids = {host};
    options.host_state = HostState::pristine;
    const PlatingBox box = plating_box(sample({4, 4, 6}, Vec3::Constant(h), {true, true, false},
                                              [](const Vec3& p) { return p.z() - 3.2 * h; }),
                                       options);
    Grid<float> lithiated(box.framework.shape());
    const SurfaceState state(box, options, lithiated);
    const std::int64_t cell = box.framework.shape().index(1, 1, 4);
    lithiated[cell] = 1;
    const Grid<float> k = state.solid_conductivity();
    CHECK(std::isinf(k(1, 1, 0)));
    CHECK(k[cell] == 1);
    CHECK(k(2, 2, 4) == 0);
}
