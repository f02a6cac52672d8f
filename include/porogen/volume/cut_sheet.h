#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "porogen/core/grid.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// A connected piece of the surface within one cell. Surfaces that pass through the same cell
/// without touching there are separate patches.
struct SheetPatch {
    /// From the centre of the cell [m].
    Eigen::Vector3f centroid = Eigen::Vector3f::Zero();
    /// Normal times area, out of the solid [m^2].
    Eigen::Vector3f vector = Eigen::Vector3f::Zero();
    /// [m^2]
    float area = 0;
    /// Length of its traces on the faces of the cell, lower and upper along x, then y, then z [m].
    std::array<float, 6> trace{};
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
};

/// Precondition: volume.has_distance().
CutSheet cut_sheet(const PhaseVolume& volume);

} // namespace porogen
