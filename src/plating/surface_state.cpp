#include "plating/surface_state.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "plating/rate.h"
#include "porogen/core/parallel.h"
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

/// Part of the current for which the first nuclei are made: the others follow where the potentials
/// ask for them.
constexpr double first_part = 0.25;

/// Cells of lithium hang together if it takes this part of the face between them.
constexpr float least_joint = 1e-3F;

constexpr double never = std::numeric_limits<double>::infinity();

constexpr std::int64_t block = 1 << 14;

double part_of_lithium(const CutCells& framework, const CutCells& deposit, std::int64_t n) {
    return static_cast<double>(deposit.solid_fraction[n]) -
           static_cast<double>(framework.solid_fraction[n]);
}

bool always_lithiated(const ResolvedOptions& options, const PlatingSolid& solid) {
    return options.host_state == HostState::lithiated || !(solid.insertion_capacity > 0);
}

} // namespace

SurfaceState::SurfaceState(const PlatingBox& box, const ResolvedOptions& options,
                           const Grid<float>& lithiated)
    : box_(box), options_(options), lithiated_(lithiated), lithium_(box.framework.shape()),
      deviation_(box.framework.shape()), lot_(box.framework.shape()) {
    RandomStream deviations(options.seed, "nucleation barriers");
    RandomStream lots(options.seed, "nucleation sites");
    for (std::int64_t n = 0; n < deviation_.size(); ++n) {
        if (box.cells.interface_area[n] > 0) {
            deviation_[n] = static_cast<float>(deviations.normal());
            lot_[n] = static_cast<float>(lots.uniform());
        }
    }
}

double SurfaceState::conductivity(const PlatingSolid& solid, std::int64_t cell) const {
    if (solid.collector) {
        return std::numeric_limits<double>::infinity();
    }
    const double k = always_lithiated(options_, solid)
                         ? solid.lithiated_conductivity
                         : llto_electronic_conductivity(solid.pristine_conductivity,
                                                        solid.lithiated_conductivity,
                                                        static_cast<double>(lithiated_[cell]));
    return k >= least_conductivity ? k : 0;
}

Grid<float> SurfaceState::solid_conductivity() const {
    Grid<float> result(box_.framework.shape());
    parallel_blocks(result.size(), block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            const std::uint8_t m = box_.material[n];
            if (m == box_.collector_material) {
                result[n] = std::numeric_limits<float>::infinity();
            } else if (m < options_.solids.size()) {
                result[n] = static_cast<float>(conductivity(options_.solids[m], n));
            }
        }
    });
    return result;
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
    const bool full = always_lithiated(options_, solid) || lithiated_[cell] >= 0.5F;
    return full ? solid.coated_lithiated : solid.coated_pristine;
}

double SurfaceState::barrier(std::int64_t cell) const {
    const auto area = static_cast<double>(box_.cells.interface_area[cell]);
    if (!(area > 0)) {
        return 0; // no surface of the framework: a trace of lithium
    }
    const PlatingSurface& surface = bare_surface(cell);
    const bool has_site =
        !(surface.site_density > 0) ||
        static_cast<double>(lot_[cell]) < -std::expm1(-surface.site_density * area);
    if (surface.inert || !has_site) {
        return never;
    }
    // The lowest barrier is a thousandth of a volt: a spread that is wide makes none vanish.
    return surface.barrier > 0
               ? std::max(1e-3, surface.barrier +
                                    surface.barrier_spread * static_cast<double>(deviation_[cell]))
               : 0;
}

std::vector<std::uint8_t> SurfaceState::active(const std::vector<ReactionSite>& sites) const {
    std::vector<std::uint8_t> active(sites.size());
    std::transform(sites.begin(), sites.end(), active.begin(), [&](const ReactionSite& site) {
        return lithium_[site.cell] != 0 || barrier(site.cell) == 0 ? 1 : 0;
    });
    return active;
}

