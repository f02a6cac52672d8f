#pragma once

// Small structures with exact or nearly exact distances, for tests.

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "porogen/core/random.h"
#include "porogen/volume/phase_volume.h"

namespace porogen::samples {

inline constexpr double um = 1e-6;
using Field = std::function<double(const Vec3&)>; ///< signed distance [m] at a point [m]

inline PhaseVolume sample(Shape shape, double voxel, const Field& field,
                          std::array<bool, 3> periodic = {true, true, false}) {
    PhaseVolume volume;
    volume.voxel = Vec3(voxel, voxel, voxel);
    volume.periodic = periodic;
    volume.phases = {{0, "pore"}, {1, "llto"}};
    volume.labels = Grid<std::uint8_t>(shape);
    volume.distance = Grid<float>(shape);
    for (std::int64_t n = 0; n < shape.size(); ++n) {
        const Vec3 cell(static_cast<double>(n % shape.x),
                        static_cast<double>(n / shape.x % shape.y),
                        static_cast<double>(n / (shape.x * shape.y)));
        const double d = field(voxel * (cell + Vec3::Constant(0.5)));
        volume.distance[n] = static_cast<float>(d);
        volume.labels[n] = d < 0;
    }
    return volume;
}

inline Field ball(const Vec3& centre, double radius) {
    return [=](const Vec3& p) { return (p - centre).norm() - radius; };
}

/// Overlapping flat rounded discs and balls thrown into the box, periodic in x and y.
inline PhaseVolume crowd(Shape shape, double voxel, int bodies, std::uint64_t seed) {
    struct Body {
        Vec3 centre, normal;
        double radius, rounding;
    };
    const Vec3 size = voxel * Vec3(static_cast<double>(shape.x), static_cast<double>(shape.y),
                                   static_cast<double>(shape.z));
    RandomStream random(seed, "crowd");
    std::vector<Body> all;
    for (int n = 0; n < bodies; ++n) {
        const Vec3 centre(random.uniform(0, size.x()), random.uniform(0, size.y()),
                          random.uniform(0, size.z()));
        const Vec3 normal(random.normal(), random.normal(), random.normal());
        const double edge = size.minCoeff();
        all.push_back({centre, normal.normalized(), random.uniform(0.0, 0.15) * edge,
                       random.uniform(0.02, 0.05) * edge});
    }
    return sample(shape, voxel, [=](const Vec3& p) {
        double nearest = size.norm();
        for (const Body& body : all) {
            Vec3 r = p - body.centre;
            for (int axis = 0; axis < 2; ++axis) {
                r[axis] -= size[axis] * std::round(r[axis] / size[axis]);
            }
            const double height = r.dot(body.normal);
            const double out = std::max((r - height * body.normal).norm() - body.radius, 0.0);
            nearest = std::min(nearest, std::hypot(out, height) - body.rounding);
        }
        return nearest;
    });
}

} // namespace porogen::samples
