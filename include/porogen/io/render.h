#pragma once

#include <array>
#include <vector>

#include "porogen/core/progress.h"
#include "porogen/io/image.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// How to look at a volume.
struct RenderOptions {
    int width = 1600;
    int height = 1200;
    /// Camera direction around z, from +x towards +y [degrees].
    double azimuth = 35;
    /// Above the horizon [degrees].
    double elevation = 28;
    /// Part of the x and y edges cut out of the corner nearest the camera, 0..1;
    /// the cut faces show the section.
    double cutaway = 0.5;
    /// Rays per pixel along each of its edges, spent where surfaces meet.
    int samples = 4;
    Rgb background{255, 255, 255};
    /// Particle surfaces.
    Rgb solid{222, 203, 164};
    /// Solid where the cut or the box opens it.
    Rgb section{142, 109, 78};
    /// Coated surfaces: graphite, light enough to show their shape.
    Rgb film{82, 84, 92};
};

/// Where points of the box land in the picture, for scale bars and labels drawn on top.
struct RenderedView {
    Image image;
    /// Pixel positions of the 8 box corners, index = ix + 2 iy + 4 iz.
    std::vector<std::array<double, 2>> corners;
};

/// A shaded cutaway of the solid: the level set traced with OpenVDB's ray intersector, lit by a key
/// light with soft ambient occlusion, perspective camera, the whole box in view. The eye looks at
/// the middle of the box from where its circumscribed ball fills 30 degrees. Deterministic for any
/// number of threads. Precondition: has_distance(), cubic voxels.
RenderedView render_cutaway(const PhaseVolume& volume, const RenderOptions& options,
                            Progress& progress = no_progress());

} // namespace porogen
