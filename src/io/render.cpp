#include "porogen/io/render.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <optional>

#include "geometry/level_set_data.h"
#include "io/render_camera.h"
#include "io/render_scene.h"
#include "io/render_shade.h"
#include "porogen/core/parallel.h"

namespace porogen {

namespace {

using render::Camera;
using render::Light;
using render::Look;
using render::Scene;

/// Light and depth [um] of every pixel, before the outline is drawn on it.
struct Canvas {
    int width;
    int height;
    std::vector<Light> light;
    std::vector<float>
        depth; ///< nearest of the pixel's samples, infinite where only background is seen
    Canvas(int w, int h)
        : width(w), height(h), light(static_cast<std::size_t>(w) * static_cast<std::size_t>(h)),
          depth(light.size(), std::numeric_limits<float>::infinity()) {}
    [[nodiscard]] std::size_t index(int x, int y) const {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
               static_cast<std::size_t>(x);
    }
};

/// Everything a row of pixels needs.
struct Painter {
    const Scene& scene;
    const Camera& camera;
    const Look& look;
    Light background;
    int samples;
};

/// Mean and spread over the samples of a pixel.
struct Pixel {
    Light sum = Light::Zero();
    Light low = Light::Constant(std::numeric_limits<double>::infinity());
    Light high = Light::Constant(-std::numeric_limits<double>::infinity());
    int count = 0;
    double depth = std::numeric_limits<double>::infinity();

    void add(const Light& light, double at_depth) {
        // Clipped one by one: a highlight brighter than white must not leave a jagged edge.
        const Light clipped = light.cwiseMin(1.0);
        sum += clipped;
        low = low.cwiseMin(clipped);
        high = high.cwiseMax(clipped);
        depth = std::min(depth, at_depth);
        ++count;
    }
    [[nodiscard]] bool uneven() const {
        constexpr double visible_step = 0.02;
        return (high.cwiseSqrt() - low.cwiseMax(0.0).cwiseSqrt()).maxCoeff() > visible_step;
    }
};

/// Casts n x n rays through a pixel, evenly spread.
Pixel sample_pixel(const Painter& painter, const Scene::Intersector* intersector, int x, int y,
                   int n) {
    Pixel pixel;
    for (int s = 0; s < n * n; ++s) {
        const auto ray = painter.camera.ray(x + (s % n + 0.5) / n, y + (s / n + 0.5) / n);
        const auto hit =
            intersector != nullptr ? painter.scene.trace(ray, *intersector) : std::nullopt;
        if (hit) {
            pixel.add(shade(painter.scene, painter.look, *hit, -ray.direction),
                      painter.camera.depth(hit->point));
        } else {
            pixel.add(painter.background, std::numeric_limits<double>::infinity());
        }
    }
    return pixel;
}

void paint_rows(const Painter& painter, std::int64_t first, std::int64_t last, Canvas& canvas) {
    std::optional<Scene::Intersector> intersector;
    if (!painter.scene.empty()) {
        intersector.emplace(painter.scene.intersector());
    }
    const Scene::Intersector* tracer = intersector ? &*intersector : nullptr;
    for (auto y = static_cast<int>(first); y < last; ++y) {
        for (int x = 0; x < canvas.width; ++x) {
            // Most pixels lie within one surface: only where two by two rays differ are all needed.
            Pixel pixel = sample_pixel(painter, tracer, x, y, std::min(painter.samples, 2));
            if (painter.samples > 2 && pixel.uneven()) {
                pixel = sample_pixel(painter, tracer, x, y, painter.samples);
            }
            canvas.light[canvas.index(x, y)] = pixel.sum / pixel.count;
            canvas.depth[canvas.index(x, y)] = static_cast<float>(pixel.depth);
        }
    }
}

/// Draws an edge of the box where nothing stands before it.
void draw_edge(const Camera& camera, const Vec3& a, const Vec3& b, const Light& ink,
               double tolerance, Canvas& canvas) {
    const auto [ax, ay] = camera.project(a);
    const auto [bx, by] = camera.project(b);
    const Vec2 start(ax, ay);
    const Vec2 along = Vec2(bx, by) - start;
    const double half_width = std::max(0.5, canvas.width / 2400.0);
    const auto low = [&](double p, double q) {
        return static_cast<int>(std::floor(std::min(p, q) - half_width - 1));
    };
    const auto high = [&](double p, double q) {
        return static_cast<int>(std::ceil(std::max(p, q) + half_width + 1));
    };
    for (int y = std::max(0, low(ay, by)); y < std::min(canvas.height, high(ay, by)); ++y) {
        for (int x = std::max(0, low(ax, bx)); x < std::min(canvas.width, high(ax, bx)); ++x) {
            const Vec2 centre(x + 0.5, y + 0.5);
            const double s =
                std::clamp((centre - start).dot(along) / along.squaredNorm(), 0.0, 1.0);
            const double coverage =
                std::clamp(half_width + 0.5 - (centre - start - s * along).norm(), 0.0, 1.0);
            // The reciprocal of the depth is linear in the picture.
            const double depth = 1 / ((1 - s) / camera.depth(a) + s / camera.depth(b));
            const std::size_t n = canvas.index(x, y);
            if (coverage > 0 && depth < static_cast<double>(canvas.depth[n]) + tolerance) {
                const double opacity = 0.6 * coverage;
                canvas.light[n] = (1 - opacity) * canvas.light[n] + opacity * ink;
            }
        }
    }
}

void draw_box(const Camera& camera, const Vec3& box, double tolerance, Canvas& canvas) {
    const Light ink = render::from_srgb({90, 90, 96});
    for (int corner = 0; corner < 8; ++corner) {
        for (int axis = 0; axis < 3; ++axis) {
            const int other = corner | (1 << axis);
            if (other != corner) {
                draw_edge(camera, render::box_corner(box, corner), render::box_corner(box, other),
                          ink, tolerance, canvas);
            }
        }
    }
}

} // namespace

RenderedView render_cutaway(const PhaseVolume& volume, const RenderOptions& options,
                            Progress& progress) {
    assert(volume.has_distance());
    assert(options.width > 0 && options.height > 0 && options.samples > 0);
    const Vec3 box = volume.size() * micrometres;
    const Camera camera(box, options);
    const Scene scene(volume, -camera.forward(), std::clamp(options.cutaway, 0.0, 1.0));
    const Look look = render::make_look(options, camera);
    const Painter painter{scene, camera, look, render::from_srgb(options.background),
                          options.samples};
    Canvas canvas(options.width, options.height);
    constexpr std::int64_t band = 64; // rows between two reports
    for (std::int64_t first = 0; first < options.height; first += band) {
        throw_if_interrupted();
        const std::int64_t rows = std::min<std::int64_t>(band, options.height - first);
        parallel_blocks(rows, 2, [&](std::int64_t begin, std::int64_t end) {
            paint_rows(painter, first + begin, first + end, canvas);
        });
        progress.update(static_cast<double>(first + rows) / options.height);
    }
    draw_box(camera, box, scene.voxel(), canvas);
    RenderedView view{Image(options.width, options.height, options.background), {}};
    std::transform(canvas.light.begin(), canvas.light.end(), view.image.pixels.begin(),
                   render::to_srgb);
    for (int corner = 0; corner < 8; ++corner) {
        view.corners.push_back(camera.project(render::box_corner(box, corner)));
    }
    return view;
}

} // namespace porogen
