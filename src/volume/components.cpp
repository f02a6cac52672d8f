#include "porogen/core/parallel.h"
#include "porogen/volume/morphology.h"
#include "volume/phase_components.h"

namespace porogen {

namespace {

/// Faces less open than this are closed: rounding leaves specks of this size, and no transport
/// cares.
constexpr float least_opening = 1e-4F;

Components label_components(const PhaseVolume& volume, Space space, std::array<bool, 3> periodic) {
    Grid<std::uint8_t> member(volume.shape());
    for (std::int64_t n = 0; n < member.size(); ++n) {
        member[n] = (volume.labels[n] == pore_label) == (space == Space::pore) ? 1 : 0;
    }
    return connected_components(member, periodic);
}

/// Cells of which `part` says that they hold the phase, joined where `open` says that the face
/// passes it.
template <class Part, class Open>
Components cut_components(const PhaseVolume& volume, const CutCells& cells,
                          std::array<bool, 3> periodic, const Part& part, const Open& open) {
    Grid<std::uint8_t> member(volume.shape());
    for (std::int64_t n = 0; n < member.size(); ++n) {
        member[n] = part(cells.solid_fraction[n]) > 0 ? 1 : 0;
    }
    return connected_components(member, periodic, [&](Axis axis, std::int64_t n) {
        return open(cells.aperture[static_cast<std::size_t>(axis)][n]) > least_opening;
    });
}

} // namespace

Components phase_components(const PhaseVolume& volume, const CutCells& cells, Space space,
                            std::array<bool, 3> periodic) {
    if (cells.solid_fraction.empty()) {
        return label_components(volume, space, periodic);
    }
    if (space == Space::pore) {
        return cut_components(
            volume, cells, periodic, [](float solid) { return 1 - solid; },
            [](float aperture) { return aperture; });
    }
    return cut_components(
        volume, cells, periodic, [](float solid) { return solid; },
        [](float aperture) { return 1 - aperture; });
}

std::vector<double> component_volumes(const PhaseVolume& volume, const CutCells& cells,
                                      const Components& components, Space space) {
    std::vector<double> volumes(components.size.size(), 0);
    for (std::int64_t n = 0; n < volume.labels.size(); ++n) {
        const double solid = solid_part(volume, cells, n);
        volumes[static_cast<std::size_t>(components.id[n])] +=
            space == Space::pore ? 1 - solid : solid;
    }
    volumes[0] = 0;
    return volumes;
}

Components pore_components(const PhaseVolume& volume, const CutCells& cells) {
    return phase_components(volume, cells, Space::pore, volume.periodic);
}

Components solid_components(const PhaseVolume& volume, const CutCells& cells) {
    return phase_components(volume, cells, Space::solid, volume.periodic);
}

Grid<std::uint8_t> open_pores(const PhaseVolume& volume, const CutCells& cells) {
    const Components pores = pore_components(volume, cells);
    const std::vector<std::uint8_t> ends = touches_ends(pores, Axis::z);
    Grid<std::uint8_t> open(volume.shape());
    parallel_blocks(open.size(), 1 << 16, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            open[n] = (ends[static_cast<std::size_t>(pores.id[n])] & 2) != 0 ? 1 : 0;
        }
    });
    return open;
}

} // namespace porogen
