#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/core/parallel.h"

namespace porogen::transport {

/// Planes per block of a parallel loop over z: about 32 thousand cells, so that small grids stay on
/// the calling thread. Depends on the shape alone.
inline std::int64_t planes_per_block(const Shape& shape) {
    return std::max<std::int64_t>(1, 32768 / std::max<std::int64_t>(1, shape.x * shape.y));
}

/// The planes of a level cut into an even number of slabs (or one) of about equally many nodes.
/// Nodes have neighbours in their own and the next planes only, so that no two even slabs touch,
/// nor two odd ones, around the box included: all of one kind can be worked on at once. The cut
/// depends on the network alone, so that results do not depend on the number of threads.
class Slabs {
  public:
    template <class Rows>
    explicit Slabs(const Rows& rows);

    /// Calls f(first_plane, last_plane) for all slabs, even ones first; or, reversed, odd ones.
    template <class F>
    void for_each(bool reversed, const F& f) const {
        if (first_.size() == 2) {
            f(first_[0], first_[1]);
            return;
        }
        const auto half = static_cast<std::int64_t>(first_.size() / 2);
        for (const std::int64_t odd : {reversed ? 1 : 0, reversed ? 0 : 1}) {
            parallel_blocks(half, 1, [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t s = begin; s < end; ++s) {
                    const auto slab = static_cast<std::size_t>(2 * s + odd);
                    f(first_[slab], first_[slab + 1]);
                }
            });
        }
    }

  private:
    static constexpr std::int64_t nodes_per_slab = 16384;
    std::vector<std::int64_t> first_;
};

template <class Rows>
Slabs::Slabs(const Rows& rows) {
    const std::int64_t planes = rows.shape().z;
    const std::int64_t wanted =
        std::min<std::int64_t>({planes, rows.nodes() / nodes_per_slab, 64}) / 2 * 2;
    first_.push_back(0);
    for (std::int64_t s = 1; s < wanted; ++s) {
        // At least one plane for this slab and one for each that follows.
        std::int64_t at = first_.back() + 1;
        while (at < planes - (wanted - s) && rows.plane(at) < rows.nodes() * s / wanted) {
            ++at;
        }
        first_.push_back(at);
    }
    first_.push_back(planes);
}

} // namespace porogen::transport
