#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "porogen/core/progress.h"
#include "porogen/report/run_result.h"

namespace porogen {

/// Writes a result into a directory (made if need be): recipe.toml (the effective recipe),
/// particles.csv, volume.vdb, lithium.vdb where it was plated in space, solid.stl, the tables, the
/// pictures and result.json. volume.vdb then also holds the last lithium, which is taller than the
/// framework by the headroom; lithium.vdb has a grid for each snapshot. Every file is atomic and
/// stamped; [output] switches leave out the heavy ones. What an earlier run left
/// there and this one does not write is removed, so that a directory never holds two results at
/// once. Throws Error(io_failure), Error(interrupted).
void write_run(const std::filesystem::path& directory, const RunResult& result,
               Progress& progress = no_progress());

/// A plating asked again, with what an earlier run measured.
struct StoredRun {
    Recipe recipe;
    /// Absent where ions or electrons had no path along z, for a plating resolved in space only.
    std::optional<HomogenisedElectrode> electrode;
    /// For a plating resolved in space only.
    PhaseVolume volume;
};

/// Reads recipe.toml (with overrides of plating keys only) and result.json of a run directory.
/// Throws Error(bad_input) if the directory holds no run with measured transport, or no volume.vdb
/// for a plating resolved in space.
StoredRun read_run(const std::filesystem::path& directory,
                   const std::vector<std::string>& overrides);

/// Plates it: only what belongs to plating is in the result. A volume read back has lost which
/// bodies it is the union of, so its surface is that of its distance: not the last digits of a run.
RunResult plate_again(const StoredRun& stored, Progress& progress = no_progress());

/// Makes a directory for write_plating(), if need be. Throws Error(usage) if it holds a run, whose
/// plating would be replaced, Error(io_failure) if it cannot be written to.
void make_plating_directory(const std::filesystem::path& directory);

/// Writes what plate_again() gave into a directory of its own: recipe.toml, plating.json, the
/// tables and pictures of the plating, lithium.vdb. Throws what make_plating_directory() throws and
/// Error(interrupted).
void write_plating(const std::filesystem::path& directory, const RunResult& result,
                   Progress& progress = no_progress());

} // namespace porogen
