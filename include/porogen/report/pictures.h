#pragma once

#include <filesystem>

#include "porogen/core/progress.h"
#include "porogen/report/run_result.h"

namespace porogen {

/// Writes the pictures of a run, all with scale bar and legend, in colours that the
/// colour-blind can tell apart: `cutaway.png` (shaded, one corner opened), `sections.png`
/// (the middle planes), `pore-sizes.png` and, where plating was run, `plating.png` (lithium
/// over depth and the voltage curve).
void write_pictures(const std::filesystem::path& directory, const RunResult& result,
                    Progress& progress = no_progress());

/// Those of the plating alone, which write_pictures() writes too where there is one: `plating.png`,
/// voltage and depth profiles, and of a plating resolved in space `lithium.png`, a section at each
/// snapshot.
void write_plating_pictures(const std::filesystem::path& directory, const RunResult& result,
                            Progress& progress = no_progress());

} // namespace porogen
