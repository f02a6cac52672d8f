#include "porogen/transport/electrode_network.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <set>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/transport/solve_fed.h"
#include "porogen/transport/surface_network.h"
#include "refusal.h"
#include "transport/structures.h"

using namespace porogen;
using namespace porogen::test;

namespace {

constexpr double h = 1e-6; // [m]; the structures below are made in voxels
constexpr float collector = std::numeric_limits<float>::infinity();
using Field = std::function<double(const Vec3&)>;

/// A structure above a collector whose surface lies in the third layer.
struct Electrode {
    PhaseVolume framework;
    CutCells framework_cells;
    CutSheet sheet;
    PhaseVolume deposit; ///< with lithium
    CutCells cells;
    Grid<std::uint8_t> lithium;
    Grid<float> solid_conductivity;

    [[nodiscard]] ElectrodeNetwork network(const PlatedConductors& conductors,
                                           Electrons electrons = Electrons::resolved) const {
        return electrode_network({framework, framework_cells, sheet, deposit.distance, cells,
                                  lithium, solid_conductivity},
                                 conductors, electrons);
    }
};

constexpr double foil = 2.999; ///< height of the collector's surface
constexpr PlatedConductors usual{.ionic = 0.5};

/// `solid` and, where given, what lithium fills beyond it; distances in voxels.
Electrode make_electrode(Shape shape, double solid_conductivity, double film, const Field& solid,
                         const Field& with_lithium = {}) {
    Electrode e;
    const auto on_foil = [](const Field& field) {
        return [field](const Vec3& p) { return std::min(field(p), p.z() - foil); };
    };
    e.framework = make_solid(shape, h, on_foil(solid));
    e.framework.periodic = {true, true, false};
    if (film > 0) {
        add_film(e.framework, film);
        for (std::int64_t n = 0; n < 2 * shape.x * shape.y; ++n) {
            e.framework.film.sheet_conductance[n] = 0;
        }
        e.sheet = cut_sheet(e.framework);
    }
    e.framework_cells = cut_cells(e.framework);
    e.deposit = make_solid(shape, h, on_foil(with_lithium ? with_lithium : solid));
    e.deposit.periodic = e.framework.periodic;
    e.cells = cut_cells(e.deposit);
    e.lithium = Grid<std::uint8_t>(shape);
    e.solid_conductivity = Grid<float>(shape);
    for (std::int64_t n = 0; n < shape.size(); ++n) {
        e.lithium[n] = e.cells.solid_fraction[n] > e.framework_cells.solid_fraction[n] + 1e-3F;
        const Vec3 p =
            Vec3(static_cast<double>(n % shape.x), static_cast<double>(n / shape.x % shape.y),
                 static_cast<double>(n / (shape.x * shape.y))) +
            Vec3::Constant(0.5);
        const double above = p.z() - foil;
        const bool below = above < 0 || (above < 1 && above < solid(p)); // or nearer to the foil
        e.solid_conductivity[n] = below ? collector : static_cast<float>(solid_conductivity);
    }
    return e;
}

double far(const Vec3&) {
    return 100;
}
Field ball(const Vec3& centre, double radius) {
    return [=](const Vec3& p) { return (p - centre).norm() - radius; };
}
double least_of(double a, double b) {
    return std::min(a, b);
}
Field both(const Field& a, const Field& b) {
    return [=](const Vec3& p) { return least_of(a(p), b(p)); };
}

double site_area(const ElectrodeNetwork& electrode) {
    double sum = 0;
    for (const ReactionSite& site : electrode.sites) {
        sum += static_cast<double>(site.area);
    }
    return sum;
}

std::int64_t height(const ReactionSite& site, const Shape& shape) {
    return site.cell / (shape.x * shape.y);
}

/// Current from the nodes of one end to the ground per volt there, of the electrons alone [S]:
/// feeds node `n` with 1 A.
double resistance_to_ground(const ElectrodeNetwork& electrode, std::int32_t n) {
    std::vector<double> current(electrode.ground.size(), 0.0);
    current[static_cast<std::size_t>(n)] = 1;
    std::vector<double> potential(electrode.ground.size(), 0.0);
    const FedReport report = solve_fed(electrode.network, electrode.ground, current, potential,
                                       {.tolerance = 1e-9, .max_iterations = 500});
    REQUIRE(report.converged);
    return potential[static_cast<std::size_t>(n)];
}

} // namespace

