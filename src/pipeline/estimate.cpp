#include "porogen/pipeline/estimate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "porogen/core/constants.h"
#include "porogen/core/memory.h"
#include "porogen/core/parallel.h"
#include "porogen/recipe/options.h"

namespace porogen {

namespace {

/// Peak of a run per cell: the volume with its film, the cut cells and sheet, and the network of
/// both sides with its multigrid hierarchy and the vectors of conjugate gradients. Measured on the
/// electrode of Lin et al. at 0.25 um.
constexpr double bytes_per_cell = 272;
/// Core-seconds, measured on the electrode of Lin et al. at 0.25 um, pictures included.
constexpr double seconds_per_cell = 1.2e-5;
constexpr double seconds_per_particle = 1.6e-2;
/// The same of plating in space, per cell of its box, which the headroom makes taller: 4 mAh/cm^2
/// on that electrode at 0.5 and 0.25 um, one potential.
constexpr double plating_bytes_per_cell = 400;
constexpr double plating_seconds_per_cell = 1.5e-4;

/// Height of the box of a plating in space / that of the framework; for an automatic headroom as
/// plating_box() takes it.
double taller(const Recipe& recipe, double thickness) {
    double headroom = 0;
    if (recipe.is_auto("plating.headroom")) {
        const double lithium = recipe.number("plating.capacity") *
                               recipe.number("materials.lithium.molar_volume") / faraday;
        const double pores = recipe.number("cast.porosity") * thickness;
        headroom = std::max(0.0, lithium - 0.5 * pores) + 4e-6;
    } else {
        headroom = recipe.number("plating.headroom");
    }
    return 1 + headroom / thickness;
}

/// Mean of diameter^3: of a lognormal median^3 exp(9/2 ln^2 sigma_g).
double mean_cube(const Population& p) {
    if (p.size_law == SizeLaw::uniform) {
        return (p.diameter_min + p.diameter_max) *
               (p.diameter_min * p.diameter_min + p.diameter_max * p.diameter_max) / 4;
    }
    const double spread = std::log(p.diameter_spread);
    return std::pow(p.diameter, 3) * std::exp(4.5 * spread * spread);
}

/// Volume of a particle of diameter 1; of a fibre, of the four diameters or so that make a link.
double unit_volume(const Population& p) {
    using std::numbers::pi;
    switch (p.shape) {
    case ParticleShape::flake:
        return pi / 4 / p.aspect;
    case ParticleShape::fibre:
        return pi / 4 * std::min(p.aspect, 4.0);
    default:
        return pi / 6;
    }
}

double expected_particles(const CastOptions& options) {
    double count = 0;
    for (const Population& p : options.populations) {
        const double fraction =
            p.role == Role::host ? options.host_fraction : options.porogen_fraction;
        count += p.shape == ParticleShape::plate
                     ? 1
                     : options.size.prod() * fraction * p.share / (unit_volume(p) * mean_cube(p));
    }
    return count;
}

} // namespace

Estimate estimate(const Recipe& recipe) {
    const CastOptions casting = cast_options(recipe);
    const RasteriseOptions grid = rasterise_options(recipe);
    static_cast<void>(coat_options(recipe));
    static_cast<void>(plate_options(recipe));
    static_cast<void>(plating_snapshots(recipe));
    static_cast<void>(measure_options(recipe));
    static_cast<void>(ionic_conductors(recipe));

    Estimate e;
    e.cells = (casting.size / grid.voxel).array().round().prod();
    e.particles = expected_particles(casting);
    e.memory = bytes_per_cell * e.cells;
    e.seconds = (seconds_per_cell * e.cells + seconds_per_particle * e.particles) / thread_count();
    if (recipe.text("plating.model") == "resolved") {
        const double box = taller(recipe, casting.size.z()) * e.cells;
        e.memory = std::max(e.memory, plating_bytes_per_cell * box);
        e.seconds += plating_seconds_per_cell * box / thread_count();
    }
    e.available = available_memory();
    return e;
}

} // namespace porogen
