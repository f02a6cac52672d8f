#include "porogen/io/stl.h"

#include <cmath>
#include <cstring>
#include <map>
#include <numbers>

#include <doctest/doctest.h>

#include "folder.h"
#include "geometry/samples.h"
#include "near.h"
#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/core/parallel.h"
#include "porogen/core/version.h"
#include "porogen/volume/cut_cells.h"

using namespace porogen;
using namespace porogen::samples;
using porogen::test::Folder;

namespace {

double area(const TriangleMesh& mesh) {
    double sum = 0;
    for (const auto& t : mesh.triangles) {
        const auto p = [&](int n) {
            const auto& v = mesh.vertices[t[static_cast<std::size_t>(n)]];
            return Vec3(v[0], v[1], v[2]);
        };
        sum += (p(1) - p(0)).cross(p(2) - p(0)).norm() / 2;
    }
    return sum;
}

/// Directed edges that are not met by exactly one edge the other way.
std::size_t open_edges(const TriangleMesh& mesh) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, int> directed;
    for (const auto& t : mesh.triangles) {
        for (std::size_t n = 0; n < 3; ++n) {
            ++directed[{t[n], t[(n + 1) % 3]}];
        }
    }
    std::size_t bad = 0;
    for (const auto& [edge, count] : directed) {
        const auto opposite = directed.find({edge.second, edge.first});
        bad += count != 1 || opposite == directed.end() || opposite->second != 1;
    }
    return bad;
}

} // namespace

TEST_CASE("a sphere's mesh is closed, points outwards and keeps its volume and area") {
    const double exact_volume = 36 * std::numbers::pi;
    const double exact_area = 36 * std::numbers::pi;
    std::array<double, 2> volume_error{};
    std::array<double, 2> area_error{};
    for (std::size_t level = 0; level < 2; ++level) {
        const std::int64_t n = 20 << level;
        const auto mesh =
            triangulate(solid_level_set(sample({n, n, n}, 10 * um / static_cast<double>(n),
                                               ball({5.03 * um, 4.9 * um, 5.07 * um}, 3 * um))));
        CHECK(open_edges(mesh) == 0);
        CHECK(static_cast<double>(mesh.vertices.size()) -
                  static_cast<double>(mesh.triangles.size()) / 2 ==
              2);
        volume_error[level] = enclosed_volume(mesh) / exact_volume - 1;
        area_error[level] = area(mesh) / exact_area - 1;
    }
    MESSAGE("volume " << volume_error[0] << ", " << volume_error[1] << "; area " << area_error[0]
                      << ", " << area_error[1]);
    CHECK(std::abs(volume_error[0]) < 2e-4); // the facets straddle the surface
    CHECK(std::abs(volume_error[1]) < 1e-4);
    CHECK(std::abs(area_error[0]) < 2e-3);
    CHECK(std::log2(area_error[0] / area_error[1]) > 1.7);
}

TEST_CASE("the mesh of a crowded structure is closed and holds the volume of its level set") {
    const auto volume = crowd({64, 64, 64}, 0.25 * um, 60, 7);
    const auto mesh = triangulate(solid_level_set(volume));
    double cells = 0;
    for (const float fraction : cut_cells(volume).solid_fraction) {
        cells += fraction;
    }
    CHECK(mesh.triangles.size() > 20000);
    CHECK(open_edges(mesh) == 0);
    CHECK(enclosed_volume(mesh) == test::near(cells * std::pow(0.25, 3)).epsilon(0.005));
    for (const auto& v : mesh.vertices) {
        for (const float x : v) {
            REQUIRE(x > -0.125F);
            REQUIRE(x < 16.125F);
        }
    }
}

TEST_CASE("meshes are the same for any number of threads") {
    const auto level_set = solid_level_set(crowd({48, 48, 48}, 0.25 * um, 30, 3));
    const auto mesh = [&](int threads) {
        const ThreadLimit limit(threads);
        return triangulate(level_set);
    };
    const auto one = mesh(1);
    const auto two = mesh(2);
    CHECK(one.vertices == two.vertices);
    CHECK(one.triangles == two.triangles);
}

TEST_CASE("nothing solid gives an empty mesh") {
    const auto mesh =
        triangulate(solid_level_set(sample({8, 8, 8}, um, [](const Vec3&) { return 1.0; })));
    CHECK(mesh.vertices.empty());
    CHECK(mesh.triangles.empty());
    CHECK(enclosed_volume(mesh) == 0);
}

TEST_CASE("an STL file is binary, names its origin and unit and has unit normals by the right-hand "
          "rule") {
    const Folder folder;
    TriangleMesh mesh;
    mesh.vertices = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    mesh.triangles = {{0, 2, 1}, {0, 1, 3}, {0, 3, 2}, {1, 2, 3}};
    CHECK(enclosed_volume(mesh) == test::near(1.0 / 6));
    const auto file = folder.path / "tetrahedron.stl";
    write_stl(file, mesh, {"0123456789abcdef", 18446744073709551615U});
    const std::string bytes = read_text_file(file);
    REQUIRE(bytes.size() == 84 + 4 * 50);
    CHECK(bytes.substr(0, 5) != "solid");
    CHECK(bytes.substr(0, 80).starts_with("porogen " + std::string(version()) + ' ' +
                                          std::string(commit()) +
                                          " 0123456789abcdef 18446744073709551615; unit um "));
    std::uint32_t count = 0;
    std::memcpy(&count, bytes.data() + 80, 4);
    CHECK(count == 4);
    std::array<float, 12> first{};
    std::memcpy(first.data(), bytes.data() + 84, 48);
    CHECK(first == std::array<float, 12>{0, 0, -1, 0, 0, 0, 0, 1, 0, 1, 0, 0});
    std::array<float, 3> last_normal{};
    std::memcpy(last_normal.data(), bytes.data() + 84 + 150, 12);
    for (const float n : last_normal) {
        CHECK(n == test::near(1 / std::sqrt(3.0)));
    }
}

TEST_CASE("an STL file that cannot be written is named and leaves nothing") {
    const Folder folder;
    CHECK_THROWS_AS(write_stl(folder.path / "no" / "a.stl", {}, {}), Error);
    CHECK(folder.count() == 0);
}
