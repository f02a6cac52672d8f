#pragma once

#include "porogen/plating/resolved.h"
#include "porogen/volume/phase_volume.h"

namespace porogen::plating {

/// Throws Error(bad_input) unless the options and the volume make sense together.
void check_resolved(const PhaseVolume& volume, const ResolvedOptions& options);

} // namespace porogen::plating
