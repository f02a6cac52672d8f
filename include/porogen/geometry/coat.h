#pragma once

#include <cstdint>
#include <string>

#include "porogen/geometry/particles.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// What is coated.
enum class CoatOrder : std::uint8_t {
    framework, ///< the finished framework, after burnout: what the open pores reach
    particles, ///< each host particle before casting: all its surface, also that of closed pores
};

/// A coating film: any material, given by its data. The defaults are
/// the CNT film of materials.toml.
struct CoatOptions {
    /// Sets the random streams of this film apart from those of others.
    std::string name = "cnt";
    CoatOrder order = CoatOrder::framework;
    /// Mass of film / mass of host [1].
    double mass_fraction = 0.02;
    /// Part of the surface within reach that is coated, above 0 and at most 1 [1].
    double coverage = 1;
    /// Correlation length of patches and of the film's mass [m]: at this distance along the surface
    /// the correlation of the random fields behind them is exp(-1/2). At least a voxel, at most
    /// half of every periodic side; counts where coverage < 1 or thickness_spread > 1 only.
    double patch_size = 2e-6;
    /// Geometric standard deviation of the film's local mass per area (lognormal), 1 to 100 [1].
    double thickness_spread = 1;
    std::uint64_t seed = 1;
    /// [kg/m^3]
    double host_density = 4830;
    /// Of the film's own material, without its pores [kg/m^3].
    double film_density = 1900;
    /// [1]
    double film_porosity = 0.7;
    /// In the plane of a thick film [S/m].
    double film_conductivity = 2000;
    /// Mass per area below which the film does not conduct [kg/m^2].
    double percolation_mass = 2.5e-6;
    /// [1]
    double percolation_exponent = 1.24;
    /// Conductance of the film across particle junctions, relative to a continuous one [1]. Counts
    /// for coated particles only: see CoatReport::contact_factor.
    double contact_factor = 0.1;
};

/// Means, parts and percentiles are by area, over the coated area.
struct CoatReport {
    /// Mass of film / mass of host, as measured on the grid; with that buried in contacts [1].
    double mass_fraction = 0;
    double area = 0;                ///< coated area that pores touch [m^2]
    double coverage = 0;            ///< coated / total pore-solid area [1]
    double mass_per_area = 0;       ///< mean [kg/m^2]
    double thickness = 0;           ///< mean [m]
    double thickness_d10 = 0;       ///< a tenth of the coated area has at most this thickness [m]
    double thickness_d50 = 0;       ///< [m]
    double thickness_d90 = 0;       ///< [m]
    double sheet_conductance = 0;   ///< mean [S]
    double conducting_fraction = 0; ///< part with more mass than the percolation threshold [1]
    /// The film's own material that pores touch, without its pores / box [1].
    double volume_fraction = 0;
    /// Coated particles: part of their area that contacts hide, at least 0 [1].
    double buried_fraction = 0;
    /// What to multiply the sheet conductance with when the structure is measured [1]: options'
    /// contact_factor where two coated particles touch, film against film; 1 where the film was
    /// laid over the finished framework and runs across its necks.
    double contact_factor = 1;
};

/// Sheet conductance of a film of mass m per area [S]:
/// G(m) = sigma m / (rho (1 - eps)) (1 - m_c/m)^t above the threshold m_c, 0 below.
/// Form: thick-film limit sigma x thickness; threshold and exponent from Bocharova et al.,
/// J. Phys. Chem. B 2006, 110, 14640.
double sheet_conductance(double mass_per_area, const CoatOptions& options);

/// Coats the surface and writes volume.film. Mean mass per area is mass / (coverage x true area):
/// of the surface that pores open to the separator side can reach (order framework), or of all
/// particles of `host`, the packing that the volume shows, including what contacts hide (order
/// particles; `host` is not used otherwise). Patches cover the highest parts of one random field,
/// a second one makes the mass per area lognormal; both are functions of space and the seed, so the
/// same electrode on a finer grid has the same patches. A mass fraction of 0 leaves the volume
/// without a film.
///
/// Precondition: volume.has_distance(). Throws Error(bad_input) for options that make no sense or
/// a host without particles, Error(infeasible) if there is nothing to coat.
CoatReport coat(PhaseVolume& volume, const Packing& host, const CoatOptions& options);

} // namespace porogen
