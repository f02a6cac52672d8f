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
    /// `lithiated`: part of the host in each cell that holds lithium, 0..1. All three are looked at
    /// as they are at each call, and have to live as long.
    SurfaceState(const PlatingBox& box, const ResolvedOptions& options,
                 const Grid<float>& lithiated);

    /// 1 where a cell holds lithium, 2 where it hangs together with the collector.
    [[nodiscard]] const Grid<std::uint8_t>& lithium() const { return lithium_; }

    /// Electronic conductivity of the solid in each cell [S/m], infinite in the collector. What is
    /// too poor to feed a particle's surface counts as none.
    [[nodiscard]] Grid<float> solid_conductivity() const;

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

    /// The cells of sites that plate now hold lithium.
    void cover(const std::vector<ReactionSite>& sites, const std::vector<double>& current);
    /// So do those that lithium has grown into from next door.
    void spread(const CutCells& framework, const CutCells& deposit);

  private:
    void ground(const CutCells& framework, const CutCells& deposit);
    /// Barrier of a cell without lithium [V]; 0 none, infinite never.
    [[nodiscard]] double barrier(std::int64_t cell) const;
    [[nodiscard]] double conductivity(const PlatingSolid& solid, std::int64_t cell) const;
    [[nodiscard]] const PlatingSurface& bare_surface(std::int64_t cell) const;

    const PlatingBox& box_;
    const ResolvedOptions& options_;
    const Grid<float>& lithiated_;
    Grid<std::uint8_t> lithium_;
    /// Of each cell that the framework's surface cuts: how many standard deviations its barrier is
    /// off, and a lot in [0, 1) that decides whether it has a nucleation site.
    Grid<float> deviation_;
    Grid<float> lot_;
};

} // namespace porogen::plating
