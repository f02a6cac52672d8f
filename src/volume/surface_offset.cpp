#include <cmath>

#include "porogen/core/parallel.h"
#include "porogen/volume/cut_cells.h"
#include "volume/lattice_distance.h"

namespace porogen {

namespace {

constexpr double tolerance = 1e-7;
constexpr int max_steps = 60;

/// Solid volume fraction of a cell after its values have been lowered by `offset`.
double shifted_cut(std::array<FaceValues, 6> faces, double centre, const Vec3& voxel,
                   double offset) {
    for (FaceValues& face : faces) {
        face.centre -= offset;
        for (double& corner : face.corner) {
            corner -= offset;
        }
    }
    return cut_cube(faces, centre - offset, voxel).inside;
}

/// Mean solid fraction after the surface has moved outwards by `offset`: interpolation weights sum
/// to one, so shifting the interpolated values is shifting the distance.
double shifted_fraction(const PhaseVolume& volume, const LatticeDistance& lattice, double offset) {
    const Shape& shape = volume.shape();
    const double sum =
        parallel_sum(shape.y * shape.z, 64, [&](std::int64_t begin, std::int64_t end) {
            double part = 0;
            RowBounds bounds;
            for (std::int64_t row = begin; row < end; ++row) {
                const std::int64_t j = row % shape.y;
                const std::int64_t k = row / shape.y;
                find_bounds(lattice, j, k, bounds);
                for (std::int64_t i = 0; i < shape.x; ++i) {
                    const auto n = static_cast<std::size_t>(i);
                    if (static_cast<double>(bounds.high[n]) <= offset) {
                        part += 1;
                    } else if (static_cast<double>(bounds.low[n]) <= offset) {
                        part += shifted_cut(cell_faces(lattice, i, j, k),
                                            static_cast<double>(lattice.centre[row * shape.x + i]),
                                            volume.voxel, offset);
                    }
                }
            }
            return part;
        });
    return sum / static_cast<double>(shape.size());
}

} // namespace

std::optional<double> surface_offset(const PhaseVolume& volume, double target, double limit) {
    const LatticeDistance lattice = lattice_distance(volume.distance, volume.periodic);
    const auto excess = [&](double offset) {
        return shifted_fraction(volume, lattice, offset) - target;
    };
    // The fraction grows with the offset: regula falsi with the Anderson-Björck modification,
    // bracketed throughout, started at zero because the offset is usually small.
    double low = 0;
    double high = 0;
    double low_excess = excess(0);
    double high_excess = low_excess;
    if (low_excess < 0) {
        high = limit;
        high_excess = excess(limit);
    } else {
        low = -limit;
        low_excess = excess(-limit);
    }
    if (!(low_excess <= tolerance && high_excess >= -tolerance)) {
        return std::nullopt;
    }
    if (std::abs(low_excess) <= tolerance) {
        return low;
    }
    if (std::abs(high_excess) <= tolerance) {
        return high;
    }
    int kept = 0; // the end that the last step kept: -1 low, +1 high
    for (int step = 0; step < max_steps; ++step) {
        const double middle = (low * high_excess - high * low_excess) / (high_excess - low_excess);
        const double middle_excess = excess(middle);
        if (std::abs(middle_excess) <= tolerance) {
            return middle;
        }
        // An end kept twice is given less weight, or it would stay for ever on a curved function.
        const auto weight = [&](double replaced) {
            const double m = 1 - middle_excess / replaced;
            return m > 0 ? m : 0.5;
        };
        if (middle_excess < 0) {
            high_excess *= kept == 1 ? weight(low_excess) : 1;
            kept = 1;
            low = middle;
            low_excess = middle_excess;
        } else {
            low_excess *= kept == -1 ? weight(high_excess) : 1;
            kept = -1;
            high = middle;
            high_excess = middle_excess;
        }
    }
    return std::nullopt;
}

} // namespace porogen
