#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/core/vec.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// A connected piece of the surface within one cell. Surfaces that pass through the same cell
/// without touching there are separate patches.
struct SheetPatch {
    /// From the centre of the cell [m].
    Vec3f centroid = Vec3f::Zero();
    /// Normal times area, out of the solid [m^2].
    Vec3f vector = Vec3f::Zero();
    /// [m^2]
    float area = 0;
    /// Length of its traces on the faces of the cell, lower and upper along x, then y, then z [m].
    std::array<float, 6> trace{};
    /// Part of the cell's solid that it bounds, see SolidPart.
    std::uint8_t solid = 0;
};

/// The solid of a cell that falls into several parts, each of its own bodies: one of them. Parts of
/// the pores are not told apart, nor those of a solid whose bodies are not known.
struct SolidPart {
    std::int64_t cell = 0;
    /// Area fraction of each face of the cell that the part covers, in the order of the traces.
    std::array<float, 6> face{};
};

/// Where parts of the solid of two cells meet, one of which has several.
struct SolidJoint {
    std::int64_t cell = 0;  ///< the lower one
    Axis axis = Axis::x;    ///< along which the other one is the upper neighbour
    std::uint8_t lower = 0; ///< part of the solid of each
    std::uint8_t upper = 0;
    float fraction = 0; ///< of the area of the face
};

/// Where patches of two cells meet: on the face between them.
struct SheetJoint {
    Axis axis = Axis::x;
    /// Patch in the upper neighbour along the axis, around the sides that wrap included.
    std::int32_t upper = 0;
    /// Length of the common trace [m].
    float length = 0;
};

/// The surface that cut_cells() measures, as a sheet: the same polygons, cell by cell, and how they
/// hang together.
struct CutSheet {
    /// Of each cell, the first of its patches; ends with their number.
    std::vector<std::int32_t> first;
    std::vector<SheetPatch> patch;
    /// Of each patch, the first of its joints with upper neighbours; ends with their number.
    std::vector<std::int32_t> first_joint;
    std::vector<SheetJoint> joint;
    /// Of the cells whose solid is in several parts, by cell, then part.
    std::vector<SolidPart> solid_part;
    /// By cell, then axis. A face without entries lies between cells of undivided solid.
    std::vector<SolidJoint> solid_joint;

    [[nodiscard]] std::span<const SheetPatch> in_cell(std::int64_t n) const {
        const auto at = static_cast<std::size_t>(n);
        return std::span(patch).subspan(static_cast<std::size_t>(first[at]),
                                        static_cast<std::size_t>(first[at + 1] - first[at]));
    }
    [[nodiscard]] std::span<const SheetJoint> joints(std::int32_t of_patch) const {
        const auto at = static_cast<std::size_t>(of_patch);
        return std::span(joint).subspan(
            static_cast<std::size_t>(first_joint[at]),
            static_cast<std::size_t>(first_joint[at + 1] - first_joint[at]));
    }
    /// Parts of the solid of a cell; none if it is undivided.
    [[nodiscard]] std::span<const SolidPart> solid_parts(std::int64_t cell) const;
    [[nodiscard]] std::span<const SolidJoint> solid_joints(std::int64_t cell, Axis axis) const;
};

/// Precondition: volume.has_distance().
CutSheet cut_sheet(const PhaseVolume& volume);

} // namespace porogen
