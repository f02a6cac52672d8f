#include "porogen/geometry/cast.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "body.h"
#include "cast_checks.h"
#include "cast_orientation.h"
#include "overlap.h"
#include "seeding.h"
#include "settle.h"

namespace porogen {

namespace {

/// Moves the slurry's particles to where they come to rest, and says how that went.
CastReport dry(const CastOptions& options, Slurry& slurry, Progress& progress) {
    const Rest rest = settle(options, slurry, progress);
    Packing& packing = slurry.packing;
    packing.box.size.z() = options.size.z() - slurry.floor;
    for (std::size_t n = 0; n < packing.particles.size(); ++n) {
        packing.particles[n].centre = rest.bodies[n].centre;
        packing.particles[n].orientation = rest.bodies[n].orientation;
    }
    CastReport report;
    report.sweeps = rest.sweeps;
    report.deepest_overlap = rest.deepest;
    report.relaxed = rest.deepest <= options.max_overlap;
    report.overlap_fraction =
        overlap_fraction(packing, overlap_spacing * median_thickness(rest.bodies));
    return report;
}

} // namespace

CastResult cast(const CastOptions& options, Progress& progress) {
    check_options(options);
    Slurry slurry = seed_slurry(options);
    check_box(slurry, options.size);

    CastResult result;
    result.report.relaxed = true;
    if (!slurry.packing.particles.empty()) {
        result.report = dry(options, slurry, progress);
    }
    measure_orientation(slurry.packing, result.report);
    require_orientation(options, result.report);
    for (Particle& particle : slurry.packing.particles) {
        particle.centre.z() += slurry.floor;
    }
    result.packing = {{options.size}, std::move(slurry.plates)};
    std::ranges::move(slurry.packing.particles, std::back_inserter(result.packing.particles));
    progress.update(1);
    return result;
}

} // namespace porogen
