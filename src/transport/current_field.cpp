#include "porogen/transport/current_field.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "porogen/core/parallel.h"

namespace porogen {

namespace {

/// Potentials and conductivities of an image, asked face by face.
class Faces {
  public:
    Faces(const ImageNetwork& network, const Grid<float>& potential)
        : network_(network), volume_(*network.volume), potential_(potential) {}

    [[nodiscard]] double conductivity(std::int64_t n) const {
        return network_.conductivity[volume_.labels[n]];
    }
    /// Current density upwards through the lower or upper face of cell n along an axis [A/m^2].
    [[nodiscard]] double through(Axis axis, bool upper, std::int64_t n) const {
        const std::int64_t stride = volume_.shape().stride(axis);
        const std::int64_t last = volume_.shape()[axis] - 1;
        const std::int64_t at = n / stride % (last + 1);
        const double step = volume_.voxel[static_cast<int>(axis)];
        const double sign = upper ? 1 : -1;
        const auto value = static_cast<double>(potential_[n]);
        if (at == (upper ? last : 0)) {
            if (axis == network_.axis) { // a plate, half a cell away
                return sign * 2 * conductivity(n) * (value - (upper ? 0 : 1)) / step;
            }
            if (!network_.periodic[static_cast<std::size_t>(axis)] || last == 0) {
                return 0;
            }
        }
        const std::int64_t inside = upper ? n + stride : n - stride;
        const std::int64_t around = upper ? n - last * stride : n + last * stride;
        const std::int64_t m = at == (upper ? last : 0) ? around : inside;
        const double k_n = conductivity(n);
        const double k_m = conductivity(m);
        return k_m > 0 ? sign * 2 * k_n * k_m / (k_n + k_m) *
                             (value - static_cast<double>(potential_[m])) / step
                       : 0;
    }

  private:
    const ImageNetwork& network_;
    const PhaseVolume& volume_;
    const Grid<float>& potential_;
};

} // namespace

Grid<float> current_density(const ImageNetwork& network, const Grid<float>& potential) {
    const Faces faces(network, potential);
    Grid<float> density(potential.shape());
    parallel_blocks(density.size(), 16384, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            // A potential of exactly 0 marks the cells without current.
            if (!(faces.conductivity(n) > 0) || potential[n] == 0.0F) {
                continue;
            }
            double square = 0;
            for (const Axis axis : all_axes) {
                const double mean =
                    0.5 * (faces.through(axis, false, n) + faces.through(axis, true, n));
                square += mean * mean;
            }
            density[n] = static_cast<float>(std::sqrt(square));
        }
    });
    return density;
}

FlowStatistics flow_statistics(const ImageNetwork& network, const Grid<float>& density) {
    const PhaseVolume& volume = *network.volume;
    std::vector<float> cells;
    std::vector<float> powers; // square of the density / conductivity
    double squares = 0;
    for (std::int64_t n = 0; n < density.size(); ++n) {
        const double k = network.conductivity[volume.labels[n]];
        if (k > 0) {
            cells.push_back(density[n]);
            powers.push_back(static_cast<float>(std::pow(static_cast<double>(density[n]), 2) / k));
            squares += static_cast<double>(powers.back());
        }
    }
    FlowStatistics statistics;
    if (!(squares > 0)) {
        return statistics;
    }
    // At a potential difference of 1 the power is the current through the box.
    const double power = squares * volume.voxel.prod();
    const int a = static_cast<int>(network.axis);
    const double mean = power / (volume.size().prod() / volume.size()[a]);
    std::sort(cells.begin(), cells.end());
    const auto count = static_cast<double>(cells.size());
    const auto percentile = [&](double part) {
        const auto at = static_cast<std::size_t>(part * (count - 1));
        return static_cast<double>(cells[at]) / mean;
    };
    statistics.median = percentile(0.5);
    statistics.p90 = percentile(0.9);
    statistics.p99 = percentile(0.99);
    statistics.largest = percentile(1);
    const auto stagnant =
        std::lower_bound(cells.begin(), cells.end(), static_cast<float>(0.01 * mean));
    statistics.stagnant_fraction = static_cast<double>(stagnant - cells.begin()) / count;

    std::sort(powers.begin(), powers.end(), std::greater<>());
    double sum = 0;
    std::size_t taken = 0;
    while (taken < powers.size() && sum < 0.5 * squares) {
        sum += static_cast<double>(powers[taken++]);
    }
    statistics.half_power_fraction = static_cast<double>(taken) / count;
    return statistics;
}

} // namespace porogen
