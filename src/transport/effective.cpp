#include "porogen/transport/effective.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "porogen/core/errors.h"
#include "porogen/transport/surface_network.h"
#include "transport/image_tensor.h"

namespace porogen {

namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

/// The axes measured one after the other share the progress of the whole.
class SharedProgress : public Progress {
  public:
    SharedProgress(Progress& whole, double parts) : whole_(whole), parts_(parts) {}
    void update(double fraction) override { whole_.update((done_ + fraction) / parts_); }
    void next() { done_ += 1; }

  private:
    Progress& whole_;
    double parts_;
    double done_ = 0;
};

/// What carries the current, in bulk.
struct Carrier {
    double conductivity = 0; ///< of the best conducting phase [S/m]
    /// Sum of volume fraction x conductivity: of straight layers side by side [S/m].
    double parallel = 0;
    double fraction = undefined; ///< of the conducting phase, if it is one [1]
};

/// Where nothing gets through, that is 0 of any bulk.
double relative_to(const Carrier& carrier, double conductivity) {
    if (!(conductivity > 0)) {
        return 0;
    }
    return carrier.conductivity > 0 ? conductivity / carrier.conductivity : undefined;
}

double tortuosity_factor(const Carrier& carrier, double conductivity) {
    if (!(conductivity > 0)) {
        return infinite;
    }
    return carrier.parallel > 0 ? carrier.parallel / conductivity : undefined;
}

double bruggeman_exponent(const Carrier& carrier, double relative) {
    if (!(relative > 0)) {
        return infinite;
    }
    // A phase that fills the box has any exponent.
    return carrier.fraction > 0 && carrier.fraction < 1
               ? std::log(relative) / std::log(carrier.fraction)
               : undefined;
}

/// Solves the network of each axis asked for; `solve_axis(axis, drive, progress)` builds it.
template <class SolveAxis>
EffectiveTransport measure(const PhaseVolume& volume, const Carrier& carrier,
                           const MeasureOptions& options, Progress& progress,
                           const SolveAxis& solve_axis) {
    EffectiveTransport result;
    result.measured = options.axes;
    result.carrier_fraction = carrier.fraction;
    for (auto* values : {&result.conductivity, &result.relative, &result.tortuosity_factor,
                         &result.macmullin_number, &result.bruggeman_exponent,
                         &result.electrode_tortuosity_factor}) {
        values->fill(undefined);
    }
    const auto axes = std::count(options.axes.begin(), options.axes.end(), true);
    SharedProgress shared(progress, static_cast<double>(axes) * (options.electrode ? 2 : 1));
    for (const Axis axis : all_axes) {
        const auto a = static_cast<std::size_t>(axis);
        if (!options.axes[a]) {
            continue;
        }
        const double length = volume.size()[static_cast<int>(axis)];
        const double per_conductance = length * length / volume.size().prod();
        result.report[a] = solve_axis(axis, Drive::fixed_potential, shared);
        shared.next();
        result.conductivity[a] = result.report[a].conductance * per_conductance;
        result.relative[a] = relative_to(carrier, result.conductivity[a]);
        result.tortuosity_factor[a] = tortuosity_factor(carrier, result.conductivity[a]);
        result.macmullin_number[a] = result.relative[a] == 0 ? infinite : 1 / result.relative[a];
        result.bruggeman_exponent[a] = bruggeman_exponent(carrier, result.relative[a]);
        if (options.electrode) {
            const SolveReport walls = solve_axis(axis, Drive::walls, shared);
            shared.next();
            // A conductor that reaches the end but has no walls cannot be fed over them.
            result.electrode_tortuosity_factor[a] =
                !walls.percolates && walls.unknowns > 0
                    ? undefined
                    : tortuosity_factor(carrier, walls.conductance * per_conductance);
            result.report[a].converged = result.report[a].converged && walls.converged;
        }
    }
    return result;
}

/// The conducting labels together.
Carrier image_carrier(const PhaseVolume& volume, const std::array<double, 256>& conductivity) {
    const std::array<std::int64_t, 256> count = count_labels(volume.labels);
    Carrier carrier;
    double conducting = 0;
    bool alike = true;
    for (std::size_t label = 0; label < count.size(); ++label) {
        if (count[label] > 0 && conductivity[label] > 0) {
            const double fraction =
                static_cast<double>(count[label]) / static_cast<double>(volume.labels.size());
            alike = alike && (conducting == 0 || conductivity[label] == carrier.conductivity);
            conducting += fraction;
            carrier.parallel += fraction * conductivity[label];
            carrier.conductivity = std::max(carrier.conductivity, conductivity[label]);
        }
    }
    carrier.fraction = alike ? conducting : undefined;
    return carrier;
}

EffectiveTransport measure_labels(const PhaseVolume& volume,
                                  const std::array<double, 256>& conductivity,
                                  std::array<bool, 3> periodic, const MeasureOptions& options,
                                  Progress& progress) {
    std::array<std::optional<FlowStatistics>, 3> flow{};
    EffectiveTransport result = measure(
        volume, image_carrier(volume, conductivity), options, progress,
        [&](Axis axis, Drive drive, Progress& part) {
            const ImageNetwork network = voxel_network(volume, conductivity, axis, periodic, drive);
            const ImageSolution solution = solve(network, options.solver, part);
            if (options.flow && drive == Drive::fixed_potential && solution.report.percolates) {
                flow[static_cast<std::size_t>(axis)] =
                    flow_statistics(network, current_density(network, solution.potential));
            }
            return solution.report;
        });
    result.flow = flow;
    return result;
}

} // namespace

