#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "plating/plating_state.h"
#include "plating/potentials.h"
#include "porogen/core/grid.h"
#include "porogen/core/progress.h"
#include "porogen/transport/electrode_network.h"

namespace porogen::plating {

/// The network of the state as it is.
ElectrodeNetwork electrode_of(const PlatingState& state);

/// How the current is spread at one state.
struct Distribution {
    std::vector<ReactionSite> sites; ///< none: ions or electrons get nowhere any more
    SiteCurrents currents;
    double inlet_area = 0; ///< [m^2]
    double cut_off = 0;    ///< open volume that ions have lost, part of the pore volume [1]
    /// Root mean square of the electrons' potential against the collector over the sites [V].
    double electron_drop = 0;
    double highest_barrier = 0; ///< that nuclei had to overcome [V]
    int newton_iterations = 0;  ///< of all rounds of nucleation
    int linear_iterations = 0;
};

/// Distributes the current over one state after the other.
class Distributor {
  public:
    Distributor(const PlatingState& state, Progress& progress);

    /// Potentials of the state as it is, with whatever nucleates in it. Throws Error(infeasible) if
    /// nothing could be plated from the start.
    Distribution distribute();

  private:
    void settle(ElectrodeNetwork& electrode, Distribution& now);
    [[nodiscard]] std::vector<double> recall(const ConductorNetwork& network) const;
    void keep(const ConductorNetwork& network, const std::vector<double>& potential);
    double cut_off_volume(const ElectrodeNetwork& electrode);

    const PlatingState& state_;
    Progress& progress_;
    /// Potentials by carrier and cell, to start the next solution from.
    std::array<Grid<float>, 3> potential_;
    double closed_volume_ = -1; ///< that ions do not get to in the bare framework [m^3]
};

} // namespace porogen::plating
