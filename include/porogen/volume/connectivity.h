#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "porogen/core/grid.h"

namespace porogen {

/// Connected components of a grid, numbered 1, 2, … in the order of their
/// first cell; 0 = not a member.
struct Components {
    Grid<std::int32_t> id;
    /// Number of cells, indexed by id (size[0] = cells in no component).
    std::vector<std::int64_t> size;
};

/// Components of the cells with member[n] != 0, connected through faces and, along periodic axes,
/// through the sides of the box. Deterministic.
Components connected_components(const Grid<std::uint8_t>& member, std::array<bool, 3> periodic);

/// The same for a general graph on the grid: cell n is a member if member[n] != 0, and joins
/// its upper neighbour along `axis` if joined(axis, n). Only asked about pairs of members,
/// possibly from several threads at once.
Components connected_components(const Grid<std::uint8_t>& member, std::array<bool, 3> periodic,
                                const std::function<bool(Axis axis, std::int64_t n)>& joined);

/// For each component id: does it have a cell in the first (bit 0) and the
/// last (bit 1) layer along axis?
std::vector<std::uint8_t> touches_ends(const Components& components, Axis axis);

} // namespace porogen
