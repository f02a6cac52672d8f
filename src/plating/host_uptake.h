#pragma once

#include <array>
#include <vector>

#include "plating/plating_box.h"
#include "plating/plating_state.h"
#include "porogen/core/grid.h"
#include "porogen/transport/electrode_network.h"

namespace porogen::plating {

/// Part of the current that counts as inserted at most, so that there is some to distribute.
inline constexpr double most_inserted = 0.999;

/// Part of each cell that can take up lithium; none anywhere if the host enters full of it.
Grid<float> host_parts(const PlatingBox& box, const ResolvedOptions& options);

/// Part of the host that is lithiated [1].
double lithiated_part(const PlatingState& state);

/// Electrons reach the host from the collector below it, and wherever a site's electrons do.
void supply_host(PlatingState& state, const std::vector<ReactionSite>& sites);

/// Lets the host take up lithium for as long as it takes up all the current: nothing is plated.
/// Sets the current that it goes on to take. Returns the voltage [V] over the charge inserted
/// [C/m^2], empty without an insertion potential.
std::vector<std::array<double, 2>> activate(PlatingState& state);

/// Lets the host take up what it can of a charge [C/m^2] in the time in which the current brings
/// that charge; returns how much that was.
double insert(PlatingState& state, double charge);

} // namespace porogen::plating
