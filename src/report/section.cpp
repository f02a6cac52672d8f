#include "report/section.h"

#include <algorithm>
#include <cmath>

#include "porogen/core/parallel.h"

namespace porogen {

namespace {

template <class T>
double sample(const Grid<T>& field, const Plane& plane, double u, double v) {
    const Shape& shape = field.shape();
    const std::int64_t nu = shape[plane.across];
    const std::int64_t nv = shape[plane.up];
    const double cu = std::clamp(u - 0.5, 0.0, static_cast<double>(nu - 1));
    const double cv = std::clamp(v - 0.5, 0.0, static_cast<double>(nv - 1));
    const auto iu = std::min(static_cast<std::int64_t>(cu), std::max<std::int64_t>(nu - 2, 0));
    const auto iv = std::min(static_cast<std::int64_t>(cv), std::max<std::int64_t>(nv - 2, 0));
    const double fu = cu - static_cast<double>(iu);
    const double fv = cv - static_cast<double>(iv);
    const auto at = [&](std::int64_t a, std::int64_t b) {
        return static_cast<double>(field[plane.layer * shape.stride(plane.normal) +
                                         std::min(a, nu - 1) * shape.stride(plane.across) +
                                         std::min(b, nv - 1) * shape.stride(plane.up)]);
    };
    return (1 - fv) * ((1 - fu) * at(iu, iv) + fu * at(iu + 1, iv)) +
           fv * ((1 - fu) * at(iu, iv + 1) + fu * at(iu + 1, iv + 1));
}

/// Colour of the solid at a point: of the phase of its cell.
Rgb solid_at(const PhaseVolume& volume, const Plane& plane, double u, double v) {
    const Shape& shape = volume.shape();
    const auto cell = [](double at, std::int64_t count) {
        return std::clamp<std::int64_t>(static_cast<std::int64_t>(at), 0, count - 1);
    };
    const std::int64_t n = plane.layer * shape.stride(plane.normal) +
                           cell(u, shape[plane.across]) * shape.stride(plane.across) +
                           cell(v, shape[plane.up]) * shape.stride(plane.up);
    // Label 1 is the host in every cast volume; what came after it is binder.
    return volume.labels[n] > 1 ? binder_colour : solid_colour;
}

Rgb mix(Rgb a, Rgb b, double part) {
    const auto blend = [part](std::uint8_t from, std::uint8_t to) {
        return static_cast<std::uint8_t>(std::lround(from + part * (to - from)));
    };
    return {blend(a.r, b.r), blend(a.g, b.g), blend(a.b, b.b)};
}

/// Colour beside the solid: that of lithium by its part of the pores around the point, so layers
/// thinner than a cell are pale.
Rgb open_space_at(const LithiumSection* cut, double u, double v) {
    if (cut == nullptr) {
        return pore_colour;
    }
    const Plane flat{Axis::x, Axis::z, Axis::y, 0};
    const double pore = sample(cut->pore, flat, u, v);
    return pore > 0 ? mix(pore_colour, lithium_colour,
                          std::clamp(sample(cut->lithium, flat, u, v) / pore, 0.0, 1.0))
                    : pore_colour;
}

/// Colour of a point of the framework: the surface where the distance changes sign, edges smoothed
/// over a pixel, the film drawn as a line of at least two pixels.
Rgb framework_at(const PhaseVolume& volume, const Plane& plane, double u, double v, double pixel,
                 Rgb open_space) {
    const double d = sample(volume.distance, plane, u, v);
    const Rgb colour =
        mix(solid_at(volume, plane, u, v), open_space, std::clamp(d / pixel + 0.5, 0.0, 1.0));
    if (!volume.has_film()) {
        return colour;
    }
    const double film = sample(volume.film.thickness, plane, u, v);
    const double half = std::max(film, 2 * pixel) / 2;
    const double cover = std::clamp((half - std::abs(d - half)) / pixel + 0.5, 0.0, 1.0);
    return mix(colour, film_colour, film > 0 ? cover : 0);
}

} // namespace

LithiumSection lithium_section(const Grid<float>& lithium, const Grid<float>& solid,
                               std::int64_t layer) {
    const Shape& n = lithium.shape();
    LithiumSection cut{Grid<float>({n.x, 1, n.z}), Grid<float>({n.x, 1, n.z}, 1.0F)};
    for (std::int64_t k = 0; k < n.z; ++k) {
        for (std::int64_t i = 0; i < n.x; ++i) {
            cut.lithium(i, 0, k) = lithium(i, layer, k);
            if (k < solid.shape().z) {
                cut.pore(i, 0, k) = 1 - solid(i, layer, k);
            }
        }
    }
    return cut;
}

Image section(const PhaseVolume& volume, const Plane& plane, double pixels_per_voxel,
              const LithiumSection* lithium) {
    const auto layers = static_cast<double>(volume.shape()[plane.up]);
    const auto pixels = [&](std::int64_t cells) {
        return static_cast<int>(std::lround(pixels_per_voxel * static_cast<double>(cells)));
    };
    const int width = pixels(volume.shape()[plane.across]);
    const int height =
        pixels(lithium != nullptr ? lithium->lithium.shape().z : volume.shape()[plane.up]);
    const double pixel = volume.voxel.x() / pixels_per_voxel;
    Image image(width, height, pore_colour);
    parallel_blocks(height, 8, [&](std::int64_t begin, std::int64_t end) {
        for (auto y = static_cast<int>(begin); y < end; ++y) {
            for (int x = 0; x < width; ++x) {
                const double u = (x + 0.5) / pixels_per_voxel;
                const double v = (height - y - 0.5) / pixels_per_voxel;
                const Rgb open_space = open_space_at(lithium, u, v);
                image.at(x, y) =
                    v < layers ? framework_at(volume, plane, u, v, pixel, open_space) : open_space;
            }
        }
    });
    return image;
}

double framework_height(const RunResult& result) {
    const ResolvedPlating& p = *result.resolved;
    const std::int64_t layers = p.snapshots.empty()
                                    ? result.volume.shape().z
                                    : p.snapshots.front().lithium.shape().z - p.headroom_layers;
    return static_cast<double>(layers) * result.volume.voxel.z();
}

} // namespace porogen
