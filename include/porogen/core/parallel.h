#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace porogen {

/// Calls body(begin, end) over [0, count) cut into blocks of `block` (the last may be shorter), in
/// parallel. The cut does not depend on the number of threads, so whatever a block computes is the
/// same on any machine. Small loops (one block) run on the calling thread.
void parallel_blocks(std::int64_t count, std::int64_t block,
                     const std::function<void(std::int64_t begin, std::int64_t end)>& body);

/// Sum over blocks of what body(begin, end) returns, added in the order of the blocks: the same
/// bits for any number of threads.
double parallel_sum(std::int64_t count, std::int64_t block,
                    const std::function<double(std::int64_t begin, std::int64_t end)>& body);

/// Calls body(task) for every task of [0, count), several at once, begun in about that order. Meant
/// for few long tasks that hold parallel loops themselves: such a loop helps out where threads are
/// idle, and a thread that waits in one takes up no other task meanwhile, so at most thread_count()
/// tasks are under way. What one throws is thrown here once those under way have ended; tasks not
/// begun then are left out.
void parallel_tasks(std::int64_t count, const std::function<void(std::int64_t task)>& body);

/// Holds the number of worker threads for as long as it lives. `threads` = 0 means all cores.
class ThreadLimit {
  public:
    explicit ThreadLimit(int threads);
    ~ThreadLimit();
    ThreadLimit(const ThreadLimit&) = delete;
    ThreadLimit& operator=(const ThreadLimit&) = delete;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Number of threads parallel loops use now.
int thread_count();

} // namespace porogen
