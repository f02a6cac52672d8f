#include "plating/distribution.h"

#include <algorithm>
#include <cmath>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/transport/surface_network.h"

namespace porogen::plating {

namespace {

constexpr std::int64_t block = 1 << 16;

double electron_drop(const ElectrodeNetwork& electrode, const std::vector<double>& potential) {
    double sum = 0;
    double area = 0;
    for (const ReactionSite& site : electrode.sites) {
        const auto a = static_cast<double>(site.area);
        const double e = site.electron == ReactionSite::at_collector
                             ? 0
                             : potential[static_cast<std::size_t>(site.electron)];
        sum += a * e * e;
        area += a;
    }
    return area > 0 ? std::sqrt(sum / area) : 0;
}

} // namespace

ElectrodeNetwork electrode_of(const PlatingState& state) {
    const ResolvedOptions& options = state.options;
    const Grid<float> conductivity = state.surface.solid_conductivity();
    const PlatedStructure structure{
        state.box.framework, state.box.cells,         state.box.sheet, state.deposit.distance,
        state.cells,         state.surface.lithium(), conductivity};
    return electrode_network(structure,
                             {.ionic = options.electrolyte.conductivity,
                              .sheet_factor = options.sheet_factor,
                              .solid_metal = options.solid_metal_resistance},
                             state.model == PotentialModel::one_potential ? Electrons::grounded
                                                                          : Electrons::resolved);
}

Distributor::Distributor(const PlatingState& state, Progress& progress)
    : state_(state), progress_(progress) {
    potential_.fill(Grid<float>(state.box.framework.shape()));
}

Distribution Distributor::distribute() {
    ElectrodeNetwork electrode = electrode_of(state_);
    Distribution now;
    if (electrode.sites.empty() || electrode.inlets.empty()) {
        if (state_.charge > 0) { // closed off by its own lithium
            return now;
        }
        throw_infeasible("plating: no surface is reached by both ions and electrons (nothing can "
                         "be plated); the structure needs open pores and a conducting path to the "
                         "collector");
    }
    const double lost = cut_off_volume(electrode);
    now.cut_off = state_.box.pore_volume > 0 ? lost / state_.box.pore_volume : 0;
    settle(electrode, now);
    for (const ElectrodeNetwork::Inlet& inlet : electrode.inlets) {
        now.inlet_area += inlet.area;
    }
    now.sites = std::move(electrode.sites);
    return now;
}

/// Solves for the potentials, lets nucleate what they ask for, and so on until that is nothing.
void Distributor::settle(ElectrodeNetwork& electrode, Distribution& now) {
    const SurfaceState& surface = state_.surface;
    const PotentialProblem problem{.kinetics = state_.options.kinetics,
                                   .electrolyte = state_.options.electrolyte,
                                   .concentration = state_.concentration,
                                   .current = state_.plating_current() * state_.box.base_area};
    std::vector<std::uint8_t> active = surface.active(electrode.sites);
    if (std::none_of(active.begin(), active.end(), [](auto a) { return a != 0; })) {
        now.highest_barrier = surface.first_nuclei(electrode.sites, problem.current, active);
        if (!std::isfinite(now.highest_barrier)) {
            throw_infeasible("plating: nothing can nucleate (all reachable surface is inert or "
                             "has no nucleation site); raise plating.nucleation_sites");
        }
    }
    std::vector<double> potential = recall(electrode.network);
    for (bool settled = false; !settled;) {
        now.currents = solve_potentials(electrode, problem, active, potential, progress_);
        now.newton_iterations += now.currents.newton_iterations;
        now.linear_iterations += now.currents.linear_iterations;
        const double highest = surface.nucleate(electrode.sites, now.currents.drive, active);
        now.highest_barrier = std::max(now.highest_barrier, highest);
        settled = !(highest > 0);
    }
    now.electron_drop = electron_drop(electrode, potential);
    keep(electrode.network, potential);
}

std::vector<double> Distributor::recall(const ConductorNetwork& network) const {
    std::vector<double> potential(network.cell.size());
    parallel_blocks(network.nodes(), block, [&](std::int64_t begin, std::int64_t end) {
        for (auto n = static_cast<std::size_t>(begin); n < static_cast<std::size_t>(end); ++n) {
            potential[n] = static_cast<double>(potential_[network.carrier[n]][network.cell[n]]);
        }
    });
    return potential;
}

/// Of several pieces of film in a cell the last one's stays.
void Distributor::keep(const ConductorNetwork& network, const std::vector<double>& potential) {
    for (std::size_t n = 0; n < potential.size(); ++n) {
        potential_[network.carrier[n]][network.cell[n]] = static_cast<float>(potential[n]);
    }
}

/// Open volume that ions do not get to, beyond that of the bare framework [m^3].
double Distributor::cut_off_volume(const ElectrodeNetwork& electrode) {
    const Grid<float>& solid = state_.cells.solid_fraction;
    const ConductorNetwork& network = electrode.network;
    const auto open = [&](std::int64_t n) { return 1 - static_cast<double>(solid[n]); };
    double closed = parallel_sum(solid.size(), block, [&](std::int64_t begin, std::int64_t end) {
        double sum = 0;
        for (std::int64_t n = begin; n < end; ++n) {
            sum += open(n);
        }
        return sum;
    });
    closed -= parallel_sum(network.nodes(), block, [&](std::int64_t begin, std::int64_t end) {
        double sum = 0;
        for (auto n = static_cast<std::size_t>(begin); n < static_cast<std::size_t>(end); ++n) {
            sum += network.carrier[n] == pore_carrier ? open(network.cell[n]) : 0;
        }
        return sum;
    });
    closed *= state_.box.framework.voxel.prod();
    if (closed_volume_ < 0) {
        closed_volume_ = std::max(0.0, closed);
    }
    return std::max(0.0, closed - closed_volume_);
}

} // namespace porogen::plating
