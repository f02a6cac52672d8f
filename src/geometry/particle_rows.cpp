#include "geometry/particle_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

namespace porogen {

namespace {

/// Half the edges of the smallest box along x, y, z around a particle that is
/// centred on it [m].
Vec3 half_extent(const Particle& particle) {
    const Mat3 to_world = particle.orientation.toRotationMatrix();
    if (particle.is_ellipsoid()) {
        return (to_world * particle.semi_axes.asDiagonal()).rowwise().norm();
    }
    const Vec3 up = particle.half_thickness * to_world.col(2).cwiseAbs();
    Vec3 extent = up;
    for (const Vec2& corner : particle.outline) {
        extent = extent.cwiseMax((to_world.leftCols<2>() * corner).cwiseAbs() + up);
    }
    return extent + Vec3::Constant(particle.rounding);
}

/// Points worked on at a time: two registers of the least processor.
constexpr int lanes = 8;
/// Outlines of more corners are left to signed_distance.
constexpr std::size_t most_edges = 16;
using Lanes = Eigen::Array<float, lanes, 1>;

/// Points that lie in [low, high].
PointRange points_between(double low, double high, const PointLattice& lattice) {
    return {static_cast<std::int64_t>(std::ceil(low / lattice.spacing - lattice.shift)),
            static_cast<std::int64_t>(std::floor(high / lattice.spacing - lattice.shift)) + 1};
}

/// A coordinate along a row of points.
struct Linear {
    float start;
    float step;
    [[nodiscard]] Lanes operator()(const Lanes& point) const { return start + step * point; }
};

/// An edge of the outline as a row of points sees it: how far a point is beyond its line, and how
/// far along it from its first corner [m].
struct RowEdge {
    Linear beyond;
    Linear along;
    float length;
};

/// Signed distance in the plane to an outline, as outline_distance in particles.cpp.
Lanes outline_distance(std::span<const RowEdge> edges, const Lanes& point) {
    // Inside a convex outline the nearest edge is the nearest line.
    Lanes beyond = edges[0].beyond(point);
    for (const RowEdge& edge : edges.subspan(1)) {
        beyond = beyond.max(edge.beyond(point));
    }
    if (beyond.maxCoeff() <= 0) {
        return beyond;
    }
    Lanes nearest2 = Lanes::Constant(std::numeric_limits<float>::max());
    for (const RowEdge& edge : edges) {
        const Lanes out = edge.beyond(point);
        const Lanes along = edge.along(point);
        const Lanes past = along - along.max(0.0F).min(edge.length);
        nearest2 = nearest2.min(out * out + past * past);
    }
    return (beyond > 0.0F).select(nearest2.sqrt(), beyond);
}

} // namespace

ParticleRows::ParticleRows(const Particle& particle, const PointLattice& lattice)
    : particle_(&particle), lattice_(lattice), radius_(bounding_radius(particle)),
      extent_(half_extent(particle)),
      to_local_(particle.orientation.toRotationMatrix().transpose()) {
    if (particle.is_ellipsoid()) {
        return;
    }
    const auto bound = [&](const Vec3& local_normal, double offset) {
        bounds_.push_back({to_local_.transpose() * local_normal, offset + particle.rounding});
    };
    bound(Vec3::UnitZ(), particle.half_thickness);
    bound(-Vec3::UnitZ(), particle.half_thickness);
    for (std::size_t n = 0; n < particle.outline.size(); ++n) {
        const Vec2& a = particle.outline[n];
        const Vec2& b = particle.outline[(n + 1) % particle.outline.size()];
        const Vec2 along = (b - a).normalized();
        edges_.push_back({a, along, (b - a).norm()});
        const Vec2 out(along.y(), -along.x());
        bound(Vec3(out.x(), out.y(), 0), out.dot(a));
    }
}

PointRange ParticleRows::range(Axis axis, double reach) const {
    const auto a = static_cast<int>(axis);
    const double half = extent_[a] + reach;
    return points_between(particle_->centre[a] - half, particle_->centre[a] + half, lattice_);
}

Vec3 ParticleRows::relative_point(std::int64_t i, std::int64_t j, std::int64_t k) const {
    const double shift = lattice_.shift;
    return lattice_.spacing * Vec3(static_cast<double>(i) + shift, static_cast<double>(j) + shift,
                                   static_cast<double>(k) + shift) -
           particle_->centre;
}

PointRange ParticleRows::row_range(std::int64_t j, std::int64_t k, double reach) const {
    const double radius = radius_ + reach;
    const Vec3 p = relative_point(0, j, k);
    const double half2 = radius * radius - p.y() * p.y() - p.z() * p.z();
    if (!(half2 >= 0)) {
        return {};
    }
    double high = std::sqrt(half2);
    double low = -high;
    for (const HalfSpace& bound : bounds_) {
        const double slope = bound.normal.x();
        const double left =
            bound.offset + reach - bound.normal.y() * p.y() - bound.normal.z() * p.z();
        if (slope > 1e-9) {
            high = std::min(high, left / slope);
        } else if (slope < -1e-9) {
            low = std::max(low, left / slope);
        } else if (left < -1e-8 * radius) {
            return {};
        }
    }
    const double centre = particle_->centre.x();
    return points_between(centre + low, centre + high, lattice_);
}

void ParticleRows::core_row(std::int64_t count, const Vec3& start, float* out) const {
    const Vec3 first = to_local_ * start;
    const Vec3 step = lattice_.spacing * to_local_.col(0);
    const auto linear = [](double value, double slope) {
        return Linear{static_cast<float>(value), static_cast<float>(slope)};
    };
    std::array<RowEdge, most_edges> edge_store;
    for (std::size_t e = 0; e < edges_.size(); ++e) {
        const Edge& edge = edges_[e];
        const Vec2 normal(edge.along.y(), -edge.along.x());
        const Vec2 from = first.head<2>() - edge.corner;
        edge_store[e] = {linear(normal.dot(from), normal.dot(step.head<2>())),
                         linear(edge.along.dot(from), edge.along.dot(step.head<2>())),
                         static_cast<float>(edge.length)};
    }
    const std::span<const RowEdge> edges(edge_store.data(), edges_.size());
    const Linear x = linear(first.x(), step.x());
    const Linear y = linear(first.y(), step.y());
    const Linear z = linear(first.z(), step.z());
    const auto half_thickness = static_cast<float>(particle_->half_thickness);
    const auto rounding = static_cast<float>(particle_->rounding);
    Lanes point = Lanes::LinSpaced(lanes, 0, lanes - 1);
    for (std::int64_t done = 0; done < count; done += lanes, point += lanes) {
        const Lanes side = edges.empty() ? (x(point).square() + y(point).square()).sqrt().eval()
                                         : outline_distance(edges, point);
        const Lanes up = z(point).abs() - half_thickness;
        const Lanes side_out = side.max(0.0F);
        const Lanes up_out = up.max(0.0F);
        const Lanes d =
            (side_out * side_out + up_out * up_out).sqrt() + side.max(up).min(0.0F) - rounding;
        if (done + lanes <= count) {
            Eigen::Map<Lanes>(out + done) = d;
        } else {
            std::copy_n(d.data(), count - done, out + done);
        }
    }
}

void ParticleRows::distances(std::int64_t first, std::int64_t count, std::int64_t j, std::int64_t k,
                             float* out) const {
    const std::size_t corners = particle_->outline.size();
    const bool is_prism = corners >= 3 && corners <= most_edges;
    if (!particle_->is_ellipsoid() && (corners == 0 || is_prism)) {
        core_row(count, relative_point(first, j, k), out);
        return;
    }
    for (std::int64_t n = 0; n < count; ++n) {
        const Vec3 point = particle_->centre + relative_point(first + n, j, k);
        out[n] = static_cast<float>(signed_distance(*particle_, point));
    }
}

} // namespace porogen
