#include "porogen/core/parallel.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <thread>
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

TEST_CASE(
    "tasks hold loops of their own, and no more of them are under way than there are threads") {
    constexpr std::int64_t tasks = 40;
    std::vector<double> sums(tasks);
    std::atomic<int> under_way{0};
    std::atomic<int> most{0};
    parallel_tasks(tasks, [&](std::int64_t task) {
        const int now = ++under_way;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        sums[static_cast<std::size_t>(task)] =
            parallel_sum(10'000, 100, [&](std::int64_t begin, std::int64_t end) {
                return static_cast<double>((end - begin) * (task + 1));
            });
        --under_way;
    });
    for (std::int64_t task = 0; task < tasks; ++task) {
        CHECK(sums[static_cast<std::size_t>(task)] == 1e4 * static_cast<double>(task + 1));
    }
    CHECK(most <= thread_count());
    CHECK(under_way == 0);
}

TEST_CASE("what a task throws arrives, and the tasks not yet begun are left out") {
    std::atomic<int> begun{0};
    CHECK_THROWS_AS(parallel_tasks(1000,
                                   [&](std::int64_t task) {
                                       ++begun;
                                       if (task == 3) {
                                           throw std::runtime_error("three");
                                       }
                                   }),
                    std::runtime_error);
    CHECK(begun < 1000);
    parallel_tasks(0, [](std::int64_t) { FAIL("there is none"); });
}

TEST_CASE("a task that throws leaves the loops of the others whole") {
    const ThreadLimit limit(2);
    constexpr std::int64_t count = 1000;
    std::atomic<bool> begun{false};
    std::atomic<bool> thrown{false};
    std::atomic<std::int64_t> visited{0};
    CHECK_THROWS_AS(
        parallel_tasks(2,
                       [&](std::int64_t task) {
                           if (task == 0) {
                               for (int n = 0; n < 1000 && !begun; ++n) {
                                   std::this_thread::sleep_for(std::chrono::milliseconds(1));
                               }
                               thrown = true;
                               throw std::runtime_error("gives up");
                           }
                           begun = true;
                           while (!thrown) { // and some time for it to get about
                               std::this_thread::yield();
                           }
                           std::this_thread::sleep_for(std::chrono::milliseconds(20));
                           parallel_blocks(count, 1, [&](std::int64_t begin, std::int64_t end) {
                               visited += end - begin;
                           });
                       }),
        std::runtime_error);
    CHECK(visited == (begun ? count : 0)); // with one core it may not have begun
}
