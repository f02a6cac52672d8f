#include "geometry/particle_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace porogen {

namespace {

/// Cells worked on at a time: two registers of the least processor.
constexpr int lanes = 8;
using Lanes = Eigen::Array<float, lanes, 1>;

/// Cells whose centres lie in [low, high].
CellRange cells_between(double low, double high, double voxel) {
    return {static_cast<std::int64_t>(std::ceil(low / voxel - 0.5)),
            static_cast<std::int64_t>(std::floor(high / voxel - 0.5)) + 1};
}

/// Signed distance in the plane to an outline, as outline_distance in particles.cpp.
template <class Edges>
Lanes outline_distance(const Edges& edges, const Lanes& x, const Lanes& y) {
    if (edges.empty()) {
        return (x * x + y * y).sqrt();
    }
    Lanes nearest2 = Lanes::Constant(std::numeric_limits<float>::max());
    Lanes beyond = Lanes::Constant(-std::numeric_limits<float>::max());
    for (const auto& edge : edges) {
        const Lanes from_x = x - edge.x;
        const Lanes from_y = y - edge.y;
        const Lanes out = from_x * edge.along_y - from_y * edge.along_x;
        const Lanes along = from_x * edge.along_x + from_y * edge.along_y;
        const Lanes past = along - along.max(0.0F).min(edge.length);
        nearest2 = nearest2.min(out * out + past * past);
        beyond = beyond.max(out);
    }
    // Inside a convex outline the nearest edge is the nearest line.
    return (beyond > 0.0F).select(nearest2.sqrt(), beyond);
}

} // namespace

ParticleRows::ParticleRows(const Particle& particle, double voxel, double reach)
    : particle_(&particle), voxel_(voxel), radius_(bounding_radius(particle) + reach),
      to_local_(particle.orientation.toRotationMatrix().transpose()) {
    if (particle.is_ellipsoid()) {
        return;
    }
    const double grown = particle.rounding + reach;
    const auto bound = [&](const Vec3& local_normal, double offset) {
        bounds_.push_back({to_local_.transpose() * local_normal, offset + grown});
    };
    bound(Vec3::UnitZ(), particle.half_thickness);
    bound(-Vec3::UnitZ(), particle.half_thickness);
    for (std::size_t n = 0; n < particle.outline.size(); ++n) {
        const Vec2& a = particle.outline[n];
        const Vec2& b = particle.outline[(n + 1) % particle.outline.size()];
        const Vec2 along = (b - a).normalized();
        edges_.push_back({static_cast<float>(a.x()), static_cast<float>(a.y()),
                          static_cast<float>(along.x()), static_cast<float>(along.y()),
                          static_cast<float>((b - a).norm())});
        const Vec2 out(along.y(), -along.x());
        bound(Vec3(out.x(), out.y(), 0), out.dot(a));
    }
}

CellRange ParticleRows::range(Axis axis) const {
    const double centre = particle_->centre[static_cast<int>(axis)];
    return cells_between(centre - radius_, centre + radius_, voxel_);
}

Vec3 ParticleRows::relative_centre(std::int64_t i, std::int64_t j, std::int64_t k) const {
    return voxel_ * Vec3(static_cast<double>(i) + 0.5, static_cast<double>(j) + 0.5,
                         static_cast<double>(k) + 0.5) -
           particle_->centre;
}

CellRange ParticleRows::row_range(std::int64_t j, std::int64_t k) const {
    const Vec3 p = relative_centre(0, j, k);
    const double half2 = radius_ * radius_ - p.y() * p.y() - p.z() * p.z();
    if (!(half2 >= 0)) {
        return {};
    }
    double high = std::sqrt(half2);
    double low = -high;
    for (const HalfSpace& bound : bounds_) {
        const double slope = bound.normal.x();
        const double left = bound.offset - bound.normal.y() * p.y() - bound.normal.z() * p.z();
        if (slope > 1e-9) {
            high = std::min(high, left / slope);
        } else if (slope < -1e-9) {
            low = std::max(low, left / slope);
        } else if (left < -1e-8 * radius_) {
            return {};
        }
    }
    const double centre = particle_->centre.x();
    return cells_between(centre + low, centre + high, voxel_);
}

void ParticleRows::core_row(std::int64_t count, const Vec3& start, float* out) const {
    const Eigen::Vector3f step = (voxel_ * to_local_.col(0)).cast<float>();
    const Lanes numbers = Lanes::LinSpaced(lanes, 0, lanes - 1);
    const auto half_thickness = static_cast<float>(particle_->half_thickness);
    const auto rounding = static_cast<float>(particle_->rounding);
    for (std::int64_t done = 0; done < count; done += lanes) {
        const Eigen::Vector3f first =
            (to_local_ * (start + Vec3(voxel_ * static_cast<double>(done), 0, 0))).cast<float>();
        const Lanes side = outline_distance(edges_, first.x() + step.x() * numbers,
                                            first.y() + step.y() * numbers);
        const Lanes up = (first.z() + step.z() * numbers).abs() - half_thickness;
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
    const bool degenerate = !edges_.empty() && edges_.size() < 3;
    if (!particle_->is_ellipsoid() && !degenerate) {
        core_row(count, relative_centre(first, j, k), out);
        return;
    }
    for (std::int64_t n = 0; n < count; ++n) {
        const Vec3 point = particle_->centre + relative_centre(first + n, j, k);
        out[n] = static_cast<float>(signed_distance(*particle_, point));
    }
}

} // namespace porogen
