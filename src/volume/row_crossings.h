#pragma once

#include <vector>

#include "porogen/volume/phase_volume.h"

namespace porogen {

/// Where a line through cell centres, from one side of the box to the other, meets the surface.
struct RowCrossings {
    bool starts_in_pore = false;
    /// Ascending, 0..number of cells; the phase changes at each [cells].
    std::vector<double> at;
};

/// The rows of a volume along one axis, cut where they meet the surface. With a distance: at the
/// zeros of the polyline through its values at the centres and at the faces between them, the same
/// cubic means that cut cells have there. Without: at the faces between unlike cells.
class RowCutter {
  public:
    RowCutter(const PhaseVolume& volume, Axis axis);

    [[nodiscard]] std::int64_t rows() const { return volume_.shape().size() / cells_; }
    /// Number of cells of a row.
    [[nodiscard]] std::int64_t cells() const { return cells_; }
    [[nodiscard]] bool periodic() const { return periodic_; }

    /// Precondition: 0 <= row < rows().
    void cut(std::int64_t row, RowCrossings& crossings);

  private:
    void cut_distance(std::int64_t start, RowCrossings& crossings);
    void cut_labels(std::int64_t start, RowCrossings& crossings) const;

    const PhaseVolume& volume_;
    std::int64_t cells_;
    std::int64_t stride_;
    bool periodic_;
    std::vector<double> padded_; ///< distance at the centres, two more on either side [m]
};

/// Length of the row in the pores [cells].
double pore_length(const RowCrossings& crossings, std::int64_t cells);

/// Rows that one task cuts.
inline constexpr std::int64_t rows_per_task = 256;

} // namespace porogen
