#include "porogen/transport/surface_network.h"

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/core/random.h"
#include "support/plain_network.h"
#include "support/spheres.h"
#include "transport/structures.h"

using namespace porogen;
using namespace porogen::test;

namespace {

constexpr double pi = std::numbers::pi;

/// Conductivity along an axis [S/m].
double effective(const PhaseVolume& volume, const ConductorNetwork& network, Axis axis) {
    const double length = volume.size()[static_cast<int>(axis)];
    return PlainNetwork(network).conductance(axis) * length * length / volume.size().prod();
}

double effective(const PhaseVolume& volume, const SurfaceConductors& conductors, Axis axis,
                 Drive drive = Drive::periodic) {
    const ConductorNetwork network =
        surface_network(volume, cut_cells(volume), cut_sheet(volume), conductors, axis, drive);
    return effective(volume, network, axis);
}

/// Both sides and the film perfectly joined.
SurfaceConductors joined(double pore, double solid, double sheet_factor) {
    return {.pore = pore,
            .solid = solid,
            .sheet_factor = sheet_factor,
            .pore_solid = 0,
            .film_pore = 0,
            .film_solid = 0};
}

/// Spheres in cubic order; one period, edge 1 m.
struct Lattice {
    bool body_centred = false;
    double fraction = 0.3;

    [[nodiscard]] double radius() const {
        return std::cbrt(0.75 * (body_centred ? fraction / 2 : fraction) / pi);
    }
    [[nodiscard]] PhaseVolume volume(std::int64_t cells, double sheet = 0,
                                     Vec3 shift = Vec3::Zero()) const {
        std::vector<Ball> balls{{Vec3::Constant(0.5) + shift, radius()}};
        if (body_centred) {
            balls.push_back({shift, radius()});
        }
        return make_balls({cells, cells, cells}, Vec3::Constant(1 / static_cast<double>(cells)),
                          balls, sheet);
    }
};
const Lattice simple_cubic{false, 0.3};

double order(double coarse, double fine) {
    return std::log2(std::abs(coarse) / std::abs(fine));
}

/// Distance to alternating layers of equal thickness whose normal is that of the reciprocal vector
/// m of a box, in voxels.
auto layers(const Vec3& m, const Vec3& box, double phase) {
    const Vec3 q = m.cwiseQuotient(box);
    return [q, phase](const Vec3& p) {
        const double at = q.dot(p) + phase;
        return (std::abs(at - std::floor(at) - 0.5) - 0.25) / q.norm();
    };
}

/// Distance to the surface cos x + cos y + cos z = 0 with `cells` voxels per period, by Newton
/// steps along the gradient; exact near the surface, which is all that matters.
auto schwarz_p(std::int64_t cells) {
    const double q = 2 * pi / static_cast<double>(cells);
    return [q](const Vec3& p) {
        const auto value = [q](const Vec3& x) { return (q * x.array()).cos().sum(); };
        const auto gradient = [q](const Vec3& x) { return Vec3(-q * (q * x.array()).sin()); };
        const double estimate = value(p) / std::max(gradient(p).norm(), 0.1 * q);
        if (std::abs(estimate) > 4) {
            return estimate;
        }
        Vec3 x = p;
        for (int step = 0; step < 20; ++step) {
            const Vec3 g = gradient(x);
            x -= value(x) * g / std::max(g.squaredNorm(), 1e-12 * q * q);
        }
        return std::copysign((x - p).norm(), estimate);
    };
}

} // namespace

// References of spheres in cubic order: multipoles after McPhedran & McKenzie, Proc. R. Soc. A
// 1978, 359, 45.

