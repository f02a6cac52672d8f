#include "porogen/report/performance.h"

#include <algorithm>

#include "porogen/recipe/options.h"

namespace porogen {

namespace {

/// From the collector to the top of the highest layer that holds solid [m].
double height_of_solid(const PhaseVolume& volume) {
    std::int64_t n = volume.labels.size();
    while (n > 0 && volume.labels[n - 1] == pore_label) {
        --n;
    }
    const std::int64_t layer = volume.shape().x * volume.shape().y;
    return static_cast<double>((n + layer - 1) / layer) * volume.voxel.z();
}

AnodeFramework framework_of(const RunResult& r) {
    const CoatOptions coating = coat_options(r.recipe);
    const double box = r.volume.size().z();
    const double binder = r.binder.volume_fraction;
    const double film = r.coating.volume_fraction;
    // Of a film on particles, contacts hide a part: it fills no pores, but it has its mass.
    const double hidden_too = film / (1 - r.coating.buried_fraction);

    AnodeFramework framework;
    framework.parts = {
        {(1 - r.morphology.porosity - binder) * box, coating.host_density},
        {binder * box, r.recipe.number("materials.binder_slurry.pvdf_density")},
        {hidden_too * box, coating.film_density},
    };
    framework.thickness = asks_for_resolved(r.recipe) ? height_of_solid(r.volume) : box;
    const double above = box - framework.thickness; // empty, so all of it is open
    framework.open_pores = std::max(0.0, (r.morphology.open_porosity - film) * box - above);
    return framework;
}

std::optional<AnodeLithium> lithium_of(const RunResult& r) {
    if (!is_plated(r)) {
        return std::nullopt;
    }
    const PlateStep& last = r.resolved ? r.resolved->steps.back() : r.plating->steps.back();
    AnodeLithium lithium;
    lithium.volume = last.li_volume;
    lithium.overflow = last.overflow;
    lithium.overpotential = last.voltage;
    lithium.current = r.recipe.number("plating.current");
    lithium.reacting_area = r.resolved ? r.resolved->steps.front().wetted_area
                                       : r.homogenised->specific_surface * r.homogenised->thickness;
    return lithium;
}

} // namespace

AnodePerformance anode_performance(const RunResult& result) {
    AnodeConstants constants;
    constants.lithium_molar_volume = result.recipe.number("materials.lithium.molar_volume");
    constants.lithium_molar_mass = result.recipe.number("materials.lithium.molar_mass");
    constants.cathode_potential = result.recipe.number("materials.nmc622.mean_potential");
    return anode_performance(framework_of(result), lithium_of(result), constants);
}

} // namespace porogen
