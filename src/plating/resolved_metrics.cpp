#include "plating/resolved_metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace porogen::plating {

namespace {

struct Layers {
    std::vector<double> amount; ///< of each layer of the framework
    std::vector<double> pores;  ///< [m^3]
    double overflow = 0;
};

Layers empty_layers(const PlatingBox& box) {
    Layers layers;
    const Shape& shape = box.framework.shape();
    const std::int64_t layer = shape.x * shape.y;
    layers.amount.assign(static_cast<std::size_t>(box.framework_layers), 0.0);
    for (std::int64_t k = 0; k < box.framework_layers; ++k) {
        double open = 0;
        for (std::int64_t n = 0; n < layer; ++n) {
            open += 1 -
                    static_cast<double>(box.cells.solid_fraction[n + (collector_layers + k) * layer]);
        }
        layers.pores.push_back(open * box.framework.voxel.prod());
    }
    return layers;
}

/// Adds to the layer of a cell; what is in the collector's layers belongs to the lowest one.
void add(Layers& layers, const PlatingBox& box, std::int64_t cell, double amount) {
    const Shape& shape = box.framework.shape();
    const std::int64_t k = cell / (shape.x * shape.y) - collector_layers;
    if (k >= box.framework_layers) {
        layers.overflow += amount;
    } else {
        layers.amount[static_cast<std::size_t>(std::max<std::int64_t>(k, 0))] += amount;
    }
}

LithiumDepth into_cells(const Layers& layers, int depth_cells) {
    const auto cells = static_cast<std::size_t>(depth_cells);
    const double per_cell = static_cast<double>(layers.amount.size()) / depth_cells;
    LithiumDepth depth;
    depth.overflow = layers.overflow;
    depth.amount.assign(cells, 0.0);
    std::vector<double> pores(cells, 0.0);
    for (std::size_t k = 0; k < layers.amount.size(); ++k) {
        const auto low = static_cast<double>(k);
        for (auto c = static_cast<std::size_t>(low / per_cell);
             c < cells && static_cast<double>(c) * per_cell < low + 1; ++c) {
            const double bottom = static_cast<double>(c) * per_cell;
            const double part =
                std::min(low + 1, bottom + per_cell) - std::max(low, bottom);
            depth.amount[c] += std::max(0.0, part) * layers.amount[k];
            pores[c] += std::max(0.0, part) * layers.pores[k];
        }
    }
    for (std::size_t c = 0; c < cells; ++c) {
        depth.fill.push_back(pores[c] > 0 ? depth.amount[c] / pores[c] : 0);
    }
    return depth;
}

double lithium_part(const PlatingBox& box, const CutCells& deposit, std::int64_t n) {
    return std::max(0.0, static_cast<double>(deposit.solid_fraction[n]) -
                             static_cast<double>(box.cells.solid_fraction[n]));
}

} // namespace

LithiumDepth lithium_depth(const PlatingBox& box, const CutCells& deposit, int depth_cells) {
    Layers layers = empty_layers(box);
    const double volume = box.framework.voxel.prod();
    for (std::int64_t n = 0; n < box.framework.shape().size(); ++n) {
        const double part = lithium_part(box, deposit, n);
        if (part > 0) {
            add(layers, box, n, part * volume);
        }
    }
    return into_cells(layers, depth_cells);
}

LithiumDepth reaction_depth(const PlatingBox& box, const std::vector<ReactionSite>& sites,
                            const std::vector<double>& current, int depth_cells) {
    Layers layers = empty_layers(box);
    for (std::size_t s = 0; s < sites.size(); ++s) {
        add(layers, box, sites[s].cell, current[s] * static_cast<double>(sites[s].area));
    }
    return into_cells(layers, depth_cells);
}

Grid<float> lithium_fill(const PlatingBox& box, const CutCells& deposit) {
    const Shape& shape = box.framework.shape();
    Grid<float> fill(Shape{shape.x, shape.y, shape.z - collector_layers});
    const std::int64_t below = collector_layers * shape.x * shape.y;
    for (std::int64_t n = 0; n < fill.size(); ++n) {
        fill[n] = static_cast<float>(lithium_part(box, deposit, n + below));
    }
    return fill;
}

void depth_metrics(const LithiumDepth& depth, double pore_volume, UniformityMetrics& metrics) {
    UniformityMetrics of_fill;
    const auto cells = static_cast<double>(depth.fill.size());
    depth_statistics(depth.amount, depth.overflow, metrics);
    if (pore_volume > 0) { // a foil has none
        depth_statistics(depth.fill, depth.overflow * cells / pore_volume, of_fill);
        metrics.uniformity = of_fill.uniformity;
        metrics.fill =
            std::accumulate(depth.amount.begin(), depth.amount.end(), 0.0) / pore_volume;
    }
}

double variation(const std::vector<double>& values) {
    const auto count = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double square = 0;
    for (const double value : values) {
        square += (value - mean) * (value - mean);
    }
    return mean > 0 ? std::sqrt(square / count) / mean : 0;
}

double fast_current(const std::vector<double>& current, const std::vector<ReactionSite>& sites,
                    double hot) {
    std::vector<std::size_t> order(current.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return current[a] > current[b]; });
    double reacting = 0;
    for (std::size_t s = 0; s < sites.size(); ++s) {
        reacting += current[s] > 0 ? static_cast<double>(sites[s].area) : 0;
    }
    double passed = 0;
    for (const std::size_t s : order) {
        passed += static_cast<double>(sites[s].area);
        if (passed > hot * reacting) {
            return current[s];
        }
    }
    return order.empty() ? 0 : current[order.back()];
}

} // namespace porogen::plating
