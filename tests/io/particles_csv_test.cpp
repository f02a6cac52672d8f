#include "porogen/io/particles_csv.h"

#include <numbers>

#include <doctest/doctest.h>

#include "folder.h"
#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/core/random.h"

using namespace porogen;
using porogen::test::Folder;

namespace {

Packing random_packing(std::uint64_t seed, int count) {
    RandomStream random(seed, "csv");
    Packing packing;
    packing.box.size = Vec3(40e-6 / 3, 30e-6, 70e-6 / 9);
    for (int n = 0; n < count; ++n) {
        Particle p;
        p.role = random.uniform() < 0.5 ? Role::host : Role::porogen;
        p.population = p.role == Role::host ? "flakes" : "a \"rare\", odd\nname";
        p.centre = Vec3(random.uniform(), random.uniform(), random.uniform()) * 4e-5;
        p.orientation = Rotation(random.normal(), random.normal(), random.normal(), random.normal())
                            .normalized();
        p.half_thickness = random.lognormal(1e-7, 1.5);
        p.rounding = random.lognormal(1e-7, 1.5);
        const int corners = static_cast<int>(random.below(8));
        for (int c = 0; c < corners; ++c) {
            const double angle = 2 * std::numbers::pi * c / corners;
            p.outline.emplace_back(3e-6 * std::cos(angle), 2e-6 * std::sin(angle));
        }
        if (n % 5 == 0) {
            p.semi_axes = Vec3(random.uniform(1e-6, 3e-6), 1e-6 / 3, 2e-6);
            p.half_thickness = p.rounding = 0;
            p.outline.clear();
        } else if (p.outline.empty()) {
            p.fibre = n / 10;
        }
        packing.particles.push_back(p);
    }
    return packing;
}

void check_same(const Particle& a, const Particle& b) {
    CHECK(a.role == b.role);
    CHECK(a.population == b.population);
    CHECK(a.centre == b.centre);
    CHECK(a.orientation.coeffs() == b.orientation.coeffs());
    CHECK(a.outline == b.outline);
    CHECK(a.half_thickness == b.half_thickness);
    CHECK(a.rounding == b.rounding);
    CHECK(a.semi_axes == b.semi_axes);
    CHECK(a.fibre == b.fibre);
}

const std::string head = "# porogen particles 2\n# box = 1e-5 2e-5 3e-5\n"
                         "role,population,x,y,z,qw,qx,qy,qz,half_thickness,rounding,"
                         "semi_axis_x,semi_axis_y,semi_axis_z,fibre,outline\n";

std::string complaint(const Folder& folder, const std::string& text) {
    const auto file = folder.path / "p.csv";
    write_text_file(file, text);
    try {
        read_particles(file);
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::bad_input);
        const std::string prefix = file.string() + ":";
        const std::string what = error.what();
        REQUIRE(what.starts_with(prefix));
        return what.substr(prefix.size());
    }
    return "";
}

} // namespace

TEST_CASE("particles come back bit for bit, with their box") {
    const Folder folder;
    const auto file = folder.path / "particles.csv";
    constexpr std::uint64_t seed = 11;
    INFO("seed " << seed);
    const Packing packing = random_packing(seed, 200);
    write_particles(file, packing, {"abc123", 18446744073709551615U});
    const Packing back = read_particles(file);
    CHECK(back.box.size == packing.box.size);
    REQUIRE(back.particles.size() == packing.particles.size());
    for (std::size_t n = 0; n < packing.particles.size(); ++n) {
        check_same(back.particles[n], packing.particles[n]);
    }
    const std::string text = read_text_file(file);
    CHECK(text.find("# recipe_hash = abc123\n# seed = 18446744073709551615\n") !=
          std::string::npos);
    write_particles(folder.path / "again.csv", back, {"abc123", 18446744073709551615U});
    CHECK(read_text_file(folder.path / "again.csv") == text);
}

TEST_CASE("an empty box and Windows line ends are read") {
    const Folder folder;
    CHECK(complaint(folder, head).empty());
    write_text_file(folder.path / "p.csv", "# porogen particles 2\r\n# box = 1 2 3\r\n" +
                                               head.substr(head.find("role")) +
                                               "host,a,0,0,0,1,0,0,0,0,1e-6,0,0,0,-1,\r\n");
    const Packing packing = read_particles(folder.path / "p.csv");
    CHECK(packing.box.size == Vec3(1, 2, 3));
    REQUIRE(packing.particles.size() == 1);
    CHECK(packing.particles[0].outline.empty());
}

