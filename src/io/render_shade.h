#pragma once

#include "io/render_scene.h"
#include "porogen/io/image.h"

namespace porogen::render {

/// Linear light, red green blue.
using Light = Vec3;

Light from_srgb(const Rgb& colour);
Rgb to_srgb(const Light& light);

/// Colours and lamps of a picture.
struct Look {
    Light solid, section, film;
    Vec3 key; ///< unit vector towards the key light
};
Look make_look(const RenderOptions& options, const Camera& camera);

/// Light that leaves a hit towards the eye.
Light shade(const Scene& scene, const Look& look, const Hit& hit, const Vec3& towards_eye);

} // namespace porogen::render
