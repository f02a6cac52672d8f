#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/core/progress.h"
#include "porogen/plating/electrolyte.h"
#include "porogen/plating/insertion.h"
#include "porogen/plating/kinetics.h"
#include "porogen/plating/metrics.h"
#include "porogen/plating/plate.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// A kind of surface that lithium is plated on. Bare surface carries no current until it has
/// nucleated, which takes a drive above the barrier; from then on it is lithium.
struct PlatingSurface {
    /// Height of the nucleation barrier [V]; 0: there is none.
    double barrier = 0;
    /// Standard deviation of the barrier from cell to cell [V].
    double barrier_spread = 0;
    /// Number of places per area at which lithium can nucleate [1/m^2]; 0: anywhere. Elsewhere
    /// bare surface waits until lithium grows over it.
    double site_density = 0;
    /// Nothing is plated on it, ever.
    bool inert = false;
};

/// A solid phase of the volume.
struct PlatingSolid {
    std::uint8_t label = 1;
    /// Part of the current collector: at its potential, as good a conductor as can be.
    bool collector = false;
    /// Electronic conductivity before and after lithiation [S/m].
    double pristine_conductivity = 0;
    double lithiated_conductivity = 0;
    /// Charge it takes up on lithiation [C/m^3], the same for all solids that do; 0: it takes up
    /// none, and is as if lithiated.
    double insertion_capacity = 0;
    /// Its surface without a film: before lithiation it insulates, so this is that afterwards.
    PlatingSurface bare;
    /// Under a film, before lithiation and after it.
    PlatingSurface coated_pristine;
    PlatingSurface coated_lithiated;
};

/// How many potentials vary.
enum class PotentialModel : std::uint8_t {
    automatic,      ///< one, if the first distribution shows that the electrons' hardly varies and
                    ///< no host is left to be lithiated
    one_potential,  ///< that of the ions; film, lithium and conducting solids are equipotential
    two_potentials, ///< that of the electrons too
};

/// Whether the host enters with lithium in it.
enum class HostState : std::uint8_t {
    lithiated, ///< all that takes up lithium is full of it: a cycled host
    pristine,  ///< empty: it is lithiated while and before it is plated
};

struct ResolvedOptions {
    double current = 5;                      ///< I, on the geometric area [A/m^2]
    double capacity = 144000;                ///< charge from the first plating on [C/m^2]
    double lithium_molar_volume = 1.2996e-5; ///< [m^3/mol]
    /// Charge transfer of lithium, and of whatever it has nucleated on.
    Kinetics kinetics;
    /// Of the electrolyte in the pores.
    Electrolyte electrolyte;
    /// Effective / bulk ionic conductivity of the framework along z, for the limiting current [1];
    /// not given: porosity^1.5.
    std::optional<double> relative_ionic;
    /// Steady salt concentration instead of a uniform one; not given: where `current` is above a
    /// tenth of the limiting one.
    std::optional<bool> concentration;
    std::vector<PlatingSolid> solids;  ///< of every solid label of the volume
    PlatingSurface collector;          ///< the foil below the framework
    double sheet_factor = 1;           ///< of the film: times its sheet conductance [1]
    double solid_metal_resistance = 0; ///< between solid and film or lithium [ohm m^2]

    HostState host_state = HostState::lithiated;
    double lithiation_speed = 5e-10; ///< of the front in the host [m/s]
    /// Open-circuit potential of the host, for the voltage while nothing but the host takes
    /// lithium; not given: that part of the curve is left out.
    std::optional<Msmr> insertion;

    PotentialModel model = PotentialModel::automatic;
    /// Electrolyte between framework and separator [m]; not given: room for the lithium that half
    /// of the pores cannot hold, and 4 um.
    std::optional<double> headroom;
    /// Largest move of the surface in a step [voxels].
    double max_move = 0.4;
    /// Largest part of the capacity in a step [1].
    double max_charge_step = 0.05;
    /// Charges at which the lithium is kept, beside that at the end [C/m^2].
    std::vector<double> snapshots;
    /// Cells of the depth profiles.
    int depth_cells = 20;
    std::uint64_t seed = 1;
};

/// The lithium at one charge.
struct PlatingSnapshot {
    double capacity = 0; ///< [C/m^2]
    /// Part of each cell filled with lithium, 0..1, the framework's layers and above them those of
    /// the headroom.
    Grid<float> lithium;
    /// Lithium / pore volume of each depth cell, index 0 at the collector.
    std::vector<double> fill;
};

struct ResolvedStep : PlateStep {
    /// Charge taken up by the host so far, before and since the first plating [C/m^2].
    double inserted = 0;
    /// Part of the host that is lithiated [1].
    double lithiated = 0;
    /// Open surface that ions and electrons reach / geometric area [1].
    double wetted_area = 0;
    /// Of that, the part covered with lithium [1].
    double covered = 0;
    /// Pore volume still open that ions cannot reach any more / pore volume at the start [1].
    double cut_off = 0;
    /// Standard deviation / mean of the fill over the depth cells [1].
    double depth_cov = 0;
    /// Lowest salt concentration / that at the separator [1].
    double least_concentration = 1;
    int newton_iterations = 0;
    int linear_iterations = 0;
};

struct ResolvedPlating {
    /// The first at capacity 0, the initial distribution; the last at the end.
    std::vector<ResolvedStep> steps;
    std::vector<PlatingSnapshot> snapshots;
    PotentialModel model = PotentialModel::one_potential; ///< the one used
    bool concentration = false;
    /// Charge inserted before the first plating, which `capacity` does not count [C/m^2].
    double activation = 0;
    /// Voltage against lithium over the charge inserted before the first plating [V], [C/m^2]: the
    /// open-circuit potential of the host at its mean content, an input.
    std::vector<std::array<double, 2>> activation_curve;
    /// Highest barrier that bare surface had to overcome [V]; 0: there was none. An input, read off
    /// where it acted.
    double nucleation_overpotential = 0;
    /// Charge at which 5 % of the lithium lies above the framework [C/m^2]; -1 never. A film that
    /// lines the framework evenly covers its upper faces too, which is less.
    double overflow_capacity = -1;
    /// Charge at which 1 % of the pore volume is cut off from the separator [C/m^2]; -1 never.
    double clog_capacity = -1;
    /// Charge at which lithium has grown through the headroom and plating stopped [C/m^2]; -1
    /// never.
    double separator_capacity = -1;
    /// Largest over the steps of |lithium volume F/V_m - plated charge| / plated charge.
    double faraday_error = 0;
    /// Largest |1 - factor| by which a step's moves had to be scaled for that.
    double largest_correction = 0;
    /// Of the framework alone, by the formula for uniform uptake [A/m^2].
    double limiting_current = 0;
    std::vector<std::string> warnings;
    bool converged = true;
    /// Layers of cells above the highest solid: the uppermost of a snapshot's.
    int headroom_layers = 0;
};

/// Plates lithium into a framework, resolved in space: z = 0 is the collector, z = L the separator
/// side. Per step of charge the potentials of ions and electrons at the given total current, by
/// Newton on the conductor network; nucleation; then the surface moves along its normal by
/// i V_m/F dt, and the host takes up lithium where electrons reach it. Precondition: the volume has
/// a distance and is periodic along x and y or walled there. Deterministic for any number of
/// threads. Throws Error(bad_input), Error(infeasible) if no surface can be reached by both ions
/// and electrons, Error(interrupted).
ResolvedPlating plate_resolved(const PhaseVolume& volume, const ResolvedOptions& options,
                               Progress& progress = no_progress());

} // namespace porogen
