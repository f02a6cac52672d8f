#pragma once

#include <doctest/doctest.h>

namespace porogen::test {

/// Equal relative to the value itself: doctest::Approx adds 1 to the scale, so that lengths and
/// areas in SI would always be equal. Nothing but 0 is near 0.
inline doctest::Approx near(double value) {
    return doctest::Approx(value).scale(1e-200);
}

} // namespace porogen::test
