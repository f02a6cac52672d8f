#include "plating/surface_state.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "porogen/core/random.h"
#include "porogen/plating/lithiation.h"

namespace porogen::plating {

namespace {

/// Over a particle's 1 um a current of 1 A/m^2 loses 10 mV at this conductivity: what conducts less
/// feeds no surface [S/m].
constexpr double least_conductivity = 1e-4;

/// Lithium that grows over bare surface from next door covers a cell once it is as thick on
/// average as this part of a voxel.
constexpr double covering = 0.25;
/// In cells that the bare framework does not cut, any lithium is the surface.
constexpr double least_lithium = 1e-4;

constexpr double never = std::numeric_limits<double>::infinity();

double volume_of_lithium(const CutCells& framework, const CutCells& deposit, std::int64_t n) {
    return static_cast<double>(deposit.solid_fraction[n]) -
           static_cast<double>(framework.solid_fraction[n]);
}

} // namespace

SurfaceState::SurfaceState(const PlatingBox& box, const ResolvedOptions& options)
    : box_(box), options_(options), voxel_volume_(box.framework.voxel.prod()),
      lithium_(box.framework.shape()), deviation_(box.framework.shape()),
      lot_(box.framework.shape()) {
    RandomStream deviations(options.seed, "nucleation barriers");
    RandomStream lots(options.seed, "nucleation sites");
    for (std::int64_t n = 0; n < deviation_.size(); ++n) {
        if (box.cells.interface_area[n] > 0) {
            deviation_[n] = static_cast<float>(deviations.normal());
            lot_[n] = static_cast<float>(lots.uniform());
        }
    }
}

Grid<float> SurfaceState::solid_conductivity(const Grid<float>& lithiated) const {
    lithiated_ = lithiated;
    Grid<float> conductivity(box_.framework.shape());
    for (std::int64_t n = 0; n < conductivity.size(); ++n) {
        const std::uint8_t m = box_.material[n];
        if (m == box_.collector_material) {
            conductivity[n] = std::numeric_limits<float>::infinity();
        } else if (m < options_.solids.size()) {
            const PlatingSolid& solid = options_.solids[m];
            const bool full = options_.host_state == HostState::lithiated ||
                              !(solid.insertion_capacity > 0);
            const double k = full ? solid.lithiated_conductivity
                                  : llto_electronic_conductivity(
                                        solid.pristine_conductivity, solid.lithiated_conductivity,
                                        static_cast<double>(lithiated[n]));
            conductivity[n] = solid.collector ? std::numeric_limits<float>::infinity()
                              : k >= least_conductivity ? static_cast<float>(k)
                                                        : 0.0F;
        }
    }
    return conductivity;
}

const PlatingSurface& SurfaceState::bare_surface(std::int64_t cell) const {
    const std::uint8_t m = box_.material[cell];
    if (!(m < options_.solids.size())) {
        return options_.collector;
    }
    const PlatingSolid& solid = options_.solids[m];
    const bool coated =
        box_.framework.has_film() && box_.framework.film.sheet_conductance[cell] > 0;
    if (!coated) {
        return solid.bare;
    }
    const bool full = options_.host_state == HostState::lithiated ||
                      !(solid.insertion_capacity > 0) || lithiated_[cell] >= 0.5F;
    return full ? solid.coated_lithiated : solid.coated_pristine;
}

double SurfaceState::barrier(const ReactionSite& site) const {
    const PlatingSurface& surface = bare_surface(site.cell);
    const bool has_site =
        !(surface.site_density > 0) ||
        static_cast<double>(lot_[site.cell]) <
            -std::expm1(-surface.site_density * static_cast<double>(site.area));
    if (surface.inert || !has_site) {
        return never;
    }
    // The lowest barrier is a thousandth of a volt: a spread that is wide makes none vanish.
    return surface.barrier > 0
               ? std::max(1e-3, surface.barrier + surface.barrier_spread *
                                                      static_cast<double>(deviation_[site.cell]))
               : 0;
}

std::vector<std::uint8_t> SurfaceState::active(const std::vector<ReactionSite>& sites) const {
    std::vector<std::uint8_t> active(sites.size());
    std::transform(sites.begin(), sites.end(), active.begin(), [&](const ReactionSite& site) {
        return lithium_[site.cell] != 0 || barrier(site) == 0 ? 1 : 0;
    });
    return active;
}

double SurfaceState::first_nucleus(const std::vector<ReactionSite>& sites,
                                   std::vector<std::uint8_t>& active) const {
    double lowest = never;
    std::size_t first = 0;
    for (std::size_t s = 0; s < sites.size(); ++s) {
        const double b = barrier(sites[s]);
        if (b < lowest) {
            lowest = b;
            first = s;
        }
    }
    if (std::isfinite(lowest)) {
        active[first] = 1;
    }
    return lowest;
}

double SurfaceState::nucleate(const std::vector<ReactionSite>& sites,
                              const std::vector<double>& drive,
                              std::vector<std::uint8_t>& active) const {
    struct Candidate {
        double excess;
        std::size_t site;
    };
    std::vector<Candidate> candidates;
    double room = 0;
    for (std::size_t s = 0; s < sites.size(); ++s) {
        if (active[s] != 0) {
            room += static_cast<double>(sites[s].area);
            continue;
        }
        const double excess = drive[s] - barrier(sites[s]);
        if (excess > 0) {
            candidates.push_back({excess, s});
        }
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.excess > b.excess; });
    double highest = 0;
    for (const Candidate& candidate : candidates) {
        highest = std::max(highest, drive[candidate.site] - candidate.excess);
        active[candidate.site] = 1;
        room -= static_cast<double>(sites[candidate.site].area);
        if (!(room > 0)) {
            break;
        }
    }
    return highest;
}

void SurfaceState::cover(const std::vector<ReactionSite>& sites,
                         const std::vector<double>& current) {
    for (std::size_t s = 0; s < sites.size(); ++s) {
        if (current[s] > 0) {
            lithium_[sites[s].cell] = 1;
        }
    }
}

void SurfaceState::spread(const CutCells& framework, const CutCells& deposit) {
    for (std::int64_t n = 0; n < lithium_.size(); ++n) {
        if (lithium_[n] != 0) {
            continue;
        }
        const double part = volume_of_lithium(framework, deposit, n);
        const auto bare = static_cast<double>(framework.interface_area[n]);
        const double enough = bare > 0 ? covering * bare * std::cbrt(voxel_volume_) / voxel_volume_
                                       : least_lithium;
        // A cell filled to the brim holds lithium, however little there was room for.
        const bool brimful = part > least_lithium && deposit.solid_fraction[n] > 0.9999F;
        if (part > enough || brimful) {
            lithium_[n] = 1;
        }
    }
}

} // namespace porogen::plating
