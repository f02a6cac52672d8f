#pragma once

#include <array>
#include <span>

#include "porogen/core/grid.h"
#include "porogen/core/vec.h"
#include "volume/simplex_cut.h"

namespace porogen {

/// What the cut of a cell depends on: values at the nodes of its tetrahedra [m], negative inside.
struct NodeValues {
    std::array<float, 8> corner{}; ///< x fastest
    std::array<float, 6> face{};   ///< centres, lower and upper along x, then y, then z
    float centre = 0;
};

/// Least and greatest of a cell's values [m].
struct ValueRange {
    float low = 0;
    float high = 0;
};

ValueRange range_of(const NodeValues& values);

/// The values on the lower or upper face along an axis, less `offset`.
FaceValues face_values(const NodeValues& values, Axis axis, bool upper, double offset);

/// Cuts a cuboid of edges `voxel` [m] by the union of bodies, each linear on the 24 tetrahedra of
/// cut_cube, after their surfaces have moved outwards by `offset` [m]. No body: all outside.
CubeCut cut_union(std::span<const NodeValues> bodies, const Vec3& voxel, double offset);

/// Area fraction of a face outside all bodies, likewise: the differences of opposite faces are
/// the interface area vector of cut_union.
double open_fraction(std::span<const NodeValues> bodies, Axis axis, bool upper, double offset);

} // namespace porogen
