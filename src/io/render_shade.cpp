#include "io/render_shade.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace porogen::render {

namespace {

constexpr double key_strength = 0.8;
constexpr double sky_strength = 0.62;

double smooth_step(double x) {
    const double t = std::clamp(x, 0.0, 1.0);
    return t * t * (3 - 2 * t);
}

/// Part of a wide lamp that is seen from a point: the narrowest passage along the way, as the ratio
/// of clearance to the width of the cone of light there (sphere tracing with penumbrae after
/// Quilez).
double lamp_visibility(const Scene& scene, const Vec3& from, const Vec3& direction) {
    constexpr double sharpness = 9;
    constexpr int most_steps = 48;
    const double far = scene.size().norm();
    double visible = 1;
    double t = 1.5 * scene.voxel();
    for (int step = 0; step < most_steps && t < far; ++step) {
        const double clearance = scene.distance(from + t * direction);
        visible = std::min(visible, sharpness * clearance / t);
        if (visible < 0.01) {
            return 0;
        }
        t += std::max(clearance, 0.7 * scene.voxel());
    }
    return smooth_step(visible);
}

/// Part of a cone of the sky that is open.
double cone_visibility(const Scene& scene, const Vec3& from, const Vec3& direction) {
    constexpr double inverse_width = 1.7; // half opening angle 30 degrees
    const double reach = 0.3 * scene.size().minCoeff();
    double visible = 1;
    for (double t = 2 * scene.voxel(); t < reach; t *= 1.8) {
        // What is far away shuts out less: the light bounces between walls far apart.
        const double fade = t * t / (reach * reach);
        const double open = inverse_width * scene.distance(from + t * direction) / t;
        visible = std::min(visible, std::max(open, 0.0) * (1 - fade) + fade);
    }
    return visible;
}

struct SkyLight {
    double open = 0;       ///< part of the sky seen, weighted with the cosine
    double brightness = 0; ///< the same, brighter from above
};

/// Six cones that cover the half space over a surface.
SkyLight sky_light(const Scene& scene, const Vec3& from, const Vec3& normal) {
    const Vec3 helper = std::abs(normal.z()) < 0.9 ? Vec3(Vec3::UnitZ()) : Vec3(Vec3::UnitX());
    const Vec3 u = normal.cross(helper).normalized();
    const Vec3 v = normal.cross(u);
    static constexpr std::array<std::array<double, 2>, 5> ring{
        {{1.0, 0.0},
         {0.30901699437494742, 0.95105651629515357},
         {-0.80901699437494742, 0.58778525229247313},
         {-0.80901699437494742, -0.58778525229247313},
         {0.30901699437494742, -0.95105651629515357}}};
    SkyLight light;
    const auto add = [&](const Vec3& direction, double weight) {
        const double open = weight * cone_visibility(scene, from, direction);
        light.open += open;
        light.brightness += open * (0.75 + 0.25 * direction.z());
    };
    add(normal, 0.25);
    for (const auto& [a, b] : ring) {
        add(0.5 * normal + 0.86602540378443865 * (a * u + b * v), 0.15);
    }
    return light;
}

/// What an open part of the sky gives after the light has bounced between walls of this colour
/// (Jimenez et al. 2016, "Practical realtime strategies for accurate indirect occlusion", fitted
/// cubic).
Light with_bounces(double open, const Light& albedo) {
    const auto channel = [open](double a) {
        const double cubic = ((2.0404 * a - 0.3324) * open * open * open) +
                             ((-4.7951 * a + 0.6417) * open * open) +
                             ((2.7552 * a + 0.6903) * open);
        return std::max(open, cubic);
    };
    return {channel(albedo.x()), channel(albedo.y()), channel(albedo.z())};
}

double to_linear(std::uint8_t value) {
    const double v = value / 255.0;
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

std::uint8_t to_byte(double light) {
    const double v = std::clamp(light, 0.0, 1.0);
    const double encoded = v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
    return static_cast<std::uint8_t>(std::lround(255 * encoded));
}

} // namespace

Light from_srgb(const Rgb& colour) {
    return {to_linear(colour.r), to_linear(colour.g), to_linear(colour.b)};
}

Rgb to_srgb(const Light& light) {
    return {to_byte(light.x()), to_byte(light.y()), to_byte(light.z())};
}

Look make_look(const RenderOptions& options, const Camera& camera) {
    // Over the viewer's left shoulder, so that the two faces of the cut differ in brightness.
    const Vec3 key = -0.55 * camera.forward() - 0.5 * camera.right() + 0.75 * camera.up();
    return {from_srgb(options.solid), from_srgb(options.section), from_srgb(options.film),
            key.normalized()};
}

Light shade(const Scene& scene, const Look& look, const Hit& hit, const Vec3& towards_eye) {
    const Vec3 normal = hit.normal;
    const Vec3 from = hit.point + 0.75 * scene.voxel() * normal;
    const double film = smooth_step(hit.film);
    const Light bare = hit.section ? look.section : look.solid;
    const Light albedo = (1 - film) * bare + film * look.film;
    const double facing = normal.dot(look.key);
    const double key = facing > 0 ? facing * lamp_visibility(scene, from, look.key) : 0.0;
    const SkyLight sky = sky_light(scene, from, normal);
    // Not even the narrowest gap is quite dark: there the cones, which start a voxel off, see
    // nothing.
    constexpr double darkest = 0.1;
    const double tint = sky.open > 0 ? sky.brightness / sky.open : 0.75;
    const Light ambient = sky_strength * tint * with_bounces(std::max(sky.open, darkest), albedo);
    Light light = albedo.cwiseProduct(Light::Constant(key_strength * key) + ambient);
    if (!hit.section) {
        // A sheen: without it a black film would have no shape.
        const Vec3 half = (look.key + towards_eye).normalized();
        const double glint = std::pow(std::max(normal.dot(half), 0.0), 24) * (key > 0 ? key : 0.0);
        const double grazing = std::pow(1 - std::max(normal.dot(towards_eye), 0.0), 4);
        const double gloss = 0.04 + 0.14 * film;
        light += Light::Constant(gloss * glint + gloss * grazing * sky.open);
    }
    return light;
}

} // namespace porogen::render
