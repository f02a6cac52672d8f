#pragma once

#include <cstdint>

#include "porogen/core/progress.h"
#include "porogen/geometry/particles.h"

namespace porogen {

/// Irregular flakes: rounded convex prisms of 5 to 8 corners.
struct FlakeOptions {
    double diameter = 6.4e-6;       ///< median equivalent diameter (of the outline's area) [m]
    double diameter_spread = 1.154; ///< geometric standard deviation, >= 1 [1]
    double diameter_min = 4e-6;     ///< truncation [m]
    double diameter_max = 10e-6;    ///< truncation [m]
    double aspect = 3.0;            ///< median diameter / thickness [1]
    double aspect_spread = 1.35;    ///< geometric standard deviation, >= 1 [1]
    double rounding = 0.15;         ///< rounding radius / half the thickness, 0..1 [1]
};

/// Porogen beads (PMMA): spheres, diameters uniform in [min, max].
struct BeadOptions {
    double diameter_min = 5e-6;  ///< [m]
    double diameter_max = 10e-6; ///< [m]
};

/// What is cast: how much of what into which box. Fractions refer to the box after drying.
struct CastOptions {
    /// Lateral periods and final thickness [m].
    Vec3 size{48e-6, 48e-6, 42e-6};
    /// Volume of flakes / volume of the box [1].
    double host_fraction = 0.54;
    /// Volume of beads / volume of the box [1].
    double porogen_fraction = 0.10;
    FlakeOptions flakes;
    BeadOptions beads;
    std::uint64_t seed = 1;
    /// Height of the dilute slurry / final thickness [1]; higher lets flakes turn more freely
    /// before they touch, and costs time.
    double fill_height = 2.5;
    /// Relaxation ends when no contact is deeper than this part of the thinner
    /// particle's thickness [1].
    double max_overlap = 0.05;
    /// Sweeps to spend at most; half of them let the lid down, so more of them pack denser; >= 10.
    int max_sweeps = 8000;
};

/// How a casting went.
struct CastReport {
    int sweeps = 0;
    /// max_overlap was reached.
    bool relaxed = false;
    /// Deepest contact / thickness of the thinner particle [1].
    double deepest_overlap = 0;
    /// Volume counted twice / volume of all particles [1].
    double overlap_fraction = 0;
    /// S2 = <3 cos^2 - 1>/2 of flake normals to z: 0 random, 1 flat, -1/2 upright.
    double order_parameter = 0;
    /// March-Dollase r of the same normals: 1 random, < 1 flat.
    double orientation_r = 0;
};

struct CastResult {
    Packing packing;
    CastReport report;
};

/// Casts an electrode by collective rearrangement: flakes and beads start dilute and at random,
/// a lid descends to the final thickness, and contact forces push them apart on the way, periodic
/// in x and y; where it gets crowded, they are shaken. Same options, same particles, bit for bit,
/// for any number of threads. The volumes of host and porogen are exact.
///
/// Throws Error(bad_input) for options that make no sense, and Error(infeasible) if the fractions
/// leave no room (their sum is at least 0.95), the box is smaller than the largest particle, or a
/// fraction is less than one particle. A packing that stays more overlapped than asked is returned
/// with report.relaxed = false: the least overlapped one that was met.
CastResult cast(const CastOptions& options, Progress& progress = no_progress());

} // namespace porogen
