#pragma once

#include "porogen/core/errors.h"
#include "porogen/transport/solve.h"

namespace porogen::transport {

inline void check(const SolveOptions& options) {
    if (!(options.tolerance > 0) || options.max_iterations < 0 || options.smoothing_sweeps < 1) {
        throw_bad_input(
            "solve options: tolerance must be > 0, max_iterations >= 0 and smoothing_sweeps >= "
            "1; correct them");
    }
}

} // namespace porogen::transport