TEST_CASE("insulating spheres in cubic order, second order") {
    const auto error = [](const Lattice& lattice, std::int64_t cells, double exact) {
        return effective(lattice.volume(cells), {.pore = 1}, Axis::z) / exact - 1;
    };
    const double coarse = error(simple_cubic, 8, 0.60566125);
    const double fine = error(simple_cubic, 16, 0.60566125);
    CHECK(std::abs(coarse) < 0.004);
    CHECK(std::abs(fine) < 0.0015);
    CHECK(order(fine, error(simple_cubic, 32, 0.60566125)) > 1.8);
    CHECK(std::abs(error({false, 0.5}, 16, 0.373735)) < 0.0015); // 98 % of touching
    CHECK(std::abs(error({true, 0.4}, 16, 0.498465)) < 0.004);
    CHECK(std::abs(error({true, 0.6}, 16, 0.297513)) < 0.007);
}

TEST_CASE("touching spheres: gaps thinner than a voxel need more of them") {
    const auto error = [](std::int64_t cells) {
        return effective(Lattice{true, 0.680175}.volume(cells), {.pore = 1}, Axis::z) / 0.21716 - 1;
    };
    CHECK(std::abs(error(16)) < 0.03);
    CHECK(std::abs(error(24)) < 0.015);
}

TEST_CASE("one side alone: pore_network and solid_network are its part of the whole") {
    const PhaseVolume volume = simple_cubic.volume(8, 0, {0.03, 0.02, 0.01});
    const CutCells cells = cut_cells(volume);
    const double pore =
        effective(volume, pore_network(volume, cells, 2, Axis::y, Drive::periodic), Axis::y);
    CHECK(pore == near(2 * effective(volume, {.pore = 1}, Axis::y)));
    CHECK(solid_network(volume, cells, 1, Axis::y).lower.empty()); // the sphere stays clear of it
    CHECK(effective(volume, {.solid = 1}, Axis::y) < 1e-9);
    PhaseVolume negative = volume;
    negative.bodies.reset();
    for (float& d : negative.distance) {
        d = -d;
    }
    PhaseVolume same = volume;
    same.bodies.reset();
    const double solid = effective(
        negative, solid_network(negative, cut_cells(negative), 2, Axis::y, Drive::periodic),
        Axis::y);
    CHECK(solid == near(2 * effective(same, {.pore = 1}, Axis::y)).epsilon(1e-5));
}

TEST_CASE("plates half a cell outside are planes of symmetry") {
    const PhaseVolume volume = simple_cubic.volume(12, 0.1);
    const SurfaceConductors conductors = joined(1, 3, 1);
    const double periodic = effective(volume, conductors, Axis::x, Drive::periodic);
    CHECK(effective(volume, conductors, Axis::x, Drive::fixed_potential) ==
          near(periodic).epsilon(1e-6));
    CHECK(effective(volume, conductors, Axis::z, Drive::fixed_potential) ==
          near(periodic).epsilon(1e-6));
}

TEST_CASE("spheres in perfect contact with the matrix") {
    const auto error = [](const Lattice& lattice, std::int64_t cells, double k, double exact) {
        return effective(lattice.volume(cells), joined(1, k, 0), Axis::z) / exact - 1;
    };
    for (const auto& [k, exact, at_16] : {std::tuple{0.1, 0.656290, 0.001},
                                          {2.0, 1.24372122, 0.003},
                                          {10.0, 1.887740, 0.005},
                                          {100.0, 2.274567, 0.002}}) {
        CAPTURE(k);
        const double fine = error(simple_cubic, 16, k, exact);
        CHECK(std::abs(fine) < at_16);
        CHECK(order(error(simple_cubic, 8, k, exact), fine) > 1.2);
    }
    const Lattice bcc{true, 0.4};
    CHECK(std::abs(error(bcc, 16, 0.1, 0.559984)) < 0.003);
    CHECK(std::abs(error(bcc, 16, 10, 2.297032)) < 0.008);
    CHECK(std::abs(error(bcc, 16, 100, 2.934879)) < 0.007);
    CHECK(std::abs(error(bcc, 16, 1, 1)) < 1e-6);
}

