#pragma once

#include <filesystem>

#include "porogen/core/progress.h"
#include "porogen/report/run_result.h"

namespace porogen {

/// Writes a result into a directory (made if need be): recipe.toml (the effective recipe),
/// particles.csv, volume.vdb, solid.stl, the tables, the pictures, and last result.json.
/// Every file is atomic and stamped; [output] switches leave out the heavy ones. Throws
/// Error(io_failure), Error(interrupted).
void write_run(const std::filesystem::path& directory, const RunResult& result,
               Progress& progress = no_progress());

/// A plating asked again, with the transport that an earlier run measured.
struct StoredRun {
    Recipe recipe;
    HomogenisedElectrode electrode;
};

/// Reads recipe.toml (with overrides) and result.json of a run directory. Throws Error(bad_input)
/// if the directory holds no run with measured transport.
StoredRun read_run(const std::filesystem::path& directory,
                   const std::vector<std::string>& overrides);

} // namespace porogen
