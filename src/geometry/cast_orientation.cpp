#include "cast_orientation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "orientation.h"
#include "porogen/core/errors.h"
#include "porogen/core/units.h"
#include "seeding.h"

namespace porogen {

namespace {

/// Sweeps after which the orientation is compared with the asked one, sweeps in which a difference
/// is to be made up, and the most that the orientations are strained per sweep to that end.
constexpr int steering_period = 10;
constexpr int steering_time = 20;
constexpr double strongest_steering = 0.01;
/// Sweeps over which differences add up to a lasting strain.
constexpr int steering_memory = 200;

std::vector<bool> platelets(const Packing& packing) {
    std::vector<bool> which;
    for (const Particle& particle : packing.particles) {
        which.push_back(particle.role == Role::host && is_platelet(particle));
    }
    return which;
}

std::vector<Vec3> local_z(const std::vector<Body>& bodies, const std::vector<bool>& which) {
    std::vector<Vec3> axes;
    for (std::size_t n = 0; n < bodies.size(); ++n) {
        if (which[n]) {
            axes.push_back(bodies[n].axes.col(2));
        }
    }
    return axes;
}

} // namespace

Steering::Steering(double r, const Packing& packing)
    : asked_(r), platelets_(platelets(packing)),
      active_(r > 0 && std::find(platelets_.begin(), platelets_.end(), true) != platelets_.end()) {}

void Steering::steer(Relaxation& relaxation) {
    if (!active_) {
        return;
    }
    if (sweeps_++ % steering_period == 0) {
        const double error = 1.5 * std::log(orientation(relaxation.bodies()) / asked_);
        bias_ =
            std::clamp(bias_ + error / steering_memory, -strongest_steering, strongest_steering);
        strain_ =
            std::clamp(bias_ + error / steering_time, -strongest_steering, strongest_steering);
    }
    relaxation.incline(platelets_, strain_);
}

bool Steering::is_oriented(const std::vector<Body>& bodies, double tolerance) const {
    return !active_ || std::abs(orientation(bodies) / asked_ - 1) <= tolerance;
}

double Steering::orientation(const std::vector<Body>& bodies) const {
    return march_dollase(local_z(bodies, platelets_));
}

void measure_orientation(const Packing& packing, CastReport& report) {
    std::vector<Vec3> normals;
    std::vector<Vec3> axes;
    for (const Particle& particle : packing.particles) {
        if (particle.role == Role::host && is_platelet(particle)) {
            normals.push_back(particle_normal(particle));
        } else if (particle.role == Role::host && particle.fibre >= 0) {
            axes.push_back(particle_normal(particle));
        }
    }
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    report.order_parameter = !normals.empty() ? order_parameter(normals)
                             : !axes.empty()  ? order_parameter(axes)
                                              : none;
    report.orientation_r = normals.empty() ? none : march_dollase(normals);
}

void require_orientation(const CastOptions& options, const CastReport& report) {
    if (options.orientation_r == 0) {
        return;
    }
    const std::string asked = "cast: orientation_r = " + format_number(options.orientation_r);
    if (std::isnan(report.orientation_r)) {
        throw_infeasible(asked +
                         " cannot be reached (no flake or disc is in the recipe); add some, or "
                         "leave it at \"auto\"");
    }
    const bool reached = std::abs(report.orientation_r / options.orientation_r - 1) <= off_target;
    if (!reached || !report.relaxed) {
        throw_infeasible(asked + " cannot be reached (" +
                         (reached
                              ? "held there, these particles stay pressed into each other"
                              : "these particles come to rest at " +
                                    format_number(std::round(1000 * report.orientation_r) / 1000) +
                                    " when they are packed this densely") +
                         "); leave more room between them, spend more sweeps (cast.max_sweeps) or "
                         "ask for another");
    }
}

} // namespace porogen
