#include "io/render_scene.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "geometry/level_set_data.h"
#include "porogen/volume/distance_transform.h"

namespace porogen::render {

namespace {

/// Part of a ray inside a box, with the axes of the planes where it enters and leaves.
struct Crossing {
    double enter = 0;
    double leave = 0;
    int enter_axis = 0;
    int leave_axis = 0;
    [[nodiscard]] bool any() const { return enter < leave; }
};

Crossing cross(const Box& box, const Ray& ray) {
    Crossing c{-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(), 0,
               0};
    for (int axis = 0; axis < 3; ++axis) {
        const double a = (box.low[axis] - ray.origin[axis]) / ray.direction[axis];
        const double b = (box.high[axis] - ray.origin[axis]) / ray.direction[axis];
        if (std::min(a, b) > c.enter) {
            c.enter = std::min(a, b);
            c.enter_axis = axis;
        }
        if (std::max(a, b) < c.leave) {
            c.leave = std::max(a, b);
            c.leave_axis = axis;
        }
    }
    return c;
}

/// Unit vector along an axis against the ray.
Vec3 facing(const Ray& ray, int axis) {
    return Vec3::Unit(axis) * (ray.direction[axis] > 0 ? -1.0 : 1.0);
}

Grid<float> coated(const Grid<float>& thickness) {
    Grid<float> flag(thickness.shape());
    for (std::int64_t n = 0; n < flag.size(); ++n) {
        flag[n] = thickness[n] > 0 ? 1.0F : 0.0F;
    }
    return flag;
}

/// The distance with its far part filled in: what casting writes is exact near the surface and only
/// a bound beyond, but light looks further. A cell centre in the solid lies at most a voxel or so
/// behind the surface; the solid beyond periodic sides is not in the picture.
Grid<float> far_distance(const PhaseVolume& volume) {
    Grid<std::uint8_t> solid(volume.shape());
    for (std::int64_t n = 0; n < solid.size(); ++n) {
        solid[n] = volume.distance[n] < 0;
    }
    const auto squared = squared_distance_transform(solid, volume.voxel, {false, false, false});
    Grid<float> distance(volume.shape());
    const auto voxel = static_cast<float>(volume.voxel.x());
    const auto farthest = static_cast<float>(volume.size().norm());
    for (std::int64_t n = 0; n < distance.size(); ++n) {
        const float exact = volume.distance[n];
        const float to_cell = std::min(std::sqrt(squared[n]), farthest);
        distance[n] = exact < 3 * voxel ? exact : std::max(exact, to_cell - 1.5F * voxel);
    }
    return distance;
}

/// The corner nearest the camera, through the whole height.
Box cut_box(const Vec3& size, const Vec3& towards_camera, double part) {
    Box cut{Vec3(0, 0, -size.z()), Vec3(size.x(), size.y(), 2 * size.z())};
    for (int axis = 0; axis < 2; ++axis) {
        // Beyond the side of the box, so that rays along it do not graze the cut.
        if (towards_camera[axis] >= 0) {
            cut.low[axis] = (1 - part) * size[axis];
            cut.high[axis] = 2 * size[axis];
        } else {
            cut.low[axis] = -size[axis];
            cut.high[axis] = part * size[axis];
        }
    }
    return cut;
}

} // namespace

CellField::CellField(const Grid<float>& values, double factor, double voxel)
    : shape_{values.shape().x + 2, values.shape().y + 2, values.shape().z + 2},
      cells_per_um_(1 / voxel), values_(static_cast<std::size_t>(shape_.size())) {
    const Shape& n = values.shape();
    for (std::int64_t m = 0; m < shape_.size(); ++m) {
        const auto within = [](std::int64_t i, std::int64_t count) {
            return std::clamp<std::int64_t>(i - 1, 0, count - 1);
        };
        const float value = values(within(m % shape_.x, n.x), within(m / shape_.x % shape_.y, n.y),
                                   within(m / (shape_.x * shape_.y), n.z));
        values_[static_cast<std::size_t>(m)] = static_cast<float>(value * factor);
    }
}

double CellField::operator()(const Vec3& point) const {
    const auto place = [&](double x, std::int64_t count, double& part) {
        const double index =
            std::clamp(x * cells_per_um_ + 0.5, 0.0, static_cast<double>(count) - 1.001);
        const auto cell = static_cast<std::int64_t>(index);
        part = index - static_cast<double>(cell);
        return cell;
    };
    double u = 0;
    double v = 0;
    double w = 0;
    const std::int64_t i = place(point.x(), shape_.x, u);
    const std::int64_t j = place(point.y(), shape_.y, v);
    const std::int64_t k = place(point.z(), shape_.z, w);
    const float* at = values_.data() + shape_.index(i, j, k);
    const auto along_x = [&](std::int64_t offset) {
        const double a = at[offset];
        return a + u * (at[offset + 1] - a);
    };
    const std::int64_t up = shape_.x * shape_.y;
    const double low = along_x(0) + v * (along_x(shape_.x) - along_x(0));
    const double high = along_x(up) + v * (along_x(up + shape_.x) - along_x(up));
    return low + w * (high - low);
}

double Box::distance(const Vec3& point) const {
    const Vec3 beyond = (low - point).cwiseMax(point - high);
    return beyond.cwiseMax(0.0).norm() + std::min(beyond.maxCoeff(), 0.0);
}

/// A part of a ray that lies in the visible region, and the axis of the plane where it begins.
struct Scene::Span {
    double from;
    double to;
    int axis;
};

Scene::Scene(const PhaseVolume& volume, const Vec3& towards_camera, double cutaway)
    : voxel_(volume.voxel.x() * micrometres), box_{Vec3(0, 0, 0), volume.size() * micrometres},
      cut_(cut_box(box_.high, towards_camera, cutaway)), has_cut_(cutaway > 0),
      level_set_(open_level_set(volume)), distance_(far_distance(volume), micrometres, voxel_) {
    if (volume.has_film()) {
        coverage_.emplace(coated(volume.film.thickness), 1.0, voxel_);
        film_thickness_.emplace(volume.film.thickness, micrometres, voxel_);
    }
}

double Scene::distance(const Vec3& point) const {
    const double region =
        has_cut_ ? std::max(box_.distance(point), -cut_.distance(point)) : box_.distance(point);
    return std::max(distance_(point), region);
}

double Scene::coverage(const Vec3& point) const {
    return coverage_ ? (*coverage_)(point) : 0.0;
}

Vec3 Scene::gradient(const Vec3& point) const {
    Vec3 slope;
    for (int axis = 0; axis < 3; ++axis) {
        const Vec3 step = Vec3::Unit(axis) * 0.75 * voxel_;
        slope[axis] = distance_(point + step) - distance_(point - step);
    }
    return slope;
}

/// The plane in which a span begins cuts the solid, or the film on it: drawn as a line at least
/// thick enough to be seen.
std::optional<Hit> Scene::section_hit(const Ray& ray, const Span& span) const {
    const Vec3 point = ray.at(span.from);
    const double depth = distance_(point);
    double line = 0;
    if (coverage(point) > 0.5) {
        line = std::max((*film_thickness_)(point), 0.4 * voxel_);
    }
    if (!(depth < line)) {
        return std::nullopt;
    }
    return Hit{span.from, point, facing(ray, span.axis), depth > -line ? 1.0 : 0.0, true};
}

std::optional<Hit> Scene::trace_span(const Ray& ray, const Span& span,
                                     const Intersector& intersector) const {
    if (auto hit = section_hit(ray, span)) {
        return hit;
    }
    const openvdb::math::Ray<double> world(
        openvdb::Vec3d(ray.origin.x(), ray.origin.y(), ray.origin.z()),
        openvdb::Vec3d(ray.direction.x(), ray.direction.y(), ray.direction.z()), span.from,
        span.to);
    double t = 0;
    openvdb::Vec3d ignored;
    if (!intersector.intersectsWS(world, ignored, t)) {
        return std::nullopt;
    }
    // OpenVDB's crossing is linear between two points of the ray; one Newton step smooths the rest.
    const Vec3 normal = gradient(ray.at(t)).normalized();
    const double slope = ray.direction.dot(normal);
    if (slope < -0.1) {
        t -= std::clamp(distance_(ray.at(t)) / slope, -voxel_, voxel_);
        t = std::clamp(t, span.from, span.to);
    }
    const Vec3 point = ray.at(t);
    const Vec3 refined = gradient(point);
    const Vec3 outward = refined.norm() > 0 ? Vec3(refined.normalized()) : Vec3(-ray.direction);
    return Hit{t, point, outward, coverage(point), false};
}

std::optional<Hit> Scene::trace(const Ray& ray, const Intersector& intersector) const {
    const Crossing box = cross(box_, ray);
    if (!box.any() || box.leave <= 0) {
        return std::nullopt;
    }
    const Crossing cut = has_cut_ ? cross(cut_, ray) : Crossing{};
    const bool cuts = has_cut_ && cut.any() && cut.enter < box.leave && cut.leave > box.enter;
    if (!cuts) {
        return trace_span(ray, {box.enter, box.leave, box.enter_axis}, intersector);
    }
    if (cut.enter > box.enter) {
        if (auto hit = trace_span(ray, {box.enter, cut.enter, box.enter_axis}, intersector)) {
            return hit;
        }
    }
    if (cut.leave < box.leave) {
        return trace_span(ray, {cut.leave, box.leave, cut.leave_axis}, intersector);
    }
    return std::nullopt;
}

} // namespace porogen::render
