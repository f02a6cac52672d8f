#include "porogen/volume/depth_profile.h"

#include "porogen/core/parallel.h"
#include "volume/crofton.h"
#include "volume/phase_components.h"

namespace porogen {

namespace {

/// Sums over the cells of a layer.
struct Layer {
    double pore = 0;      ///< [cells]
    double open_pore = 0; ///< [cells]
    double area = 0;      ///< [m^2]
    double film = 0;      ///< volume of film, area x thickness [m^3]
};

Layer sum_layer(const PhaseVolume& volume, const CutCells& cells, const Grid<std::uint8_t>& open,
                std::int64_t k) {
    const std::int64_t size = volume.shape().stride(Axis::z);
    Layer layer;
    for (std::int64_t n = k * size; n < (k + 1) * size; ++n) {
        const double pore = 1 - solid_part(volume, cells, n);
        layer.pore += pore;
        layer.open_pore += open[n] != 0 ? pore : 0;
        if (!cells.interface_area.empty()) {
            const auto area = static_cast<double>(cells.interface_area[n]);
            layer.area += area;
            layer.film +=
                volume.has_film() ? area * static_cast<double>(volume.film.thickness[n]) : 0;
        }
    }
    return layer;
}

} // namespace

DepthProfile depth_profile(const PhaseVolume& volume, const CutCells& cells) {
    DepthProfile profile;
    if (volume.labels.empty()) {
        return profile;
    }
    const Grid<std::uint8_t> open = open_pores(volume, cells);
    const std::int64_t size = volume.shape().stride(Axis::z);
    std::vector<Layer> layers(static_cast<std::size_t>(volume.shape().z));
    parallel_blocks(volume.shape().z, 4, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t k = begin; k < end; ++k) {
            layers[static_cast<std::size_t>(k)] = sum_layer(volume, cells, open, k);
        }
    });
    const double cells_in_layer = static_cast<double>(size);
    const double layer_volume = cells_in_layer * volume.voxel.prod();
    for (std::size_t k = 0; k < layers.size(); ++k) {
        const Layer& layer = layers[k];
        profile.z.push_back((static_cast<double>(k) + 0.5) * volume.voxel.z());
        profile.porosity.push_back(layer.pore / cells_in_layer);
        profile.open_porosity.push_back(layer.open_pore / cells_in_layer);
        profile.specific_surface.push_back(layer.area / layer_volume);
        if (volume.has_film()) {
            profile.film_thickness.push_back(layer.area > 0 ? layer.film / layer.area : 0);
        }
    }
    if (cells.interface_area.empty()) {
        profile.specific_surface = crofton_profile(volume);
    }
    return profile;
}

} // namespace porogen
