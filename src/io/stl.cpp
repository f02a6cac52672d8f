#include "porogen/io/stl.h"

#include <bit>
#include <cstring>
#include <string>

#include <openvdb/tools/VolumeToMesh.h>

#include "geometry/level_set_data.h"
#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/core/vec.h"
#include "porogen/core/version.h"

namespace porogen {

namespace {

Vec3 position(const TriangleMesh& mesh, std::uint32_t vertex) {
    const auto& v = mesh.vertices[vertex];
    return {v[0], v[1], v[2]};
}

/// The quad's corners in order, cut along its shorter diagonal. OpenVDB numbers them clockwise seen from
/// outside; the triangles run the other way.
void split(TriangleMesh& mesh, const openvdb::Vec4I& quad) {
    const auto length = [&](int a, int b) {
        return (position(mesh, quad[a]) - position(mesh, quad[b])).squaredNorm();
    };
    if (length(0, 2) <= length(1, 3)) {
        mesh.triangles.push_back({quad[2], quad[1], quad[0]});
        mesh.triangles.push_back({quad[3], quad[2], quad[0]});
    } else {
        mesh.triangles.push_back({quad[3], quad[1], quad[0]});
        mesh.triangles.push_back({quad[3], quad[2], quad[1]});
    }
}

static_assert(std::endian::native == std::endian::little, "binary STL is little-endian");

template <class T>
void append(std::string& bytes, const T& value) {
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    bytes.append(raw, sizeof(T));
}

/// 80 bytes. It must not begin with "solid", by which readers know the text form.
std::string header() {
    std::string text =
        "porogen " + std::string(version()) + " " + std::string(commit()) + "; unit: micrometre";
    text.resize(80, ' ');
    return text;
}

void append_triangle(std::string& bytes, const TriangleMesh& mesh,
                     const std::array<std::uint32_t, 3>& triangle) {
    const Vec3 a = position(mesh, triangle[0]);
    const Vec3 area = (position(mesh, triangle[1]) - a).cross(position(mesh, triangle[2]) - a);
    const Vec3 normal = area.norm() > 0 ? Vec3(area.normalized()) : Vec3(0, 0, 0);
    for (const double component : normal) {
        append(bytes, static_cast<float>(component));
    }
    for (const std::uint32_t vertex : triangle) {
        append(bytes, mesh.vertices[vertex]);
    }
    append(bytes, std::uint16_t{0});
}

} // namespace

TriangleMesh triangulate(const LevelSet& level_set) {
    std::vector<openvdb::Vec3s> points;
    std::vector<openvdb::Vec4I> quads;
    openvdb::tools::volumeToMesh(*level_set.data().grid, points, quads, 0.0);
    TriangleMesh mesh;
    mesh.vertices.reserve(points.size());
    for (const openvdb::Vec3s& p : points) {
        mesh.vertices.push_back({p.x(), p.y(), p.z()});
    }
    mesh.triangles.reserve(2 * quads.size());
    for (const openvdb::Vec4I& quad : quads) {
        split(mesh, quad);
    }
    return mesh;
}

double enclosed_volume(const TriangleMesh& mesh) {
    double six_volumes = 0;
    for (const auto& t : mesh.triangles) {
        six_volumes += position(mesh, t[0]).dot(position(mesh, t[1]).cross(position(mesh, t[2])));
    }
    return six_volumes / 6;
}

void write_stl(const std::filesystem::path& file, const TriangleMesh& mesh) {
    constexpr std::size_t triangle_bytes = 50;
    if (mesh.triangles.size() > UINT32_MAX) {
        throw_io_failure(file.string() + ": cannot write " + std::to_string(mesh.triangles.size()) +
                         " triangles (STL counts them with 32 bits); use larger voxels");
    }
    std::string bytes = header();
    bytes.reserve(bytes.size() + 4 + triangle_bytes * mesh.triangles.size());
    append(bytes, static_cast<std::uint32_t>(mesh.triangles.size()));
    for (const auto& triangle : mesh.triangles) {
        append_triangle(bytes, mesh, triangle);
    }
    write_text_file(file, bytes);
}

} // namespace porogen
