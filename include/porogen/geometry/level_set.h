#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "porogen/volume/phase_volume.h"

namespace porogen {

/// A narrow-band signed distance field in OpenVDB, in micrometres, negative inside, closed at the
/// box: three cells on either side of the surface. Cheap to copy (shared).
class LevelSet {
  public:
    struct Data;
    explicit LevelSet(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
    /// For the parts of Porogen that speak OpenVDB (geometry, io).
    [[nodiscard]] const Data& data() const { return *data_; }

  private:
    std::shared_ptr<const Data> data_;
};

/// The level set of the solid of a volume, clipped by its box. A field that has the right zero but
/// is no distance is rebuilt into one. Precondition: cubic voxels, has_distance().
LevelSet solid_level_set(const PhaseVolume& volume);

/// The level set of one solid phase, clipped by its box; where it meets another solid, the boundary
/// runs half-way between the cells of the two. Precondition: cubic voxels, has_distance().
LevelSet phase_level_set(const PhaseVolume& volume, std::uint8_t label);

} // namespace porogen
