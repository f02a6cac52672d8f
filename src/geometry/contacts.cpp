#include "porogen/geometry/contacts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include <Eigen/Eigenvalues>

#include "body.h"
#include "convex_distance.h"
#include "neighbours.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/core/units.h"

namespace porogen {

namespace {

constexpr double pi = std::numbers::pi;

/// The section of two overlapping bodies by a plane: a convex region, where `excess` < 0. Points of
/// the plane are given as u, v from `origin`.
class Section {
  public:
    Section(const Particle& a, const Particle& b, const Vec3& shift, double offset)
        : a_(a), b_(b), shift_(shift), offset_(offset),
          reach_(2 * (std::min(bounding_radius(a), bounding_radius(b)) + std::abs(offset))) {}

    void place(const Vec3& origin, const Vec3& normal) {
        origin_ = origin;
        first_ = normal.unitOrthogonal();
        second_ = normal.cross(first_);
    }
    [[nodiscard]] Vec3 point(const Vec2& p) const {
        return origin_ + p.x() * first_ + p.y() * second_;
    }
    /// Convex, of slope at most 1, negative in the section [m].
    [[nodiscard]] double excess(const Vec2& p) const {
        const Vec3 at = point(p);
        return std::max(signed_distance(a_, at), signed_distance(b_, at - shift_)) - offset_;
    }
    /// No section is wider [m].
    [[nodiscard]] double reach() const { return reach_; }

