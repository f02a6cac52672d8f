#pragma once

#include <doctest/doctest.h>

namespace porogen::test {

/// Equal relative to the value itself: doctest::Approx adds 1 to the scale, so that lengths and
/// areas in SI would always be equal.
inline doctest::Approx near(double value) {
    return doctest::Approx(value).scale(0);
}

} // namespace porogen::test
