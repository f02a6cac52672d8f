#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "porogen/core/random.h"
#include "porogen/volume/phase_volume.h"

namespace porogen::test {

/// An image of equal cubic voxels whose label is label(i, j, k).
template <class Label>
PhaseVolume make_image(Shape shape, double voxel, const Label& label) {
    PhaseVolume volume;
    volume.labels = Grid<std::uint8_t>(shape);
    volume.voxel = Vec3::Constant(voxel);
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

/// Overlapping equal spheres at random (the cherry-pit model without pits), label 1, in label 0.
/// The pore fraction is exp(-number x volume of a sphere / volume of the box) on average; periodic
/// on all sides.
inline PhaseVolume overlapping_spheres(std::int64_t cells, double pore_fraction, double radius,
                                       std::uint64_t seed) {
    PhaseVolume volume =
        make_image({cells, cells, cells}, 1e-6, [](auto, auto, auto) { return 0; });
    volume.periodic = {true, true, true};
    RandomStream random(seed, "overlapping spheres");
    const double side = static_cast<double>(cells);
    const double sphere = 4.0 / 3.0 * 3.14159265358979323846 * radius * radius * radius;
    const auto count =
        static_cast<int>(std::lround(-std::log(pore_fraction) * side * side * side / sphere));
    const auto reach = static_cast<std::int64_t>(std::ceil(radius));
    const auto wrap = [&](std::int64_t at) { return ((at % cells) + cells) % cells; };
    for (int s = 0; s < count; ++s) {
        const Vec3 centre(random.uniform(0, side), random.uniform(0, side),
                          random.uniform(0, side));
        const std::array<std::int64_t, 3> base{static_cast<std::int64_t>(centre.x()),
                                               static_cast<std::int64_t>(centre.y()),
                                               static_cast<std::int64_t>(centre.z())};
        for (std::int64_t k = base[2] - reach; k <= base[2] + reach; ++k) {
            for (std::int64_t j = base[1] - reach; j <= base[1] + reach; ++j) {
                for (std::int64_t i = base[0] - reach; i <= base[0] + reach; ++i) {
                    const Vec3 cell(static_cast<double>(i) + 0.5, static_cast<double>(j) + 0.5,
                                    static_cast<double>(k) + 0.5);
                    if ((cell - centre).squaredNorm() < radius * radius) {
                        volume.labels(wrap(i), wrap(j), wrap(k)) = 1;
                    }
                }
            }
        }
    }
    volume.phases = phases_present(volume.labels);
    return volume;
}

/// A volume with a surface: distance(p) is the signed distance at the point p, in units of the
/// voxel, negative in the solid. Label 0 is the pore, 1 the solid. Periodic on all sides.
template <class Distance>
PhaseVolume make_solid(Shape shape, double voxel, const Distance& distance) {
    PhaseVolume volume = make_image(shape, voxel, [](auto, auto, auto) { return 0; });
    volume.periodic = {true, true, true};
    volume.distance = Grid<float>(shape);
    for (std::int64_t k = 0; k < shape.z; ++k) {
        for (std::int64_t j = 0; j < shape.y; ++j) {
            for (std::int64_t i = 0; i < shape.x; ++i) {
                const double d =
                    distance(Vec3(static_cast<double>(i) + 0.5, static_cast<double>(j) + 0.5,
                                  static_cast<double>(k) + 0.5));
                volume.distance(i, j, k) = static_cast<float>(d * voxel);
                volume.labels(i, j, k) = d < 0 ? 1 : 0;
            }
        }
    }
    volume.phases = {{0, "pore"}, {1, "solid"}};
    return volume;
}

/// A film of the same sheet conductance everywhere [S], given on the cells within two voxels of the
/// surface.
inline void add_film(PhaseVolume& volume, double sheet_conductance) {
    volume.film.thickness = Grid<float>(volume.shape());
    volume.film.sheet_conductance = Grid<float>(volume.shape());
    for (std::int64_t n = 0; n < volume.labels.size(); ++n) {
        if (std::abs(volume.distance[n]) <= 2 * static_cast<float>(volume.voxel.maxCoeff())) {
            volume.film.thickness[n] = 1e-8F;
            volume.film.sheet_conductance[n] = static_cast<float>(sheet_conductance);
        }
    }
}

/// Distance to a sphere of the given volume fraction in the middle of a cubic cell, in units of the
/// voxel; negative inside.
inline auto sphere_in_cube(std::int64_t cells, double fraction) {
    const double side = static_cast<double>(cells);
    const double radius = side * std::cbrt(0.75 * fraction / 3.14159265358979323846);
    const Vec3 centre = Vec3::Constant(0.5 * side);
    return [radius, centre](const Vec3& p) { return (p - centre).norm() - radius; };
}

/// Conductivity per label from a short list, 0 for the labels after it [S/m].
inline std::array<double, 256> conductivities(const std::vector<double>& values) {
    std::array<double, 256> table{};
    std::copy(values.begin(), values.end(), table.begin());
    return table;
}

} // namespace porogen::test
