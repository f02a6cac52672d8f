#include "io/render_camera.h"

#include <cmath>
#include <numbers>

namespace porogen::render {

namespace {

constexpr double degree = std::numbers::pi / 180;
constexpr double field_of_view = 30 * degree;
constexpr double margin = 0.05; ///< free part of the frame on every side

} // namespace

Vec3 box_corner(const Vec3& box, int index) {
    return {(index & 1) != 0 ? box.x() : 0, (index & 2) != 0 ? box.y() : 0,
            (index & 4) != 0 ? box.z() : 0};
}

Camera::Camera(const Vec3& box, const RenderOptions& options)
    : frame_(options.width / 2.0, options.height / 2.0) {
    const double azimuth = options.azimuth * degree;
    const double elevation = options.elevation * degree;
    forward_ = -Vec3(std::cos(elevation) * std::cos(azimuth),
                     std::cos(elevation) * std::sin(azimuth), std::sin(elevation));
    right_ = Vec3(-std::sin(azimuth), std::cos(azimuth), 0);
    up_ = right_.cross(forward_);
    eye_ = box / 2 - forward_ * (box.norm() / 2 / std::sin(field_of_view / 2));
    Vec2 low = tangents(box_corner(box, 0));
    Vec2 high = low;
    for (int corner = 1; corner < 8; ++corner) {
        const Vec2 t = tangents(box_corner(box, corner));
        low = low.cwiseMin(t);
        high = high.cwiseMax(t);
    }
    middle_ = (low + high) / 2;
    focal_ = (1 - 2 * margin) * (2 * frame_.array() / (high - low).array()).minCoeff();
}

Vec2 Camera::tangents(const Vec3& point) const {
    const Vec3 to_point = point - eye_;
    return Vec2(to_point.dot(right_), to_point.dot(up_)) / to_point.dot(forward_);
}

Ray Camera::ray(double x, double y) const {
    const double rightwards = middle_.x() + (x - frame_.x()) / focal_;
    const double upwards = middle_.y() - (y - frame_.y()) / focal_;
    return {eye_, (forward_ + rightwards * right_ + upwards * up_).normalized()};
}

std::array<double, 2> Camera::project(const Vec3& point) const {
    const Vec2 t = (tangents(point) - middle_) * focal_;
    return {frame_.x() + t.x(), frame_.y() - t.y()};
}

} // namespace porogen::render
