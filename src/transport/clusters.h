#pragma once

#include <cstdint>

#include "porogen/core/grid.h"
#include "porogen/transport/network.h"

namespace porogen::transport {

/// The cells of a network that carry current: members of clusters, joined by faces of non-zero
/// conductance, that reach both plates. All others would only leave the matrix singular.
struct ConductingCells {
    Grid<std::uint8_t> active;
    std::int64_t count = 0;
};

ConductingCells conducting_cells(const ConductorNetwork& network);

} // namespace porogen::transport
