#include "plating/verify_bench.h"

#include <algorithm>
#include <limits>

#include "porogen/transport/surface_network.h"

namespace porogen::plating {

PhaseVolume shapes(const Shape& shape, double voxel, const std::vector<Shape3>& solids) {
    PhaseVolume volume;
    volume.voxel = Vec3::Constant(voxel);
    volume.periodic = {true, true, false};
    volume.phases = {{pore_label, "pore"}};
    for (std::size_t s = 0; s < solids.size(); ++s) {
        volume.phases.push_back(
            {static_cast<std::uint8_t>(s + 1), "solid " + std::to_string(s + 1)});
    }
    volume.labels = Grid<std::uint8_t>(shape);
    volume.distance = Grid<float>(shape);
    for (std::int64_t n = 0; n < shape.size(); ++n) {
        const Vec3 at = voxel * (Vec3(static_cast<double>(n % shape.x),
                                      static_cast<double>(n / shape.x % shape.y),
                                      static_cast<double>(n / (shape.x * shape.y))) +
                                 Vec3::Constant(0.5));
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t s = 0; s < solids.size(); ++s) {
            const double d = solids[s](at);
            if (d < least) {
                least = d;
                volume.labels[n] = d < 0 ? static_cast<std::uint8_t>(s + 1) : pore_label;
            }
        }
        volume.distance[n] = static_cast<float>(std::min(least, 1.0));
    }
    return volume;
}

PlatingSolid metal(std::uint8_t label) {
    PlatingSolid solid;
    solid.label = label;
    solid.collector = true;
    return solid;
}

PlatingSolid insulator(std::uint8_t label) {
    PlatingSolid solid;
    solid.label = label;
    solid.bare.inert = true;
    return solid;
}

Bench::Bench(PlatingBox box, const ResolvedOptions& options)
    : box_(std::move(box)), options_(options), lithiated_(box_.framework.shape()),
      surface_(box_, options_, lithiated_), deposit_(box_.framework), cells_(box_.cells),
      framework_volume_(solid_volume(box_.framework)), volume_(framework_volume_) {
    deposit_.bodies.reset();
}

ElectrodeNetwork Bench::network(Electrons electrons) const {
    const Grid<float> conductivity = surface_.solid_conductivity();
    return electrode_network({box_.framework, box_.cells, box_.sheet, deposit_.distance, cells_,
                              surface_.lithium(), conductivity},
                             {.ionic = options_.electrolyte.conductivity}, electrons);
}

void Bench::feed_from(ElectrodeNetwork& electrode, std::uint8_t material) const {
    const ConductorNetwork& network = electrode.network;
    electrode.inlets.clear();
    for (std::size_t n = 0; n < network.cell.size(); ++n) {
        const std::int64_t cell = network.cell[n];
        const auto area = static_cast<double>(cells_.interface_area[cell]);
        if (network.carrier[n] == pore_carrier && box_.material[cell] == material && area > 0) {
            electrode.inlets.push_back(
                {static_cast<std::int32_t>(n), area, static_cast<double>(deposit_.distance[cell])});
        }
    }
}

SiteCurrents Bench::solve(ElectrodeNetwork& electrode, double current, bool concentration) {
    active_ = surface_.active(electrode.sites);
    std::vector<double> potential(static_cast<std::size_t>(electrode.network.nodes()), 0.0);
    const PotentialProblem problem{options_.kinetics, options_.electrolyte, concentration, current};
    return solve_potentials(electrode, problem, active_, potential, no_progress());
}

FrontMove Bench::grow(const std::vector<ReactionSite>& sites, const std::vector<double>& current,
                      double volume) {
    Grid<float> move(box_.framework.shape());
    Grid<float> area(box_.framework.shape());
    const double time = volume / total_current(sites, current);
    for (std::size_t s = 0; s < sites.size(); ++s) {
        const std::int64_t n = sites[s].cell;
        const float grown = area[n] + sites[s].area;
        move[n] =
            (move[n] * area[n] + static_cast<float>(time * current[s]) * sites[s].area) / grown;
        area[n] = grown;
    }
    surface_.cover(sites, current);
    const FrontMove moved = advance_front(deposit_, box_.framework.distance, move, volume);
    volume_ = moved.volume;
    cells_ = cut_cells(deposit_);
    surface_.spread(box_.cells, cells_);
    return moved;
}

double Bench::step(const std::vector<ReactionSite>& sites, const std::vector<double>& current,
                   double voxels) const {
    const double fastest = *std::max_element(current.begin(), current.end());
    return voxels * box_.framework.voxel.x() * total_current(sites, current) / fastest;
}

double total_area(const std::vector<ReactionSite>& sites) {
    double sum = 0;
    for (const ReactionSite& site : sites) {
        sum += static_cast<double>(site.area);
    }
    return sum;
}

double total_current(const std::vector<ReactionSite>& sites, const std::vector<double>& current) {
    double sum = 0;
    for (std::size_t s = 0; s < sites.size(); ++s) {
        sum += current[s] * static_cast<double>(sites[s].area);
    }
    return sum;
}

} // namespace porogen::plating
