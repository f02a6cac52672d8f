#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "porogen/volume/phase_volume.h"

namespace porogen {

/// What every file is stamped with.
struct Stamp {
    std::string recipe_hash;
    std::uint64_t seed = 0;
};

/// Values on the cells of a volume, which may have more layers along z: above the box.
struct Field {
    std::string name;
    std::string unit;
    const Grid<float>* values = nullptr;
};

/// Writes a volume as OpenVDB, all grids with the same transform in micrometres, cell (i, j, k)
/// centred at ((i + 1/2) h, …): `density` (fog, solid fraction), one level set per solid phase
/// (named after it, in um, negative inside, closed at the box), `cnt_thickness` (fog, um) and
/// `cnt_sheet_conductance` (fog, S) if there is a film, `phase` (Int32 labels), `distance` (um, on
/// every cell of the box and not closed by it, so that a volume read back is periodic again), and
/// `fields` as fogs. Metadata on every grid and the file: unit, voxel size, recipe hash, seed,
/// version, commit. Atomic. Throws Error(io_failure). Precondition: cubic voxels, has_distance().
void write_vdb(const std::filesystem::path& file, const PhaseVolume& volume, const Stamp& stamp,
               const std::vector<Field>& fields = {});

/// Writes fields on the cells of an image as OpenVDB fogs, with the transform and metadata of
/// write_vdb(). Atomic. Throws Error(io_failure), and Error(bad_input) unless voxels are cubes.
void write_vdb_fields(const std::filesystem::path& file, const PhaseVolume& volume,
                      const std::vector<Field>& fields, const Stamp& stamp = {});

/// Reads a volume back: labels from `grid`, voxel size and, from a file that write_vdb made, the
/// names of the phases, the periodic axes, the distance and the film. A file of another program
/// needs whole values in 0..255 (int32, int64 or float) and the metadata unit = "um"; its image is
/// the box around the active cells. Throws Error(bad_input) on anything else or damaged,
/// Error(io_failure) if it cannot be opened.
PhaseVolume read_vdb(const std::filesystem::path& file, const std::string& grid = "phase");

} // namespace porogen
