#include "geometry/film_pattern.h"

#include <cmath>

#include "porogen/core/errors.h"
#include "porogen/core/units.h"

namespace porogen {

namespace {

void check_patches(const PhaseVolume& volume, double patch_size) {
    const double voxel = volume.voxel.maxCoeff();
    if (!(patch_size >= voxel)) {
        throw_bad_input("coat: patch_size is " + format_number(patch_size) +
                        " m, less than a voxel of " + format_number(voxel) +
                        " m (the grid cannot show such patches); choose a finer voxel or larger "
                        "patches");
    }
    for (std::size_t a = 0; a < 3; ++a) {
        const double side = volume.size()[static_cast<int>(a)];
        if (volume.periodic[a] && !(patch_size <= side / 2)) {
            throw_bad_input("coat: patch_size is " + format_number(patch_size) +
                            " m, more than half of the box's " + format_number(side) + " m along " +
                            axis_names[a] +
                            " (patches repeat with the box); choose a larger box or smaller "
                            "patches");
        }
    }
}

} // namespace

Vec3 surface_point(const PhaseVolume& volume, std::int64_t n) {
    const Shape& shape = volume.shape();
    Vec3 centre;
    Vec3 gradient;
    for (const Axis axis : all_axes) {
        const auto a = static_cast<int>(axis);
        const std::int64_t stride = shape.stride(axis);
        const std::int64_t cells = shape[axis];
        const std::int64_t at = n / stride % cells;
        const bool wraps = volume.periodic[static_cast<std::size_t>(a)];
        const std::int64_t up = at + 1 < cells ? 1 : wraps ? 1 - cells : 0;
        const std::int64_t down = at > 0 ? 1 : wraps ? 1 - cells : 0;
        const int steps = (up != 0 ? 1 : 0) + (down != 0 ? 1 : 0);
        centre[a] = (static_cast<double>(at) + 0.5) * volume.voxel[a];
        gradient[a] = steps == 0 ? 0
                                 : static_cast<double>(volume.distance[n + up * stride] -
                                                       volume.distance[n - down * stride]) /
                                       (steps * volume.voxel[a]);
    }
    const double length = gradient.norm();
    // On a ridge between two surfaces, equally far away, there is no direction.
    return length > 0.1 ? centre - static_cast<double>(volume.distance[n]) / length * gradient
                        : centre;
}

FilmPattern::FilmPattern(const PhaseVolume& volume, const CoatOptions& options)
    : log_spread_(std::log(options.thickness_spread)) {
    const auto field = [&](const char* what) {
        return CorrelatedField(volume.size(), volume.periodic, options.patch_size,
                               RandomStream(options.seed, "coat " + options.name + what));
    };
    if (options.coverage < 1 || options.thickness_spread > 1) {
        check_patches(volume, options.patch_size);
    }
    if (options.coverage < 1) {
        patches_ = field(" patches");
    }
    if (options.thickness_spread > 1) {
        thickness_ = field(" thickness");
    }
}

double FilmPattern::level(const Vec3& point) const {
    return patches_ ? (*patches_)(point) : 0;
}

double FilmPattern::relative_mass(const Vec3& point) const {
    return thickness_ ? std::exp(log_spread_ * (*thickness_)(point)) : 1;
}

} // namespace porogen
