#include <algorithm>
#include <cmath>
#include <string>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "transport/network_frame.h"

namespace porogen {

namespace {

using transport::NetworkFrame;

std::string name_of(const PhaseVolume& volume, int label) {
    for (const Phase& phase : volume.phases) {
        if (phase.label == label) {
            return "\"" + phase.name + "\" (label " + std::to_string(label) + ")";
        }
    }
    return "label " + std::to_string(label);
}

std::vector<std::uint8_t> labels_in_use(const Grid<std::uint8_t>& labels) {
    std::vector<std::uint8_t> used;
    for (const Phase& phase : phases_present(labels)) {
        used.push_back(phase.label);
    }
    return used;
}

void check(const PhaseVolume& volume, const std::vector<std::uint8_t>& labels,
           const std::array<double, 256>& conductivity) {
    for (const std::uint8_t label : labels) {
        const double k = conductivity[label];
        if (!(k >= 0) || std::isinf(k)) {
            throw_bad_input(
                "conductivity of " + name_of(volume, label) + ": " + std::to_string(k) +
                " S/m is no conductivity (negative, infinite or not a number); give a finite "
                "value >= 0");
        }
    }
}

/// The conductance of a face between two cells, for every pair of labels in use.
class PairTable {
  public:
    PairTable(const std::vector<std::uint8_t>& labels, const std::array<double, 256>& conductivity,
              double scale, std::vector<double>& exact)
        : count_(labels.size()), value_(count_ * count_) {
        for (std::size_t a = 0; a < count_; ++a) {
            for (std::size_t b = 0; b < count_; ++b) {
                const double k_a = conductivity[labels[a]];
                const double k_b = conductivity[labels[b]];
                const double g = k_a > 0 && k_b > 0 ? scale * 2 * k_a * k_b / (k_a + k_b) : 0;
                value_[a * count_ + b] = static_cast<float>(g);
                exact.push_back(g);
            }
        }
    }
    [[nodiscard]] float operator()(std::uint8_t a, std::uint8_t b) const {
        return value_[a * count_ + b];
    }

  private:
    std::size_t count_;
    std::vector<float> value_;
};

void keep_distinct(std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

} // namespace

namespace transport {

ConductorNetwork voxel_network(const PhaseVolume& volume,
                               const std::array<double, 256>& conductivity, Axis axis,
                               std::array<bool, 3> periodic) {
    const NetworkFrame frame(volume, axis, periodic);
    const std::vector<std::uint8_t> labels = labels_in_use(volume.labels);
    check(volume, labels, conductivity);
    std::array<std::uint8_t, 256> rank{};
    for (std::size_t r = 0; r < labels.size(); ++r) {
        rank[labels[r]] = static_cast<std::uint8_t>(r);
    }

    ConductorNetwork network = frame.empty_network();
    for (const Axis along : all_axes) {
        const PairTable table(labels, conductivity, frame.geometric_factor(along), network.exact);
        Grid<float>& face = network.face[static_cast<std::size_t>(along)];
        frame.for_each_face(along, [&](std::int64_t n, std::int64_t up) {
            face[n] = table(rank[volume.labels[n]], rank[volume.labels[up]]);
        });
    }
    const double end_factor = 2 * frame.geometric_factor(axis);
    for (const std::uint8_t label : labels) {
        network.exact.push_back(end_factor * conductivity[label]);
    }
    for (std::int64_t m = 0; m < frame.ends().size(); ++m) {
        const auto end = [&](std::int64_t n) {
            return static_cast<float>(end_factor * conductivity[volume.labels[n]]);
        };
        network.end_lower[static_cast<std::size_t>(m)] = end(frame.ends().lower(m));
        network.end_upper[static_cast<std::size_t>(m)] = end(frame.ends().upper(m));
    }
    keep_distinct(network.exact);
    return network;
}

} // namespace transport

ConductorNetwork voxel_network(const PhaseVolume& volume,
                               const std::array<double, 256>& conductivity, Axis axis,
                               Sides sides) {
    std::array<bool, 3> periodic{};
    periodic.fill(sides == Sides::periodic);
    return transport::voxel_network(volume, conductivity, axis, periodic);
}

} // namespace porogen
