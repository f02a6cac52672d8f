#include "porogen/core/parallel.h"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

using namespace porogen;

TEST_CASE("every element is visited once") {
    for (const std::int64_t count : {0, 1, 7, 8, 9, 1000}) {
        std::vector<int> visits(static_cast<std::size_t>(count));
        parallel_blocks(count, 8, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t n = begin; n < end; ++n) {
                ++visits[static_cast<std::size_t>(n)];
            }
        });
        for (const int v : visits) {
            CHECK(v == 1);
        }
    }
}

TEST_CASE("a sum has the same bits with one thread and with many") {
    const auto harmonic = [] {
        return parallel_sum(1'000'000, 1000, [](std::int64_t begin, std::int64_t end) {
            double sum = 0;
            for (std::int64_t n = begin; n < end; ++n) {
                sum += 1.0 / static_cast<double>(n + 1);
            }
            return sum;
        });
    };
    double one = 0;
    {
        const ThreadLimit single(1);
        CHECK(thread_count() == 1);
        one = harmonic();
    }
    CHECK(harmonic() == one);
    CHECK(one == doctest::Approx(std::log(1e6) + 0.57721566490153286 + 0.5e-6).epsilon(1e-12));
}
