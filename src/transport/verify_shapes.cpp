#include "transport/verify_shapes.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <utility>

#include "porogen/core/random.h"

namespace porogen::verify {

namespace {

Vec3 centre_of(const Shape& shape, const Vec3& voxel, std::int64_t n) {
    const Vec3 cell(static_cast<double>(n % shape.x), static_cast<double>(n / shape.x % shape.y),
                    static_cast<double>(n / (shape.x * shape.y)));
    return (cell + Vec3::Constant(0.5)).cwiseProduct(voxel);
}

Vec3 voxel_of(const Shape& shape, const Vec3& size) {
    return size.cwiseQuotient(Vec3(static_cast<double>(shape.x), static_cast<double>(shape.y),
                                   static_cast<double>(shape.z)));
}

/// The shortest way between two points of a box that repeats.
Vec3 wrapped(Vec3 way, const Vec3& size) {
    for (int a = 0; a < 3; ++a) {
        way[a] -= size[a] * std::round(way[a] / size[a]);
    }
    return way;
}

PointBlock block_of(const Sphere& sphere, const Vec3& voxel) {
    PointBlock block;
    for (int a = 0; a < 3; ++a) {
        const auto axis = static_cast<std::size_t>(a);
        const double low = 2 * (sphere.centre[a] - sphere.radius) / voxel[a];
        const double high = 2 * (sphere.centre[a] + sphere.radius) / voxel[a];
        block.first[axis] = static_cast<std::int64_t>(std::floor(low));
        block.last[axis] = static_cast<std::int64_t>(std::ceil(high)) + 1;
    }
    return block;
}

/// Cells wrap along x and y when bodies are cut; along z a sphere that reaches over a side needs an
/// image.
std::vector<Sphere> with_images(const std::vector<Sphere>& spheres, const Vec3& voxel,
                                double height) {
    std::vector<Sphere> all = spheres;
    for (const Sphere& sphere : spheres) {
        const double reach = sphere.radius + 3 * voxel.z();
        for (const double side : {-height, height}) {
            const double z = sphere.centre.z() + side;
            if (z > -reach && z < height + reach) {
                all.push_back({{sphere.centre.x(), sphere.centre.y(), z}, sphere.radius});
            }
        }
    }
    return all;
}

Bodies bodies_of(const std::vector<Sphere>& spheres, const Vec3& voxel) {
    Bodies bodies;
    for (const Sphere& sphere : spheres) {
        bodies.blocks.push_back(block_of(sphere, voxel));
    }
    bodies.sample = [spheres, voxel](std::size_t body, const PointBlock& block, double,
                                     float* out) {
        const Sphere& sphere = spheres[body];
        for (std::int64_t k = block.first[2]; k < block.last[2]; ++k) {
            for (std::int64_t j = block.first[1]; j < block.last[1]; ++j) {
                for (std::int64_t i = block.first[0]; i < block.last[0]; ++i) {
                    const Vec3 at(static_cast<double>(i), static_cast<double>(j),
                                  static_cast<double>(k));
                    const Vec3 away = 0.5 * at.cwiseProduct(voxel) - sphere.centre;
                    *out++ = static_cast<float>(away.norm() - sphere.radius);
                }
            }
        }
    };
    return bodies;
}

} // namespace

PhaseVolume image(Shape shape, const Vec3& voxel,
                  const std::function<int(std::int64_t, std::int64_t, std::int64_t)>& label) {
    PhaseVolume volume;
    volume.labels = Grid<std::uint8_t>(shape);
    volume.voxel = voxel;
    volume.periodic = {true, true, true};
    for (std::int64_t k = 0; k < shape.z; ++k) {
        for (std::int64_t j = 0; j < shape.y; ++j) {
            for (std::int64_t i = 0; i < shape.x; ++i) {
                volume.labels(i, j, k) = static_cast<std::uint8_t>(label(i, j, k));
            }
        }
    }
    volume.phases = phases_present(volume.labels);
    return volume;
}

PhaseVolume solid(Shape shape, const Vec3& size, const Distance& distance) {
    PhaseVolume volume;
    volume.labels = Grid<std::uint8_t>(shape);
    volume.voxel = voxel_of(shape, size);
    volume.periodic = {true, true, true};
    volume.phases = {{0, "pore"}, {1, "solid"}};
    volume.distance = Grid<float>(shape);
    for (std::int64_t n = 0; n < shape.size(); ++n) {
        volume.distance[n] = static_cast<float>(distance(centre_of(shape, volume.voxel, n)));
        volume.labels[n] = volume.distance[n] < 0 ? 1 : 0;
    }
    return volume;
}

void coat(PhaseVolume& volume, double sheet_conductance) {
    volume.film.thickness = Grid<float>(volume.shape(), 1e-8F);
    volume.film.sheet_conductance =
        Grid<float>(volume.shape(), static_cast<float>(sheet_conductance));
}

PhaseVolume spheres(Shape shape, const Vec3& size, const std::vector<Sphere>& all) {
    PhaseVolume volume = solid(shape, size, [&](const Vec3& point) {
        double least = size.norm();
        for (const Sphere& sphere : all) {
            least = std::min(least, wrapped(point - sphere.centre, size).norm() - sphere.radius);
        }
        return least;
    });
    volume.bodies = std::make_shared<const Bodies>(
        bodies_of(with_images(all, volume.voxel, size.z()), volume.voxel));
    return volume;
}

double CubicArray::radius() const {
    return period * std::cbrt(0.75 * (body_centred ? fraction / 2 : fraction) / std::numbers::pi);
}

PhaseVolume CubicArray::volume(std::int64_t cells) const {
    std::vector<Sphere> all{{Vec3::Constant(0.5 * period), radius()}};
    if (body_centred) {
        all.push_back({Vec3::Zero(), radius()});
    }
    return spheres({cells, cells, cells}, Vec3::Constant(period), all);
}

std::vector<Sphere> random_spheres(double radius, int attempts, std::uint64_t seed) {
    RandomStream random(seed, "verify");
    std::vector<Sphere> all;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const double x = random.uniform(0, period);
        const double y = random.uniform(0, period);
        const Vec3 centre(x, y, random.uniform(0, period));
        if (std::ranges::all_of(all, [&](const Sphere& other) {
                return wrapped(centre - other.centre, Vec3::Constant(period)).norm() > 2 * radius;
            })) {
            all.push_back({centre, radius});
        }
    }
    return all;
}

Distance layers(const Vec3& m, const Vec3& size, double phase) {
    const Vec3 q = m.cwiseQuotient(size);
    return [q, phase](const Vec3& point) {
        const double at = q.dot(point) + phase;
        return (std::abs(at - std::floor(at) - 0.5) - 0.25) / q.norm();
    };
}

Distance schwarz_p() {
    const double q = 2 * std::numbers::pi / period;
    return [q](const Vec3& point) {
        const auto value = [q](const Vec3& x) { return (q * x.array()).cos().sum(); };
        const auto gradient = [q](const Vec3& x) { return Vec3(-q * (q * x.array()).sin()); };
        const double estimate = value(point) / std::max(gradient(point).norm(), 0.1 * q);
        if (std::abs(estimate) > 0.25 * period) {
            return estimate;
        }
        // Newton steps along the gradient; exact near the surface, which is all that matters.
        Vec3 x = point;
        for (int step = 0; step < 20; ++step) {
            const Vec3 g = gradient(x);
            x -= value(x) * g / std::max(g.squaredNorm(), 1e-12 * q * q);
        }
        return std::copysign((x - point).norm(), estimate);
    };
}

} // namespace porogen::verify
