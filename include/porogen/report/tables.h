#pragma once

#include <filesystem>

#include "porogen/report/run_result.h"

namespace porogen {

/// Writes the tables of a run as CSV, units in the column names, stamped in a comment line:
/// `pore-sizes.csv`, `grain-sizes.csv`, `chord-lengths.csv`, `two-point.csv`, `depth-profile.csv`,
/// `contacts.csv` (particles numbered as in particles.csv, from 0), `coordination.csv`, and where
/// plating was run those of write_plating_tables().
void write_tables(const std::filesystem::path& directory, const RunResult& result);

/// `plating-steps.csv`, a row per step, and `plating-profile.csv`, the fill over the depth: at the
/// end, or at every snapshot of a plating resolved in space. Beside that one the one-dimensional
/// prediction stands as `homogenised-steps.csv` and `homogenised-profile.csv`.
void write_plating_tables(const std::filesystem::path& directory, const RunResult& result);

} // namespace porogen
