#include "porogen/core/progress.h"

#include <atomic>

#include "porogen/core/errors.h"

namespace porogen {

namespace {
std::atomic<bool> interrupt_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "must be usable in a signal handler");
} // namespace

Progress& no_progress() {
    static Progress silent;
    return silent;
}

void request_interrupt() noexcept {
    interrupt_requested.store(true);
}

void clear_interrupt() noexcept {
    interrupt_requested.store(false);
}

void throw_if_interrupted() {
    if (interrupt_requested.load(std::memory_order_relaxed)) {
        throw Error(ExitCode::interrupted, "interrupted; nothing half-written was left behind");
    }
}

} // namespace porogen
