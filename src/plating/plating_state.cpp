#include "plating/plating_state.h"

#include "plating/host_uptake.h"
#include "porogen/core/constants.h"
#include "porogen/volume/deposit_front.h"

namespace porogen::plating {

PlatingState::PlatingState(const PhaseVolume& framework, const ResolvedOptions& chosen)
    : options(chosen), box(plating_box(framework, chosen)), host_part(host_parts(box, chosen)),
      host(host_part, box.framework.voxel, box.framework.periodic, chosen.lithiation_speed),
      surface(box, chosen, host.lithiated()), deposit(box.framework), cells(box.cells) {
    deposit.film = {};
    deposit.bodies.reset();
    if (chosen.model == PotentialModel::one_potential) {
        model = PotentialModel::one_potential;
    }
    framework_volume = solid_volume(deposit);
    volume = framework_volume;
}

double PlatingState::volume_per_charge() const {
    return options.lithium_molar_volume / faraday;
}

double PlatingState::plated_volume() const {
    return plated * box.base_area * volume_per_charge();
}

double PlatingState::thickness() const {
    return static_cast<double>(box.framework_layers) * box.framework.voxel.z();
}

} // namespace porogen::plating