TEST_CASE("electrode network: the sites are the whole open surface") {
    const Shape shape{16, 16, 24};
    const Vec3 middle(8, 8, 12);
    SUBCASE("a conducting ball that stands on the foil") {
        const Electrode e = make_electrode(shape, 10, 0, ball({8, 8, 8.5}, 6));
        const ElectrodeNetwork electrode = e.network(usual);
        CHECK(site_area(electrode) == near(surface_area(e.cells)).epsilon(1e-6));
    }
    SUBCASE("the same with a film, in pieces or not") {
        const Electrode e = make_electrode(shape, 0, 1e-4, ball({8, 8, 8.5}, 6));
        const ElectrodeNetwork electrode = e.network(usual);
        CHECK(site_area(electrode) == near(surface_area(e.cells)).epsilon(1e-6));
    }
    SUBCASE("a ball that insulates: the foil alone") {
        const Electrode e = make_electrode(shape, 0, 0, ball(middle, 6));
        const ElectrodeNetwork electrode = e.network(usual);
        CHECK(site_area(electrode) == near(16 * 16 * h * h).epsilon(1e-5));
        CHECK(site_area(electrode) < 0.5 * surface_area(e.cells));
        for (const ReactionSite& site : electrode.sites) {
            CHECK(height(site, shape) <= 3);
            CHECK(site.electron == ReactionSite::at_collector);
        }
    }
    SUBCASE("a ball that conducts but hangs in the electrolyte: the foil alone") {
        const Electrode e = make_electrode(shape, 10, 0, ball(middle, 6));
        const ElectrodeNetwork electrode = e.network(usual);
        CHECK(site_area(electrode) == near(16 * 16 * h * h).epsilon(1e-5));
        const auto& carrier = electrode.network.carrier;
        CHECK(std::count(carrier.begin(), carrier.end(), pore_carrier) == std::ssize(carrier));
    }
}

TEST_CASE("electrode network: ions do not reach a closed pore, its surface takes no part") {
    const Shape shape{16, 16, 24};
    // a slab on the foil with a hole in the middle
    const Electrode e = make_electrode(shape, 10, 0, [](const Vec3& p) {
        return std::max(p.z() - 18.3, 4.2 - (p - Vec3(8, 8, 10)).norm());
    });
    const ElectrodeNetwork electrode = e.network(usual);
    CHECK(site_area(electrode) == near(16 * 16 * h * h).epsilon(1e-5));
    const double hole = 4 * 3.14159265 * 4.2 * 4.2 * h * h;
    CHECK(surface_area(e.cells) - site_area(electrode) == near(hole).epsilon(0.02));
    for (const ReactionSite& site : electrode.sites) {
        CHECK(height(site, shape) == 18);
    }
    double inlet = 0;
    for (const auto& in : electrode.inlets) {
        inlet += in.area;
    }
    CHECK(inlet == near(16 * 16 * h * h).epsilon(1e-6));
}

TEST_CASE("electrode network: each link stands in two rows, the sites' carry nothing yet") {
    for (const double film : {0.0, 1e-4}) {
        CAPTURE(film);
        const Electrode e =
            make_electrode({12, 12, 20}, 10, film, ball({6, 6, 7.5}, 5), ball({6, 6, 7.5}, 5.6));
        const ElectrodeNetwork electrode = e.network({.ionic = 0.5, .solid_metal = 1e-6});
        const ConductorNetwork& network = electrode.network;
        std::map<std::pair<std::int64_t, std::int64_t>, float> links;
        for (std::int64_t n = 0; n < network.nodes(); ++n) {
            const auto row = static_cast<std::size_t>(n);
            for (auto entry = network.first[row]; entry < network.first[row + 1]; ++entry) {
                const auto at = static_cast<std::size_t>(entry);
                links[{n, network.neighbour[at]}] += network.conductance[at];
            }
        }
        for (const auto& [pair, g] : links) {
            REQUIRE(links.contains({pair.second, pair.first}));
            CHECK(links[{pair.second, pair.first}] == g);
            const bool reaction =
                (network.carrier[static_cast<std::size_t>(pair.first)] == pore_carrier) !=
                (network.carrier[static_cast<std::size_t>(pair.second)] == pore_carrier);
            CHECK_FALSE((reaction && g != 0));
        }
        int joined = 0;
        for (const ReactionSite& site : electrode.sites) {
            if (site.electron == ReactionSite::at_collector) {
                continue;
            }
            CHECK(network.neighbour[static_cast<std::size_t>(site.of_pore)] == site.electron);
            CHECK(network.neighbour[static_cast<std::size_t>(site.of_electron)] == site.pore);
            ++joined;
        }
        CHECK(joined > 100);
    }
}

TEST_CASE("electrode network: with grounded electrons the sites are the same") {
    const Electrode e = make_electrode({12, 12, 20}, 10, 1e-4, ball({6, 6, 7.5}, 5));
    const ElectrodeNetwork electrode = e.network(usual);
    const ElectrodeNetwork pores = e.network(usual, Electrons::grounded);
    REQUIRE(pores.sites.size() == electrode.sites.size());
    for (std::size_t s = 0; s < pores.sites.size(); ++s) {
        const ReactionSite& site = pores.sites[s];
        CHECK(site.cell == electrode.sites[s].cell);
        CHECK(site.area == electrode.sites[s].area);
        CHECK(site.depth == electrode.sites[s].depth);
        CHECK(site.electron == ReactionSite::at_collector);
        CHECK(pores.network.cell[static_cast<std::size_t>(site.pore)] == site.cell);
    }
    CHECK(pores.inlets.size() == electrode.inlets.size());
    double conductance = 0;
    for (const float g : pores.network.conductance) {
        CHECK(g > 0);
        conductance += static_cast<double>(g);
    }
    double of_pores = 0;
    for (std::int64_t n = 0; n < electrode.network.nodes(); ++n) {
        const auto row = static_cast<std::size_t>(n);
        for (auto at = electrode.network.first[row]; at < electrode.network.first[row + 1]; ++at) {
            of_pores += electrode.network.carrier[row] == pore_carrier
                            ? static_cast<double>(
                                  electrode.network.conductance[static_cast<std::size_t>(at)])
                            : 0;
        }
    }
    CHECK(conductance == near(of_pores).epsilon(1e-12));
}

