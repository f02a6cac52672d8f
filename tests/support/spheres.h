#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "porogen/volume/bodies.h"
#include "porogen/volume/phase_volume.h"

namespace porogen::test {

struct Ball {
    Vec3 centre; ///< [m]
    double radius = 0;
};

/// Balls, label 1, in label 0, periodic on all sides, with a film all over if `sheet` > 0 [S]. The
/// distance to every ball is known apart (Bodies), images included.
inline PhaseVolume make_balls(Shape shape, const Vec3& voxel, const std::vector<Ball>& balls,
                              double sheet = 0) {
    PhaseVolume volume;
    volume.labels = Grid<std::uint8_t>(shape);
    volume.voxel = voxel;
    volume.periodic = {true, true, true};
    volume.phases = {{0, "pore"}, {1, "solid"}};
    const auto distance = [voxel](const Ball& ball, const Vec3& point) {
        return static_cast<float>((point - ball.centre).norm() - ball.radius);
    };
    // Cells wrap along x and y when they are numbered; along z a ball that reaches over a side
    // needs an image.
    const double height = voxel.z() * static_cast<double>(shape.z);
    std::vector<Ball> all = balls;
    for (const Ball& ball : balls) {
        const double reach = ball.radius + 3 * voxel.z();
        for (const double side : {-height, height}) {
            const double z = ball.centre.z() + side;
            if (z > -reach && z < height + reach) {
                all.push_back({{ball.centre.x(), ball.centre.y(), z}, ball.radius});
            }
        }
    }
    Bodies bodies;
    for (const Ball& ball : all) {
        PointBlock block;
        for (int a = 0; a < 3; ++a) {
            const auto axis = static_cast<std::size_t>(a);
            block.first[axis] = static_cast<std::int64_t>(
                std::floor(2 * (ball.centre[a] - ball.radius) / voxel[a]));
            block.last[axis] = static_cast<std::int64_t>(
                std::ceil(2 * (ball.centre[a] + ball.radius) / voxel[a]) + 1);
        }
        bodies.blocks.push_back(block);
    }
    bodies.sample = [all, voxel, distance](std::size_t body, const PointBlock& block, double,
                                           float* out) {
        for (std::int64_t k = block.first[2]; k < block.last[2]; ++k) {
            for (std::int64_t j = block.first[1]; j < block.last[1]; ++j) {
                for (std::int64_t i = block.first[0]; i < block.last[0]; ++i) {
                    const Vec3 half(static_cast<double>(i), static_cast<double>(j),
                                    static_cast<double>(k));
                    *out++ = distance(all[body], 0.5 * half.cwiseProduct(voxel));
                }
            }
        }
    };
    volume.bodies = std::make_shared<const Bodies>(std::move(bodies));
    volume.distance = Grid<float>(shape);
    const Vec3 size = volume.size();
    for (std::int64_t n = 0; n < shape.size(); ++n) {
        const Vec3 point =
            (Vec3(static_cast<double>(n % shape.x), static_cast<double>(n / shape.x % shape.y),
                  static_cast<double>(n / (shape.x * shape.y))) +
             Vec3::Constant(0.5))
                .cwiseProduct(voxel);
        float least = static_cast<float>(size.norm());
        for (const Ball& ball : balls) {
            Vec3 away = point - ball.centre;
            for (int a = 0; a < 3; ++a) {
                away[a] -= size[a] * std::round(away[a] / size[a]);
            }
            least = std::min(least, static_cast<float>(away.norm() - ball.radius));
        }
        volume.distance[n] = least;
        volume.labels[n] = least < 0 ? 1 : 0;
    }
    if (sheet > 0) {
        volume.film.thickness = Grid<float>(shape, 1e-8F);
        volume.film.sheet_conductance = Grid<float>(shape, static_cast<float>(sheet));
    }
    return volume;
}

} // namespace porogen::test
