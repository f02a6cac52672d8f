#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <numbers>
#include <utility>

#include "transport/verify_cases.h"
#include "transport/verify_shapes.h"

namespace porogen::verify {

namespace {

constexpr double pi = std::numbers::pi;
const std::string multipoles =
    "multipoles l <= 91, McPhedran & McKenzie, Proc. R. Soc. A 1978, 359, 45";

template <class... Numbers>
std::string text(const char* format, Numbers... numbers) {
    char line[96];
    std::snprintf(line, sizeof line, format, numbers...);
    return line;
}

std::string text(const CubicArray& array) {
    return text(array.body_centred ? "BCC %g" : "SC %g", array.fraction);
}

/// Half the box is solid, in two layers per period across z, at no special place of the grid.
PhaseVolume two_layers(std::int64_t cells) {
    const Vec3 size(0.4 * period, 0.3 * period, period);
    return solid({4, 3, cells}, size, layers({0, 0, 1}, size, 0.13));
}

/// Planes that turn about y, `angle` [degrees] away from the horizontal; two per period.
PhaseVolume tilted_planes(double angle, std::int64_t cells) {
    const double tangent = std::tan(angle * pi / 180);
    const Vec3 size(angle > 0 ? period / tangent : period, 0.25 * period, period);
    return solid({cells, 4, cells}, size, layers({angle > 0 ? 1.0 : 0.0, 0, 1}, size, 0.13));
}

/// Square columns along z, half a period wide, alternately pore and solid: two sets of planes that
/// cross. Horizontal planes as well would cross them in edges that no surface of a solid has.
PhaseVolume square_cells(std::int64_t cells) {
    const Vec3 size(period, period, 0.25 * period);
    return solid({cells, cells, cells / 4}, size, [](const Vec3& point) {
        const auto wall = [](double x) { // signed distance to the planes across an axis
            const double at = 2 * x / period + 0.26;
            return (std::fmod(at, 2.0) < 1 ? 0.5 : -0.5) * period * std::abs(at - std::round(at));
        };
        const double x = wall(point.x());
        const double y = wall(point.y());
        return std::copysign(std::min(std::abs(x), std::abs(y)), x * y);
    });
}

/// A round pore of diameter 0.6 periods along z.
PhaseVolume tube(std::int64_t cells) {
    const Vec3 size(period, period, 0.25 * period);
    return solid({cells, cells, 4}, size, [](const Vec3& point) {
        return 0.3 * period - std::hypot(point.x() - 0.5 * period, point.y() - 0.53 * period);
    });
}

/// Cylinders along z; hexagonal in a cell of 1 : sqrt(3) with voxels of the same ratio.
struct Cylinders {
    bool hexagonal = false;
    double fraction = 0;

