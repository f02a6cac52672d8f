#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/transport/drive.h"

namespace porogen {

/// A resistor network on a grid. A node is one carrier in one cell (ions in the pore, electrons in
/// the solid, electrons in the film …) and has one potential. Links join nodes of neighbouring
/// cells or of the same cell. The operator it stands for is symmetric positive semidefinite, row n
///   (A v)_n = sum over links g (v_n - v_neighbour) + sum over plates g v_n,
/// with the plates that the drive has.
struct ConductorNetwork {
    Shape shape;
    Axis axis = Axis::z;
    Drive drive = Drive::fixed_potential;
    /// Axes along which links wrap around the box. Along `axis` only if the drive is
    /// periodic.
    std::array<bool, 3> periodic{};

    /// Cell of each node, ascending.
    std::vector<std::int64_t> cell;
    /// Carrier of each node; ascending within a cell.
    std::vector<std::uint8_t> carrier;

    /// Links of node n: entries first[n] to first[n + 1] - 1 of `neighbour` and `conductance`.
    /// Each link stands in the rows of both its nodes with the same value.
    std::vector<std::int64_t> first;
    std::vector<std::int32_t> neighbour;
    std::vector<float> conductance; ///< [S]

    struct PlateLink {
        std::int32_t node = 0;
        float conductance = 0; ///< [S]
    };
    std::vector<PlateLink> lower; ///< to the plate below the first layer along `axis`
    std::vector<PlateLink> upper; ///< to the plate above the last one

    /// The links that wrap around the box, which stand in the rows as well: from `last`, in the
    /// last layer along `axis`, to `first`, in the first one.
    struct WrapLink {
        Axis axis = Axis::x;
        std::int32_t last = 0;
        std::int32_t first = 0;
        float conductance = 0; ///< [S]
    };
    std::vector<WrapLink> wraps;

    /// Area of the walls at the nodes, ascending by node [m^2]; for Drive::walls alone.
    struct Wall {
        std::int32_t node = 0;
        float area = 0;
    };
    std::vector<Wall> walls;

    [[nodiscard]] std::int64_t nodes() const { return static_cast<std::int64_t>(cell.size()); }
};

} // namespace porogen
