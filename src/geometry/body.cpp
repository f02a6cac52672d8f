#include "body.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "porogen/core/errors.h"

namespace porogen {

namespace {

double cross(const Vec2& a, const Vec2& b) {
    return a.x() * b.y() - a.y() * b.x();
}

/// Nearest point of the outline's boundary, and on which side of it the point lies.
struct OutlineNearest {
    double distance = 0; ///< negative inside [m]
    Vec2 outwards{0, 0};
};

OutlineNearest nearest_on_outline(const Body& body, const Vec2& point) {
    double nearest2 = -1;
    Vec2 offset{0, 0};
    Vec2 edge_normal{0, 0};
    bool inside = body.corners >= 3;
    for (int n = 0; n < body.corners; ++n) {
        const Vec2& a = body.outline[static_cast<std::size_t>(n)];
        const Vec2& b = body.outline[static_cast<std::size_t>(n + 1 == body.corners ? 0 : n + 1)];
        const Vec2 edge = b - a;
        const Vec2 from = point - a;
        const double length2 = edge.squaredNorm();
        const double t = length2 > 0 ? std::clamp(from.dot(edge) / length2, 0.0, 1.0) : 0.0;
        const Vec2 d = from - t * edge;
        const double d2 = d.squaredNorm();
        inside = inside && cross(edge, from) >= 0;
        if (nearest2 < 0 || d2 < nearest2) {
            nearest2 = d2;
            offset = d;
            edge_normal = {edge.y(), -edge.x()};
        }
    }
    const double distance = std::sqrt(nearest2);
    if (inside) {
        return {-distance, edge_normal.normalized()};
    }
    return {distance, distance > 0 ? Vec2(offset / distance) : Vec2(edge_normal.normalized())};
}

} // namespace

Body make_body(const Particle& particle) {
    if (particle.outline.size() > Body::max_corners) {
        throw_bad_input("particles: an outline has " + std::to_string(particle.outline.size()) +
                        " corners (at most " + std::to_string(Body::max_corners) +
                        "); leave some out");
    }
    Body body;
    body.centre = particle.centre;
    body.orientation = particle.orientation;
    body.axes = particle.orientation.toRotationMatrix();
    body.outline[0] = Vec2::Zero();
    std::copy(particle.outline.begin(), particle.outline.end(), body.outline.begin());
    body.corners = std::max(1, static_cast<int>(particle.outline.size()));
    body.half_thickness = particle.half_thickness;
    body.rounding = particle.rounding;
    body.reach = bounding_radius(particle);
    body.semi_axes = particle.semi_axes;
    body.thickness = 2 * (particle.half_thickness + particle.rounding);
    double across = body.reach;
    if (body.is_ellipsoid()) {
        const double shortest = body.semi_axes.minCoeff();
        body.rounding = shortest * shortest / body.semi_axes.maxCoeff();
        body.thickness = 2 * shortest;
        across = std::sqrt(body.semi_axes.x() * body.semi_axes.y());
    } else if (particle.outline.empty()) {
        body.thickness = 2 * particle.rounding;
        across = particle.rounding;
    }
    const double along =
        body.is_ellipsoid() ? body.semi_axes.z() : particle.half_thickness + particle.rounding;
    const double squared = (along / across) * (along / across);
    body.slenderness = (squared - 1) / (squared + 1);
    body.arm = body.reach > body.rounding ? 0.7 * body.reach : 0.0;
    return body;
}

std::vector<Body> make_bodies(const Packing& packing) {
    std::vector<Body> bodies;
    bodies.reserve(packing.particles.size());
    for (const Particle& particle : packing.particles) {
        bodies.push_back(make_body(particle));
    }
    return bodies;
}

double median_thickness(const std::vector<Body>& bodies) {
    std::vector<double> thickness;
    for (const Body& body : bodies) {
        thickness.push_back(body.thickness);
    }
    const auto middle = thickness.begin() + static_cast<std::ptrdiff_t>(thickness.size() / 2);
    std::nth_element(thickness.begin(), middle, thickness.end());
    return *middle;
}

std::vector<bool> jointed(const Packing& packing) {
    std::vector<bool> which(packing.particles.size(), false);
    for (std::size_t n = 1; n < which.size(); ++n) {
        which[n] = same_fibre(packing.particles[n - 1], packing.particles[n]);
    }
    return which;
}

Vec3 support_point(const Body& body, const Vec3& direction) {
    const Vec3 local = body.axes.transpose() * direction;
    if (body.is_ellipsoid()) {
        const Vec3 normal = local.normalized();
        const Vec3 scaled = body.semi_axes.cwiseProduct(normal);
        return body.centre + body.axes * (body.semi_axes.cwiseProduct(scaled) / scaled.norm() -
                                          body.rounding * normal);
    }
    int best = 0;
    double farthest = body.outline[0].dot(local.head<2>());
    for (int n = 1; n < body.corners; ++n) {
        const double along = body.outline[static_cast<std::size_t>(n)].dot(local.head<2>());
        if (along > farthest) {
            farthest = along;
            best = n;
        }
    }
    const Vec2& corner = body.outline[static_cast<std::size_t>(best)];
    const double up = local.z() >= 0 ? body.half_thickness : -body.half_thickness;
    return body.centre + body.axes * Vec3(corner.x(), corner.y(), up);
}

int core_corner_count(const Body& body) {
    return body.half_thickness > 0 ? 2 * body.corners : body.corners;
}

Vec3 core_corner(const Body& body, int n) {
    const bool upper = n < body.corners;
    const Vec2& corner = body.outline[static_cast<std::size_t>(upper ? n : n - body.corners)];
    return body.centre + body.axes * Vec3(corner.x(), corner.y(),
                                          upper ? body.half_thickness : -body.half_thickness);
}

CoreDistance core_distance(const Body& body, const Vec3& point) {
    const Vec3 local = body.axes.transpose() * (point - body.centre);
    const OutlineNearest outline = nearest_on_outline(body, local.head<2>());
    const double upwards = std::abs(local.z()) - body.half_thickness;
    const double side = local.z() >= 0 ? 1.0 : -1.0;
    Vec3 gradient{0, 0, side};
    double distance = upwards;
    if (outline.distance > 0 && upwards > 0) {
        distance = std::sqrt(outline.distance * outline.distance + upwards * upwards);
        gradient << outline.outwards * (outline.distance / distance), side * upwards / distance;
    } else if (outline.distance > upwards) {
        distance = outline.distance;
        gradient << outline.outwards, 0;
    }
    return {distance, body.axes * gradient};
}

} // namespace porogen
