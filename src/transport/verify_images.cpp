#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <optional>
#include <utility>

#include "porogen/core/random.h"
#include "porogen/transport/effective.h"
#include "transport/verify_cases.h"
#include "transport/verify_shapes.h"

namespace porogen::verify {

namespace {

using Conductivities = std::array<double, 256>;

Conductivities by_label(const std::vector<double>& values) {
    Conductivities table{};
    std::ranges::copy(values, table.begin());
    return table;
}

/// Layers of three phases, 5, 3 and 4 voxels thick, in long voxels.
PhaseVolume three_layers(Axis normal) {
    Shape shape{4, 4, 4};
    (normal == Axis::x ? shape.x : shape.z) = 12;
    return image(shape, {3e-6, 1e-6, 0.5e-6}, [normal](auto i, auto, auto k) {
        const auto at = normal == Axis::x ? i : k;
        return at < 5 ? 0 : at < 8 ? 1 : 2;
    });
}
const std::vector<double> three{1, 50, 0.01};
const double parallel_three = (5 * 1 + 3 * 50 + 4 * 0.01) / 12;
const double series_three = 12 / (5 / 1.0 + 3 / 50.0 + 4 / 0.01);

/// Overlapping spheres at random, label 1, grown until they fill half the box to the voxel.
PhaseVolume random_halves(std::int64_t cells) {
    RandomStream random(1, "verify halves");
    std::vector<Sphere> all;
    for (int n = 0; n < 60; ++n) {
        const double x = random.uniform(0, period);
        const double y = random.uniform(0, period);
        all.push_back({Vec3(x, y, random.uniform(0, period)), 0.0});
    }
    PhaseVolume volume = spheres({cells, cells, cells}, Vec3::Constant(period), all);
    std::vector<float> sorted(volume.distance.begin(), volume.distance.end());
    std::ranges::sort(sorted);
    const float middle = sorted[sorted.size() / 2];
    for (std::int64_t n = 0; n < volume.labels.size(); ++n) {
        volume.labels[n] = volume.distance[n] < middle ? 1 : 0;
    }
    volume.bodies.reset();
    volume.distance = {};
    return volume;
}

/// Squares of two conductivities, two by two per period.
PhaseVolume checkerboard(std::int64_t cells) {
    return image(
        {cells, cells, 1}, Vec3::Constant(period / static_cast<double>(cells)),
        [cells](auto i, auto j, auto) { return (2 * i / cells + 2 * j / cells) % 2 == 0 ? 0 : 1; });
}

/// Along x, y and z.
std::array<double, 3> measure_halves(double contrast) {
    const PhaseVolume volume = random_halves(32);
    std::array<double, 3> k{};
    for (const Axis axis : all_axes) {
        k[static_cast<std::size_t>(axis)] =
            conductivity(volume, by_label({1, contrast}), axis, Drive::periodic);
    }
    return k;
}

/// Hashin & Shtrikman's bound of a mixture that is like the matrix inside out; the fraction is that
/// of the inclusions [1].
double hashin_shtrikman(double matrix, double inclusion, double fraction) {
    return matrix + fraction / (1 / (inclusion - matrix) + (1 - fraction) / (3 * matrix));
}

std::string with_contrast(const char* format, double contrast) {
    char text[96];
    std::snprintf(text, sizeof text, format, contrast);
    return text;
}

/// Every label is another phase; a box without any symmetry.
PhaseVolume random_labels(bool turned) {
    const auto label = [](std::int64_t i, std::int64_t j, std::int64_t k) {
        const auto mixed = static_cast<std::uint64_t>(i + 12 * (j + 10 * k)) * 0x9E3779B97F4A7C15U;
        return static_cast<int>((mixed ^ (mixed >> 29U)) * 0xBF58476D1CE4E5B9U >> 62U);
    };
    return turned ? image({8, 12, 10}, {3e-6, 1e-6, 2e-6},
                          [label](auto i, auto j, auto k) { return label(j, k, i); })
                  : image({12, 10, 8}, {1e-6, 2e-6, 3e-6}, label);
}

Mat3 tensor_of(const PhaseVolume& volume, const std::vector<double>& values) {
    return measure_tensor(volume, by_label(values), {.tolerance = 1e-8}).conductivity;
}

PhaseVolume diagonal_layers(std::int64_t cells) {
    const double edge = period / static_cast<double>(cells);
    return image({cells, 2, cells}, Vec3::Constant(edge),
                 [cells](auto i, auto, auto k) { return 2 * ((i + k) % cells) < cells ? 0 : 1; });
}

/// A channel one voxel wide, along z.
double electrode_tortuosity(std::int64_t cells) {
    PhaseVolume volume = image({2, 2, cells}, Vec3::Constant(period / static_cast<double>(cells)),
                               [](auto i, auto, auto) { return static_cast<int>(i); });
    const EffectiveTransport t = measure_image(
        volume, by_label({1}), Sides::no_flux,
        {.axes = {false, false, true}, .solver = {.tolerance = 1e-8}, .electrode = true});
    return t.electrode_tortuosity_factor[2];
}

} // namespace

void add_laminates(Plans& plans) {
    const auto add = [&](std::string name, Axis normal, Axis axis, Drive drive) {
        const double exact = normal == axis ? series_three : parallel_three;
        plans.push_back({.group = "laminates",
                         .name = std::move(name),
                         .reference = "layers in series and in parallel",
                         .exact = exact,
                         .tolerance = 1e-9,
                         .measure = [=](auto) {
                             return conductivity(three_layers(normal), by_label(three), axis,
                                                 drive);
                         }});
    };
    add("image across, k 1 : 50 : 0.01", Axis::z, Axis::z, Drive::fixed_potential);
    add("image across, voxels 6 times as long", Axis::x, Axis::x, Drive::periodic);
    add("image along", Axis::z, Axis::x, Drive::fixed_potential);
    add("image along, periodic", Axis::x, Axis::z, Drive::periodic);
}

void add_checkerboard(Plans& plans) {
    // The field at the corners ~ r^(lambda - 1), lambda = (4/pi) atan(sqrt(k1/k2)), and with it the
    // error ~ h^(2 lambda).
    const auto add = [&](double contrast, std::int64_t cells, double tolerance, bool full) {
        const double twice_lambda = 8 / std::numbers::pi * std::atan(1 / std::sqrt(contrast));
        plans.push_back({.group = "checkerboard",
                         .name = with_contrast("image, k 1 : %g", contrast),
                         .reference = "sqrt(k1 k2), Dykhne, Sov. Phys. JETP 1971, 32, 63",
                         .exact = std::sqrt(contrast),
                         .tolerance = tolerance,
                         .measure =
                             [contrast](std::int64_t n) {
                                 return conductivity(checkerboard(n), by_label({1, contrast}),
                                                     Axis::x, Drive::periodic);
                             },
                         .cells = cells,
                         .other_cells = 2 * cells,
                         .least_order = 0.9 * twice_lambda,
                         .full = full});
    };
    add(2, 64, 0.01, false);
    add(10, 64, 0.1, false);
    add(10, 512, 0.02, true);
}

void add_bounds(Plans& plans) {
    constexpr double k = 10;
    const auto mean = [](const std::array<double, 3>& of) { return (of[0] + of[1] + of[2]) / 3; };
    const auto least = [](const std::array<double, 3>& of) { return std::ranges::min(of); };
    const auto most = [](const std::array<double, 3>& of) { return std::ranges::max(of); };
    const auto add = [&](std::string name, const char* reference, VerifyClaim claim, double bound,
                         const auto& pick) {
        plans.push_back({.group = "bounds",
                         .name = std::move(name),
                         .reference = reference,
                         .claim = claim,
                         .exact = bound,
                         .tolerance = 1e-6,
                         .measure = [pick](auto) { return pick(measure_halves(k)); }});
    };
    const char* wiener = "Wiener 1912: layers in series and in parallel";
    add("random halves, k 1 : 10, least axis", wiener, VerifyClaim::at_least, 2 / (1 + 1 / k),
        least);
    add("random halves, k 1 : 10, best axis", wiener, VerifyClaim::at_most, (1 + k) / 2, most);
    const char* hashin = "Hashin & Shtrikman, J. Appl. Phys. 1962, 33, 3125";
    add("random halves, k 1 : 10, mean", hashin, VerifyClaim::at_least, hashin_shtrikman(1, k, 0.5),
        mean);
    add("random halves, k 1 : 10, mean", hashin, VerifyClaim::at_most, hashin_shtrikman(k, 1, 0.5),
        mean);
    // A film of s/a = 5 makes the spheres conduct like homogeneous ones of 2 s/a = 10 or more.
    const CubicArray array{false, 0.3};
    plans.push_back({.group = "bounds",
                     .name = "coated spheres, s/a 5, as spheres of k = 2 s/a",
                     .reference = hashin,
                     .claim = VerifyClaim::at_least,
                     .exact = hashin_shtrikman(1, k, array.fraction),
                     .tolerance = 1e-6,
                     .measure =
                         [array](std::int64_t cells) {
                             PhaseVolume volume = array.volume(cells);
                             coat(volume, 5 * array.radius());
                             return conductivity(volume, joined(0, 1), Axis::y);
                         },
                     .cells = 32});
    plans.push_back({.group = "bounds",
                     .name = "SC 0.3, insulating spheres",
                     .reference = hashin,
                     .claim = VerifyClaim::at_most,
                     .exact = 2 * 0.7 / (3 - 0.7),
                     .tolerance = 1e-6,
                     .measure =
                         [array](std::int64_t cells) {
                             return conductivity(array.volume(cells), {.pore = 1}, Axis::y);
                         },
                     .cells = 32});
}

void add_tensors(Plans& plans) {
    plans.push_back({.group = "tensors",
                     .name = "turned image, turned tensor: largest difference",
                     .reference = "R K R^T",
                     .exact = 0,
                     .tolerance = 1e-6,
                     .measure = [](auto) {
                         const std::vector<double> k{1, 20, 0, 0.3};
                         Mat3 turn = Mat3::Zero(); // x, y, z become y, z, x
                         turn(1, 0) = turn(2, 1) = turn(0, 2) = 1;
                         const Mat3 expected =
                             turn * tensor_of(random_labels(false), k) * turn.transpose();
                         const Mat3 got = tensor_of(random_labels(true), k);
                         return (got - expected).cwiseAbs().maxCoeff() / expected.norm();
                     }});
    const double along = 2.5;
    const double across = 1 / (0.5 + 0.5 / 4);
    const auto add = [&](std::string name, int row, int column, double exact, double tolerance,
                         std::optional<double> least_order) {
        plans.push_back({.group = "tensors",
                         .name = std::move(name),
                         .reference = "R diag(series, parallel) R^T",
                         .exact = exact,
                         .tolerance = tolerance,
                         .measure =
                             [row, column](std::int64_t cells) {
                                 return tensor_of(diagonal_layers(cells), {1, 4})(row, column);
                             },
                         .cells = 64,
                         .other_cells = least_order ? 128 : 0,
                         .least_order = least_order});
    };
    // Whole voxels make steps of the planes: first order, with the same difference in k_xx and
    // k_xz.
    add("image, layers at 45 degrees, k_xx", 0, 0, (along + across) / 2, 0.02, 0.9);
    add("image, layers at 45 degrees, k_xz", 0, 2, (across - along) / 2, 0.04, 0.9);
    add("image, layers at 45 degrees, k_yy", 1, 1, along, 1e-9, std::nullopt);
}

void add_drives(Plans& plans) {
    plans.push_back({.group = "drives",
                     .name = "fixed current across a laminate",
                     .reference = "layers in series",
                     .exact = series_three,
                     .tolerance = 1e-9,
                     .measure = [](auto) {
                         return conductivity(three_layers(Axis::z), by_label(three), Axis::z,
                                             Drive::fixed_current);
                     }});
    plans.push_back({.group = "drives",
                     .name = "electrode tortuosity of a straight channel",
                     .reference = "1, Nguyen et al., npj Comput. Mater. 2020, 6, 123",
                     .exact = 1,
                     .tolerance = 0.001,
                     .measure = electrode_tortuosity,
                     .cells = 32,
                     .other_cells = 64,
                     .least_order = 1.9});
}

} // namespace porogen::verify
