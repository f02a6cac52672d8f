#include "contact.h"

#include <algorithm>

#include "convex_distance.h"

namespace porogen {

namespace {

/// Stiffness of one corner that lies in the other body, relative to that of the deepest point. The
/// corners give plates that lie on each other a footprint, so that they settle flat instead of
/// rocking.
constexpr double corner_stiffness = 0.25;

/// A flat face on a wall has corners only, a sphere or an edge at least one.
constexpr double wall_stiffness = 0.5;

/// Pushes b along `normal` and a against it, `excess` deep beyond the slack, at a point.
void push(ContactForce& contact, const Body& a, const Body& b, const Vec3& normal, double excess,
          double stiffness, const Vec3& at) {
    if (!(excess > 0)) {
        return;
    }
    const double force = stiffness * excess;
    const Vec3 lever_a = (at - a.centre).cross(normal);
    const Vec3 lever_b = (at - b.centre).cross(normal);
    contact.on_a -= force * normal;
    contact.torque_on_a -= force * lever_a;
    contact.torque_on_b += force * lever_b;
    contact.energy += 0.5 * force * excess;
    contact.stiffness += stiffness;
    contact.turning_a += stiffness * lever_a.squaredNorm();
    contact.turning_b += stiffness * lever_b.squaredNorm();
}

enum class Owner { a, b };

/// Pushes at the corners of one body that lie in the other. Corners that stand off the plane which
/// bounds the other's core at the contact by more than they may reach are passed over.
void push_corners(ContactForce& contact, const Body& a, const Body& b, const Separation& s,
                  Owner owner, double free) {
    const Body& corners = owner == Owner::a ? a : b;
    const Body& other = owner == Owner::a ? b : a;
    const double touching = a.rounding + b.rounding;
    for (int n = 0; n < core_corner_count(corners); ++n) {
        const Vec3 corner = core_corner(corners, n);
        const double off =
            owner == Owner::a ? s.normal.dot(s.on_b - corner) : s.normal.dot(corner - s.on_a);
        if (off >= touching - free) {
            continue;
        }
        const CoreDistance d = core_distance(other, corner);
        const Vec3 normal = owner == Owner::a ? Vec3(-d.outwards) : d.outwards;
        push(contact, a, b, normal, touching - free - d.distance, corner_stiffness, corner);
    }
}

/// A smooth body touches a wall at one point.
ContactForce smooth_wall_contact(const Body& body, double height, double slack) {
    ContactForce result;
    const double free = slack * body.thickness;
    for (const double side : {-1.0, 1.0}) {
        const Vec3 normal(0, 0, side);
        const Vec3 lowest = support_point(body, normal) + body.rounding * normal;
        const double depth = side < 0 ? -lowest.z() : lowest.z() - height;
        result.depth = deeper(result.depth, depth);
        push(result, body, body, normal, depth - free, 1, lowest);
    }
    return result;
}

} // namespace

ContactForce contact(const Body& a, const Body& b, double slack, Vec3& normal) {
    const double touching = a.rounding + b.rounding;
    const Separation s = separation(a, b, touching, normal);
    normal = s.normal;
    ContactForce result;
    if (s.apart || s.distance >= touching) { // NaN goes on, to be noticed as a depth
        return result;
    }
    const double free = slack * std::min(a.thickness, b.thickness);
    result.depth = touching - s.distance;
    push(result, a, b, s.normal, result.depth - free, 1, 0.5 * (s.on_a + s.on_b));
    const bool flat = a.corners > 2 && b.corners > 2;
    if (flat && result.depth > free) {
        push_corners(result, a, b, s, Owner::a, free);
        push_corners(result, a, b, s, Owner::b, free);
    }
    return result;
}

ContactForce wall_contact(const Body& body, double height, double slack) {
    ContactForce result;
    if (body.centre.z() > body.reach && body.centre.z() < height - body.reach) {
        return result;
    }
    if (body.is_ellipsoid()) {
        return smooth_wall_contact(body, height, slack);
    }
    const double free = slack * body.thickness;
    for (int n = 0; n < core_corner_count(body); ++n) {
        const Vec3 corner = core_corner(body, n);
        const double in_floor = body.rounding - corner.z();
        const double in_lid = corner.z() + body.rounding - height;
        result.depth = deeper(result.depth, deeper(in_floor, in_lid));
        push(result, body, body, -Vec3::UnitZ(), in_floor - free, wall_stiffness, corner);
        push(result, body, body, Vec3::UnitZ(), in_lid - free, wall_stiffness, corner);
    }
    return result;
}

} // namespace porogen
