#pragma once

#include <array>
#include <limits>
#include <optional>

#include "porogen/core/progress.h"
#include "porogen/core/vec.h"
#include "porogen/transport/current_field.h"
#include "porogen/transport/image_network.h"
#include "porogen/transport/solve.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// Which axes to measure.
using AxisMask = std::array<bool, 3>;

struct MeasureOptions {
    AxisMask axes{true, true, true};
    SolveOptions solver{};
    /// Also the electrode tortuosity factor: one more solution per axis.
    bool electrode = false;
    /// Also the statistics of the current density; images only.
    bool flow = false;
};

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
    /// 1 / relative [1]. Infinite if not percolating.
    std::array<double, 3> macmullin_number{};
    /// The exponent b of relative = (volume fraction)^b, of one conducting phase [1]. Infinite if
    /// not percolating.
    std::array<double, 3> bruggeman_exponent{};
    /// With current fed evenly over the pore walls instead of from end to end, as in a blocking
    /// electrode's impedance [1]: dead ends and the way to the walls count (Nguyen et al., npj
    /// Comput. Mater. 2020, 6, 123). NaN if not asked for.
    std::array<double, 3> electrode_tortuosity_factor{};
    /// Of the conducting phase; NaN where several conduct [1].
    double carrier_fraction = std::numeric_limits<double>::quiet_NaN();
    std::array<std::optional<FlowStatistics>, 3> flow{};
    std::array<SolveReport, 3> report{};
};

/// Effective conductivity of an image with one conductivity per label [S/m]. `relative` refers to
/// the best conducting label, the tortuosity factor to straight layers of all labels side by side,
/// so that those have 1.
EffectiveTransport measure_image(const PhaseVolume& volume,
                                 const std::array<double, 256>& conductivity, Sides sides,
                                 const MeasureOptions& options, Progress& progress = no_progress());

/// The whole tensor of an image that repeats along all three axes [S/m], symmetric, from the powers
/// of three fields. Throws Error(bad_input) as voxel_network() does.
struct ConductivityTensor {
    Mat3 conductivity = Mat3::Zero();
    std::array<SolveReport, 3> report{};
};
ConductivityTensor measure_tensor(const PhaseVolume& volume,
                                  const std::array<double, 256>& conductivity,
                                  const SolveOptions& options, Progress& progress = no_progress());

/// What ions move in.
struct IonicConductors {
    double electrolyte = 0; ///< in the pores [S/m]
    double host = 0;        ///< in the solid, 0 insulates [S/m]
    /// Between the two [ohm m^2].
    double interface_resistance = std::numeric_limits<double>::infinity();
};

/// Ions in the electrolyte that fills the pores of a cast volume and, through the resistance of the
/// interface, in the host. `relative` and the tortuosity factor refer to the electrolyte in the
/// pores.
EffectiveTransport measure_ionic(const PhaseVolume& volume, const IonicConductors& conductors,
                                 const MeasureOptions& options, Progress& progress = no_progress());

/// Electrons in the solid and the film on it, which touch without resistance. `relative` and the
/// tortuosity factor refer to the solid's own conductivity; where a film shares the current there
/// is no bulk to compare with, and they are NaN.
EffectiveTransport measure_electronic(const PhaseVolume& volume, double solid_conductivity,
                                      double sheet_factor, const MeasureOptions& options,
                                      Progress& progress = no_progress());

} // namespace porogen
