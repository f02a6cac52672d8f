#pragma once

#include "porogen/core/errors.h"
#include "porogen/transport/solve.h"

namespace porogen::transport {

/// Vectors and clusters 45, the rest the hierarchy: counted, not measured.
inline constexpr double bytes_per_node = 90;

inline void check(const SolveOptions& options) {
    if (!(options.tolerance > 0) || options.max_iterations < 0 || options.smoothing_sweeps < 1) {
        throw_bad_input(
            "solve options: tolerance must be > 0, max_iterations >= 0 and smoothing_sweeps >= "
            "1; correct them");
    }
}

} // namespace porogen::transport