TEST_CASE("malformed lines are named with file, line and what to do") {
    const Folder folder;
    const auto line = [&](const std::string& text) { return complaint(folder, head + text); };
    CHECK(line("host,a,0,0,0,1,0,0,0,0,1e-6,0,0,0,-1,\n").empty());
    CHECK(line("host,a,0,0,0,1,0,0,0,0,1e-6,0,0,0,-1,").starts_with("4: the last line has no end"));
    CHECK(complaint(folder, "# porogen particles 2\n# particles = 2\n" + head.substr(22) +
                                "host,a,0,0,0,1,0,0,0,0,1e-6,0,0,0,-1,\n")
              .starts_with("5: the file ends after 1 particles (its head counts 2)"));
    CHECK(line("\n").starts_with("4: 1 columns (16 expected"));
    CHECK(line("host,a,0,0,0,1,0,0,0,0,1e-6,0,0,0,-1,\nhost,a,0,0").starts_with("5: 4 columns"));
    CHECK(line("guest,a,0,0,0,1,0,0,0,0,1e-6,0,0,0,-1,\n") ==
          "4: 'guest' is no role; write host or porogen");
    CHECK(line("host,a,0,0,zero,1,0,0,0,0,1e-6,0,0,0,-1,\n") ==
          "4: 'zero' is no number (column z); write a finite one, in metres");
    CHECK(line("host,a,0,nan,0,1,0,0,0,0,1e-6,0,0,0,-1,\n")
              .starts_with("4: 'nan' is no number (column y)"));
    CHECK(line("host,a,0,0,0,1,0,0,0,0,inf,0,0,0,-1,\n")
              .starts_with("4: 'inf' is no number (column rounding)"));
    CHECK(line("host,a,1e-6m,0,0,1,0,0,0,0,1,0,0,0,-1,\n")
              .starts_with("4: '1e-6m' is no number (column x)"));
    CHECK(line("host,a,0,0,0,1,0,0,0,-1e-9,1e-6,0,0,0,-1,\n")
              .starts_with("4: half_thickness and rounding"));
    CHECK(line("host,a,0,0,0,1,1,0,0,0,1e-6,0,0,0,-1,\n")
              .starts_with("4: the quaternion has length 1.414"));
    CHECK(line("host,a,0,0,0,1,0,0,0,0,1e-6,0,0,0,-1,1 2 3\n")
              .starts_with("4: the outline has an odd number"));
    CHECK(line("host,a,0,0,0,1,0,0,0,0,1e-6,0,0,0,-1,0 0 0 1 1 0\n")
              .starts_with("4: the outline is not convex"));
    CHECK(line("host,a,0,0,0,1,0,0,0,0,0,1e-6,1e-6,0,-1,\n").starts_with("4: the semi-axes"));
    CHECK(line("host,a,0,0,0,1,0,0,0,0,1e-6,1,1,1,-1,\n").starts_with("4: an ellipsoid has"));
    CHECK(line("host,a,0,0,0,1,0,0,0,0,0,0,0,0,-1,\n").starts_with("4: the particle has no vol"));
    CHECK(
        line("host,a,0,0,0,1,0,0,0,1e-6,1e-6,0,0,0,-1,3 0 2 2 1 3 -1 3 -2 2 -3 0 -2 -2 0 -3 2 -2\n")
            .starts_with("4: the outline has 9 corners"));
    CHECK(line("host,a,0,0,0,1,0,0,0,0,1e-6,0,0,0,1.5,\n").starts_with("4: '1.5' is no number of"));
    CHECK(
        line("host,\"a,0,0,0,1,0,0,0,0,1e-6,0,0,0,-1,\n").starts_with("4: a quote is not closed"));
}

TEST_CASE("a file that is something else, or lacks its head, is refused") {
    const Folder folder;
    CHECK(complaint(folder, "").starts_with("0: not a file of particles"));
    CHECK(complaint(folder, "x,y,z\n1,2,3\n").starts_with("1: not a file of particles"));
    CHECK(complaint(folder, "# porogen particles 2\n# seed = 1\n")
              .starts_with("2: the line of column names"));
    CHECK(complaint(folder, "# porogen particles 2\n" + head.substr(head.find("role")))
              .starts_with("2: the box is missing"));
    CHECK(complaint(folder, "# porogen particles 2\n# box = 1 2\n")
              .starts_with("2: the box needs three"));
    CHECK(complaint(folder, "# porogen particles 2\n# box = 1 -2 3\n")
              .starts_with("2: the box needs three"));
    CHECK(complaint(folder, "# porogen particles 2\n# box = 1 2 3\nx,y\n")
              .starts_with("3: unknown columns 'x,y'"));
    CHECK_THROWS_AS(read_particles(folder.path / "missing.csv"), Error);
}