  private:
    const Particle& a_;
    const Particle& b_;
    Vec3 shift_;
    double offset_;
    double reach_;
    Vec3 origin_{0, 0, 0};
    Vec3 first_{1, 0, 0};
    Vec3 second_{0, 1, 0};
};

/// A point in the section, searched from the origin with steps that halve; nothing if there is
/// none. The deepest points of two bodies lie in it already, unless their cores overlap or a corner
/// has gone with a negative offset.
std::optional<Vec2> point_inside(const Section& section, double step) {
    Vec2 best = Vec2::Zero();
    double least = section.excess(best);
    for (int halvings = 0; halvings < 20 && !(least < 0); ++halvings, step /= 2) {
        for (const Vec2& way : {Vec2(step, 0), Vec2(-step, 0), Vec2(0, step), Vec2(0, -step)}) {
            const double there = section.excess(best + way);
            if (there < least) {
                least = there;
                best += way;
            }
        }
    }
    return least < 0 ? std::optional(best) : std::nullopt;
}

/// Distance from a point inside to the border along a unit direction: the one root of a convex
/// function.
double border(const Section& section, const Vec2& inside, const Vec2& direction) {
    double low = 0;
    double high = -section.excess(inside); // the slope is at most 1: this is not yet outside
    double high_excess = section.excess(inside + high * direction);
    while (high_excess < 0 && high < section.reach()) {
        low = high;
        high = std::min(2 * high, section.reach());
        high_excess = section.excess(inside + high * direction);
    }
    if (!(high_excess >= 0)) {
        return high;
    }
    // Halving: the function is flat inside a thin contact and steep beyond, where secants stall.
    constexpr double tolerance = 1e-5;
    while (high - low > tolerance * high) {
        const double middle = 0.5 * (low + high);
        (section.excess(inside + middle * direction) < 0 ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

/// An affine map of the plane, centre + axes * (cos, sin), under which the section is about round.
struct View {
    Vec2 centre = Vec2::Zero();
    Eigen::Matrix2d axes = Eigen::Matrix2d::Identity();
};

/// The section's area as it shows in polar coordinates of the view, and its polygon's moments.
struct Outline {
    double area = 0; ///< [m^2]
    Vec2 centroid = Vec2::Zero();
    Eigen::Matrix2d spread = Eigen::Matrix2d::Zero(); ///< of the area about the centroid [m^2]
};

Outline look(const Section& section, const View& view, int rays) {
    std::vector<Vec2> corners;
    Outline outline;
    const double stretch = std::abs(view.axes.determinant());
    for (int n = 0; n < rays; ++n) {
        const double angle = 2 * pi * (n + 0.5) / rays;
        const Vec2 way = view.axes * Vec2(std::cos(angle), std::sin(angle));
        const double length = way.norm();
        const double rho = border(section, view.centre, way / length) / length;
        corners.emplace_back(rho * way);
        outline.area += stretch * rho * rho * pi / rays;
    }
    // Moments of the triangles between the centre and the outline's chords.
    double polygon = 0;
    Vec2 first = Vec2::Zero();
    Eigen::Matrix2d second = Eigen::Matrix2d::Zero();
    for (std::size_t n = 0; n < corners.size(); ++n) {
        const Vec2& p = corners[n];
        const Vec2& q = corners[n + 1 == corners.size() ? 0 : n + 1];
        const double area = 0.5 * std::abs(p.x() * q.y() - p.y() * q.x());
        polygon += area;
        first += area / 3 * (p + q);
        second +=
            area / 12 * (p * p.transpose() + q * q.transpose() + (p + q) * (p + q).transpose());
    }
    if (polygon > 0) {
        const Vec2 centroid = first / polygon;
        outline.centroid = view.centre + centroid;
        outline.spread = second / polygon - centroid * centroid.transpose();
    }
    return outline;
}

/// Area from a point inside. Seen from there a section may be far from round: each look shows
/// better where its centre is and how long and narrow it is, and the last one counts.
double area_around(const Section& section, const Vec2& inside) {
    constexpr int rays_to_find = 24;
    constexpr int rays_to_count = 64;
    constexpr int looks = 3;
    View view;
    view.centre = inside;
    for (int n = 0; n < looks; ++n) {
        const Outline outline = look(section, view, rays_to_find);
        if (!(section.excess(outline.centroid) < 0)) {
            break;
        }
        view.centre = outline.centroid;
        const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> principal(outline.spread);
        const Vec2 widths = principal.eigenvalues().cwiseMax(0).cwiseSqrt();
        if (!(widths.x() > 1e-6 * widths.y())) {
            break;
        }
        view.axes = principal.eigenvectors() * widths.asDiagonal();
    }
    return look(section, view, rays_to_count).area;
}

/// The framework: its particles with their centres in the box, and to which body each belongs.
struct Framework {
    std::vector<int> index; ///< of each host into the packing
    std::vector<Particle> particles;
    std::vector<Body> links;
    std::vector<std::size_t> body; ///< of each host
    std::size_t bodies = 0;
    double floor = 0; ///< top of the foil, if there is one [m]
};

Framework framework_of(const Packing& packing) {
    Framework hosts;
    for (std::size_t n = 0; n < packing.particles.size(); ++n) {
        Particle particle = packing.particles[n];
        if (particle.role != Role::host) {
            continue;
        }
        if (is_foil(particle, packing.box)) {
            hosts.floor = std::max(hosts.floor, foil_thickness(particle));
            continue;
        }
        for (int axis = 0; axis < 2; ++axis) {
            const double edge = packing.box.size[axis];
            particle.centre[axis] -= edge * std::floor(particle.centre[axis] / edge);
        }
        hosts.index.push_back(static_cast<int>(n));
        hosts.links.push_back(make_body(particle));
        const bool linked =
            !hosts.particles.empty() && same_fibre(hosts.particles.back(), particle);
        hosts.body.push_back(linked ? hosts.body.back() : hosts.bodies++);
        hosts.particles.push_back(std::move(particle));
    }
    return hosts;
}

/// Fills in a contact; false if the two do not touch.
bool find_contact(const Framework& hosts, const NeighbourPair& pair, double offset,
                  ParticleContact& contact) {
    const auto a = static_cast<std::size_t>(pair.a);
    const auto b = static_cast<std::size_t>(pair.b);
    const Body& body_a = hosts.links[a];
    Body body_b = hosts.links[b];
    body_b.centre += pair.shift;
    const double touching = body_a.rounding + body_b.rounding + 2 * offset;
    const Separation s = separation(body_a, body_b, std::max(touching, 0.0), Vec3::Zero());
    if (s.apart || !(s.distance < touching)) {
        return false;
    }
    contact.a = hosts.index[a];
    contact.b = hosts.index[b];
    contact.normal = s.normal;
    contact.depth = touching - s.distance;
    contact.point = 0.5 * (s.on_a + s.on_b + (body_a.rounding - body_b.rounding) * s.normal);
    Section section(hosts.particles[a], hosts.particles[b], pair.shift, offset);
    section.place(contact.point, contact.normal);
    const std::optional<Vec2> inside =
        point_inside(section, 0.25 * std::min(body_a.thickness, body_b.thickness));
    if (!inside) {
        return false;
    }
    contact.area = area_around(section, *inside);
    return true;
}

std::vector<ParticleContact> find_contacts(const Framework& hosts, const Box& box, double offset) {
    std::vector<NeighbourPair> pairs = find_neighbours(hosts.links, box, 2 * std::max(offset, 0.0));
    std::erase_if(pairs, [&](const NeighbourPair& pair) {
        return hosts.body[static_cast<std::size_t>(pair.a)] ==
               hosts.body[static_cast<std::size_t>(pair.b)];
    });
    std::vector<ParticleContact> contacts(pairs.size());
    std::vector<std::uint8_t> touches(pairs.size());
    parallel_blocks(static_cast<std::int64_t>(pairs.size()), 64,
                    [&](std::int64_t begin, std::int64_t end) {
                        for (std::int64_t n = begin; n < end; ++n) {
                            const auto p = static_cast<std::size_t>(n);
                            touches[p] = find_contact(hosts, pairs[p], offset, contacts[p]) ? 1 : 0;
                        }
                    });
    std::size_t kept = 0;
    for (std::size_t p = 0; p < pairs.size(); ++p) {
        if (touches[p] != 0) {
            contacts[kept++] = contacts[p];
        }
    }
    contacts.resize(kept);
    return contacts;
}

/// Number of different bodies that each body touches.
std::vector<int> count_neighbours(const Framework& hosts,
                                  const std::vector<ParticleContact>& contacts) {
    std::vector<std::pair<std::size_t, std::size_t>> touching;
    const auto body_of = [&](int particle) {
        const auto host = std::lower_bound(hosts.index.begin(), hosts.index.end(), particle);
        return hosts.body[static_cast<std::size_t>(host - hosts.index.begin())];
    };
    for (const ParticleContact& contact : contacts) {
        const std::size_t a = body_of(contact.a);
        const std::size_t b = body_of(contact.b);
        touching.emplace_back(std::min(a, b), std::max(a, b));
    }
    std::sort(touching.begin(), touching.end());
    touching.erase(std::unique(touching.begin(), touching.end()), touching.end());
    std::vector<int> count(hosts.bodies, 0);
    for (const auto& [a, b] : touching) {
        ++count[a];
        ++count[b];
    }
    return count;
}

/// Number of bodies that come lower, or higher, than a wall.
std::int64_t count_at_wall(const Framework& hosts, double height, double side, double offset) {
    std::vector<std::uint8_t> touches(hosts.bodies, 0);
    for (std::size_t n = 0; n < hosts.links.size(); ++n) {
        const Body& link = hosts.links[n];
        const double end = support_point(link, side * Vec3::UnitZ()).z();
        if (side * (end - height) + link.rounding + offset > 0) {
            touches[hosts.body[n]] = 1;
        }
    }
    return std::count(touches.begin(), touches.end(), std::uint8_t{1});
}

/// Smallest of the sorted values that at least this part does not exceed.
double percentile(const std::vector<double>& sorted, double part) {
    const auto count = static_cast<double>(sorted.size());
    return sorted[static_cast<std::size_t>(std::max(std::ceil(part * count) - 1, 0.0))];
}

} // namespace

ContactStatistics measure_contacts(const Packing& packing, double offset) {
    if (!std::isfinite(offset)) {
        throw_bad_input("contacts: the offset is " + format_number(offset) +
                        " m; it must be finite");
    }
    ContactStatistics result;
    const Framework hosts = framework_of(packing);
    result.contacts = find_contacts(hosts, packing.box, offset);
    result.coordination = count_neighbours(hosts, result.contacts);
    for (const int neighbours : result.coordination) {
        const auto n = static_cast<std::size_t>(neighbours);
        result.histogram.resize(std::max(result.histogram.size(), n + 1), 0);
        ++result.histogram[n];
        result.mean_coordination += neighbours / static_cast<double>(hosts.bodies);
    }
    result.on_floor = count_at_wall(hosts, hosts.floor, -1, offset);
    result.on_lid = count_at_wall(hosts, packing.box.size.z(), 1, offset);
    if (result.contacts.empty()) {
        return result;
    }
    std::vector<double> areas;
    for (const ParticleContact& contact : result.contacts) {
        areas.push_back(contact.area);
        result.total_area += contact.area;
    }
    std::sort(areas.begin(), areas.end());
    result.mean_area = result.total_area / static_cast<double>(areas.size());
    result.area_d10 = percentile(areas, 0.1);
    result.area_d50 = percentile(areas, 0.5);
    result.area_d90 = percentile(areas, 0.9);
    const double foil = hosts.floor > 0 ? packing.box.size.x() * packing.box.size.y() : 0;
    result.area_fraction = 2 * result.total_area / (surface_area(packing, Role::host) - foil);
    return result;
}

} // namespace porogen
