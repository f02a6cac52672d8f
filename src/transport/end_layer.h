#pragma once

#include <cstdint>

#include "porogen/core/grid.h"

namespace porogen::transport {

/// The two layers of cells at the plates: entry m of the network's `end_lower` and `end_upper`
/// belongs to the cells lower(m) and upper(m). The first remaining axis runs fastest.
struct EndLayer {
    Shape shape;
    Axis axis = Axis::z;

    [[nodiscard]] std::int64_t size() const { return shape.size() / shape[axis]; }
    [[nodiscard]] std::int64_t lower(std::int64_t m) const {
        switch (axis) {
        case Axis::x:
            return m * shape.x;
        case Axis::y:
            return m % shape.x + (m / shape.x) * shape.x * shape.y;
        case Axis::z:
            break;
        }
        return m;
    }
    [[nodiscard]] std::int64_t upper(std::int64_t m) const {
        return lower(m) + (shape[axis] - 1) * shape.stride(axis);
    }
};

} // namespace porogen::transport
