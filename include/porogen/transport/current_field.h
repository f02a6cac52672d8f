#pragma once

#include "porogen/core/grid.h"
#include "porogen/transport/image_network.h"

namespace porogen {

/// Magnitude of the current density in each cell, from the means of the currents through its
/// opposite faces [A/m^2], at the potentials that solve() found for the network; 0 in cells that
/// carry no current. Preconditions: the drive is a fixed potential; of the network's shape.
Grid<float> current_density(const ImageNetwork& network, const Grid<float>& potential);

/// Where the current squeezes through. Densities are relative to the mean one through the box's
/// cross-section.
struct FlowStatistics {
    double median = 0;  ///< over the conducting cells [1]
    double p90 = 0;     ///< 90 % of them have at most this [1]
    double p99 = 0;     ///< [1]
    double largest = 0; ///< [1]
    /// Part of the conducting cells with less than a hundredth of the mean density: dead ends and
    /// pockets, and what is not joined at all [1].
    double stagnant_fraction = 0;
    /// Smallest part of the conducting cells that dissipates half of the power: 1/2 if all do the
    /// same, small if there are bottlenecks [1].
    double half_power_fraction = 0;
};

/// `density` as current_density() gives it. All 0 where nothing flows.
FlowStatistics flow_statistics(const ImageNetwork& network, const Grid<float>& density);

} // namespace porogen
