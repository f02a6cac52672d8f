#include "plating/growth.h"

#include <algorithm>
#include <cmath>

#include "plating/host_uptake.h"
#include "plating/resolved_metrics.h"
#include "porogen/core/parallel.h"
#include "porogen/volume/deposit_front.h"

namespace porogen::plating {

namespace {

/// So that a few hot spots do not set the step, the fastest part of the area may move farther.
constexpr double hot_area = 1e-3;
/// But no cell's surface more than this [voxels].
constexpr double farthest_move = 0.5;
/// Shorter moves drown in the precision of the distance [voxels].
constexpr double least_move = 0.01;
constexpr double unplaced = 1e-6; ///< of the growth asked for

/// How far the surface goes in each cell [m] for a growth [m^3], which the sites share as they
/// share the current.
Grid<float> moves(const PlatingState& state, const Distribution& now, double growth) {
    Grid<float> move(state.box.framework.shape()); // at first the current [A]
    Grid<float> area(state.box.framework.shape());
    double total = 0;
    for (std::size_t s = 0; s < now.sites.size(); ++s) {
        const ReactionSite& site = now.sites[s];
        const double current = now.currents.current[s] * static_cast<double>(site.area);
        move[site.cell] += static_cast<float>(current);
        area[site.cell] += site.area;
        total += current;
    }
    const double farthest = farthest_move * state.box.framework.voxel.z();
    parallel_blocks(move.size(), 1 << 14, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            if (area[n] > 0) {
                const double share = static_cast<double>(move[n]) / total;
                move[n] = static_cast<float>(
                    std::min(farthest, share * growth / static_cast<double>(area[n])));
            }
        }
    });
    return move;
}

} // namespace

double next_charge(const PlatingState& state, const Distribution& now,
                   const std::vector<double>& stops) {
    const ResolvedOptions& options = state.options;
    double charge = options.max_charge_step * options.capacity;
    const double speed =
        fast_current(now.currents.current, now.sites, hot_area) * state.volume_per_charge();
    if (speed > 0) {
        const double farthest = options.max_move * state.box.framework.voxel.z();
        charge = std::min(charge, farthest / speed * options.current);
    }
    const double stop = *std::upper_bound(stops.begin(), stops.end(), state.charge);
    const double left = stop - state.charge;
    if (left <= charge * 1.0001) {
        return stop;
    }
    // Two equal steps to the stop rather than one long and one tiny.
    return state.charge + (left < 2 * charge ? left / 2 : charge);
}

Growth grow(PlatingState& state, const Distribution& now, double charge, bool now_or_never) {
    const double passed = charge - state.charge;
    const double inserted = insert(state, passed);
    state.insertion_current = std::min(inserted / passed, most_inserted) * state.options.current;
    state.charge = charge;
    state.plated += passed - inserted;
    state.time += passed / state.options.current;

    Growth result;
    // What an earlier step left over is made up for.
    const double growth = state.framework_volume + state.plated_volume() - state.volume;
    if (!(growth > 0)) {
        return result;
    }
    const Grid<float> move = moves(state, now, growth);
    const auto farthest = static_cast<double>(*std::max_element(move.begin(), move.end()));
    if (farthest < least_move * state.box.framework.voxel.z() && !now_or_never) {
        return result;
    }
    state.surface.cover(now.sites, now.currents.current);
    const FrontMove moved =
        advance_front(state.deposit, state.box.framework.distance, move, growth);
    state.volume = moved.volume;
    state.cells = cut_cells(state.deposit);
    state.surface.spread(state.box.cells, state.cells);
    const double grown = state.volume - state.framework_volume;
    result.correction = std::abs(moved.factor - 1);
    result.faraday_error = std::abs(grown / state.plated_volume() - 1);
    result.found_room = moved.error > -unplaced;
    return result;
}

} // namespace porogen::plating
