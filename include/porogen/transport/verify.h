#pragma once

#include <vector>

#include "porogen/core/verify.h"

namespace porogen {

/// Measures structures whose transport is known exactly, with the same networks and solver as
/// everything else: laminates, contact resistance, films on planes, tubes and Schwarz' P surface,
/// cubic arrays of spheres bare and coated, cylinders, a checkerboard, bounds, rotations and
/// drives. Throws Error(interrupted).
std::vector<VerifyCase> verify_transport(const VerifyOptions& options, const VerifyReport& report,
                                         Progress& progress = no_progress());

} // namespace porogen
