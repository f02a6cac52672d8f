#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "body.h"
#include "cast_checks.h"
#include "cast_orientation.h"
#include "overlap.h"
#include "porogen/core/errors.h"
#include "porogen/core/units.h"
#include "porogen/geometry/cast.h"
#include "relax.h"

namespace porogen {

namespace {

/// Particles of a file may be anything; these are what the rest relies on.
void check_given(const Packing& packing) {
    std::set<int> fibres;
    for (std::size_t n = 0; n < packing.particles.size(); ++n) {
        const Particle& particle = packing.particles[n];
        const std::string which = "particles: number " + std::to_string(n) + " (from 0) ";
        const double reach = bounding_radius(particle);
        const Vec3& size = packing.box.size;
        const Vec3& centre = particle.centre;
        const bool near = std::abs(centre.x()) <= 3 * size.x() &&
                          std::abs(centre.y()) <= 3 * size.y() && centre.z() >= -reach &&
                          centre.z() <= size.z() + reach;
        if (!near) {
            throw_bad_input(which + "lies outside the box (at " + format_quantity(centre.x(), "m") +
                            ", " + format_quantity(centre.y(), "m") + ", " +
                            format_quantity(centre.z(), "m") + "); give particles of this box");
        }
        if (particle.fibre < 0) {
            continue;
        }
        if (particle.is_ellipsoid() || !particle.outline.empty()) {
            throw_bad_input(which + "is a link of a fibre and no capsule; write -1 as its fibre");
        }
        if (n > 0 && same_fibre(packing.particles[n - 1], particle)) {
            continue;
        }
        if (!fibres.insert(particle.fibre).second) {
            throw_bad_input(which + "is a link of fibre " + std::to_string(particle.fibre) +
                            ", whose other links stand elsewhere; list them one after the other");
        }
    }
}

} // namespace

CastResult recast(const Packing& particles, const CastOptions& options) {
    const Vec3& size = particles.box.size;
    if (!((size - options.size).cwiseAbs().maxCoeff() <= 1e-9 * size.maxCoeff())) {
        throw_bad_input("particles: their box is " + format_quantity(size.x(), "m") + " x " +
                        format_quantity(size.y(), "m") + " x " + format_quantity(size.z(), "m") +
                        " (the recipe's is " + format_quantity(options.size.x(), "m") + " x " +
                        format_quantity(options.size.y(), "m") + " x " +
                        format_quantity(options.size.z(), "m") +
                        "); take the recipe that they were cast with");
    }
    if (particles.particles.empty()) {
        throw_bad_input("particles: there is none (nothing to put on a grid); give the "
                        "particles.csv of a casting");
    }
    check_given(particles);
    CastResult result;
    result.packing = particles;
    Slurry slurry;
    Packing& loose = slurry.packing;
    loose.box = particles.box;
    double& floor = slurry.floor;
    for (const Particle& particle : particles.particles) {
        if (is_foil(particle, particles.box)) {
            floor = std::max(floor, foil_thickness(particle));
        } else {
            loose.particles.push_back(particle);
        }
    }
    result.report.relaxed = true;
    measure_orientation(loose, result.report);
    require_orientation(options, result.report);
    check_box(slurry, size);
    if (loose.particles.empty()) {
        return result;
    }
    loose.box.size.z() -= floor;
    for (Particle& particle : loose.particles) {
        particle.centre.z() -= floor;
    }
    std::vector<Body> bodies = make_bodies(loose);
    const double spacing = overlap_spacing * median_thickness(bodies);
    Relaxation relaxation(std::move(bodies), loose.box, 0, jointed(loose));
    result.report.deepest_overlap = relaxation.evaluate().deepest;
    result.report.relaxed = result.report.deepest_overlap <= options.max_overlap * (1 + 1e-9);
    result.report.overlap_fraction = overlap_fraction(loose, spacing);
    return result;
}

} // namespace porogen
