#pragma once

#include <cstdint>

#include "porogen/io/image.h"
#include "porogen/report/run_result.h"
#include "porogen/volume/phase_volume.h"
#include "report/plot.h"

namespace porogen {

inline constexpr Rgb pore_colour{232, 241, 248};
inline constexpr Rgb solid_colour{214, 178, 116};
inline constexpr Rgb binder_colour = palette::green;
inline constexpr Rgb lithium_colour = palette::blue;
inline constexpr Rgb film_colour{30, 30, 34};

/// A plane of the volume, by two axes: `across` to the right, `up` upwards, at a fixed layer of the
/// third.
struct Plane {
    Axis across;
    Axis up;
    Axis normal;
    std::int64_t layer;
};

/// What an upright section shows of lithium, in layers of cells up to the separator: lithium and
/// pore as parts of each cell. One plane of cells, so that sample() reads them.
struct LithiumSection {
    Grid<float> lithium;
    Grid<float> pore;
};

/// Of a grid as tall as the box or taller, where the solid takes this part of each cell of the box.
LithiumSection lithium_section(const Grid<float>& lithium, const Grid<float>& solid,
                               std::int64_t layer);

/// The section through a plane; an upright one with the lithium in the pores and above the
/// framework if it is given.
Image section(const PhaseVolume& volume, const Plane& plane, double pixels_per_voxel,
              const LithiumSection* lithium = nullptr);

/// Height of what was plated into in space, up to its highest solid [m]: a foil's box is taller.
double framework_height(const RunResult& result);

} // namespace porogen
