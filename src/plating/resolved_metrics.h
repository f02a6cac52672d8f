#pragma once

#include <vector>

#include "plating/distribution.h"
#include "plating/plating_box.h"
#include "plating/plating_state.h"
#include "porogen/plating/metrics.h"
#include "porogen/transport/electrode_network.h"
#include "porogen/volume/cut_cells.h"

namespace porogen::plating {

/// Lithium (or whatever was asked for) over the depth of a framework, index 0 at the collector.
struct LithiumDepth {
    std::vector<double> amount; ///< in the depth cells
    std::vector<double> fill;   ///< the same / their pore volume
    double overflow = 0;        ///< above the framework
};

/// Volume of lithium [m^3]. Layers of voxels that a depth cell shares with the next are split.
LithiumDepth lithium_depth(const PlatingBox& box, const CutCells& deposit, int depth_cells);
/// Current of the sites [A].
LithiumDepth reaction_depth(const PlatingBox& box, const std::vector<ReactionSite>& sites,
                            const std::vector<double>& current, int depth_cells);

/// Lithium / volume of each cell of the framework and the headroom.
Grid<float> lithium_fill(const PlatingBox& box, const CutCells& deposit);

/// top_fraction, bottom_fraction and centroid of the amounts, fill of the whole, and the uniformity
/// of the fills: what counts as even is that every pore is as full, not that every layer holds as
/// much.
void depth_metrics(const LithiumDepth& depth, double pore_volume, UniformityMetrics& metrics);

/// Standard deviation / mean.
double variation(const std::vector<double>& values);

/// The current density that all but a part `hot` of the area stays below [A/m^2].
double fast_current(const std::vector<double>& current, const std::vector<ReactionSite>& sites,
                    double hot);

/// What is reported of a state and how the current is spread in it. As long as there is no lithium
/// the depth statistics are those of the current.
ResolvedStep step_at(const PlatingState& state, const Distribution& now);

} // namespace porogen::plating
