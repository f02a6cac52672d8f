#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/transport/network.h"
#include "transport/stencil.h"

namespace porogen::transport {

/// One level of the multigrid hierarchy. The finest one borrows the faces of the
/// network, coarser ones own theirs.
struct Level {
    Shape shape;
    /// The one between the plates.
    Axis axis = Axis::z;
    std::array<bool, 3> periodic{};
    std::array<const float*, 3> face{};
    /// Empty on the finest level.
    std::array<Grid<float>, 3> own_face;
    /// To the plates, 0 for cells left out.
    std::vector<float> end_lower;
    std::vector<float> end_upper;
    /// 0 for cells left out.
    Grid<float> inverse_diagonal;
    Grid<float> rhs;
    Grid<float> x;
    /// Thickness of each layer along each axis [finest cells].
    std::array<std::vector<float>, 3> width;
    /// Cells of this level in one of the next along each axis.
    std::array<int, 3> factor{1, 1, 1};
    std::vector<float> zero_row;

    [[nodiscard]] Stencil stencil() const {
        return {shape, periodic, face, inverse_diagonal.data(), zero_row.data()};
    }
    [[nodiscard]] bool is_coarsest() const { return factor == std::array<int, 3>{1, 1, 1}; }
};

/// The finest level: the network restricted to its active cells. The network must outlive it.
Level finest_level(const ConductorNetwork& network, const Grid<std::uint8_t>& active);

/// The next level: aggregates of 2 cells, the last one single where the number is odd, along each
/// axis whose links are on average at least 0.4 times as strong as on the strongest. A long voxel
/// is thus left alone until the others have caught up: along it the smoother leaves nothing smooth
/// that a coarse grid could take over.
///
/// A conductance between aggregates is the sum of those it replaces times the ratio of the
/// distances (half, mostly). The coarse cells then conduct as a coarse grid of the same material
/// would; the bare Galerkin sum of constant interpolation is about twice too stiff (Braess,
/// Computing 1995, 55, 379). Precondition: !fine.is_coarsest().
Level coarsen(const Level& fine);

} // namespace porogen::transport
