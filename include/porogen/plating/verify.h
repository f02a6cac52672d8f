#pragma once

#include <vector>

#include "porogen/core/verify.h"

namespace porogen {

/// Plates structures whose answer is known exactly, with the same network, kinetics and moving
/// surface as plate_resolved(): depth profiles of slabs, a sphere in a field, depletion of
/// the salt, surfaces that move under an ohmic drop, pores that are filled, a wave that grows, and
/// the charge. Quick: half a minute on two cores; full: some minutes. Throws
/// Error(interrupted).
std::vector<VerifyCase> verify_plating(const VerifyOptions& options, const VerifyReport& report,
                                       Progress& progress = no_progress());

} // namespace porogen