TEST_CASE("spheres with contact resistance, second order") {
    // k_l = k_s / (1 + l k_s R / a) makes each sphere homogeneous.
    const auto error = [](const Lattice& lattice, std::int64_t cells, double k, double r,
                          double exact) {
        return effective(lattice.volume(cells),
                         {.pore = 1, .solid = k, .pore_solid = r * lattice.radius()}, Axis::z) /
                   exact -
               1;
    };
    for (const auto& [k, r, exact, at_16] : {std::tuple{10.0, 0.1, 1.62473996, 0.001},
                                             {10.0, 1.0, 0.97212779, 0.001},
                                             {10.0, 10.0, 0.65556239, 0.0015},
                                             {100.0, 0.1, 1.84984493, 0.0015},
                                             {100.0, 1.0, 0.99702273, 0.001}}) {
        CAPTURE(k);
        CAPTURE(r);
        CHECK(std::abs(error(simple_cubic, 16, k, r, exact)) < at_16);
    }
    CHECK(order(error(simple_cubic, 8, 10, 1, 0.97212779),
                error(simple_cubic, 16, 10, 1, 0.97212779)) > 1.8);
    // At 8 cells the spheres pass through the same cells.
    CHECK(std::abs(error({true, 0.5}, 8, 10, 0.1, 2.20744091)) < 0.005);
    CHECK(std::abs(error({true, 0.5}, 8, 100, 0.1, 2.74232857)) < 0.005);
    CHECK(std::abs(error({true, 0.5}, 16, 10, 0.1, 2.20744091)) < 0.002);
    CHECK(std::abs(error({true, 0.5}, 16, 10, 1, 0.95383055)) < 0.002);
}

TEST_CASE("layers across the axis add their resistances and joints, wherever they lie") {
    constexpr std::int64_t cells = 12;
    for (const double phase : {0.0, 0.03, 0.1, 0.17, 2.5 / 12}) { // the last: through cell centres
        CAPTURE(phase);
        const PhaseVolume volume =
            make_solid({3, 2, cells}, 1, layers({0, 0, 1}, {3, 2, cells}, phase));
        for (const double k : {0.01, 1.0, 50.0}) {
            CAPTURE(k);
            for (const double r : {0.0, 0.1, 7.0}) {
                const SurfaceConductors both{.pore = 1, .solid = k, .pore_solid = r};
                const double across = 1 / (0.5 + 0.5 / k + 2 * r / cells);
                // Joints below 1/200 voxel of the poorer side are left out.
                CHECK(effective(volume, both, Axis::z) ==
                      near(across).epsilon(r == 0.1 ? 5e-4 : 1e-5));
                CHECK(effective(volume, both, Axis::x) == near(0.5 + 0.5 * k).epsilon(1e-5));
            }
        }
        PhaseVolume coated = volume;
        add_film(coated, 2);
        SurfaceConductors three = joined(1, 5, 1);
        CHECK(effective(coated, three, Axis::z) == near(1 / (0.5 + 0.1)).epsilon(1e-5));
        CHECK(effective(coated, three, Axis::x) == near(3 + 2.0 * 2 / cells).epsilon(1e-5));
        three.film_pore = 0.7;
        three.film_solid = 0.3;
        CHECK(effective(coated, three, Axis::z) == near(1 / (0.6 + 2.0 / cells)).epsilon(1e-5));
        CHECK(effective(coated, three, Axis::x) == near(3 + 2.0 * 2 / cells).epsilon(1e-5));
    }
}

