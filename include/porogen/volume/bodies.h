#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace porogen {

/// Points of the lattice that is half as wide as the cells, [first, last) along each axis. Point n
/// of an axis lies at n/2 voxels: cell i has its sides at the points 2 i and 2 i + 2 and its centre
/// between them. Points may lie beyond the sides of the box.
struct PointBlock {
    std::array<std::int64_t, 3> first{};
    std::array<std::int64_t, 3> last{};
};

/// The solid as a union of bodies whose own distances can be had anywhere. Where bodies meet, and
/// in the gaps between them, the least of their distances has kinks that no interpolation of it
/// follows, but each body's own distance is smooth: surfaces are then cut body by body.
struct Bodies {
    /// Of each body, a block that holds the points inside it.
    std::vector<PointBlock> blocks;
    /// Writes the signed distances of one body at a block of points, x fastest [m]: negative
    /// inside; where it is more than `reach`, any value that is at least `reach`. The block has all
    /// points within reach along x, so that with the same reach rows are the same, bit for bit, in
    /// any block.
    std::function<void(std::size_t body, const PointBlock& block, double reach, float* distance)>
        sample;
};

} // namespace porogen
