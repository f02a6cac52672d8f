#include "plating/plating_box.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

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

/// Layers to be put above the volume, of which those above `framework_layers` are headroom already.
std::int64_t layers_above(const PhaseVolume& volume, const ResolvedOptions& options,
                          std::int64_t framework_layers) {
    const Shape& shape = volume.shape();
    const std::int64_t cells = framework_layers * shape.x * shape.y;
    const std::int64_t pores =
        std::count(volume.labels.data(), volume.labels.data() + cells, pore_label);
    const double held =
        static_cast<double>(pores) * volume.voxel.prod() / (volume.size().x() * volume.size().y());
    const double lithium = options.capacity * options.lithium_molar_volume / faraday;
    const double room =
        options.headroom.value_or(std::max(0.0, lithium - usable_pores * held) + least_headroom);
    const auto layers = static_cast<std::int64_t>(std::ceil(room / volume.voxel.z() - 1e-9));
    return std::max<std::int64_t>(0, layers - (shape.z - framework_layers));
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
        const std::int64_t k = n / layer;
        float& d = distance[n + collector_layers * layer];
        if (above_layers > 0) {
            d = std::max(d, -height(volume.shape().z - 1 - k));
        }
        d = std::min(d, height(k) + sunk);
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
    const auto index = [&](std::array<std::int64_t, 3> at) -> std::int64_t {
        for (std::size_t a = 0; a < 3; ++a) {
            const std::int64_t count = shape[all_axes[a]];
            if (at[a] < 0 || at[a] >= count) {
                if (!framework.periodic[a]) {
                    return -1;
                }
                at[a] = (at[a] + count) % count;
            }
        }
        return shape.index(at[0], at[1], at[2]);
    };
    Grid<std::uint8_t> material(shape, no_material);
    parallel_blocks(shape.size(), 1 << 14, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            if (framework.labels[n] != pore_label) {
                material[n] = of_label[framework.labels[n]];
                continue;
            }
            if (static_cast<double>(framework.distance[n]) > near) {
                continue;
            }
            float deepest = std::numeric_limits<float>::infinity();
            for (std::int64_t around = 0; around < 27; ++around) {
                const std::int64_t m =
                    index({n % shape.x + around % 3 - 1, n / shape.x % shape.y + around / 3 % 3 - 1,
                           n / (shape.x * shape.y) + around / 9 - 1});
                if (m >= 0 && framework.labels[m] != pore_label &&
                    framework.distance[m] < deepest) {
                    deepest = framework.distance[m];
                    material[n] = of_label[framework.labels[m]];
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

/// Of each layer of the framework [m^3].
std::vector<double> open_volumes(const PlatingBox& box) {
    const std::int64_t layer = box.framework.shape().x * box.framework.shape().y;
    std::vector<double> volumes(static_cast<std::size_t>(box.framework_layers));
    parallel_blocks(box.framework_layers, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t k = begin; k < end; ++k) {
            double open = 0;
            for (std::int64_t n = 0; n < layer; ++n) {
                open += 1 - static_cast<double>(
                                box.cells.solid_fraction[n + (collector_layers + k) * layer]);
            }
            volumes[static_cast<std::size_t>(k)] = open * box.framework.voxel.prod();
        }
    });
    return volumes;
}

/// Layers from the bottom up to the highest one that holds solid; above it a volume of a mere foil
/// is headroom.
std::int64_t solid_layers(const PhaseVolume& volume) {
    std::int64_t n = volume.labels.size() - 1;
    while (n > 0 && volume.labels[n] == pore_label) {
        --n;
    }
    return n / (volume.shape().x * volume.shape().y) + 1;
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
    box.framework_layers = solid_layers(volume);
    const std::int64_t above = layers_above(volume, options, box.framework_layers);
    box.headroom_layers = volume.shape().z - box.framework_layers + above;
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
    box.layer_pores = open_volumes(box);
    box.pore_volume = std::accumulate(box.layer_pores.begin(), box.layer_pores.end(), 0.0);
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