TEST_CASE("a film on planes of any tilt conducts alike in all its directions") {
    // Exact: k = s S_v (1 - n_a^2). The distance is in floats.
    for (const Vec3& m : {Vec3(0, 0, 1), Vec3(0, 1, 1), Vec3(0, 1, 2), Vec3(1, 0, 3), Vec3(2, 1, 0),
                          Vec3(1, 1, 1), Vec3(1, 2, 2)}) {
        CAPTURE(m.transpose());
        const Shape shape{40, 40, 40};
        PhaseVolume volume = make_solid(shape, 1, layers(m, Vec3::Constant(40), 0.13));
        add_film(volume, 1);
        const double density = 2 * m.norm() / 40;
        const Vec3 normal = m.normalized();
        const CutCells cells = cut_cells(volume);
        const CutSheet sheet = cut_sheet(volume);
        for (const Axis axis : {Axis::x, Axis::z}) {
            const auto a = static_cast<int>(axis);
            const double exact = density * (1 - normal[a] * normal[a]);
            const double k = effective(
                volume,
                surface_network(volume, cells, sheet, {.sheet_factor = 1}, axis, Drive::periodic),
                axis);
            CHECK(k == near(exact).epsilon(2e-6).scale(1e-3));
        }
    }
}

TEST_CASE("a film on tilted planes in long voxels") {
    PhaseVolume volume = make_solid({6, 20, 40}, 1, [](const Vec3&) { return 0.0; });
    volume.voxel = {3, 1.5, 0.5};
    const auto distance = layers({0, 1, 1}, {18, 30, 20}, 0.13);
    for (std::int64_t n = 0; n < volume.distance.size(); ++n) {
        const Vec3 centre(static_cast<double>(n % 6) + 0.5, static_cast<double>(n / 6 % 20) + 0.5,
                          static_cast<double>(n / 120) + 0.5);
        volume.distance[n] = static_cast<float>(distance(centre.cwiseProduct(volume.voxel)));
        volume.labels[n] = volume.distance[n] < 0 ? 1 : 0;
    }
    add_film(volume, 1);
    const Vec3 q(0, 1.0 / 30, 1.0 / 20);
    for (const Axis axis : all_axes) {
        const auto a = static_cast<int>(axis);
        const double exact = 2 * q.norm() * (1 - q[a] * q[a] / q.squaredNorm());
        CHECK(effective(volume, {.sheet_factor = 1}, axis) == near(exact).epsilon(2e-6));
    }
}

TEST_CASE("a film on straight cylinders between plates conducts by perimeter over area") {
    // Exact: the uniform gradient solves the problem. The ends of the box do not fit together.
    constexpr std::int64_t cells = 16;
    PhaseVolume volume = make_solid({cells, cells, 4}, 1, [](const Vec3& p) {
        return std::hypot(p.x() - 8.2, p.y() - 7.7) - 4.8;
    });
    volume.periodic = {true, true, false};
    add_film(volume, 1);
    const double perimeter = 2 * pi * 4.8;
    const double solid = pi * 4.8 * 4.8 / (cells * cells);
    const double film = perimeter / (cells * cells);
    CHECK(effective(volume, {.sheet_factor = 1}, Axis::z, Drive::fixed_potential) ==
          near(film).epsilon(1e-3));
    CHECK(effective(volume, joined(2, 3, 1), Axis::z, Drive::fixed_potential) ==
          near(film + 3 * solid + 2 * (1 - solid)).epsilon(1e-3));
}

TEST_CASE("a film on Schwarz' P surface with insulators on both sides, k = 1.5634 s / L") {
    // On a minimal surface k = (2/3) s S_v exactly; area 2.3451 per unit cell (Torquato & Donev,
    // Proc. R. Soc. A 2004, 460, 1849). The trigonometric level set is near-minimal, within 0.5 %.
    const auto error = [](std::int64_t cells) {
        PhaseVolume volume = make_solid({cells, cells, cells}, 1e-6, schwarz_p(cells));
        add_film(volume, 1e-3);
        const double exact = 1.5634 * 1e-3 / (1e-6 * static_cast<double>(cells));
        return effective(volume, {.sheet_factor = 1}, Axis::z) / exact - 1;
    };
    CHECK(std::abs(error(16)) < 0.005);
    CHECK(std::abs(error(24)) < 0.002);
    CHECK(std::abs(error(32)) < 0.002);
}

