#include "porogen/core/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <vector>

#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace porogen {

void parallel_blocks(std::int64_t count, std::int64_t block,
                     const std::function<void(std::int64_t, std::int64_t)>& body) {
    const std::int64_t blocks = (count + block - 1) / block;
    if (blocks <= 1) {
        if (count > 0) {
            body(0, count);
        }
        return;
    }
    tbb::parallel_for(tbb::blocked_range<std::int64_t>(0, blocks), [&](const auto& range) {
        for (std::int64_t b = range.begin(); b != range.end(); ++b) {
            body(b * block, std::min(count, (b + 1) * block));
        }
    });
}

double parallel_sum(std::int64_t count, std::int64_t block,
                    const std::function<double(std::int64_t, std::int64_t)>& body) {
    std::vector<double> partial(static_cast<std::size_t>((count + block - 1) / block));
    parallel_blocks(count, block, [&](std::int64_t begin, std::int64_t end) {
        partial[static_cast<std::size_t>(begin / block)] = body(begin, end);
    });
    double sum = 0;
    for (const double p : partial) {
        sum += p;
    }
    return sum;
}

void parallel_tasks(std::int64_t count, const std::function<void(std::int64_t)>& body) {
    std::atomic<std::int64_t> next{0};
    const std::int64_t workers = std::min<std::int64_t>(count, thread_count());
    // An exception that reached TBB would cancel the loops inside the other tasks half way, and
    // those would go on with what is missing.
    std::mutex lock;
    std::exception_ptr thrown;
    // One worker per thread draws the tasks in their order; TBB's own cut would begin in the
    // middle.
    tbb::parallel_for(
        tbb::blocked_range<std::int64_t>(0, workers, 1),
        [&](const auto& range) {
            for (std::int64_t worker = range.begin(); worker != range.end(); ++worker) {
                for (std::int64_t task = next++; task < count; task = next++) {
                    try {
                        tbb::this_task_arena::isolate([&] { body(task); });
                    } catch (...) {
                        next = count;
                        const std::scoped_lock alone(lock);
                        thrown = thrown ? thrown : std::current_exception();
                    }
                }
            }
        },
        tbb::simple_partitioner());
    if (thrown) {
        std::rethrow_exception(thrown);
    }
}

struct ThreadLimit::State {
    explicit State(int threads)
        : control(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads)) {
    }
    tbb::global_control control;
};

ThreadLimit::ThreadLimit(int threads) {
    if (threads > 0) {
        state_ = std::make_unique<State>(threads);
    }
}

ThreadLimit::~ThreadLimit() = default;

int thread_count() {
    return static_cast<int>(
        tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism));
}

} // namespace porogen
