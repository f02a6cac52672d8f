#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

#include "porogen/core/progress.h"
#include "porogen/geometry/cast.h"

namespace porogen {

/// The castings of late, for many electrodes that differ in what comes after casting only: coating,
/// materials, plating. Several threads may ask at once; the same options cast the same particles,
/// so nothing depends on what is remembered.
class CastMemory {
  public:
    explicit CastMemory(std::size_t capacity = 64) : capacity_(capacity) {}

    /// As cast(), which it calls unless it remembers.
    std::shared_ptr<const CastResult> cast(const CastOptions& options,
                                           Progress& progress = no_progress());

  private:
    using Entry = std::pair<CastOptions, std::shared_ptr<const CastResult>>;

    [[nodiscard]] std::shared_ptr<const CastResult> recall(const CastOptions& options);

    std::size_t capacity_;
    std::mutex lock_;
    std::list<Entry> entries_; ///< the one asked for last first
};

} // namespace porogen