TEST_CASE("coated insulating spheres in a conducting matrix, second order") {
    // k_l = k_s + (l + 1) s/a makes each sphere homogeneous (for l = 1 Torquato & Rintoul, Phys.
    // Rev. Lett. 1995, 75, 4067). At s/a = 1/2 the coating is neutral: the spheres disappear.
    const auto error = [](std::int64_t cells, double ratio, double exact) {
        return effective(simple_cubic.volume(cells, ratio * simple_cubic.radius()), joined(1, 0, 1),
                         Axis::z) /
                   exact -
               1;
    };
    for (const auto& [ratio, exact] : {std::pair{0.05, 0.656622},
                                       {0.5, 1.0},
                                       {1.0, 1.244153},
                                       {5.0, 1.889909},
                                       {50.0, 2.275102}}) {
        CAPTURE(ratio);
        const double coarse = error(8, ratio, exact);
        const double fine = error(16, ratio, exact);
        CHECK(std::abs(coarse) < 0.012);
        CHECK(std::abs(fine) < 0.002);
        CHECK(std::abs(fine + (fine - coarse) / 3) < 0.005); // extrapolated
    }
    CHECK(std::abs(error(32, 5, 1.889909)) < 0.001);
}

TEST_CASE("coated conducting spheres") {
    const auto error = [](double k, double ratio, double exact) {
        return effective(simple_cubic.volume(16, ratio * simple_cubic.radius()), joined(1, k, 1),
                         Axis::z) /
                   exact -
               1;
    };
    CHECK(std::abs(error(0.1, 0.45, 1)) < 0.003); // neutral: k_s + 2 s / a = 1
    CHECK(std::abs(error(10, 0, 1.887740)) < 0.006);
}

TEST_CASE("neutral coatings make random spheres disappear") {
    const std::uint64_t seed = 11;
    CAPTURE(seed);
    RandomStream random(seed, "random spheres");
    constexpr double radius = 0.14;
    std::vector<Ball> balls;
    for (int attempt = 0; attempt < 2000; ++attempt) {
        const Vec3 centre(random.uniform(), random.uniform(), random.uniform());
        bool is_free = true;
        for (const Ball& ball : balls) {
            Vec3 away = centre - ball.centre;
            away -= Vec3(away.array().round());
            is_free = is_free && away.norm() > 2 * radius;
        }
        if (is_free) {
            balls.push_back({centre, radius});
        }
    }
    CHECK(balls.size() > 20); // volume fraction above 0.24
    const auto error = [&](std::int64_t cells) {
        const PhaseVolume volume =
            make_balls({cells, cells, cells}, Vec3::Constant(1 / static_cast<double>(cells)), balls,
                       0.5 * radius);
        return effective(volume, joined(1, 0, 1), Axis::x) - 1;
    };
    CHECK(std::abs(error(24)) < 0.003);
    CHECK(std::abs(error(32)) < 0.003);
}

TEST_CASE("bodies that do not touch and their films stay apart, however near") {
    // Body-centred spheres touch at a volume fraction of 0.680; at 0.66 the gap is 0.009 periods.
    const auto conductivity = [](double fraction, const SurfaceConductors& conductors) {
        const Lattice lattice{true, fraction};
        return effective(lattice.volume(12, 1, {0.02, 0.01, 0.03}), conductors, Axis::z);
    };
    for (const SurfaceConductors& conductors :
         {SurfaceConductors{.sheet_factor = 1}, SurfaceConductors{.solid = 1}, joined(0, 1, 1)}) {
        CHECK(conductivity(0.66, conductors) < 1e-9);
        CHECK(conductivity(0.72, conductors) > 0.1);
    }
}

