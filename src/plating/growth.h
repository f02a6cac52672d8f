#pragma once

#include <vector>

#include "plating/distribution.h"
#include "plating/plating_state.h"

namespace porogen::plating {

/// Charge at the end of the next step [C/m^2]: as far as the surface may move at once, and evenly
/// to the next of `stops` (ascending, the last above the state's charge), which it meets to the
/// bit.
double next_charge(const PlatingState& state, const Distribution& now,
                   const std::vector<double>& stops);

struct Growth {
    double correction = 0;    ///< |1 - factor| by which the moves were scaled
    double faraday_error = 0; ///< |lithium volume F/V_m - plated charge| / plated charge
    bool found_room = true;   ///< all of the lithium did
};

/// Goes to a charge [C/m^2]: the host takes its part, the rest moves the surface. Moves too short
/// to be placed wait for the next step, unless `now_or_never`.
Growth grow(PlatingState& state, const Distribution& now, double charge, bool now_or_never);

} // namespace porogen::plating
