#include "transport/graph_rows.h"

#include <algorithm>

#include "porogen/core/parallel.h"

namespace porogen::transport {

void inverse_diagonals(std::span<const std::int64_t> first, std::span<const float> conductance,
                       std::span<const float> plates, Buffer<float>& inverse) {
    inverse.resize(plates.size());
    parallel_blocks(
        static_cast<std::int64_t>(plates.size()), 65536, [&](std::int64_t begin, std::int64_t end) {
            for (auto n = static_cast<std::size_t>(begin); n < static_cast<std::size_t>(end); ++n) {
                double diagonal = static_cast<double>(plates[n]);
                for (auto e = static_cast<std::size_t>(first[n]);
                     e < static_cast<std::size_t>(first[n + 1]); ++e) {
                    diagonal += static_cast<double>(conductance[e]);
                }
                inverse[n] = diagonal > 0 ? static_cast<float>(1 / diagonal) : 0.0F;
            }
        });
}

std::vector<std::int64_t> plane_starts(const Shape& shape, std::span<const std::int64_t> cell) {
    std::vector<std::int64_t> start;
    for (std::int64_t k = 0; k <= shape.z; ++k) {
        start.push_back(std::lower_bound(cell.begin(), cell.end(), shape.index(0, 0, k)) -
                        cell.begin());
    }
    return start;
}

void finish(Graph& graph) {
    inverse_diagonals(graph.first, graph.conductance, graph.plates, graph.inverse_diagonal);
    graph.plane_first = plane_starts(graph.shape, graph.cell);
}

} // namespace porogen::transport