TEST_CASE("a film broken by a bare stripe leaves the current to the solid") {
    PhaseVolume volume = make_solid({8, 4, 20}, 1, layers({0, 0, 1}, {8, 4, 20}, 0.02));
    add_film(volume, 1e-3);
    for (std::int64_t n = 0; n < volume.labels.size(); ++n) {
        if (n % 8 == 3 || n % 8 == 4) {
            volume.film.sheet_conductance[n] = 0;
        }
    }
    CHECK(effective(volume, joined(0, 0, 1), Axis::x) < 1e-12);
    CHECK(effective(volume, joined(0, 0, 1), Axis::y) > 0);
    const double poor = effective(volume, joined(0, 1e-6, 1), Axis::x);
    CHECK(poor > 0.5e-6);
    CHECK(poor < 8 * 1e-6);
    // The stripes are bare surface: pore and solid meet there directly.
    SurfaceConductors stripes = joined(1, 1, 1);
    stripes.film_pore = not_joined;
    stripes.film_solid = not_joined;
    const double through = effective(volume, stripes, Axis::z);
    CHECK(through > 0.1);
    CHECK(through < 1);
    stripes.pore_solid = not_joined;
    CHECK(effective(volume, stripes, Axis::z) < 1e-12);
}

TEST_CASE("sheets side by side meet in their geometric mean") {
    PhaseVolume volume = make_solid({8, 4, 20}, 1, layers({0, 0, 1}, {8, 4, 20}, 0.02));
    add_film(volume, 1);
    for (std::int64_t n = 0; n < volume.labels.size(); ++n) {
        volume.film.sheet_conductance[n] *= n % 8 < 4 ? 1.0F : 9.0F;
    }
    // Eight steps along x: three in each sheet, two between them; two sheets per 20 m.
    CHECK(effective(volume, {.sheet_factor = 1}, Axis::x) ==
          near(2.0 / 20 * 8 / (3 + 3.0 / 9 + 2.0 / 3)).epsilon(1e-5));
    CHECK(effective(volume, {.sheet_factor = 2}, Axis::y) == near(2 * 2.0 / 20 * 5).epsilon(1e-5));
}

TEST_CASE("sheets and networks have the same bits for any number of threads") {
    const PhaseVolume volume = Lattice{true, 0.6}.volume(24, 0.1, {0.02, 0.01, 0.03});
    const auto build = [&](int threads) {
        const ThreadLimit limit(threads);
        return surface_network(volume, cut_cells(volume), cut_sheet(volume), joined(1, 0.2, 1),
                               Axis::z);
    };
    const ConductorNetwork one = build(1);
    const ConductorNetwork many = build(4);
    CHECK(one.cell == many.cell);
    CHECK(one.carrier == many.carrier);
    CHECK(one.first == many.first);
    CHECK(one.neighbour == many.neighbour);
    CHECK(one.conductance == many.conductance);
    CHECK(one.lower.size() == many.lower.size());
    CHECK(one.wraps.size() == many.wraps.size());
}

TEST_CASE("surface networks refuse what they cannot use") {
    const PhaseVolume image = make_image({3, 3, 3}, 1e-6, [](auto, auto, auto) { return 0; });
    CHECK_THROWS_AS(pore_network(image, CutCells{}, 1, Axis::z), Error);
    PhaseVolume volume = make_solid({8, 8, 8}, 1e-6, sphere_in_cube(8, 0.2));
    const CutCells cells = cut_cells(volume);
    const CutSheet sheet = cut_sheet(volume);
    CHECK_THROWS_AS(pore_network(volume, cells, -1, Axis::z), Error);
    CHECK_THROWS_AS(solid_network(volume, cells, std::nan(""), Axis::z), Error);
    CHECK_THROWS_AS(solid_network(volume, cells, std::numeric_limits<double>::infinity(), Axis::z),
                    Error);
    CHECK_THROWS_AS(surface_network(volume, cells, CutSheet{}, {.pore = 1}, Axis::z), Error);
    CHECK_THROWS_AS(
        surface_network(volume, cells, sheet, {.pore = 1, .pore_solid = std::nan("")}, Axis::z),
        Error);
    CHECK_THROWS_AS(surface_network(volume, cells, sheet, {.sheet_factor = -1}, Axis::z), Error);
    volume.periodic[2] = false;
    CHECK_THROWS_AS(pore_network(volume, cells, 1, Axis::z, Drive::periodic), Error);
}
