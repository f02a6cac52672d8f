#pragma once

#include <vector>

namespace porogen {

/// Open-circuit potential of an insertion host with several kinds of sites (multi-species,
/// multi-reaction): the occupied part of all sites at a potential U against lithium is
///     x(U) = sum_j X_j / (1 + exp(F (U - U0_j)/(R T w_j)))
struct Msmr {
    // The names of the literature and of the materials file.
    // NOLINTBEGIN(readability-identifier-naming)
    std::vector<double> U0; ///< of each kind of site [V against lithium]
    std::vector<double> X;  ///< its part of all sites; they add up to 1 within 0.1 % [1]
    std::vector<double> w;  ///< its width, 1 for an ideal solution [1]
    // NOLINTEND(readability-identifier-naming)
    double temperature = 298.15; ///< [K]
};

/// Part of all sites that is occupied at a potential, falling from 1 to 0 (the X_j are divided by
/// their sum) [1].
double occupancy(const Msmr& host, double potential);

/// Potential at which a part of all sites, 0 < occupied < 1, is occupied [V against lithium].
double potential(const Msmr& host, double occupied);

/// Mean of the potential over all sites from empty to full, sum_j X_j U0_j [V against lithium].
double mean_potential(const Msmr& host);

/// Charge that a volume of dense host takes up [C/m^3] from its specific capacity [C/kg]
/// (1 mAh/g = 3600 C/kg) and its density [kg/m^3].
double volumetric_capacity(double specific_capacity, double density);

} // namespace porogen
