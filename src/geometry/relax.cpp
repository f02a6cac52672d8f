#include "relax.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"

namespace porogen {

namespace {

// FIRE's parameters as its authors recommend them. A body's mass is the stiffness of its contacts,
// so the fastest oscillation has about unit frequency and a time step of 0.5 is stable.
constexpr double first_time_step = 0.1;
constexpr double longest_time_step = 0.5;
constexpr double shortest_time_step = 0.02;
constexpr double first_steering = 0.1;
constexpr double steering_decay = 0.99;
constexpr double time_step_growth = 1.1;
constexpr double time_step_cut = 0.5;
constexpr int patience = 5;

/// Stiffness of the joints of a fibre relative to that of a contact: against a gap between the
/// links, and against bending by an angle with half a link as the lever. Joints have to hold
/// against several contacts at once.
constexpr double joint_stiffness = 4;
constexpr double bending_stiffness = 1;

/// How fast a mass forgets contacts that have opened.
constexpr double mass_memory = 0.9;

/// Neighbour skin / smallest bounding radius.
constexpr double relative_skin = 0.3;
/// No body moves farther in one step than this part of the skin.
constexpr double longest_move = 0.125;

constexpr std::int64_t block = 64;

template <class F>
void parallel_each(std::size_t count, F body) {
    parallel_blocks(
        static_cast<std::int64_t>(count), block, [&](std::int64_t begin, std::int64_t end) {
            for (auto n = static_cast<std::size_t>(begin); n < static_cast<std::size_t>(end); ++n) {
                body(n);
            }
        });
}

/// Second order in the angle, exactly a rotation, and free of trigonometry.
void turn(Body& body, const Vec3& rotation_vector) {
    const Vec3 half = 0.5 * rotation_vector;
    const Rotation delta(1, half.x(), half.y(), half.z());
    body.orientation = (delta * body.orientation).normalized();
    body.axes = body.orientation.toRotationMatrix();
}

/// The end of a capsule's core on the side of its local z.
Vec3 core_end(const Body& body, double side) {
    return side * body.half_thickness * body.axes.col(2);
}

/// Turns a body so that its local z points along a direction.
void point(Body& body, const Vec3& direction) {
    turn(body, body.axes.col(2).cross(direction.normalized()));
}

Vec3 clipped(const Vec3& v, double longest) {
    const double length = v.norm();
    return length > longest ? Vec3(longest / length * v) : v;
}

} // namespace

Relaxation::Relaxation(std::vector<Body> bodies, const Box& box, double slack,
                       std::vector<bool> jointed)
    : bodies_(std::move(bodies)), box_(box), slack_(slack), wall_forces_(bodies_.size()),
      mass_(bodies_.size()), force_(bodies_.size()), velocity_(bodies_.size()),
      time_step_(first_time_step), steering_(first_steering) {
    double smallest = box.size.maxCoeff();
    for (const Body& body : bodies_) {
        smallest = std::min(smallest, body.reach);
    }
    skin_ = relative_skin * smallest;
    jointed.resize(bodies_.size(), false);
    joints_.resize(bodies_.size());
    for (std::size_t n = 1; n < bodies_.size(); ++n) {
        if (jointed[n]) {
            joints_[n] = {true, bodies_[n - 1].axes.transpose() * bodies_[n].axes.col(2)};
        }
    }
}

OverlapState Relaxation::evaluate() {
    check_places();
    update_neighbours();
    evaluate_pairs();
    evaluate_walls();
    parallel_each(bodies_.size(), [&](std::size_t n) { gather(n); });
    return overlap_state();
}

void Relaxation::check_places() const {
    for (const Body& body : bodies_) {
        if (!body.centre.allFinite() || !body.axes.allFinite()) {
            throw_not_converged("cast: a particle has left the box for nowhere (its motion became "
                                "infinite); change the seed");
        }
    }
}

void Relaxation::update_neighbours() {
    bool stale = listed_at_.size() != bodies_.size();
    for (std::size_t n = 0; !stale && n < bodies_.size(); ++n) {
        stale = (bodies_[n].centre - listed_at_[n]).squaredNorm() > 0.25 * skin_ * skin_;
    }
    if (!stale) {
        return;
    }
    listed_at_.clear();
    for (Body& body : bodies_) {
        body.centre.x() -= box_.size.x() * std::floor(body.centre.x() / box_.size.x());
        body.centre.y() -= box_.size.y() * std::floor(body.centre.y() / box_.size.y());
        listed_at_.push_back(body.centre);
    }
    pairs_ = find_neighbours(bodies_, box_, skin_);
    pair_forces_.resize(pairs_.size());
    index_pairs();
}

void Relaxation::index_pairs() {
    incident_start_.assign(bodies_.size() + 1, 0);
    for (const NeighbourPair& pair : pairs_) {
        ++incident_start_[static_cast<std::size_t>(pair.a) + 1];
        ++incident_start_[static_cast<std::size_t>(pair.b) + 1];
    }
    for (std::size_t n = 1; n < incident_start_.size(); ++n) {
        incident_start_[n] += incident_start_[n - 1];
    }
    incident_.resize(2 * pairs_.size());
    std::vector<int> next(incident_start_.begin(), incident_start_.end() - 1);
    const auto enter = [&](int body, int code) {
        incident_[static_cast<std::size_t>(next[static_cast<std::size_t>(body)]++)] = code;
    };
    for (int p = 0; p < static_cast<int>(pairs_.size()); ++p) {
        enter(pairs_[static_cast<std::size_t>(p)].a, 2 * p);
        enter(pairs_[static_cast<std::size_t>(p)].b, 2 * p + 1);
    }
}

bool Relaxation::are_jointed(const NeighbourPair& pair) const {
    // The nearest image alone: another image of the neighbour in the chain is a body like any
    // other.
    const auto b = static_cast<std::size_t>(pair.b);
    return pair.b == pair.a + 1 && joints_[b].exists &&
           (bodies_[b].centre + pair.shift - bodies_[b - 1].centre).squaredNorm() <
               1.01 * box_.separation(bodies_[b - 1].centre, bodies_[b].centre).squaredNorm();
}

/// Pulls the ends of bodies n - 1 (a) and n (b) together, and their axes to the angle of rest.
ContactForce Relaxation::joint_force(std::size_t n) const {
    const Body& a = bodies_[n - 1];
    const Body& b = bodies_[n];
    const Vec3 arm_a = core_end(a, 1);
    const Vec3 arm_b = core_end(b, -1);
    const Vec3 gap = box_.separation(a.centre, b.centre) + arm_b - arm_a;
    const Vec3 rest = a.axes * joints_[n].rest;
    const double lever = 0.5 * (a.half_thickness + b.half_thickness);
    const double bending = bending_stiffness * lever * lever;
    const Vec3 bend = b.axes.col(2).cross(rest);
    ContactForce force;
    force.on_a = joint_stiffness * gap;
    force.torque_on_a = arm_a.cross(force.on_a) - bending * bend;
    force.torque_on_b = arm_b.cross(-force.on_a) + bending * bend;
    force.energy = 0.5 * joint_stiffness * gap.squaredNorm() +
                   0.5 * bending * (b.axes.col(2) - rest).squaredNorm();
    force.stiffness = joint_stiffness;
    force.turning_a = joint_stiffness * arm_a.squaredNorm() + bending;
    force.turning_b = joint_stiffness * arm_b.squaredNorm() + bending;
    return force;
}

void Relaxation::evaluate_pairs() {
    parallel_each(pairs_.size(), [&](std::size_t p) {
        NeighbourPair& pair = pairs_[p];
        const Body& a = bodies_[static_cast<std::size_t>(pair.a)];
        const Body& b = bodies_[static_cast<std::size_t>(pair.b)];
        const double reach = a.reach + b.reach;
        if ((b.centre + pair.shift - a.centre).squaredNorm() >= reach * reach ||
            are_jointed(pair)) {
            pair_forces_[p] = {};
            return;
        }
        if (pair.shift.isZero(0)) { // most: a body is too large to copy for nothing
            pair_forces_[p] = contact(a, b, slack_, pair.normal);
            return;
        }
        Body image = b;
        image.centre += pair.shift;
        pair_forces_[p] = contact(a, image, slack_, pair.normal);
    });
}

void Relaxation::evaluate_walls() {
    parallel_each(bodies_.size(), [&](std::size_t n) {
        wall_forces_[n] = wall_contact(bodies_[n], height(), slack_);
    });
}

void Relaxation::gather(std::size_t n) {
    Vec3 force = wall_forces_[n].on_a;
    Vec3 torque = wall_forces_[n].torque_on_a;
    double stiffness = wall_forces_[n].stiffness;
    double turning = wall_forces_[n].turning_a;
    const auto add = [&](const ContactForce& c, bool first) {
        force += first ? c.on_a : Vec3(-c.on_a);
        torque += first ? c.torque_on_a : c.torque_on_b;
        stiffness += c.stiffness;
        turning += first ? c.turning_a : c.turning_b;
    };
    for (int i = incident_start_[n]; i < incident_start_[n + 1]; ++i) {
        const int code = incident_[static_cast<std::size_t>(i)];
        add(pair_forces_[static_cast<std::size_t>(code / 2)], code % 2 == 0);
    }
    if (joints_[n].exists) {
        add(joint_force(n), false);
    }
    if (n + 1 < joints_.size() && joints_[n + 1].exists) {
        add(joint_force(n + 1), true);
    }
    const auto mass = [](double before, double now) {
        return std::max({1.0, now, mass_memory * before + (1 - mass_memory) * now});
    };
    force_[n].shift = force;
    mass_[n].shift = mass(mass_[n].shift, stiffness);
    const double arm = bodies_[n].arm;
    if (arm > 0) {
        force_[n].turn = torque / arm;
        mass_[n].turn = mass(mass_[n].turn, turning / (arm * arm));
    }
}

OverlapState Relaxation::overlap_state() const {
    OverlapState state;
    const auto count = [&](const ContactForce& c, double thickness) {
        state.energy += c.energy;
        state.deepest = deeper(state.deepest, c.depth / thickness);
    };
    for (std::size_t p = 0; p < pairs_.size(); ++p) {
        count(pair_forces_[p], std::min(bodies_[static_cast<std::size_t>(pairs_[p].a)].thickness,
                                        bodies_[static_cast<std::size_t>(pairs_[p].b)].thickness));
    }
    for (std::size_t n = 0; n < bodies_.size(); ++n) {
        count(wall_forces_[n], bodies_[n].thickness);
    }
    if (std::isnan(state.deepest)) {
        throw_not_converged("cast: the depth of a contact is not a number (two particles have "
                            "degenerate shapes or met in a degenerate position); change the seed");
    }
    return state;
}

void Relaxation::descend() {
    double power = 0;
    for (std::size_t n = 0; n < bodies_.size(); ++n) {
        power += force_[n].shift.dot(velocity_[n].shift) + force_[n].turn.dot(velocity_[n].turn);
    }
    if (power > 0) {
        if (++downhill_ > patience) {
            time_step_ = std::min(time_step_ * time_step_growth, longest_time_step);
            steering_ *= steering_decay;
        }
    } else {
        velocity_.assign(velocity_.size(), {});
        time_step_ = std::max(time_step_ * time_step_cut, shortest_time_step);
        steering_ = first_steering;
        downhill_ = 0;
    }
    accelerate();
    steer();
    move();
}

void Relaxation::coast() {
    time_step_ = longest_time_step;
    steering_ = first_steering;
    downhill_ = 0;
    accelerate();
    move();
}

void Relaxation::accelerate() {
    for (std::size_t n = 0; n < bodies_.size(); ++n) {
        velocity_[n].shift += time_step_ / mass_[n].shift * force_[n].shift;
        velocity_[n].turn += time_step_ / mass_[n].turn * force_[n].turn;
    }
}

/// Bends the velocity towards the acceleration, keeping its length; lengths are weighted by the
/// masses.
void Relaxation::steer() {
    double acceleration2 = 0;
    double velocity2 = 0;
    for (std::size_t n = 0; n < bodies_.size(); ++n) {
        acceleration2 += force_[n].shift.squaredNorm() / mass_[n].shift +
                         force_[n].turn.squaredNorm() / mass_[n].turn;
        velocity2 += mass_[n].shift * velocity_[n].shift.squaredNorm() +
                     mass_[n].turn * velocity_[n].turn.squaredNorm();
    }
    const double pull = acceleration2 > 0 ? steering_ * std::sqrt(velocity2 / acceleration2) : 0;
    for (std::size_t n = 0; n < bodies_.size(); ++n) {
        Motion& v = velocity_[n];
        v.shift = (1 - steering_) * v.shift + pull / mass_[n].shift * force_[n].shift;
        v.turn = (1 - steering_) * v.turn + pull / mass_[n].turn * force_[n].turn;
    }
}

void Relaxation::move() {
    const double longest = longest_move * skin_;
    for (std::size_t n = 0; n < bodies_.size(); ++n) {
        bodies_[n].centre += clipped(time_step_ * velocity_[n].shift, longest);
        if (bodies_[n].arm > 0) {
            turn(bodies_[n], clipped(time_step_ * velocity_[n].turn, longest) / bodies_[n].arm);
        }
    }
}

void Relaxation::shake(RandomStream& random, double amplitude) {
    for (std::size_t n = 0; n < bodies_.size(); ++n) {
        const double x = random.normal();
        const double y = random.normal();
        const double z = random.normal();
        velocity_[n].shift = amplitude / std::sqrt(mass_[n].shift) * Vec3(x, y, z);
        velocity_[n].turn = Vec3::Zero();
    }
}

void Relaxation::squeeze_to(double height) {
    const double factor = height / box_.size.z();
    box_.size.z() = height;
    for (Body& body : bodies_) {
        body.centre.z() *= factor;
        if (body.arm > 0) {
            // In a pure strain a rod's axis goes with the material, a plate's normal against it,
            // and shapes between them slower (Jeffery 1922).
            Vec3 carried = body.axes.col(2);
            carried.z() *= body.slenderness > 0 ? 1 + body.slenderness * (factor - 1)
                                                : 1 - body.slenderness * (1 / factor - 1);
            point(body, carried);
        }
    }
}

void Relaxation::shear(double strain) {
    for (Body& body : bodies_) {
        body.centre.x() += strain * body.centre.z();
        if (body.arm > 0) {
            // Half the vorticity, and the rate of strain as far as the shape feels it (Jeffery
            // 1922).
            const Vec3 axis = body.axes.col(2);
            const Vec3 strained(0.5 * axis.z(), 0, 0.5 * axis.x());
            turn(body, strain * (0.5 * Vec3::UnitY() + body.slenderness * axis.cross(strained)));
        }
    }
}

void Relaxation::sink(const std::vector<double>& parts, double height) {
    for (std::size_t n = 0; n < bodies_.size(); ++n) {
        bodies_[n].centre.z() =
            std::clamp(bodies_[n].centre.z() - parts[n] * height, 0.0, box_.size.z());
    }
}

void Relaxation::incline(const std::vector<bool>& which, double strain) {
    for (std::size_t n = 0; n < bodies_.size(); ++n) {
        if (which[n]) {
            Vec3 carried = bodies_[n].axes.col(2);
            carried.z() *= 1 + strain;
            point(bodies_[n], carried);
        }
    }
}

} // namespace porogen