double SurfaceState::first_nuclei(const std::vector<ReactionSite>& sites, double current,
                                  std::vector<std::uint8_t>& active) const {
    struct Candidate {
        double barrier;
        std::size_t site;
    };
    std::vector<Candidate> candidates;
    for (std::size_t s = 0; s < sites.size(); ++s) {
        const double b = barrier(sites[s].cell);
        if (std::isfinite(b)) {
            candidates.push_back({b, s});
        }
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const auto& a, const auto& b) { return a.barrier < b.barrier; });
    double area = 0;
    for (const Candidate& candidate : candidates) {
        // The drive that the nuclei so far need for a part of the current.
        if (area > 0 &&
            drive_at(options_.kinetics, first_part * current / area) <= candidate.barrier) {
            break;
        }
        active[candidate.site] = 1;
        area += static_cast<double>(sites[candidate.site].area);
    }
    return candidates.empty() ? never : candidates.front().barrier;
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
        const double excess = drive[s] - barrier(sites[s].cell);
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
        std::uint8_t& lithium = lithium_[sites[s].cell];
        if (current[s] > 0 && lithium == 0) {
            lithium = 1;
        }
    }
}

void SurfaceState::spread(const CutCells& framework, const CutCells& deposit) {
    const double per_area = covering / box_.framework.voxel.head<2>().prod(); // [1/m^2]
    parallel_blocks(lithium_.size(), block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            if (lithium_[n] != 0) {
                continue;
            }
            const double part = part_of_lithium(framework, deposit, n);
            const auto bare = static_cast<double>(framework.interface_area[n]);
            const double enough = bare > 0 ? bare * per_area : least_lithium;
            // A cell filled to the brim holds lithium, however little there was room for.
            const bool brimful = part > least_lithium && deposit.solid_fraction[n] > 0.9999F;
            // A flat surface may lie right above the face between two cells.
            const auto wet = static_cast<double>(deposit.interface_area[n]);
            const bool skin = !(bare > 0) && wet * per_area > covering * covering;
            if (part > enough || brimful || skin) {
                lithium_[n] = 1;
            }
        }
    });
    ground(framework, deposit);
}

/// Finds the lithium that hangs together with the collector, from there upwards.
void SurfaceState::ground(const CutCells& framework, const CutCells& deposit) {
    const Shape& shape = lithium_.shape();
    const std::int64_t blocks = (lithium_.size() + block - 1) / block;
    std::vector<std::vector<std::int64_t>> starts(static_cast<std::size_t>(blocks));
    parallel_blocks(lithium_.size(), block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            if (lithium_[n] == 0) {
                continue;
            }
            const std::uint8_t m = box_.material[n];
            const bool collector = m == box_.collector_material ||
                                   (m < options_.solids.size() && options_.solids[m].collector);
            lithium_[n] = collector ? 2 : 1;
            if (collector) {
                starts[static_cast<std::size_t>(begin / block)].push_back(n);
            }
        }
    });
    std::vector<std::int64_t> front;
    for (const std::vector<std::int64_t>& of_block : starts) {
        front.insert(front.end(), of_block.begin(), of_block.end());
    }
    const auto joined = [&](Axis along, std::int64_t lower) {
        const auto a = static_cast<std::size_t>(along);
        return framework.aperture[a][lower] - deposit.aperture[a][lower] > least_joint;
    };
    while (!front.empty()) {
        const std::int64_t n = front.back();
        front.pop_back();
        for (const Axis along : all_axes) {
            const std::int64_t stride = shape.stride(along);
            const std::int64_t last = shape[along] - 1;
            const std::int64_t at = n / stride % (last + 1);
            const bool wraps = box_.framework.periodic[static_cast<std::size_t>(along)];
            if (at < last || wraps) {
                const std::int64_t up = at < last ? n + stride : n - last * stride;
                if (lithium_[up] == 1 && joined(along, n)) {
                    lithium_[up] = 2;
                    front.push_back(up);
                }
            }
            if (at > 0 || wraps) {
                const std::int64_t down = at > 0 ? n - stride : n + last * stride;
                if (lithium_[down] == 1 && joined(along, down)) {
                    lithium_[down] = 2;
                    front.push_back(down);
                }
            }
        }
    }
}

} // namespace porogen::plating
