#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "plating/plating_box.h"
#include "plating/potentials.h"
#include "plating/surface_state.h"
#include "porogen/plating/resolved.h"
#include "porogen/transport/electrode_network.h"
#include "porogen/volume/deposit_front.h"

namespace porogen::plating {

/// Signed distance to the surface of a solid at a point, negative inside [m].
using Shape3 = std::function<double(const Vec3&)>;

/// Solids in a box of cubic voxels that repeats along x and y, the first one label 1, the next one
/// label 2.
PhaseVolume shapes(const Shape& shape, double voxel, const std::vector<Shape3>& solids);

/// A good conductor at the collector's potential, ready to be plated.
PlatingSolid metal(std::uint8_t label);
/// Nothing happens on it, and it does not conduct.
PlatingSolid insulator(std::uint8_t label);

/// An electrode whose steps are taken one by one from outside.
class Bench {
  public:
    Bench(PlatingBox box, const ResolvedOptions& options);
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    [[nodiscard]] const PlatingBox& box() const { return box_; }
    [[nodiscard]] const CutCells& cells() const { return cells_; }
    /// The network of the state as it is.
    [[nodiscard]] ElectrodeNetwork network(Electrons electrons = Electrons::resolved) const;
    /// Ions come in evenly over the surface of a material instead of the upper end.
    void feed_from(ElectrodeNetwork& electrode, std::uint8_t material) const;
    /// How the total current [A] spreads over the sites that react.
    SiteCurrents solve(ElectrodeNetwork& electrode, double current, bool concentration = false);
    [[nodiscard]] const std::vector<std::uint8_t>& active() const { return active_; }

    /// Adds a volume of lithium [m^3] in proportion to the current densities of the sites.
    FrontMove grow(const std::vector<ReactionSite>& sites, const std::vector<double>& current,
                   double volume);
    /// Volume by which the surface moves by at most a part of a voxel [m^3].
    [[nodiscard]] double step(const std::vector<ReactionSite>& sites,
                              const std::vector<double>& current, double voxels) const;
    /// Of lithium, so far [m^3].
    [[nodiscard]] double grown() const { return volume_ - framework_volume_; }

  private:
    PlatingBox box_;
    ResolvedOptions options_;
    Grid<float> lithiated_; ///< none is host
    SurfaceState surface_;
    PhaseVolume deposit_;
    CutCells cells_;
    std::vector<std::uint8_t> active_;
    double framework_volume_ = 0;
    double volume_ = 0;
};

/// Total area [m^2] and current [A] of sites.
double total_area(const std::vector<ReactionSite>& sites);
double total_current(const std::vector<ReactionSite>& sites, const std::vector<double>& current);

/// Several cases read their numbers off one computation per grid: it is kept.
template <class Result>
class OncePerGrid {
  public:
    explicit OncePerGrid(std::function<Result(std::int64_t)> compute)
        : compute_(std::move(compute)) {}
    const Result& operator()(std::int64_t cells) {
        const auto found = kept_.find(cells);
        return found != kept_.end() ? found->second
                                    : kept_.emplace(cells, compute_(cells)).first->second;
    }

  private:
    std::function<Result(std::int64_t)> compute_;
    std::map<std::int64_t, Result> kept_;
};

template <class Compute>
auto once_per_grid(Compute compute) {
    using Result = decltype(compute(std::int64_t{}));
    return std::make_shared<OncePerGrid<Result>>(std::move(compute));
}

} // namespace porogen::plating
