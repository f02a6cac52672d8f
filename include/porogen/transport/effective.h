#pragma once

#include <array>

#include "porogen/core/progress.h"
#include "porogen/transport/network.h"
#include "porogen/transport/solve.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// Effective transport of one kind of carrier along the axes asked for. Entries of axes not asked
/// for are NaN in the doubles and `measured` = false.
struct EffectiveTransport {
    std::array<bool, 3> measured{};
    /// [S/m]
    std::array<double, 3> conductivity{};
    /// Conductivity / that of the carrying bulk phase [1].
    std::array<double, 3> relative{};
    /// (Sum of volume fraction x conductivity over the phases) / conductivity [1]; for one
    /// conducting phase that is volume fraction / relative. Infinite if not percolating.
    std::array<double, 3> tortuosity_factor{};
    std::array<SolveReport, 3> report{};
};

/// Which axes to measure.
using AxisMask = std::array<bool, 3>;

/// Effective conductivity of an image with one conductivity per label [S/m]. `relative` refers to
/// the best conducting label, the tortuosity factor to straight layers of all labels side by side,
/// so that those have 1.
EffectiveTransport measure_image(const PhaseVolume& volume,
                                 const std::array<double, 256>& conductivity, AxisMask axes,
                                 Sides sides, const SolveOptions& options,
                                 Progress& progress = no_progress());

/// Ions in the electrolyte that fills the pores of a cast volume. The host's own ionic path is left
/// out: its interface resistance makes an isolated flake an insulator.
EffectiveTransport measure_ionic(const PhaseVolume& volume, double electrolyte_conductivity,
                                 AxisMask axes, const SolveOptions& options,
                                 Progress& progress = no_progress());

/// Electrons in the solid and the film on it. `relative` and the tortuosity factor refer to the
/// solid's own conductivity; where a film shares the current there is no bulk to compare with, and
/// they are NaN.
EffectiveTransport measure_electronic(const PhaseVolume& volume, double solid_conductivity,
                                      double sheet_factor, AxisMask axes,
                                      const SolveOptions& options,
                                      Progress& progress = no_progress());

} // namespace porogen
