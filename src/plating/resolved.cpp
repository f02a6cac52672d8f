#include "porogen/plating/resolved.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "plating/distribution.h"
#include "plating/growth.h"
#include "plating/host_uptake.h"
#include "plating/plating_state.h"
#include "plating/resolved_checks.h"
#include "plating/resolved_metrics.h"

namespace porogen {

namespace {

using namespace plating;

/// Electrons count as equipotential if their potential differs by less than this from the
/// collector's (root mean square over the sites) [V]: 2 % of RT/F.
constexpr double equipotential = 5e-4;
/// Salt counts as depleted above this part of the limiting current.
constexpr double near_limit = 0.1;
/// Part of the inlets that lithium may have closed before it counts as having reached the
/// separator.
constexpr double closed_inlets = 0.5;
constexpr double clogged = 0.01;     ///< part of the pore volume
constexpr double overflowing = 0.05; ///< part of the lithium
/// Lithium that is off by more than this part of the charge is said.
constexpr double unfaithful = 0.1;

/// By the formula for uniform uptake; 0 where the framework has no pores [A/m^2].
double limiting_current_of(const PlatingState& state) {
    const double porosity = state.box.pore_volume / (state.box.base_area * state.thickness());
    const double relative = state.options.relative_ionic.value_or(std::pow(porosity, 1.5));
    return relative > 0 ? limiting_current(state.options.electrolyte, relative, state.thickness())
                        : 0;
}

/// Charges to stop at, ascending; the last is the capacity.
std::vector<double> stops_of(const ResolvedOptions& options) {
    std::vector<double> stops = options.snapshots;
    std::erase_if(stops, [&](double charge) { return charge >= options.capacity; });
    stops.push_back(options.capacity);
    std::sort(stops.begin(), stops.end());
    stops.erase(std::unique(stops.begin(), stops.end()), stops.end());
    return stops;
}

/// Adds a step, and takes down what happens in it for the first time.
void record(const PlatingState& state, const Distribution& now, double inlet_area,
            ResolvedPlating& result) {
    result.steps.push_back(step_at(state, now));
    const ResolvedStep& step = result.steps.back();
    const auto first_time = [&](double& event, bool happens) {
        if (event < 0 && happens) {
            event = state.charge;
        }
    };
    first_time(result.overflow_capacity, step.overflow_fraction() > overflowing);
    first_time(result.clog_capacity, step.cut_off > clogged);
    first_time(result.separator_capacity, now.inlet_area < closed_inlets * inlet_area);
    result.nucleation_overpotential =
        std::max(result.nucleation_overpotential, now.highest_barrier);
    result.converged = result.converged && (now.sites.empty() || now.currents.converged);
}

void record(const PlatingState& state, const Growth& growth, ResolvedPlating& result) {
    result.largest_correction = std::max(result.largest_correction, growth.correction);
    result.faraday_error = std::max(result.faraday_error, growth.faraday_error);
    if (!growth.found_room) {
        result.separator_capacity = state.charge;
    }
}

PlatingSnapshot snapshot(const PlatingState& state) {
    return {state.charge, lithium_fill(state.box, state.cells),
            lithium_depth(state.box, state.cells, state.options.depth_cells).fill};
}

std::string three_digits(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", value);
    return text;
}

void warn(const ResolvedOptions& options, ResolvedPlating& result) {
    if (result.separator_capacity >= 0 && result.separator_capacity < options.capacity) {
        result.warnings.emplace_back(
            "lithium reached the separator before the capacity was plated; the run stops "
            "there (raise plating.headroom to follow it further)");
    }
    if (result.limiting_current > 0 && options.current > result.limiting_current) {
        result.warnings.push_back(
            "the current is " + three_digits(options.current / result.limiting_current) +
            " times the limiting current" +
            (result.concentration ? ", so the salt runs out before the electrode is reached and "
                                    "the voltage means nothing; lower plating.current"
                                  : ", which a constant concentration does not see; lower "
                                    "plating.current or set plating.concentration = \"yes\""));
    }
    if (!(result.faraday_error < unfaithful)) {
        result.warnings.push_back(
            "the lithium's volume was off by up to " + three_digits(100 * result.faraday_error) +
            " % of the charge (the voxels are too coarse for the pores or for so little lithium); "
            "choose a finer domain.voxel");
    }
    if (!result.converged) {
        result.warnings.emplace_back("the potentials did not converge at some steps");
    }
}

} // namespace

ResolvedPlating plate_resolved(const PhaseVolume& volume, const ResolvedOptions& options,
                               Progress& progress) {
    check_resolved(volume, options);
    PlatingState state(volume, options);
    Distributor distributor(state, progress);
    const std::vector<double> stops = stops_of(options);
    ResolvedPlating result;
    result.headroom_layers = static_cast<int>(state.box.headroom_layers);
    result.limiting_current = limiting_current_of(state);
    state.concentration = options.concentration.value_or(
        result.limiting_current > 0 && options.current > near_limit * result.limiting_current);

    result.activation_curve = activate(state);
    result.activation = state.inserted;
    Distribution now = distributor.distribute();
    // A host that is not lithiated to the end yet goes on to change what conducts.
    const bool settled = lithiated_part(state) > 1 - 1e-6;
    if (options.model == PotentialModel::automatic && settled &&
        now.electron_drop < equipotential) {
        state.model = PotentialModel::one_potential;
    }
    result.model = state.model;
    result.concentration = state.concentration;
    const double inlet_area = now.inlet_area;
    record(state, now, inlet_area, result);

    while (state.charge < options.capacity && result.separator_capacity < 0) {
        throw_if_interrupted();
        supply_host(state, now.sites);
        const double charge = next_charge(state, now, stops);
        const bool stop = std::binary_search(stops.begin(), stops.end(), charge);
        record(state, grow(state, now, charge, stop), result);
        now = distributor.distribute();
        record(state, now, inlet_area, result);
        if (stop || result.separator_capacity >= 0) {
            result.snapshots.push_back(snapshot(state));
        }
        progress.update(state.charge / options.capacity);
    }
    warn(options, result);
    return result;
}

} // namespace porogen
