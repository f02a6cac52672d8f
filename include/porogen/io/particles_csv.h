#pragma once

#include <filesystem>

#include "porogen/geometry/particles.h"
#include "porogen/io/vdb_file.h"

namespace porogen {

/// The analytic particles, one per line, lengths in metres, so that the same structure can be
/// rasterised at any voxel size. Doubles are written so that they read back exactly; the box and
/// the stamp stand in comment lines at the top.
void write_particles(const std::filesystem::path& file, const Packing& packing, const Stamp& stamp);

/// Throws Error(bad_input) with file:line on anything malformed.
Packing read_particles(const std::filesystem::path& file);

} // namespace porogen
