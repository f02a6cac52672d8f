#pragma once

#include <cstdint>
#include <vector>

#include "plating/plating_box.h"
#include "porogen/core/grid.h"
#include "porogen/plating/resolved.h"
#include "porogen/transport/electrode_network.h"
#include "porogen/volume/cut_cells.h"

namespace porogen::plating {

/// What the surface of each cell is: bare, with its barrier, or covered with lithium.
class SurfaceState {
  public:
    SurfaceState(const PlatingBox& box, const ResolvedOptions& options);

    /// 1 where a cell holds lithium, 2 where it hangs together with the collector.
    [[nodiscard]] const Grid<std::uint8_t>& lithium() const { return lithium_; }

    /// Electronic conductivity of the solid in each cell [S/m], infinite in the collector. What is
    /// too poor to feed a particle's surface counts as none. Keeps `lithiated` (0..1 of the host in
    /// each cell), as the barriers depend on it too.
    [[nodiscard]] Grid<float> solid_conductivity(const Grid<float>& lithiated) const;

    /// Sites that react: lithium, and surface without a barrier.
    [[nodiscard]] std::vector<std::uint8_t> active(const std::vector<ReactionSite>& sites) const;

    /// Before anything has nucleated no current flows: the drive is the same everywhere and rises
    /// until the lowest barriers give way. Activates sites in the order of their barriers until
    /// they could carry a part of the total current [A] at the next barrier; returns the lowest
    /// barrier, infinite if there is no site that could nucleate [V].
    double first_nuclei(const std::vector<ReactionSite>& sites, double current,
                        std::vector<std::uint8_t>& active) const;

    /// Activates bare sites whose drive is above their barrier, those farthest above first and in
    /// one call no more area than is active already, because every nucleus lowers the drive of the
    /// others. Returns the highest barrier of those activated, 0 if there were none [V].
    double nucleate(const std::vector<ReactionSite>& sites, const std::vector<double>& drive,
                    std::vector<std::uint8_t>& active) const;

    /// The cells of sites that carry current now hold lithium.
    void cover(const std::vector<ReactionSite>& sites, const std::vector<double>& current);
    /// So do those that lithium has grown into from next door.
    void spread(const CutCells& framework, const CutCells& deposit);

  private:
    void ground(const CutCells& framework, const CutCells& deposit);
    /// Barrier of a bare site [V]; 0 none, infinite never.
    [[nodiscard]] double barrier(const ReactionSite& site) const;
    [[nodiscard]] const PlatingSurface& bare_surface(std::int64_t cell) const;

    const PlatingBox& box_;
    const ResolvedOptions& options_;
    double voxel_volume_;
    Grid<std::uint8_t> lithium_;
    mutable Grid<float> lithiated_;
    /// Of each cell: how many standard deviations its barrier is off, and a lot in [0, 1) that
    /// decides whether it has a nucleation site.
    Grid<float> deviation_;
    Grid<float> lot_;
};

} // namespace porogen::plating
