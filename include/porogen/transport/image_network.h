#pragma once

#include <array>

#include "porogen/core/grid.h"
#include "porogen/transport/drive.h"
#include "porogen/volume/phase_volume.h"

namespace porogen {

/// What happens at the four sides that carry no plate.
enum class Sides { no_flux, periodic };

/// The resistor network of an image: one node per conducting cell, which conducts as its label
/// says; faces take the harmonic mean, the plates sit half a voxel outside the first and last cell
/// centres. The convention of TauFactor, PuMA, OpenImpala and PoreSpy.
struct ImageNetwork {
    /// Borrowed: the volume must outlive the network.
    const PhaseVolume* volume = nullptr;
    /// By label [S/m].
    std::array<double, 256> conductivity{};
    Axis axis = Axis::z;
    /// Of the sides; along `axis` ignored.
    std::array<bool, 3> periodic{};
    Drive drive = Drive::fixed_potential;
};

/// Throws Error(bad_input) if the volume has no cells or no voxel size, or if a label that occurs
/// has no conductivity >= 0.
ImageNetwork voxel_network(const PhaseVolume& volume, const std::array<double, 256>& conductivity,
                           Axis axis, std::array<bool, 3> periodic,
                           Drive drive = Drive::fixed_potential);
ImageNetwork voxel_network(const PhaseVolume& volume, const std::array<double, 256>& conductivity,
                           Axis axis, Sides sides);

} // namespace porogen