EffectiveTransport measure_image(const PhaseVolume& volume,
                                 const std::array<double, 256>& conductivity, Sides sides,
                                 const MeasureOptions& options, Progress& progress) {
    std::array<bool, 3> periodic{};
    periodic.fill(sides == Sides::periodic);
    return measure_labels(volume, conductivity, periodic, options, progress);
}

ConductivityTensor measure_tensor(const PhaseVolume& volume,
                                  const std::array<double, 256>& conductivity,
                                  const SolveOptions& options, Progress& progress) {
    SharedProgress shared(progress, 3);
    const transport::ImageTensor powers =
        transport::image_tensor(volume, conductivity, options, shared, [&] { shared.next(); });
    ConductivityTensor tensor;
    tensor.report = powers.report;
    const Vec3 size = volume.size();
    tensor.conductivity = size.asDiagonal() * powers.conductance * size.asDiagonal() / size.prod();
    return tensor;
}

EffectiveTransport measure_ionic(const PhaseVolume& volume, const IonicConductors& conductors,
                                 const MeasureOptions& options, Progress& progress) {
    if (!(conductors.electrolyte > 0)) {
        throw_bad_input("electrolyte conductivity: " + std::to_string(conductors.electrolyte) +
                        " S/m (an electrolyte conducts); give a value > 0");
    }
    if (!volume.has_distance()) {
        std::array<double, 256> conductivity{};
        conductivity[pore_label] = conductors.electrolyte;
        return measure_labels(volume, conductivity, volume.periodic, options, progress);
    }
    const CutCells cells = cut_cells(volume);
    const double porosity = 1 - mean_solid_fraction(cells);
    const Carrier electrolyte{conductors.electrolyte, porosity * conductors.electrolyte, porosity};
    const bool host = conductors.host > 0 && std::isfinite(conductors.interface_resistance);
    const CutSheet sheet = host ? cut_sheet(volume) : CutSheet{};
    return measure(volume, electrolyte, options, progress,
                   [&](Axis axis, Drive drive, Progress& part) {
                       const ConductorNetwork network =
                           host && drive != Drive::walls
                               ? surface_network(volume, cells, sheet,
                                                 {.pore = conductors.electrolyte,
                                                  .solid = conductors.host,
                                                  .pore_solid = conductors.interface_resistance},
                                                 axis, drive)
                               : pore_network(volume, cells, conductors.electrolyte, axis, drive);
                       return solve(network, options.solver, part).report;
                   });
}

EffectiveTransport measure_electronic(const PhaseVolume& volume, double solid_conductivity,
                                      double sheet_factor, const MeasureOptions& options,
                                      Progress& progress) {
    if (!volume.has_distance()) {
        std::array<double, 256> conductivity{};
        conductivity.fill(solid_conductivity);
        conductivity[pore_label] = 0;
        return measure_labels(volume, conductivity, volume.periodic, options, progress);
    }
    const CutCells cells = cut_cells(volume);
    const bool film = volume.has_film() && sheet_factor > 0;
    const CutSheet sheet = film ? cut_sheet(volume) : CutSheet{};
    const double fraction = mean_solid_fraction(cells);
    // Where a film shares the current there is no bulk to compare with.
    const Carrier solid =
        film ? Carrier{} : Carrier{solid_conductivity, fraction * solid_conductivity, fraction};
    return measure(volume, solid, options, progress, [&](Axis axis, Drive drive, Progress& part) {
        const ConductorNetwork network =
            film ? surface_network(
                       volume, cells, sheet,
                       {.solid = solid_conductivity, .sheet_factor = sheet_factor, .film_solid = 0},
                       axis, drive)
                 : solid_network(volume, cells, solid_conductivity, axis, drive);
        return solve(network, options.solver, part).report;
    });
}

} // namespace porogen
