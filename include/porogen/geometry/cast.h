#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "porogen/core/progress.h"
#include "porogen/geometry/particles.h"

namespace porogen {

/// What the particles of a population look like.
enum class ParticleShape : std::uint8_t {
    flake,     ///< rounded convex prism with an irregular outline of 5 to 8 corners
    sphere,    ///< ball
    ellipsoid, ///< three axes
    fibre,     ///< worm-like chain of capsules
    plate,     ///< a flat layer on the floor, as wide as the box: a foil
};

/// How diameters are distributed.
enum class SizeLaw : std::uint8_t {
    lognormal, ///< about the median `diameter`, cut off at min and max
    uniform,   ///< between min and max
};

/// One kind of particle in the slurry.
struct Population {
    std::string name = "flakes";
    Role role = Role::host;
    ParticleShape shape = ParticleShape::flake;
    /// Part of the volume of its role (host or porogen) that it takes, 0..1 [1].
    double share = 1;
    SizeLaw size_law = SizeLaw::lognormal;
    /// Median diameter [m]. Flakes: of the circle with the outline's area; ellipsoids: of the ball
    /// of the same volume; fibres: of the cross-section. Plates have none: their volume says how
    /// thick.
    double diameter = 6.4e-6;
    /// Geometric standard deviation, >= 1 [1].
    double diameter_spread = 1.154;
    double diameter_min = 4e-6;  ///< truncation, or the lower end [m]
    double diameter_max = 10e-6; ///< truncation, or the upper end [m]
    /// Median of: flakes diameter / thickness; ellipsoids longest / shortest axis; fibres length /
    /// diameter; >= 1 [1].
    double aspect = 3.0;
    double aspect_spread = 1.35; ///< geometric standard deviation, >= 1 [1]
    /// Flakes: rounding radius / half the thickness, 0..1 [1].
    double rounding = 0.15;
    /// Ellipsoids: where the middle axis stands between the shortest (0, a needle) and the longest
    /// (1, a disc), on a logarithmic scale [1].
    double flatness = 1;
    /// Fibres: length over which the direction is remembered; along the fibre the mean cosine of
    /// the angle falls as exp(-s / persistence_length) [m].
    double persistence_length = 100e-6;
    double density = 4830; ///< decides how fast it settles [kg/m^3]

    friend bool operator==(const Population&, const Population&) = default;
};

/// The beads that burn out: PMMA, uniform between 5 and 10 um.
inline Population porogen_beads() {
    Population beads;
    beads.name = "porogen";
    beads.role = Role::porogen;
    beads.shape = ParticleShape::sphere;
    beads.size_law = SizeLaw::uniform;
    beads.diameter = 7.5e-6;
    beads.diameter_min = 5e-6;
    beads.diameter_max = 10e-6;
    beads.density = 1180;
    return beads;
}

/// What is cast: how much of what into which box. Fractions refer to the box after drying.
struct CastOptions {
    /// Lateral periods and final thickness [m].
    Vec3 size{48e-6, 48e-6, 42e-6};
    /// Volume of all host particles / volume of the box [1].
    double host_fraction = 0.54;
    /// Volume of all porogen / volume of the box [1].
    double porogen_fraction = 0.10;
    /// Names must differ; the shares of each role in use sum to one.
    std::vector<Population> populations{Population{}, porogen_beads()};
    std::uint64_t seed = 1;
    /// Height of the dilute slurry / final thickness [1]; higher lets flakes turn more freely
    /// before they touch, and costs time.
    double fill_height = 2.5;
    /// Shear strain of the wet slurry under the blade: its top moves by this many heights along x
    /// [1].
    double shear = 0;
    /// How far the median host particle would sink while the slurry dries / height of the slurry,
    /// if no other hindered it [1]; the others by Stokes' law, as the difference of densities times
    /// the diameter squared.
    double settling = 0;
    double fluid_density = 1030; ///< of the slurry's liquid (default: NMP) [kg/m^3]
    /// March-Dollase r of the host's flakes and discs to arrive at [1]; 0: what the process gives.
    double orientation_r = 0;
    /// Relaxation ends when no contact is deeper than this part of the thinner
    /// particle's thickness [1].
    double max_overlap = 0.05;
    /// Sweeps to spend at most; half of them let the lid down, so more of them pack denser; >= 10.
    int max_sweeps = 8000;

    /// Equal options cast equal particles.
    friend bool operator==(const CastOptions&, const CastOptions&) = default;
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
    /// S2 = <3 cos^2 - 1>/2 of the normals of the host's flakes and discs to z: 0 random, 1 flat,
    /// -1/2 upright; where there are none, of the axes of the fibres' links; NaN without these too.
    double order_parameter = 0;
    /// March-Dollase r of the same normals: 1 random, < 1 flat; NaN without flakes and discs.
    double orientation_r = 0;
};

struct CastResult {
    Packing packing;
    CastReport report;
};

/// Casts an electrode by collective rearrangement: particles start dilute, at random or inclined as
/// asked; the blade shears the slurry; they sink while a lid descends to the final thickness, and
/// contact forces push them apart on the way, periodic in x and y; where it gets crowded, they are
/// shaken. An asked orientation_r is kept up on the way by straining the orientations. Same
/// options, same particles, bit for bit, for any number of threads. The volumes of host and porogen
/// are exact (bends of fibres apart, see volume()).
///
/// Throws Error(bad_input) for options that make no sense, and Error(infeasible) if the fractions
/// leave no room (their sum is at least 0.95), the box is smaller than the largest particle, a
/// fraction is less than one particle, or orientation_r is missed by more than 15 %. A packing that
/// stays more overlapped than asked is returned with report.relaxed = false: the least overlapped
/// one that was met.
CastResult cast(const CastOptions& options, Progress& progress = no_progress());

/// Takes particles that lie already, from an earlier casting, for a casting with these options:
/// nothing moves, and the report says what they are like (sweeps 0). Throws Error(bad_input) if
/// their box is not the options' or there is none.
CastResult recast(const Packing& particles, const CastOptions& options);

} // namespace porogen
