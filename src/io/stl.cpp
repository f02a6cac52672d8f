#include "porogen/io/stl.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include <openvdb/tools/Interpolation.h>
#include <openvdb/tools/VolumeToMesh.h>

#include "geometry/level_set_data.h"
#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/core/parallel.h"
#include "porogen/core/vec.h"
#include "porogen/core/version.h"

namespace porogen {

namespace {

Vec3 position(const TriangleMesh& mesh, std::uint32_t vertex) {
    const auto& v = mesh.vertices[vertex];
    return {v[0], v[1], v[2]};
}

Vec3 middle(const TriangleMesh& mesh, const openvdb::Vec4I& quad) {
    return (position(mesh, quad[0]) + position(mesh, quad[1]) + position(mesh, quad[2]) +
            position(mesh, quad[3])) /
           4;
}

/// The distance around a mesh, third order between the cells: a linear one would shift curved
/// surfaces by as much as the facets are off. One per thread.
class SmoothDistance {
  public:
    explicit SmoothDistance(const openvdb::FloatGrid& grid)
        : sampler_(grid), voxel_(grid.voxelSize()[0]) {}
    [[nodiscard]] double operator()(const Vec3& p) const {
        return sampler_.wsSample(openvdb::Vec3d(p.x(), p.y(), p.z()));
    }
    [[nodiscard]] Vec3 outward(const Vec3& p) const {
        Vec3 slope;
        for (int axis = 0; axis < 3; ++axis) {
            const Vec3 step = Vec3::Unit(axis) * voxel_ / 2;
            slope[axis] = (*this)(p + step) - (*this)(p - step);
        }
        return slope.norm() > 0 ? Vec3(slope.normalized()) : Vec3(0, 0, 0);
    }
    [[nodiscard]] double voxel() const { return voxel_; }

  private:
    openvdb::tools::GridSampler<openvdb::FloatGrid, openvdb::tools::QuadraticSampler> sampler_;
    double voxel_;
};

/// Moves every vertex along the surface normal by what `way(vertex, distance)` says, at most half a
/// cell so that no facet can turn over.
template <class Way>
void move_vertices(TriangleMesh& mesh, const openvdb::FloatGrid& grid, const Way& way) {
    parallel_blocks(std::ssize(mesh.vertices), 4096, [&](std::int64_t begin, std::int64_t end) {
        const SmoothDistance distance(grid);
        const double limit = distance.voxel() / 2;
        for (std::int64_t n = begin; n < end; ++n) {
            const auto vertex = static_cast<std::uint32_t>(n);
            const Vec3 p = position(mesh, vertex);
            const double step = std::clamp(way(vertex, distance), -limit, limit);
            const Vec3 moved = p + step * distance.outward(p);
            mesh.vertices[vertex] = {static_cast<float>(moved.x()), static_cast<float>(moved.y()),
                                     static_cast<float>(moved.z())};
        }
    });
}

/// OpenVDB puts a vertex at the mean of the crossings around it, inside a convex body. Putting it
/// on the surface leaves the facets inside; raising it from there by the mean gap between facets
/// and surface, 2/3 of the gap at the middle of a quad on a paraboloid, keeps the volume.
void balance_facets(TriangleMesh& mesh, const std::vector<openvdb::Vec4I>& quads,
                    const openvdb::FloatGrid& grid) {
    move_vertices(mesh, grid, [&](std::uint32_t vertex, const SmoothDistance& distance) {
        return -distance(position(mesh, vertex));
    });
    const SmoothDistance distance(grid);
    std::vector<double> gap(mesh.vertices.size());
    std::vector<int> met(mesh.vertices.size());
    for (const openvdb::Vec4I& quad : quads) {
        const double at_middle = -distance(middle(mesh, quad));
        for (int corner = 0; corner < 4; ++corner) {
            gap[quad[corner]] += at_middle;
            ++met[quad[corner]];
        }
    }
    move_vertices(mesh, grid, [&](std::uint32_t vertex, const SmoothDistance&) {
        return met[vertex] > 0 ? 2.0 / 3.0 * gap[vertex] / met[vertex] : 0.0;
    });
}

/// The quad's corners in order, cut along its shorter diagonal. OpenVDB numbers them clockwise seen
/// from outside; the triangles run the other way.
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
std::string header(const Stamp& stamp) {
    std::string text = "porogen " + std::string(version()) + ' ' + std::string(commit()) + ' ' +
                       stamp.recipe_hash + ' ' + std::to_string(stamp.seed) + "; unit um";
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
    balance_facets(mesh, quads, *level_set.data().grid);
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

void write_stl(const std::filesystem::path& file, const TriangleMesh& mesh, const Stamp& stamp) {
    constexpr std::size_t triangle_bytes = 50;
    if (mesh.triangles.size() > UINT32_MAX) {
        throw_io_failure(file.string() + ": cannot write " + std::to_string(mesh.triangles.size()) +
                         " triangles (STL counts them with 32 bits); use larger voxels");
    }
    std::string bytes = header(stamp);
    bytes.reserve(bytes.size() + 4 + triangle_bytes * mesh.triangles.size());
    append(bytes, static_cast<std::uint32_t>(mesh.triangles.size()));
    for (const auto& triangle : mesh.triangles) {
        append_triangle(bytes, mesh, triangle);
    }
    write_text_file(file, bytes);
}

} // namespace porogen
