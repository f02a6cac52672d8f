#include "plating/host_uptake.h"

#include <algorithm>
#include <numeric>

#include "plating/distribution.h"
#include "porogen/core/progress.h"

namespace porogen::plating {

namespace {

/// While the host takes all the current, steps are halved down to this part of the longest one.
constexpr double least_step = 1e-2;

/// Of the host's material, all hosts have the same [C/m^3].
double insertion_capacity(const ResolvedOptions& options) {
    double most = 0;
    for (const PlatingSolid& solid : options.solids) {
        most = std::max(most, solid.insertion_capacity);
    }
    return most;
}

bool takes_up_lithium(const ResolvedOptions& options) {
    return options.host_state == HostState::pristine && insertion_capacity(options) > 0;
}

/// What the host can take up in the time in which the current brings a charge [C/m^2].
double reachable(const PlatingState& state, double charge) {
    return state.host.reachable(charge / state.options.current) *
           insertion_capacity(state.options) / state.box.base_area;
}

} // namespace

Grid<float> host_parts(const PlatingBox& box, const ResolvedOptions& options) {
    Grid<float> part(box.framework.shape());
    for (std::int64_t n = 0; takes_up_lithium(options) && n < part.size(); ++n) {
        const std::uint8_t m = box.material[n];
        if (m < options.solids.size() && options.solids[m].insertion_capacity > 0) {
            part[n] = box.cells.solid_fraction[n];
        }
    }
    return part;
}

double lithiated_part(const PlatingState& state) {
    const double host = std::accumulate(state.host_part.begin(), state.host_part.end(), 0.0) *
                        state.box.framework.voxel.prod();
    return host > 0 ? state.host.lithiated_volume() / host : 1;
}

void supply_host(PlatingState& state, const std::vector<ReactionSite>& sites) {
    if (!takes_up_lithium(state.options)) {
        return;
    }
    for (const ReactionSite& site : sites) {
        state.host.supply(site.cell);
    }
    const Shape& shape = state.box.framework.shape();
    const std::int64_t layer = shape.x * shape.y;
    for (std::int64_t n = collector_layers * layer; n < (collector_layers + 1) * layer; ++n) {
        state.host.supply(n);
    }
}

std::vector<std::array<double, 2>> activate(PlatingState& state) {
    std::vector<std::array<double, 2>> curve;
    if (!takes_up_lithium(state.options)) {
        return curve;
    }
    const auto record = [&] {
        if (state.options.insertion) {
            const double part = std::clamp(lithiated_part(state), 1e-3, 1 - 1e-3);
            curve.push_back({potential(*state.options.insertion, part), state.inserted});
        }
    };
    const double longest = state.options.max_charge_step * state.options.capacity; // [C/m^2]
    for (double step = longest; step > least_step * longest;) {
        throw_if_interrupted();
        supply_host(state, electrode_of(state).sites);
        while (step > least_step * longest && reachable(state, step) < step) {
            step /= 2;
        }
        if (reachable(state, step) >= step) {
            insert(state, step);
            record();
        }
    }
    const double soon = least_step * longest;
    state.insertion_current =
        std::min(reachable(state, soon) / soon, most_inserted) * state.options.current;
    return curve;
}

double insert(PlatingState& state, double charge) {
    if (!takes_up_lithium(state.options)) {
        return 0;
    }
    const double capacity = insertion_capacity(state.options);
    const LithiationFront::Advance taken =
        state.host.advance(charge / state.options.current, charge * state.box.base_area / capacity);
    const double inserted = taken.volume * capacity / state.box.base_area;
    state.inserted += inserted;
    return inserted;
}

} // namespace porogen::plating
