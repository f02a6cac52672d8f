#include "porogen/volume/morphology.h"

#include <algorithm>

#include "volume/crofton.h"
#include "volume/phase_components.h"

namespace porogen {

namespace {

bool joins_both_ends(const std::vector<std::uint8_t>& ends) {
    return std::find(ends.begin(), ends.end(), std::uint8_t{3}) != ends.end();
}

double sum(const std::vector<double>& values) {
    double total = 0;
    for (const double value : values) {
        total += value;
    }
    return total;
}

} // namespace

Morphology measure_morphology(const PhaseVolume& volume) {
    const auto box = static_cast<double>(volume.labels.size());
    const CutCells cells = volume.has_distance() ? cut_cells(volume) : CutCells{};
    Morphology result;

    const Components pores = pore_components(volume, cells);
    const std::vector<std::uint8_t> pore_ends = touches_ends(pores, Axis::z);
    const std::vector<double> pore_volumes = component_volumes(volume, cells, pores, Space::pore);
    result.porosity = sum(pore_volumes) / box;
    for (std::size_t id = 1; id < pore_ends.size(); ++id) {
        result.open_porosity += (pore_ends[id] & 2) != 0 ? pore_volumes[id] / box : 0;
    }
    result.pore_connected = joins_both_ends(pore_ends);

    const Components solids = solid_components(volume, cells);
    const std::vector<double> solid_volumes =
        component_volumes(volume, cells, solids, Space::solid);
    result.solid_connected = joins_both_ends(touches_ends(solids, Axis::z));
    const double solid = sum(solid_volumes);
    if (solid > 0) {
        result.solid_largest =
            *std::max_element(solid_volumes.begin(), solid_volumes.end()) / solid;
    }

    result.surface_from_distance = volume.has_distance();
    result.specific_surface = volume.has_distance() ? surface_area(cells) / volume.size().prod()
                                                    : crofton_specific_surface(volume);
    return result;
}

std::vector<double> phase_fractions(const PhaseVolume& volume) {
    const std::array<std::int64_t, 256> count = count_labels(volume.labels);
    std::vector<double> fractions;
    for (const Phase& phase : volume.phases) {
        fractions.push_back(static_cast<double>(count[phase.label]) /
                            static_cast<double>(volume.labels.size()));
    }
    return fractions;
}

} // namespace porogen
