#include "porogen/transport/effective.h"

#include <algorithm>
#include <limits>
#include <string>

#include "porogen/core/errors.h"
#include "transport/network_frame.h"

namespace porogen {

namespace {

/// The axes measured one after the other share the progress of the whole.
class AxisProgress : public Progress {
  public:
    AxisProgress(Progress& whole, AxisMask axes)
        : whole_(whole), count_(static_cast<double>(std::count(axes.begin(), axes.end(), true))) {}
    void update(double fraction) override { whole_.update((done_ + fraction) / count_); }
    void next() { done_ += 1; }

  private:
    Progress& whole_;
    double count_;
    double done_ = 0;
};

/// What carries the current, in bulk.
struct Carrier {
    double conductivity = 0; ///< of the best conducting phase [S/m]
    double parallel =
        0; ///< sum of volume fraction x conductivity: of straight layers side by side [S/m]
};

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// Where nothing gets through, that is 0 of any bulk.
double relative_to(const Carrier& carrier, double conductivity) {
    if (!(conductivity > 0)) {
        return 0;
    }
    return carrier.conductivity > 0 ? conductivity / carrier.conductivity : undefined;
}

double tortuosity_factor(const Carrier& carrier, double conductivity) {
    if (!(conductivity > 0)) {
        return std::numeric_limits<double>::infinity();
    }
    return carrier.parallel > 0 ? carrier.parallel / conductivity : undefined;
}

/// Solves the network of each axis asked for; `network(axis)` builds it.
template <class Network>
EffectiveTransport measure(const PhaseVolume& volume, const Carrier& carrier, AxisMask axes,
                           const SolveOptions& options, Progress& progress,
                           const Network& network) {
    EffectiveTransport result;
    result.measured = axes;
    result.conductivity.fill(undefined);
    result.relative = result.conductivity;
    result.tortuosity_factor = result.conductivity;
    AxisProgress axis_progress(progress, axes);
    for (const Axis axis : all_axes) {
        const auto a = static_cast<std::size_t>(axis);
        if (!axes[a]) {
            continue;
        }
        const SolveReport report = solve(network(axis), options, axis_progress).report;
        const double length = volume.size()[static_cast<int>(axis)];
        result.conductivity[a] = report.conductance * length * length / volume.size().prod();
        result.relative[a] = relative_to(carrier, result.conductivity[a]);
        result.tortuosity_factor[a] = tortuosity_factor(carrier, result.conductivity[a]);
        result.report[a] = report;
        axis_progress.next();
    }
    return result;
}

/// The conducting labels together.
Carrier image_carrier(const PhaseVolume& volume, const std::array<double, 256>& conductivity) {
    const std::array<std::int64_t, 256> count = count_labels(volume.labels);
    Carrier carrier;
    for (std::size_t label = 0; label < count.size(); ++label) {
        if (count[label] > 0) {
            carrier.parallel += static_cast<double>(count[label]) * conductivity[label] /
                                static_cast<double>(volume.labels.size());
            carrier.conductivity = std::max(carrier.conductivity, conductivity[label]);
        }
    }
    return carrier;
}

/// An image measured with the sides that the volume itself has.
EffectiveTransport measure_labels(const PhaseVolume& volume,
                                  const std::array<double, 256>& conductivity, AxisMask axes,
                                  const SolveOptions& options, Progress& progress) {
    return measure(volume, image_carrier(volume, conductivity), axes, options, progress,
                   [&](Axis axis) {
                       return transport::voxel_network(volume, conductivity, axis, volume.periodic);
                   });
}

} // namespace

EffectiveTransport measure_image(const PhaseVolume& volume,
                                 const std::array<double, 256>& conductivity, AxisMask axes,
                                 Sides sides, const SolveOptions& options, Progress& progress) {
    return measure(volume, image_carrier(volume, conductivity), axes, options, progress,
                   [&](Axis axis) { return voxel_network(volume, conductivity, axis, sides); });
}

EffectiveTransport measure_ionic(const PhaseVolume& volume, double electrolyte_conductivity,
                                 AxisMask axes, const SolveOptions& options, Progress& progress) {
    if (!(electrolyte_conductivity > 0)) {
        throw_bad_input("electrolyte conductivity: " + std::to_string(electrolyte_conductivity) +
                        " S/m (an electrolyte conducts); give a value > 0");
    }
    if (!volume.has_distance()) {
        std::array<double, 256> conductivity{};
        conductivity[pore_label] = electrolyte_conductivity;
        return measure_labels(volume, conductivity, axes, options, progress);
    }
    const CutCells cells = cut_cells(volume);
    const Carrier electrolyte{electrolyte_conductivity,
                              (1 - mean_solid_fraction(cells)) * electrolyte_conductivity};
    return measure(volume, electrolyte, axes, options, progress, [&](Axis axis) {
        return pore_network(volume, cells, electrolyte_conductivity, axis);
    });
}

EffectiveTransport measure_electronic(const PhaseVolume& volume, double solid_conductivity,
                                      double sheet_factor, AxisMask axes,
                                      const SolveOptions& options, Progress& progress) {
    if (!volume.has_distance()) {
        std::array<double, 256> conductivity{};
        conductivity.fill(solid_conductivity);
        conductivity[pore_label] = 0;
        return measure_labels(volume, conductivity, axes, options, progress);
    }
    const CutCells cells = cut_cells(volume);
    // Where a film shares the current there is no bulk to compare with.
    const Carrier solid =
        volume.has_film()
            ? Carrier{}
            : Carrier{solid_conductivity, mean_solid_fraction(cells) * solid_conductivity};
    return measure(volume, solid, axes, options, progress, [&](Axis axis) {
        return solid_network(volume, cells, solid_conductivity, sheet_factor, axis);
    });
}

} // namespace porogen
