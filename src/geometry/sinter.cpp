#include "porogen/geometry/sinter.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>
#include <vector>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/core/units.h"
#include "porogen/volume/cut_cells.h"
#include "porogen/volume/redistance.h"

namespace porogen {

namespace {

/// The filter with these outer weights is exp(t d^2/dx^2) to fourth order: the error of the
/// differences and that of the step cancel, t = h^2 / 6.
constexpr double best_weight = 1.0 / 6;
/// Steps between redistancings. A distance d becomes d + t laplace(d), whose zero lags behind by
/// t kappa^2 of its way.
constexpr int steps_per_round = 6;
/// Half the band during the flow, a whole number: cells just beyond, at the constant, then pull at
/// the surface in proportion to its way to the nearest cell, which does not move it; at 3.5 a
/// ripple of half a voxel decays 10 % too fast [voxels].
constexpr double narrow = 4;
constexpr double most_steps = 1e5;

/// One step of the heat equation in a row: (w, 1 - 2w, w).
void filter_row(const float* in, std::int64_t count, bool periodic, float weight, float* out) {
    const auto step = [weight](float low, float middle, float high) {
        return middle + weight * (low - 2 * middle + high);
    };
    if (count == 1) {
        out[0] = in[0];
        return;
    }
    for (std::int64_t i = 1; i + 1 < count; ++i) {
        out[i] = step(in[i - 1], in[i], in[i + 1]);
    }
    // Continued linearly, an end has no curvature.
    out[0] = periodic ? step(in[count - 1], in[0], in[1]) : in[0];
    out[count - 1] = periodic ? step(in[count - 2], in[count - 1], in[0]) : in[count - 1];
}

/// The same from row to row, or plane to plane, `n` of `count` at a distance of `stride`.
void filter_across(const float* in, std::int64_t n, std::int64_t count, std::int64_t stride,
                   bool periodic, float weight, std::int64_t length, float* out) {
    const float* const middle = in + n * stride;
    if (count == 1 || (!periodic && (n == 0 || n == count - 1))) {
        std::copy(middle, middle + length, out);
        return;
    }
    const float* const low = in + (n == 0 ? count - 1 : n - 1) * stride;
    const float* const high = in + (n == count - 1 ? 0 : n + 1) * stride;
    for (std::int64_t i = 0; i < length; ++i) {
        out[i] = middle[i] + weight * (low[i] - 2 * middle[i] + high[i]);
    }
}

/// One step of d phi/dt = laplace(phi), along one axis after the other. `spare` has the shape of
/// `phi`.
void diffuse(Grid<float>& phi, Grid<float>& spare, std::array<bool, 3> periodic, float weight) {
    const Shape& shape = phi.shape();
    const std::int64_t plane = shape.x * shape.y;
    parallel_blocks(shape.z, 1, [&](std::int64_t begin, std::int64_t end) {
        std::vector<float> rows(static_cast<std::size_t>(plane));
        for (std::int64_t k = begin; k < end; ++k) {
            for (std::int64_t j = 0; j < shape.y; ++j) {
                filter_row(phi.data() + k * plane + j * shape.x, shape.x, periodic[0], weight,
                           rows.data() + j * shape.x);
            }
            for (std::int64_t j = 0; j < shape.y; ++j) {
                filter_across(rows.data(), j, shape.y, shape.x, periodic[1], weight, shape.x,
                              spare.data() + k * plane + j * shape.x);
            }
        }
    });
    parallel_blocks(shape.z, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t k = begin; k < end; ++k) {
            filter_across(spare.data(), k, shape.z, plane, periodic[2], weight, plane,
                          phi.data() + k * plane);
        }
    });
}

/// Solid volume in cells, the edge of the solid blurred over 1.5 voxels either way: cheap, smooth,
/// and close enough to tell how much was lost since the last look.
double blurred_volume(const Grid<float>& phi, double voxel, double offset) {
    const auto scale = static_cast<float>(1 / (1.5 * voxel));
    const auto shift = static_cast<float>(offset / (1.5 * voxel));
    return parallel_sum(phi.size(), 1 << 14, [&](std::int64_t begin, std::int64_t end) {
        double part = 0;
        for (std::int64_t n = begin; n < end; ++n) {
            const float x = std::clamp(scale * phi[n] - shift, -1.0F, 1.0F);
            const float square = x * x;
            part += static_cast<double>(0.5F - x * (15 - square * (10 - 3 * square)) / 16);
        }
        return part;
    });
}

