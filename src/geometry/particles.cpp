#include "porogen/geometry/particles.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numbers>

namespace porogen {

namespace {

constexpr double pi = std::numbers::pi;
/// What a layer may lack of the box's width, and a foil keep from the floor / edge of the box.
constexpr double layer_tolerance = 1e-9;

double cross(const Vec2& a, const Vec2& b) {
    return a.x() * b.y() - a.y() * b.x();
}

/// Corner after corner `n`, around the outline.
const Vec2& next_corner(const std::vector<Vec2>& outline, std::size_t n) {
    return outline[n + 1 == outline.size() ? 0 : n + 1];
}

double squared_distance_to_segment(const Vec2& point, const Vec2& a, const Vec2& b) {
    const Vec2 edge = b - a;
    const double length2 = edge.squaredNorm();
    const double t = length2 > 0 ? std::clamp((point - a).dot(edge) / length2, 0.0, 1.0) : 0.0;
    return (point - a - t * edge).squaredNorm();
}

/// Signed distance in the plane to a convex outline, negative inside [m]. An outline of no corner
/// is the origin, one of two a line: neither has an inside.
double outline_distance(const std::vector<Vec2>& outline, const Vec2& point) {
    if (outline.empty()) {
        return point.norm();
    }
    double nearest2 = std::numeric_limits<double>::infinity();
    bool inside = outline.size() >= 3;
    for (std::size_t n = 0; n < outline.size(); ++n) {
        const Vec2& a = outline[n];
        const Vec2& b = next_corner(outline, n);
        nearest2 = std::min(nearest2, squared_distance_to_segment(point, a, b));
        inside = inside && cross(b - a, point - a) >= 0;
    }
    return inside ? -std::sqrt(nearest2) : std::sqrt(nearest2);
}

/// The numbers of the core that Steiner's formula asks for.
struct CoreMeasures {
    double volume = 0; ///< [m^3]
    double area = 0;   ///< [m^2]
    double mean_curvature =
        0; ///< integrated over the surface: half of edge length x exterior angle [m]
};

CoreMeasures measure_core(const Particle& particle) {
    double outline_area = 0;
    double perimeter = 0;
    for (std::size_t n = 0; n < particle.outline.size(); ++n) {
        const Vec2& a = particle.outline[n];
        const Vec2& b = next_corner(particle.outline, n);
        outline_area += cross(a, b) / 2;
        perimeter += (b - a).norm();
    }
    const double thickness = 2 * particle.half_thickness;
    CoreMeasures core;
    core.volume = outline_area * thickness;
    core.area = 2 * outline_area + perimeter * thickness;
    // Edges of top and bottom turn by pi/2; the upright ones turn by 2 pi together.
    core.mean_curvature = perimeter * pi / 2 + thickness * pi;
    return core;
}

/// Signed distance to an ellipsoid. The nearest point x of the surface has x_i = e_i^2 y_i / (t +
/// e_i^2) with the largest root t of sum (e_i y_i / (t + e_i^2))^2 = 1 (Eberly, "Distance from a
/// Point to an Ellipse, an Ellipsoid, or a Hyperellipsoid", 2013, eq. 12). That function of t falls
/// and is convex, so Newton's method climbs to the root from the left and never passes it.
double ellipsoid_distance(const Vec3& e, const Vec3& point) {
    const double shortest = e.minCoeff();
    // On a plane of symmetry the root can sit in a pole; a hair beside it, it never does.
    const Vec3 y = point.cwiseAbs().cwiseMax(1e-9 * shortest);
    const Vec3 squares = e.cwiseProduct(e);
    const Vec3 product = e.cwiseProduct(y);
    double t = (product - squares).maxCoeff();
    constexpr int most_steps = 100;
    for (int n = 0; n < most_steps; ++n) {
        const Vec3 ratio = product.cwiseQuotient(squares + Vec3::Constant(t));
        const double excess = ratio.squaredNorm() - 1;
        const double slope =
            2 * ratio.cwiseProduct(ratio).cwiseQuotient(squares + Vec3::Constant(t)).sum();
        const double step = excess / slope;
        if (!(step > 1e-15 * (std::abs(t) + squares.maxCoeff()))) {
            break;
        }
        t += step;
    }
    const Vec3 nearest = squares.cwiseProduct(y).cwiseQuotient(squares + Vec3::Constant(t));
    const double distance = (nearest - y).norm();
    return y.cwiseQuotient(e).squaredNorm() < 1 ? -distance : distance;
}

/// Area of an ellipsoid (Legendre; NIST Handbook of Mathematical Functions 2010, eq. 19.33.2 in
/// terms of incomplete elliptic integrals).
double ellipsoid_area(Vec3 e) {
    std::sort(e.begin(), e.end());
    const double a = e.z();
    const double b = e.y();
    const double c = e.x();
    if (!(a - c > 1e-9 * a)) {
        return 4 * pi * a * a;
    }
    const double angle = std::acos(c / a);
    const double k = std::sqrt(a * a * (b * b - c * c) / (b * b * (a * a - c * c)));
    const double sine = std::sin(angle);
    const double modulus = std::min(k, 1.0);
    return 2 * pi * c * c + 2 * pi * a * b / sine *
                                (std::ellint_2(modulus, angle) * sine * sine +
                                 std::ellint_1(modulus, angle) * (c / a) * (c / a));
}

} // namespace

double signed_distance(const Particle& particle, const Vec3& point) {
    const Vec3 local = particle.orientation.conjugate() * (point - particle.centre);
    if (particle.is_ellipsoid()) {
        return ellipsoid_distance(particle.semi_axes, local);
    }
    const double sideways = outline_distance(particle.outline, local.head<2>());
    const double upwards = std::abs(local.z()) - particle.half_thickness;
    const double core_distance = std::hypot(std::max(sideways, 0.0), std::max(upwards, 0.0)) +
                                 std::min(std::max(sideways, upwards), 0.0);
    return core_distance - particle.rounding;
}

double volume(const Particle& particle) {
    if (particle.is_ellipsoid()) {
        return 4 * pi / 3 * particle.semi_axes.prod();
    }
    const CoreMeasures core = measure_core(particle);
    const double r = particle.rounding;
    return core.volume + r * (core.area + r * (core.mean_curvature + r * 4 * pi / 3));
}

double surface_area(const Particle& particle) {
    if (particle.is_ellipsoid()) {
        return ellipsoid_area(particle.semi_axes);
    }
    const CoreMeasures core = measure_core(particle);
    const double r = particle.rounding;
    return core.area + r * (2 * core.mean_curvature + r * 4 * pi);
}

double bounding_radius(const Particle& particle) {
    if (particle.is_ellipsoid()) {
        return particle.semi_axes.maxCoeff();
    }
    double reach = 0;
    for (const Vec2& corner : particle.outline) {
        reach = std::max(reach, corner.norm());
    }
    return std::hypot(reach, particle.half_thickness) + particle.rounding;
}

Vec3 particle_normal(const Particle& particle) {
    return particle.orientation * Vec3::UnitZ();
}

bool same_fibre(const Particle& a, const Particle& b) {
    return a.fibre >= 0 && a.fibre == b.fibre;
}

bool is_layer(const Particle& particle, const Box& box) {
    const Vec2 side =
        0.5 * box.size.head<2>() - Vec2::Constant(layer_tolerance * box.size.maxCoeff());
    return particle.outline.size() == 4 && particle.orientation.vec().norm() <= 1e-12 &&
           std::all_of(particle.outline.begin(), particle.outline.end(), [&](const Vec2& corner) {
               return (corner.cwiseAbs().array() >= side.array()).all();
           });
}

bool is_foil(const Particle& particle, const Box& box) {
    const double bottom = particle.centre.z() - particle.half_thickness - particle.rounding;
    return is_layer(particle, box) && bottom <= layer_tolerance * box.size.maxCoeff() &&
           foil_thickness(particle) > 0;
}

double foil_thickness(const Particle& foil) {
    return foil.centre.z() + foil.half_thickness + foil.rounding;
}

double volume(const Packing& packing, Role role) {
    double total = 0;
    for (std::size_t n = 0; n < packing.particles.size(); ++n) {
        const Particle& particle = packing.particles[n];
        const bool jointed = n > 0 && same_fibre(packing.particles[n - 1], particle);
        const double shared = jointed ? 4 * pi / 3 * std::pow(particle.rounding, 3) : 0;
        if (particle.role == role) {
            total += is_foil(particle, packing.box)
                         ? packing.box.size.x() * packing.box.size.y() * foil_thickness(particle)
                         : volume(particle) - shared;
        }
    }
    return total;
}

double surface_area(const Packing& packing, Role role) {
    double total = 0;
    for (std::size_t n = 0; n < packing.particles.size(); ++n) {
        const Particle& particle = packing.particles[n];
        const bool jointed = n > 0 && same_fibre(packing.particles[n - 1], particle);
        const double shared = jointed ? 4 * pi * particle.rounding * particle.rounding : 0;
        if (particle.role == role) {
            total += is_foil(particle, packing.box) ? packing.box.size.x() * packing.box.size.y()
                                                    : surface_area(particle) - shared;
        }
    }
    return total;
}

Vec3 Box::separation(const Vec3& a, const Vec3& b) const {
    Vec3 d = b - a;
    d.x() -= size.x() * std::round(d.x() / size.x());
    d.y() -= size.y() * std::round(d.y() / size.y());
    return d;
}

Packing burn_out(const Packing& packing) {
    Packing burnt;
    burnt.box = packing.box;
    std::copy_if(packing.particles.begin(), packing.particles.end(),
                 std::back_inserter(burnt.particles),
                 [](const Particle& particle) { return particle.role == Role::host; });
    return burnt;
}

} // namespace porogen