    [[nodiscard]] Vec3 size() const {
        return {period, hexagonal ? std::sqrt(3.0) * period : period, 0.25 * period};
    }
    [[nodiscard]] double radius() const {
        return std::sqrt(fraction * size().x() * size().y() / (pi * (hexagonal ? 2 : 1)));
    }
    [[nodiscard]] PhaseVolume volume(std::int64_t cells) const {
        const Vec3 box = size();
        return solid({cells, cells, 2}, box, [this, box](const Vec3& point) {
            const auto distance = [&](double x, double y) {
                const double dx = point.x() - x;
                const double dy = point.y() - y;
                return std::hypot(dx - box.x() * std::round(dx / box.x()),
                                  dy - box.y() * std::round(dy / box.y())) -
                       radius();
            };
            const double corner = distance(0, 0);
            return hexagonal ? std::min(corner, distance(0.5 * box.x(), 0.5 * box.y())) : corner;
        });
    }
};

PhaseVolume coated(PhaseVolume volume, double sheet) {
    coat(volume, sheet);
    return volume;
}

/// Adds cubic arrays on their grids; the plan says what is known of them.
void add_array(Plans& plans, Plan plan, const CubicArray& array, double sheet,
               const SurfaceConductors& conductors) {
    plan.name = text(array) + ", " + plan.name;
    plan.measure = [array, sheet, conductors](std::int64_t cells) {
        PhaseVolume volume = array.volume(cells);
        if (sheet > 0) {
            coat(volume, sheet);
        }
        return conductivity(volume, conductors, Axis::z);
    };
    add_on_grids(plans, plan);
}

const CubicArray simple{false, 0.3};
const CubicArray body{true, 0.4};
const CubicArray half_body{true, 0.5};

} // namespace

void add_contact_resistance(Plans& plans) {
    for (const double ratio : {0.2, 5.0}) { // resistance of a joint / that of half a period
        const double resistance = ratio * period / 2;
        plans.push_back({.group = "contact resistance",
                         .name = text("layers across, k 1 : 20, R k/t %g", ratio),
                         .reference = "L/k = sum t/k + sum R",
                         .exact = 1 / (0.5 + 0.5 / 20 + ratio),
                         .tolerance = 1e-6,
                         .measure =
                             [resistance](std::int64_t cells) {
                                 return conductivity(
                                     two_layers(cells),
                                     {.pore = 1, .solid = 20, .pore_solid = resistance}, Axis::z);
                             },
                         .cells = 12});
    }
    plans.push_back({.group = "contact resistance",
                     .name = "layers across, film between joints",
                     .reference = "L/k = sum t/k + sum R",
                     .exact = 1 / (0.5 + 0.5 / 20 + 1),
                     .tolerance = 1e-6,
                     .measure =
                         [](std::int64_t cells) {
                             return conductivity(coated(two_layers(cells), period),
                                                 {.pore = 1,
                                                  .solid = 20,
                                                  .sheet_factor = 1,
                                                  .film_pore = 0.2 * period,
                                                  .film_solid = 0.3 * period},
                                                 Axis::z);
                         },
                     .cells = 12});
    const auto add = [&](const CubicArray& array, double k, double r, double exact,
                         double tolerance, std::optional<double> order, bool full) {
        add_array(plans,
                  {.group = "contact resistance",
                   .name = text("k %g, R k/a %g", k, r),
                   .reference = multipoles + ", with k_l = k_s/(1 + l k_s R/a)",
                   .exact = exact,
                   .tolerance = tolerance,
                   .least_order = order,
                   .full = full},
                  array, 0, {.pore = 1, .solid = k, .pore_solid = r * array.radius()});
    };
    add(simple, 10, 0.1, 1.62473996, 0.02, std::nullopt, false);
    add(simple, 10, 1, 0.97212779, 0.002, 1.8, false);
    add(simple, 10, 10, 0.65556239, 0.002, 1.8, false);
    add(simple, 100, 0.1, 1.84984493, 0.02, std::nullopt, true);
    add(simple, 100, 1, 0.99702273, 0.002, 1.8, true);
    add(half_body, 10, 0.1, 2.20744091, 0.02, std::nullopt, true);
    add(half_body, 10, 1, 0.95383055, 0.002, 1.8, true);
}

void add_sheets(Plans& plans) {
    constexpr double s = 1e-9; // [S]
    const auto add = [&](std::string name, const char* reference, double exact, double tolerance,
                         std::int64_t cells, const std::function<PhaseVolume(std::int64_t)>& shape,
                         Axis axis) {
        plans.push_back({.group = "sheets",
                         .name = std::move(name),
                         .reference = reference,
                         .exact = exact,
                         .tolerance = tolerance,
                         .measure =
                             [shape, axis](std::int64_t n) {
                                 return conductivity(coated(shape(n), s), {.sheet_factor = 1},
                                                     axis);
                             },
                         .cells = cells});
    };
    const char* planes = "k = s/d cos^2, d the distance of the planes";
    for (const double angle : {0.0, 30.0, 45.0}) {
        const double radians = angle * pi / 180;
        const double exact = s / (0.5 * period * std::cos(radians));
        const auto shape = [angle](std::int64_t cells) { return tilted_planes(angle, cells); };
        add(text("planes at %g degrees, along", angle), planes, exact, 1e-6, 40, shape, Axis::y);
        add(text("planes at %g degrees, uphill", angle), planes,
            exact * std::pow(std::cos(radians), 2), 1e-6, 40, shape, Axis::x);
    }
    const Vec3 cube = Vec3::Constant(period);
    add(
        "planes (1 2 2), along x", planes, s * 6 / period * (1 - 1.0 / 9), 1e-6, 40,
        [cube](std::int64_t cells) {
            return solid({cells, cells, cells}, cube, layers({1, 2, 2}, cube, 0.13));
        },
        Axis::x);
    add("round tube, along", "k = s perimeter / area of the box", s * 0.6 * pi / period, 0.01, 16,
        tube, Axis::z);
    add("square cells with walls, along", "k = 2 s/d", 2 * s / (0.5 * period), 0.01, 64,
        square_cells, Axis::z);
    add_on_grids(plans, {.group = "sheets",
                         .name = "Schwarz P, insulators on both sides",
                         .reference = "(2/3) s S_v = 1.5634 s/L, Torquato & Donev, Proc. R. Soc. A "
                                      "2004, 460, 1849; level set minimal within 0.5 %",
                         .exact = 1.5634 * s / period,
                         .tolerance = 0.01,
                         .measure = [](std::int64_t cells) {
                             return conductivity(coated(solid({cells, cells, cells},
                                                              Vec3::Constant(period), schwarz_p()),
                                                        s),
                                                 {.sheet_factor = 1}, Axis::z);
                         }});
    add_finer(plans);
}

void add_spheres(Plans& plans) {
    const auto add = [&](const CubicArray& array, double k, double exact, double tolerance,
                         std::optional<double> order) {
        add_array(plans,
                  {.group = "spheres",
                   .name = text("k %g", k),
                   .reference = multipoles,
                   .exact = exact,
                   .tolerance = tolerance,
                   .least_order = order},
                  array, 0, joined(k, 0));
    };
    add(simple, 0, 0.60566125, 0.003, 1.7);
    add_finer(plans);
    add(simple, 0.1, 0.65628971, 0.005, std::nullopt);
    add(simple, 10, 1.88774006, 0.02, std::nullopt);
    add_finer(plans);
    add(simple, 100, 2.27456736, 0.02, std::nullopt);
    add(body, 0, 0.49846451, 0.003, 1.7);
    add(body, 0.1, 0.55998366, 0.005, std::nullopt);
    add(body, 10, 2.29703199, 0.02, std::nullopt);
    add(body, 100, 2.93487890, 0.02, std::nullopt);
    // Gaps of 1.5, 3.5 and 0 % of a period, below a voxel on coarse grids: judged on fine ones.
    const auto add_dense = [&](const CubicArray& array, double k, double exact, double tolerance) {
        plans.push_back({.group = "spheres",
                         .name = text(array) + text(", narrow gaps, k %g", k),
                         .reference = multipoles,
                         .exact = exact,
                         .tolerance = tolerance,
                         .measure =
                             [array, k](std::int64_t cells) {
                                 return conductivity(array.volume(cells), joined(k, 0), Axis::z);
                             },
                         .cells = 64,
                         .other_cells = 32,
                         .full = true});
    };
    const CubicArray simple_half{false, 0.5};
    add_dense(simple_half, 0, 0.37373481, 0.003);
    add_dense(simple_half, 0.1, 0.45407292, 0.005);
    add_dense(simple_half, 10, 3.14455802, 0.02);
    add_dense(simple_half, 100, 5.34926963, 0.02);
    const CubicArray body_dense{true, 0.6};
    add_dense(body_dense, 0, 0.29751279, 0.003);
    add_dense(body_dense, 0.1, 0.37978991, 0.005);
    add_dense(body_dense, 10, 3.61974339, 0.02);
    add_dense(body_dense, 100, 5.87350883, 0.02);
    add_dense({false, 0.5235987756}, 0, 0.343743, 0.003); // touching
    add_dense({true, 0.6801747616}, 0, 0.217159, 0.003);
}

void add_cylinders(Plans& plans) {
    // Voxels of the hexagonal cell are sqrt(3) times as long as wide, so that 16 cells of it
    // resolve a cylinder like 9: it is judged on 32.
    const auto add = [&](const Cylinders& cylinders, double k, double film, Axis axis, double exact,
                         double tolerance, std::optional<double> order) {
        const double sheet = film * cylinders.radius();
        Plans both;
        add_on_grids(
            both,
            {.group = "cylinders",
             .name = text(cylinders.hexagonal ? "hexagonal %g" : "square %g", cylinders.fraction) +
                     text(film > 0 ? ", k %g, s/a %g" : ", k %g", k, film) +
                     (axis == Axis::z   ? ", along"
                      : axis == Axis::y ? ", across y"
                                        : ", across"),
             .reference = axis == Axis::z
                              ? "k = 1 + f (k - 1)"
                              : "multipoles l <= 119, Perrins, McKenzie & McPhedran, Proc. R. Soc. "
                                "A 1979, 369, 207",
             .exact = exact,
             .tolerance = tolerance,
             .measure =
                 [cylinders, k, sheet, axis](std::int64_t cells) {
                     PhaseVolume volume = cylinders.volume(cells);
                     if (sheet > 0) {
                         coat(volume, sheet);
                     }
                     return conductivity(volume, joined(k, sheet > 0 ? 1 : 0), axis);
                 },
             .least_order = order});
        if (cylinders.hexagonal) {
            std::swap(both.front().cells, both.front().other_cells);
        }
        std::ranges::move(both, std::back_inserter(plans));
    };
    const Cylinders square{false, 0.5};
    const Cylinders hexagonal{true, 0.5};
    add(square, 0, 0, Axis::x, 0.32465447, 0.003, 1.7);
    add(square, 10, 0, Axis::x, 2.41546738, 0.02, std::nullopt);
    add(square, 0, 5, Axis::x, 2.01714106, 0.02, std::nullopt);
    add(square, 10, 0, Axis::z, 5.5, 0.003, 1.7);
    add(hexagonal, 0, 0, Axis::x, 0.33280901, 0.003, 1.7);
    add(hexagonal, 0, 0, Axis::y, 0.33280901, 0.003, 1.7);
    add(hexagonal, 10, 0, Axis::x, 2.38646674, 0.02, std::nullopt);
    add(hexagonal, 10, 0, Axis::y, 2.38646674, 0.02, std::nullopt);
}

void add_tilted_layers(Plans& plans) {
    const auto add = [&](double angle, double ratio, double tolerance) {
        const double radians = angle * pi / 180;
        const double width = 0.5 * period * std::cos(radians); // of a layer
        const double along = (1 + 4) / 2.0;
        const double across = 1 / (0.5 + 0.5 / 4 + ratio);
        const SurfaceConductors both{.pore = 1, .solid = 4, .pore_solid = ratio * width};
        plans.push_back(
            {.group = "tensors",
             .name = text("surface, layers at %g degrees, R k/t %g, k_xx", angle, ratio),
             .reference = "R diag(series, parallel) R^T",
             .exact = along + (across - along) * std::pow(std::sin(radians), 2),
             .tolerance = tolerance,
             .measure =
                 [angle, both](std::int64_t cells) {
                     return conductivity(tilted_planes(angle, cells), both, Axis::x);
                 },
             .cells = 32,
             .other_cells = 64});
    };
    add(30, 0, 0.005);
    add(45, 0, 0.005);
    add(30, 1, 1e-6);
    add(45, 1, 1e-6);
}

void add_coated_spheres(Plans& plans) {
    const auto add = [&](const CubicArray& array, double k, double film, double exact,
                         double tolerance, bool full) {
        add_array(plans,
                  {.group = "coated spheres",
                   .name = text("k %g, s/a %g", k, film),
                   .reference = multipoles + ", with k_l = k_s + (l + 1) s/a",
                   .exact = exact,
                   .tolerance = tolerance,
                   .full = full},
                  array, film * array.radius(), joined(k, 1));
    };
    add(simple, 0, 0.05, 0.65662230, 0.01, true);
    add(simple, 0, 0.5, 1, 0.01, false); // neutral: the film makes the spheres disappear
    add(simple, 0, 1, 1.24415271, 0.02, false);
    add_finer(plans);
    add(simple, 0, 5, 1.88990910, 0.05, false);
    add(simple, 0, 50, 2.27510221, 0.05, true);
    add(simple, 0.1, 1, 1.26367508, 0.02, true);
    add(body, 0, 0.5, 1, 0.01, true);
    add(body, 0, 1, 1.33390364, 0.02, true);
    add(body, 0, 5, 2.29865719, 0.05, true);
    add_on_grids(plans, {.group = "coated spheres",
                         .name = "at random, 0.32, k 0, s/a 0.5: neutral",
                         .reference = "k = 1 in any arrangement, Torquato & Rintoul, Phys. Rev. "
                                      "Lett. 1995, 75, 4067",
                         .exact = 1,
                         .tolerance = 0.01,
                         .measure = [](std::int64_t cells) {
                             constexpr double radius = 0.14 * period;
                             PhaseVolume volume =
                                 spheres({cells, cells, cells}, Vec3::Constant(period),
                                         random_spheres(radius, 2000, 11));
                             coat(volume, 0.5 * radius);
                             return conductivity(volume, joined(0, 1), Axis::x);
                         }});
}

} // namespace porogen::verify
