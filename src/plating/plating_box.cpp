#include "plating/plating_box.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "porogen/core/constants.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/volume/redistance.h"

namespace porogen::plating {

namespace {

constexpr double least_headroom = 4e-6; // [m]
/// Part of the pore volume that the automatic headroom counts on: throats close before the pores
/// behind them are full.
constexpr double usable_pores = 0.5;

/// The collector's surface lies this part of a voxel below z = 0: right on the faces between cells
/// it would belong to neither side.
constexpr double recess = 1e-3;

std::int64_t headroom_layers(const PhaseVolume& volume, const ResolvedOptions& options,
                             double pore_volume) {
    const double base = volume.size().x() * volume.size().y();
    const double lithium = options.capacity * options.lithium_molar_volume / faraday;
    const double room = options.headroom.value_or(
        std::max(0.0, lithium - usable_pores * pore_volume / base) + least_headroom);
    return static_cast<std::int64_t>(std::ceil(room / volume.voxel.z()));
}

/// Copies the framework's layers, and lets `below` and `above` fill the others: they are given
/// the cell of the framework's nearest layer and the height above it in layers.
template <class T, class Below, class Above>
Grid<T> extended(const Grid<T>& grid, std::int64_t above_layers, const Below& below,
                 const Above& above) {
    const Shape& shape = grid.shape();
    const std::int64_t layer = shape.x * shape.y;
    Grid<T> result(Shape{shape.x, shape.y, collector_layers + shape.z + above_layers});
    for (std::int64_t n = 0; n < layer; ++n) {
        for (std::int64_t k = 0; k < collector_layers; ++k) {
            result[n + k * layer] = below(grid[n], k - collector_layers);
        }
        for (std::int64_t k = 0; k < above_layers; ++k) {
            result[n + (collector_layers + shape.z + k) * layer] =
                above(grid[n + (shape.z - 1) * layer], k);
        }
    }
    std::copy(grid.data(), grid.data() + grid.size(), result.data() + collector_layers * layer);
    return result;
}

/// The distance with the collector's surface at z = 0, and with the framework ending at its top.
Grid<float> extended_distance(const PhaseVolume& volume, std::int64_t above_layers) {
    const double h = volume.voxel.z();
    const auto height = [h](std::int64_t layers) {
        return static_cast<float>((static_cast<double>(layers) + 0.5) * h);
    };
    const auto sunk = static_cast<float>(recess * h);
    Grid<float> distance = extended(
        volume.distance, above_layers, [&](float, std::int64_t k) { return height(k) + sunk; },
        [&](float d, std::int64_t k) { return std::max(d, height(k)); });
    const std::int64_t layer = volume.shape().x * volume.shape().y;
    for (std::int64_t n = 0; n < volume.shape().size(); ++n) {
        float& d = distance[n + collector_layers * layer];
        d = std::min(d, height(n / layer) + sunk);
    }
    return distance;
}

/// Above the framework the distance was only a bound.
void measure_headroom(PhaseVolume& framework, std::int64_t above_layers) {
    PhaseVolume measured = framework;
    redistance(measured, 8 * framework.voxel.z());
    const std::int64_t first =
        framework.shape().size() - above_layers * framework.shape().x * framework.shape().y;
    std::copy(measured.distance.data() + first, measured.distance.data() + measured.distance.size(),
              framework.distance.data() + first);
}

SurfaceFilm extended_film(const SurfaceFilm& film, std::int64_t above_layers) {
    const auto extend = [&](const Grid<float>& grid) {
        return extended(
            grid, above_layers, [](float at, std::int64_t k) { return k == -1 ? at : 0.0F; },
            [](float at, std::int64_t k) { return k < 2 ? at : 0.0F; });
    };
    return {extend(film.thickness), extend(film.sheet_conductance)};
}

/// Solids are known by their cells; a cell with its centre in the pores takes the material of the
/// solid that is deepest around it.
Grid<std::uint8_t> materials(const PhaseVolume& framework,
                             const std::array<std::uint8_t, 256>& of_label) {
    const Shape shape = framework.shape();
    const double near = 2 * framework.voxel.maxCoeff();
    Grid<std::uint8_t> material(shape, no_material);
    parallel_blocks(shape.z, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t k = begin; k < end; ++k) {
            for (std::int64_t j = 0; j < shape.y; ++j) {
                for (std::int64_t i = 0; i < shape.x; ++i) {
                    const std::int64_t n = shape.index(i, j, k);
                    if (framework.labels[n] != pore_label) {
                        material[n] = of_label[framework.labels[n]];
                        continue;
                    }
                    if (static_cast<double>(framework.distance[n]) > near) {
                        continue;
                    }
                    float deepest = std::numeric_limits<float>::infinity();
                    for (std::int64_t around = 0; around < 27; ++around) {
                        const std::int64_t at_k = k + around / 9 - 1;
                        if (at_k < 0 || at_k >= shape.z) {
                            continue;
                        }
                        const std::int64_t m =
                            shape.index((i + around % 3 - 1 + shape.x) % shape.x,
                                        (j + around / 3 % 3 - 1 + shape.y) % shape.y, at_k);
                        if (framework.labels[m] != pore_label && framework.distance[m] < deepest) {
                            deepest = framework.distance[m];
                            material[n] = of_label[framework.labels[m]];
                        }
                    }
                }
            }
        }
    });
    return material;
}

