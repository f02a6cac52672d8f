#pragma once

#include <cstdint>
#include <optional>

#include "geometry/correlated_field.h"
#include "porogen/geometry/coat.h"

namespace porogen {

/// The point of the surface nearest to the centre of cell n [m]: as far away as the distance says,
/// down its gradient. Accurate within two voxels of the surface, where the distance is one; on a
/// ridge between two surfaces, equally far away, it is the centre itself.
Vec3 surface_point(const PhaseVolume& volume, std::int64_t n);

/// Where a film lies and how thick it is there, as functions of space: the same on any grid.
class FilmPattern {
  public:
    /// Throws Error(bad_input) if the box cannot hold patches of that size, or its voxels not show
    /// them.
    FilmPattern(const PhaseVolume& volume, const CoatOptions& options);

    /// The film covers everything, with the same mass everywhere.
    [[nodiscard]] bool is_even() const { return !patches_ && !thickness_; }
    /// The film lies where this is highest.
    [[nodiscard]] double level(const Vec3& point) const;
    /// Mass per area, up to a constant.
    [[nodiscard]] double relative_mass(const Vec3& point) const;

  private:
    std::optional<CorrelatedField> patches_;
    std::optional<CorrelatedField> thickness_;
    double log_spread_;
};

} // namespace porogen
