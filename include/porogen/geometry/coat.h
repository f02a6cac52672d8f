#pragma once

#include <cstdint>
#include <string>

#include "porogen/volume/phase_volume.h"

namespace porogen {

/// What is coated.
enum class CoatOrder : std::uint8_t {
    framework, ///< the burnt-out framework: what the pores open to the separator side reach
    particles, ///< the host's particles, before they are cast
};

/// A coating film: any material, given by its data. The defaults are
/// the CNT film of materials.toml.
struct CoatOptions {
    /// Mass of film / mass of host [1].
    double mass_fraction = 0.02;
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
    /// Conductance of the film across particle junctions, relative to a continuous one [1].
    double contact_factor = 0.1;
    CoatOrder order = CoatOrder::framework;
    /// Part of the surface that the coating can reach that it covers, 0..1 [1].
    double coverage = 1;
    /// Correlation length of patches and of the local mass [m].
    double patch_size = 2e-6;
    /// Geometric standard deviation of the local mass, >= 1 [1].
    double thickness_spread = 1;
    std::uint64_t seed = 1;
    std::string name = "cnt";
};

struct CoatReport {
    double mass_fraction = 0;     ///< mass of film / mass of host, as measured on the grid [1]
    double area = 0;              ///< coated area [m^2]
    double coverage = 0;          ///< coated / total pore-solid area [1]
    double mass_per_area = 0;     ///< [kg/m^2]
    double thickness = 0;         ///< mean over the coated area [m]
    double sheet_conductance = 0; ///< [S]
    double volume_fraction = 0;   ///< film's own material, without its pores / box [1]
};

/// Sheet conductance of a film of mass m per area [S]:
/// G(m) = sigma m / (rho (1 - eps)) (1 - m_c/m)^t above the threshold m_c, 0 below.
/// Form: thick-film limit sigma x thickness; threshold and exponent from Bocharova et al.,
/// J. Phys. Chem. B 2006, 110, 14640.
double sheet_conductance(double mass_per_area, const CoatOptions& options);

/// Coats the surface that pores open to the separator side can reach, after burnout ("framework"
/// order), evenly: mean thickness = mass / (density x true area). Writes volume.film. Precondition:
/// volume.has_distance(). A mass fraction of 0 leaves the volume without a film.
CoatReport coat(PhaseVolume& volume, const CoatOptions& options);

} // namespace porogen
