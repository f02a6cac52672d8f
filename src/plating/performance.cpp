#include "porogen/plating/performance.h"

#include "porogen/core/constants.h"

namespace porogen {

AnodePerformance anode_performance(const AnodeFramework& framework,
                                   const std::optional<AnodeLithium>& lithium,
                                   const AnodeConstants& constants) {
    const double charge_per_volume = faraday / constants.lithium_molar_volume;
    AnodePerformance p;
    for (const AnodeFramework::Part& part : framework.parts) {
        p.areal_mass += part.volume * part.density;
    }
    p.host_capacity = framework.open_pores * charge_per_volume;
    if (!lithium) {
        return p;
    }
    p.capacity = lithium->volume * charge_per_volume;
    p.lithium_mass = p.capacity / faraday * constants.lithium_molar_mass;
    p.thickness = framework.thickness + lithium->overflow;
    const double mass = p.areal_mass + p.lithium_mass;
    const double voltage = constants.cathode_potential - lithium->overpotential;
    p.capacity_per_volume = p.capacity / p.thickness;
    p.capacity_per_mass = p.capacity / mass;
    p.energy_per_volume = p.capacity_per_volume * voltage;
    p.energy_per_mass = p.capacity_per_mass * voltage;
    p.local_current_density = lithium->current / lithium->reacting_area;
    return p;
}

} // namespace porogen
