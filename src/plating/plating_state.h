#pragma once

#include "plating/plating_box.h"
#include "plating/surface_state.h"
#include "porogen/core/grid.h"
#include "porogen/plating/lithiation.h"
#include "porogen/plating/resolved.h"
#include "porogen/volume/cut_cells.h"
#include "porogen/volume/phase_volume.h"

namespace porogen::plating {

/// A framework while lithium is plated into it: what it is at the charge passed so far, and the
/// books about that charge. Charges and currents are those per geometric area.
struct PlatingState {
    PlatingState(const PhaseVolume& volume, const ResolvedOptions& options);
    PlatingState(const PlatingState&) = delete; // the surface looks at its neighbours here
    PlatingState& operator=(const PlatingState&) = delete;

    const ResolvedOptions& options;
    PlatingBox box;
    Grid<float> host_part; ///< of each cell that can take up lithium, 0..1
    LithiationFront host;
    SurfaceState surface;
    PhaseVolume deposit; ///< the framework with its lithium; its distance moves
    CutCells cells;      ///< of the deposit
    PotentialModel model = PotentialModel::two_potentials; ///< that the network is made for
    bool concentration = false;

    double charge = 0;            ///< since the first plating [C/m^2]
    double plated = 0;            ///< of that [C/m^2]
    double inserted = 0;          ///< in the host, before the first plating too [C/m^2]
    double time = 0;              ///< since the first plating [s]
    double insertion_current = 0; ///< that the host takes up [A/m^2]
    double framework_volume = 0;  ///< without lithium [m^3]
    double volume = 0;            ///< of framework and lithium [m^3]

    [[nodiscard]] double plating_current() const { return options.current - insertion_current; }
    /// Of lithium per charge [m^3/C].
    [[nodiscard]] double volume_per_charge() const;
    /// Of lithium, by what has been plated [m^3].
    [[nodiscard]] double plated_volume() const;
    [[nodiscard]] bool has_lithium() const { return volume > framework_volume; }
    /// Of the framework [m].
    [[nodiscard]] double thickness() const;
};

} // namespace porogen::plating
