#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "porogen/core/vec.h"
#include "porogen/geometry/level_set.h"
#include "porogen/io/vdb_file.h"

namespace porogen {

/// A closed triangle surface in micrometres, normals outwards (counter-clockwise seen from
/// outside).
struct TriangleMesh {
    std::vector<std::array<float, 3>> vertices;
    std::vector<std::array<std::uint32_t, 3>> triangles;
};

/// Triangulates a level set, quads of OpenVDB's mesher split along the shorter diagonal.
TriangleMesh triangulate(const LevelSet& level_set);

/// Volume enclosed by a closed mesh [um^3], by the divergence theorem.
double enclosed_volume(const TriangleMesh& mesh);

/// Binary STL, micrometres. The 80 bytes of its header say "porogen <version> <commit> <recipe
/// hash> <seed>; unit um". Atomic. Throws Error(io_failure).
void write_stl(const std::filesystem::path& file, const TriangleMesh& mesh, const Stamp& stamp);

} // namespace porogen
