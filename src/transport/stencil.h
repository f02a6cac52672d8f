#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "porogen/core/grid.h"

namespace porogen::transport {

/// A view of the matrix of a resistor network on one grid level: symmetric, seven points, row n
///   (A v)_n = d_n v_n - sum over the six faces g v_neighbour,
/// where d_n is the sum of the six g and of the conductances to the plates.
/// Off-diagonals are the faces.
struct Stencil {
    Shape shape;
    std::array<bool, 3> periodic{};
    std::array<const float*, 3> face{};      ///< as in ConductorNetwork
    const float* inverse_diagonal = nullptr; ///< 1 / d_n; 0 marks a cell that is left out
    const float* zero_row = nullptr; ///< shape.x zeros: the conductances to a row that is not there
};

/// The four rows beside row (j, k), in the order y-, y+, z-, z+: index of their first cell, -1 if
/// there is none, and the conductances to them.
struct RowLinks {
    std::int64_t first = 0;
    std::array<std::int64_t, 4> neighbour{};
    std::array<const float*, 4> g{};
};

inline RowLinks row_links(const Stencil& a, std::int64_t j, std::int64_t k) {
    RowLinks links;
    links.first = a.shape.index(0, j, k);
    for (const Axis axis : {Axis::y, Axis::z}) {
        const std::int64_t extent = a.shape[axis];
        const std::int64_t at = axis == Axis::y ? j : k;
        const std::int64_t stride = a.shape.stride(axis);
        const bool wraps = a.periodic[static_cast<std::size_t>(axis)] && extent > 1;
        const float* face = a.face[static_cast<std::size_t>(axis)];
        const std::size_t down = axis == Axis::y ? 0 : 2;

        const bool has_down = at > 0 || wraps;
        const std::int64_t below = links.first + (at > 0 ? -stride : (extent - 1) * stride);
        links.neighbour[down] = has_down ? below : -1;
        links.g[down] = has_down ? face + below : a.zero_row;

        const bool has_up = at + 1 < extent || wraps;
        const std::int64_t above =
            links.first + (at + 1 < extent ? stride : -(extent - 1) * stride);
        links.neighbour[down + 1] = has_up ? above : -1;
        links.g[down + 1] = has_up ? face + links.first : a.zero_row;
    }
    return links;
}

/// Conductance of the face that closes a row upon itself: that of its
/// last cell where x is periodic.
inline float wrap_link(const Stencil& a, std::int64_t first) {
    return a.periodic[0] && a.shape.x > 1 ? a.face[0][first + a.shape.x - 1] : 0.0F;
}

/// Planes per block of a parallel loop over z: about 32 thousand cells, so that small grids stay on
/// the calling thread. Depends on the shape alone.
inline std::int64_t planes_per_block(const Shape& shape) {
    return std::max<std::int64_t>(1, 32768 / std::max<std::int64_t>(1, shape.x * shape.y));
}

} // namespace porogen::transport