std::array<std::uint8_t, 256> material_of_label(const ResolvedOptions& options) {
    std::array<std::uint8_t, 256> of_label{};
    of_label.fill(no_material);
    for (std::size_t s = 0; s < options.solids.size(); ++s) {
        of_label[options.solids[s].label] = static_cast<std::uint8_t>(s);
    }
    return of_label;
}

double open_volume(const PlatingBox& box) {
    const std::int64_t layer = box.framework.shape().x * box.framework.shape().y;
    const std::int64_t first = collector_layers * layer;
    const std::int64_t last = box.top_layer() * layer;
    double sum = 0;
    for (std::int64_t n = first; n < last; ++n) {
        sum += 1 - static_cast<double>(box.cells.solid_fraction[n]);
    }
    return sum * box.framework.voxel.prod();
}

/// Layers from the bottom up to the highest one that holds solid; above it a volume of a mere foil
/// is headroom.
std::int64_t solid_layers(const PhaseVolume& volume) {
    std::int64_t last = 0;
    for (std::int64_t n = 0; n < volume.labels.size(); ++n) {
        last = volume.labels[n] != pore_label ? n : last;
    }
    return last / (volume.shape().x * volume.shape().y) + 1;
}

std::uint8_t unused_label(const PhaseVolume& volume) {
    for (std::uint8_t label = 1; label < no_material; ++label) {
        if (std::none_of(volume.phases.begin(), volume.phases.end(),
                         [label](const Phase& phase) { return phase.label == label; })) {
            return label;
        }
    }
    throw_bad_input("plating: the volume uses all labels 1 to 254 (the collector needs one of its "
                    "own); merge phases");
}

} // namespace

PlatingBox plating_box(const PhaseVolume& volume, const ResolvedOptions& options) {
    PlatingBox box;
    const Shape& shape = volume.shape();
    double pores = 0;
    for (std::int64_t n = 0; n < shape.size(); ++n) {
        pores += volume.labels[n] == pore_label ? 1 : 0;
    }
    const std::int64_t above = headroom_layers(volume, options, pores * volume.voxel.prod());
    box.framework_layers = solid_layers(volume);
    box.headroom_layers = shape.z - box.framework_layers + above;
    box.base_area = volume.size().x() * volume.size().y();
    box.collector_material = static_cast<std::uint8_t>(options.solids.size());

    PhaseVolume& framework = box.framework;
    const std::uint8_t collector = unused_label(volume);
    framework.voxel = volume.voxel;
    framework.phases = volume.phases;
    framework.phases.push_back({collector, "collector"});
    framework.periodic = volume.periodic;
    framework.periodic[static_cast<std::size_t>(Axis::z)] = false;
    framework.labels = extended(
        volume.labels, above, [&](std::uint8_t, std::int64_t) { return collector; },
        [](std::uint8_t, std::int64_t) { return pore_label; });
    framework.distance = extended_distance(volume, above);
    measure_headroom(framework, above);
    if (volume.has_film()) {
        framework.film = extended_film(volume.film, above);
        box.sheet = cut_sheet(framework);
    }
    box.cells = cut_cells(framework);

    std::array<std::uint8_t, 256> of_label = material_of_label(options);
    of_label[collector] = box.collector_material;
    box.material = materials(framework, of_label);
    box.pore_volume = open_volume(box);
    return box;
}

PlatingBox bare_box(const PhaseVolume& framework, const ResolvedOptions& options) {
    PlatingBox box;
    box.framework = framework;
    box.cells = cut_cells(framework);
    box.collector_material = static_cast<std::uint8_t>(options.solids.size());
    box.material = materials(framework, material_of_label(options));
    box.base_area = framework.size().x() * framework.size().y();
    return box;
}

} // namespace porogen::plating
