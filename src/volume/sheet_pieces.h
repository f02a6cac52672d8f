#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "porogen/volume/cut_sheet.h"
#include "volume/union_cut.h"

namespace porogen {

/// A straight piece of the surface's trace on a face of a cell. Both cells beside the face find the
/// same ones, in the same order.
struct TracePiece {
    std::uint8_t face = 0;   ///< lower and upper along x, then y, then z
    std::uint16_t place = 0; ///< which triangle of the face and which body, ascending
    std::int32_t patch = 0;  ///< that it belongs to, within the cell
    float length = 0;        ///< [m]
};

/// A body's part of a face of a cell whose solid is in several parts.
struct BodyOnFace {
    std::uint8_t face = 0;
    std::uint8_t part = 0; ///< of the solid
    float fraction = 0;    ///< of the face that the body covers
    /// Of the body on the face, which tell bodies apart: alike from both cells beside it but for
    /// rounding [m].
    std::array<float, 5> values{};
};

/// The surface of a union of bodies within a cell of edges `voxel` [m]: its patches, and their
/// traces by face, then place.
struct CellSheet {
    std::vector<SheetPatch> patch;
    std::vector<TracePiece> trace;
    /// If the solid is in several parts: area fraction of each on each face, and its bodies by
    /// face.
    std::vector<std::array<float, 6>> solid_part;
    std::vector<BodyOnFace> body;
};

CellSheet cell_sheet(std::span<const NodeValues> bodies, const Vec3& voxel);

} // namespace porogen