/// Moves the surface until the blurred volume is that asked for. False if that takes more than
/// the band allows.
bool restore_volume(Grid<float>& phi, double voxel, double target) {
    const double tolerance = 1e-8 * static_cast<double>(phi.size());
    const double limit = (narrow - 1.5) * voxel; // within the band
    double offset = 0;
    double error = blurred_volume(phi, voxel, 0) - target;
    double other = 0.01 * voxel; // secant
    double other_error = blurred_volume(phi, voxel, other) - target;
    for (int step = 0; step < 12 && std::abs(error) > tolerance; ++step) {
        if (!(std::abs(other_error - error) > 0)) {
            return false;
        }
        const double next =
            std::clamp(offset - error * (other - offset) / (other_error - error), -limit, limit);
        other = offset;
        other_error = error;
        offset = next;
        error = blurred_volume(phi, voxel, offset) - target;
    }
    if (!(std::abs(error) <= 100 * tolerance)) {
        return false;
    }
    for (float& value : phi) {
        value -= static_cast<float>(offset);
    }
    return true;
}

[[noreturn]] void throw_no_surface(double length) {
    throw_bad_input("sinter: length is " + format_number(length) +
                    " m (nothing of the solid's shape outlives that); choose a length below the "
                    "size of the particles and pores");
}

void check(const PhaseVolume& volume, const SinterOptions& options, double steps) {
    if (!(options.length >= 0) || !std::isfinite(options.length)) {
        throw_bad_input("sinter: length is " + format_number(options.length) +
                        " m; it must be at least 0");
    }
    if (!(steps <= most_steps)) {
        throw_bad_input("sinter: length is " + format_number(options.length) + " m (" +
                        format_number(options.length / volume.voxel.x()) +
                        " voxels, too many steps); choose a shorter length or a larger voxel");
    }
}

} // namespace

SinterReport sinter(PhaseVolume& volume, const SinterOptions& options, Progress& progress) {
    assert(volume.has_distance() && !volume.has_film());
    const double voxel = volume.voxel.x();
    const double ratio = options.length / voxel;
    const double asked = std::ceil(ratio * ratio / best_weight * (1 - 1e-12));
    check(volume, options, asked);
    SinterReport report;
    if (!(options.length > 0)) {
        return report;
    }
    // Before and after are compared, so both are measured by the distance alone.
    volume.bodies.reset();
    const double box = volume.size().prod();
    const CutCells before = cut_cells(volume);
    const double solid = mean_solid_fraction(before);
    report.surface_before = report.surface_after = surface_area(before) / box;
    if (!(report.surface_before > 0)) {
        return report;
    }
    report.steps = static_cast<int>(asked);
    const auto weight = static_cast<float>(ratio * ratio / report.steps);
    const double farthest =
        static_cast<double>(*std::max_element(volume.distance.begin(), volume.distance.end()));
    const double band = std::max(farthest, 4 * voxel);

    PhaseVolume moved;
    moved.voxel = volume.voxel;
    moved.periodic = volume.periodic;
    moved.labels = Grid<std::uint8_t>(volume.shape());
    moved.distance = volume.distance;
    redistance(moved, narrow * voxel);
    const double target = blurred_volume(moved.distance, voxel, 0);
    Grid<float> spare(volume.shape());
    for (int done = 0; done < report.steps;) {
        throw_if_interrupted();
        progress.update(static_cast<double>(done) / report.steps);
        const int round = std::min(steps_per_round, report.steps - done);
        for (int step = 0; step < round; ++step) {
            diffuse(moved.distance, spare, volume.periodic, weight);
        }
        done += round;
        redistance(moved, done < report.steps ? narrow * voxel : band);
        if (!restore_volume(moved.distance, voxel, target)) {
            throw_no_surface(options.length);
        }
    }
    const std::optional<double> offset = surface_offset(moved, solid, 1.5 * voxel).offset;
    if (!offset) {
        throw_no_surface(options.length);
    }
    const std::uint8_t label = volume.phases.size() > 1 ? volume.phases[1].label : std::uint8_t{1};
    for (std::int64_t n = 0; n < volume.labels.size(); ++n) {
        moved.distance[n] -= static_cast<float>(*offset);
        volume.labels[n] = moved.distance[n] < 0 ? label : pore_label;
    }
    volume.distance = std::move(moved.distance);
    report.surface_after = surface_area(cut_cells(volume)) / box;
    progress.update(1);
    return report;
}

} // namespace porogen
