#pragma once

#include <array>

#include "porogen/core/vec.h"
#include "porogen/io/render.h"

namespace porogen::render {

/// A ray in micrometres, unit direction.
struct Ray {
    Vec3 origin;
    Vec3 direction;
    [[nodiscard]] Vec3 at(double t) const { return origin + t * direction; }
};

/// A perspective camera that looks at the middle of a box from where the box's ball
/// fills 30 degrees. The picture is scaled and shifted so that the corners of the box
/// fill the frame but for a margin.
class Camera {
  public:
    Camera(const Vec3& box, const RenderOptions& options);

    /// Through the point (x, y) of the picture [pixels], y downwards.
    [[nodiscard]] Ray ray(double x, double y) const;
    /// Where a point of space lands in the picture [pixels].
    [[nodiscard]] std::array<double, 2> project(const Vec3& point) const;
    /// How far a point lies in front of the camera, along its axis [um].
    [[nodiscard]] double depth(const Vec3& point) const { return (point - eye_).dot(forward_); }
    [[nodiscard]] const Vec3& forward() const { return forward_; }
    [[nodiscard]] const Vec3& right() const { return right_; }
    [[nodiscard]] const Vec3& up() const { return up_; }

  private:
    /// Tangents of the angles to the right and upwards.
    [[nodiscard]] Vec2 tangents(const Vec3& point) const;

    Vec3 eye_, forward_, right_, up_;
    Vec2 middle_{0, 0}; ///< tangents in the middle of the frame
    Vec2 frame_{0, 0};  ///< half of the picture [pixels]
    double focal_ = 1;  ///< [pixels]
};

/// Corner ix + 2 iy + 4 iz of a box that begins at the origin.
Vec3 box_corner(const Vec3& box, int index);

} // namespace porogen::render
