#pragma once

#include <filesystem>

#include "porogen/report/run_result.h"

namespace porogen {

/// Writes the tables of a run as CSV, units in the column names, stamped in a comment line:
/// `pore-sizes.csv`, `grain-sizes.csv`, `chord-lengths.csv`, `two-point.csv`, `depth-profile.csv`,
/// `contacts.csv` (particles numbered as in particles.csv, from 0), `coordination.csv`, and where
/// plating was run `plating-steps.csv` and `plating-profile.csv`.
void write_tables(const std::filesystem::path& directory, const RunResult& result);

} // namespace porogen
