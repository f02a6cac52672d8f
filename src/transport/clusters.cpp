#include "transport/clusters.h"

#include "porogen/core/parallel.h"
#include "porogen/volume/connectivity.h"
#include "transport/end_layer.h"
#include "transport/stencil.h"

namespace porogen::transport {

namespace {

/// Cells with any conductance at all; those in an insulator need no component of their own.
Grid<std::uint8_t> wired_cells(const ConductorNetwork& network) {
    const Shape shape = network.shape;
    const std::vector<float> zero_row(static_cast<std::size_t>(shape.x), 0.0F);
    const Stencil a{shape,
                    network.periodic,
                    {network.face[0].data(), network.face[1].data(), network.face[2].data()},
                    nullptr,
                    zero_row.data()};
    Grid<std::uint8_t> wired(shape);
    parallel_blocks(shape.z, planes_per_block(shape), [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin * shape.y; row < end * shape.y; ++row) {
            const RowLinks links = row_links(a, row % shape.y, row / shape.y);
            const float* gx = a.face[0] + links.first;
            const float wrap = wrap_link(a, links.first);
            for (std::int64_t i = 0; i < shape.x; ++i) {
                const float along = (i > 0 ? gx[i - 1] : wrap) + (i + 1 < shape.x ? gx[i] : wrap);
                const float across = links.g[0][i] + links.g[1][i] + links.g[2][i] + links.g[3][i];
                wired[links.first + i] = along + across > 0 ? 1 : 0;
            }
        }
    });
    const EndLayer ends{network.shape, network.axis};
    for (std::int64_t m = 0; m < ends.size(); ++m) {
        if (network.end_lower[static_cast<std::size_t>(m)] > 0) {
            wired[ends.lower(m)] = 1;
        }
        if (network.end_upper[static_cast<std::size_t>(m)] > 0) {
            wired[ends.upper(m)] = 1;
        }
    }
    return wired;
}

} // namespace

ConductingCells conducting_cells(const ConductorNetwork& network) {
    const Components clusters = connected_components(
        wired_cells(network), network.periodic, [&](Axis axis, std::int64_t n) {
            return network.face[static_cast<std::size_t>(axis)][n] > 0;
        });

    constexpr std::uint8_t both_plates = 3;
    std::vector<std::uint8_t> touches(clusters.size.size(), 0);
    const EndLayer ends{network.shape, network.axis};
    for (std::int64_t m = 0; m < ends.size(); ++m) {
        if (network.end_lower[static_cast<std::size_t>(m)] > 0) {
            touches[static_cast<std::size_t>(clusters.id[ends.lower(m)])] |= 1;
        }
        if (network.end_upper[static_cast<std::size_t>(m)] > 0) {
            touches[static_cast<std::size_t>(clusters.id[ends.upper(m)])] |= 2;
        }
    }

    ConductingCells cells;
    cells.active = Grid<std::uint8_t>(network.shape);
    cells.count = static_cast<std::int64_t>(
        parallel_sum(network.shape.size(), 65536, [&](std::int64_t begin, std::int64_t end) {
            double count = 0;
            for (std::int64_t n = begin; n < end; ++n) {
                const auto id = static_cast<std::size_t>(clusters.id[n]);
                cells.active[n] = id > 0 && touches[id] == both_plates ? 1 : 0;
                count += cells.active[n];
            }
            return count;
        }));
    return cells;
}

} // namespace porogen::transport
