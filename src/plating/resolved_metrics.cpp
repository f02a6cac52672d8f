#include "plating/resolved_metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "plating/host_uptake.h"
#include "porogen/core/parallel.h"

namespace porogen::plating {

namespace {

/// From the top of the framework to the inlets, through open electrolyte [V].
double headroom_drop(const PlatingState& state) {
    return state.plating_current() / state.options.electrolyte.conductivity *
           static_cast<double>(state.box.headroom_layers) * state.box.framework.voxel.z();
}

/// Of each layer of the whole box, collector and headroom included.
using Layers = std::vector<double>;

Layers empty_layers(const PlatingBox& box) {
    return Layers(static_cast<std::size_t>(box.framework.shape().z), 0.0);
}

/// What is in the collector's layers belongs to the lowest layer of the framework.
LithiumDepth into_cells(const PlatingBox& box, Layers layers, int depth_cells) {
    const auto cells = static_cast<std::size_t>(depth_cells);
    const auto count = static_cast<std::size_t>(box.framework_layers);
    const auto first = layers.begin() + collector_layers;
    *first = std::accumulate(layers.begin(), first, *first);
    const double per_cell = static_cast<double>(count) / depth_cells;
    LithiumDepth depth;
    depth.overflow = std::accumulate(first + box.framework_layers, layers.end(), 0.0);
    depth.amount.assign(cells, 0.0);
    std::vector<double> pores(cells, 0.0);
    for (std::size_t k = 0; k < count; ++k) {
        const auto low = static_cast<double>(k);
        for (auto c = static_cast<std::size_t>(low / per_cell);
             c < cells && static_cast<double>(c) * per_cell < low + 1; ++c) {
            const double bottom = static_cast<double>(c) * per_cell;
            const double part =
                std::max(0.0, std::min(low + 1, bottom + per_cell) - std::max(low, bottom));
            depth.amount[c] += part * layers[k + static_cast<std::size_t>(collector_layers)];
            pores[c] += part * box.layer_pores[k];
        }
    }
    for (std::size_t c = 0; c < cells; ++c) {
        depth.fill.push_back(pores[c] > 0 ? depth.amount[c] / pores[c] : 0);
    }
    return depth;
}

/// Lithium / volume of a cell. It may be a little below 0 where the surface was measured anew; over
/// all cells the sum is that of the volumes.
double lithium_part(const PlatingBox& box, const CutCells& deposit, std::int64_t n) {
    return static_cast<double>(deposit.solid_fraction[n]) -
           static_cast<double>(box.cells.solid_fraction[n]);
}

} // namespace

LithiumDepth lithium_depth(const PlatingBox& box, const CutCells& deposit, int depth_cells) {
    Layers layers = empty_layers(box);
    const Shape& shape = box.framework.shape();
    const std::int64_t layer = shape.x * shape.y;
    parallel_blocks(shape.z, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t k = begin; k < end; ++k) {
            double sum = 0;
            for (std::int64_t n = k * layer; n < (k + 1) * layer; ++n) {
                sum += lithium_part(box, deposit, n);
            }
            layers[static_cast<std::size_t>(k)] = std::max(0.0, sum) * box.framework.voxel.prod();
        }
    });
    return into_cells(box, std::move(layers), depth_cells);
}

LithiumDepth reaction_depth(const PlatingBox& box, const std::vector<ReactionSite>& sites,
                            const std::vector<double>& current, int depth_cells) {
    Layers layers = empty_layers(box);
    const std::int64_t layer = box.framework.shape().x * box.framework.shape().y;
    for (std::size_t s = 0; s < sites.size(); ++s) {
        layers[static_cast<std::size_t>(sites[s].cell / layer)] +=
            current[s] * static_cast<double>(sites[s].area);
    }
    return into_cells(box, std::move(layers), depth_cells);
}

Grid<float> lithium_fill(const PlatingBox& box, const CutCells& deposit) {
    const Shape& shape = box.framework.shape();
    const std::int64_t layer = shape.x * shape.y;
    Grid<float> fill(Shape{shape.x, shape.y, shape.z - collector_layers});
    parallel_blocks(fill.size(), 1 << 14, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            double part = lithium_part(box, deposit, n + collector_layers * layer);
            // The collector's surface is sunk by a hair: what lies there belongs above it.
            for (std::int64_t below = n; n < layer && below < n + collector_layers * layer;
                 below += layer) {
                part += lithium_part(box, deposit, below);
            }
            fill[n] = static_cast<float>(std::clamp(part, 0.0, 1.0));
        }
    });
    return fill;
}

void depth_metrics(const LithiumDepth& depth, double pore_volume, UniformityMetrics& metrics) {
    UniformityMetrics of_fill;
    const auto cells = static_cast<double>(depth.fill.size());
    depth_statistics(depth.amount, depth.overflow, metrics);
    if (pore_volume > 0) { // a foil has none
        depth_statistics(depth.fill, depth.overflow * cells / pore_volume, of_fill);
        metrics.uniformity = of_fill.uniformity;
        metrics.fill = std::accumulate(depth.amount.begin(), depth.amount.end(), 0.0) / pore_volume;
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

ResolvedStep step_at(const PlatingState& state, const Distribution& now) {
    const PlatingBox& box = state.box;
    const int depth_cells = state.options.depth_cells;
    ResolvedStep step;
    step.capacity = state.charge;
    step.time = state.time;
    step.voltage = now.currents.voltage - headroom_drop(state);
    step.li_volume = state.plated_volume() / box.base_area;
    step.inserted = state.inserted;
    step.lithiated = lithiated_part(state);
    step.cut_off = now.cut_off;
    step.newton_iterations = now.newton_iterations;
    step.linear_iterations = now.linear_iterations;
    step.least_concentration = now.currents.least_concentration;

    std::vector<double> area;
    double wetted = 0;
    double covered = 0;
    for (const ReactionSite& site : now.sites) {
        area.push_back(static_cast<double>(site.area));
        wetted += area.back();
        covered += state.surface.lithium()[site.cell] != 0 ? area.back() : 0;
    }
    step.wetted_area = wetted / box.base_area;
    if (wetted > 0) {
        step.covered = covered / wetted;
        current_statistics(now.currents.current, area, step.metrics);
    }
    const LithiumDepth depth = lithium_depth(box, state.cells, depth_cells);
    step.overflow = depth.overflow / box.base_area;
    if (state.has_lithium()) {
        depth_metrics(depth, box.pore_volume, step.metrics);
        step.depth_cov = variation(depth.fill);
    } else {
        depth_metrics(reaction_depth(box, now.sites, now.currents.current, depth_cells),
                      box.pore_volume, step.metrics);
        step.metrics.fill = 0;
    }
    return step;
}

} // namespace porogen::plating
