#pragma once

#include <memory>

#include "porogen/volume/phase_volume.h"

namespace porogen {

/// A narrow-band signed distance field in OpenVDB, in micrometres, negative inside, closed at the
/// box. Cheap to copy (shared).
class LevelSet {
  public:
    struct Data;
    explicit LevelSet(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
    /// For the parts of Porogen that speak OpenVDB (geometry, io).
    [[nodiscard]] const Data& data() const { return *data_; }

  private:
    std::shared_ptr<const Data> data_;
};

/// The level set of the solid of a volume, clipped by its box. Precondition: has_distance().
LevelSet solid_level_set(const PhaseVolume& volume);

} // namespace porogen