TEST_CASE("electrode network: a film reaches the ground where it touches the collector") {
    // a wall on the foil, its sides coated: two sheets of height t in parallel
    const Shape shape{16, 8, 24};
    const double sheet = 1e-4;
    const auto wall = [](double top) {
        return [top](const Vec3& p) { return std::max(std::abs(p.x() - 8) - 3.3, p.z() - top); };
    };
    const Electrode e = make_electrode(shape, 0, sheet, wall(40)); // the wall goes on to the top
    const ElectrodeNetwork electrode = e.network(usual);
    std::int32_t node = -1;
    std::int64_t topmost = 0;
    double area = 0;
    for (const ReactionSite& site : electrode.sites) {
        const std::int64_t k = height(site, shape);
        if (site.electron != ReactionSite::at_collector) { // of the film
            area += static_cast<double>(site.area);
        }
        if (k > topmost) {
            topmost = k;
            node = site.electron;
        }
    }
    CHECK(topmost == shape.z - 1);
    CHECK(area == near(2.0 * 8 * 21 * h * h).epsilon(0.02));
    // Fed evenly along the upper edge of one side, the sheet is a strip: R = height/(sheet width).
    std::vector<double> current(electrode.ground.size(), 0.0);
    int fed = 0;
    for (const ReactionSite& site : electrode.sites) {
        const std::int64_t i = site.cell % shape.x;
        if (height(site, shape) == topmost && i < 8) {
            current[static_cast<std::size_t>(site.electron)] += 1.0 / 8;
            node = site.electron;
            ++fed;
        }
    }
    CHECK(fed == 8);
    std::vector<double> potential(current.size(), 0.0);
    REQUIRE(solve_fed(electrode.network, electrode.ground, current, potential, {.tolerance = 1e-8})
                .converged);
    const double strip = 23.5 - foil; // from the centre of the top cells to the foil [voxels]
    CHECK(potential[static_cast<std::size_t>(node)] == near(strip / (sheet * 8)).epsilon(0.04));

    const Electrode bare = make_electrode(shape, 0, 0, wall(40));
    CHECK(site_area(bare.network(usual)) < 16 * 8 * h * h); // foil beside the wall alone
    CHECK(site_area(e.network({.ionic = 0.5, .sheet_factor = 0})) < 16 * 8 * h * h);
}

TEST_CASE("electrode network: lithium bridges from one particle to the next") {
    const Shape shape{12, 12, 30};
    const Field low = ball({6, 6, 8}, 5.3);
    const Field high = ball({6, 6, 20}, 4.8);
    const Field neck = [](const Vec3& p) {
        return std::max(Vec3(p.x() - 6, p.y() - 6, 0).norm() - 3, std::abs(p.z() - 14) - 3);
    };
    const Electrode apart = make_electrode(shape, 10, 0, both(low, high));
    const Electrode joined =
        make_electrode(shape, 10, 0, both(low, high), both(both(low, high), neck));
    const auto highest = [&](const ElectrodeNetwork& electrode) {
        std::int64_t k = 0;
        for (const ReactionSite& site : electrode.sites) {
            k = std::max(k, height(site, shape));
        }
        return k;
    };
    CHECK(highest(apart.network(usual)) <= 13);
    const ElectrodeNetwork bridged = joined.network(usual);
    CHECK(highest(bridged) >= 23);
    CHECK(site_area(bridged) == near(surface_area(joined.cells)).epsilon(1e-3)); // but for nooks

    // What joins lithium and particle is in series with both, and can be felt.
    const auto top_node = [&](const ElectrodeNetwork& electrode) {
        return electrode.sites.back().electron;
    };
    const double close = resistance_to_ground(bridged, top_node(bridged));
    const ElectrodeNetwork poor = joined.network({.ionic = 0.5, .solid_metal = 1e-3});
    CHECK(resistance_to_ground(poor, top_node(poor)) > 2 * close);
}

TEST_CASE("electrode network: grids that do not fit and impossible conductors are refused") {
    Electrode e = make_electrode({6, 6, 8}, 10, 0, far);
    const auto refused = [&](const PlatedConductors& conductors) {
        return refusal([&] { (void)e.network(conductors); }) == ExitCode::bad_input;
    };
    CHECK_FALSE(refused(usual));
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(refused({.ionic = 0}));
    CHECK(refused({.ionic = nan}));
    CHECK(refused({.ionic = 0.5, .sheet_factor = nan}));
    CHECK(refused({.ionic = 0.5, .lithium = 0}));
    CHECK(refused({.ionic = 0.5, .solid_metal = -1}));
    e.lithium = Grid<std::uint8_t>({6, 6, 7});
    CHECK(refused(usual));
}
