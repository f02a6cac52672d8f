#include "porogen/pipeline/cast_memory.h"

namespace porogen {

std::shared_ptr<const CastResult> CastMemory::cast(const CastOptions& options, Progress& progress) {
    if (auto known = recall(options)) {
        return known;
    }
    // Unlocked: two threads that want the same casting at the same time both make it.
    auto made = std::make_shared<const CastResult>(porogen::cast(options, progress));
    const std::scoped_lock lock(lock_);
    entries_.emplace_front(options, made);
    if (entries_.size() > capacity_) {
        entries_.pop_back();
    }
    return made;
}

std::shared_ptr<const CastResult> CastMemory::recall(const CastOptions& options) {
    const std::scoped_lock lock(lock_);
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
        if (entry->first == options) {
            entries_.splice(entries_.begin(), entries_, entry);
            return entry->second;
        }
    }
    return nullptr;
}

} // namespace porogen
