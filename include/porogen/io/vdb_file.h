#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "porogen/volume/phase_volume.h"

namespace porogen {

/// What every file is stamped with.
struct Stamp {
    std::string recipe_hash;
    std::uint64_t seed = 0;
};

/// Writes a volume as OpenVDB, all grids with the same transform in micrometres, cell (i, j, k)
/// centred at
/// ((i + 1/2) h, …): `density` (fog, solid fraction), one level set per solid phase (named after
/// it, in um, negative inside, closed at the box), `cnt_thickness` (fog, um) if there is a film,
/// `phase` (Int32 labels). Metadata on every grid and the file: unit, voxel size, recipe hash,
/// seed, version, commit. Atomic. Throws Error(io_failure). Precondition: cubic voxels,
/// has_distance().
void write_vdb(const std::filesystem::path& file, const PhaseVolume& volume, const Stamp& stamp);

/// Reads the `phase` grid (and the distance, if its level set is there) back. Throws
/// Error(bad_input).
PhaseVolume read_vdb(const std::filesystem::path& file, const std::string& grid = "phase");

} // namespace porogen
