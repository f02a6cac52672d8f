#include "porogen/plating/resolved.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "plating/plating_box.h"
#include "plating/potentials.h"
#include "plating/rate.h"
#include "plating/resolved_checks.h"
#include "plating/resolved_metrics.h"
#include "plating/surface_state.h"
#include "porogen/core/constants.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/plating/lithiation.h"
#include "porogen/transport/electrode_network.h"
#include "porogen/transport/surface_network.h"
#include "porogen/volume/deposit_front.h"

namespace porogen {

namespace {

using namespace plating;

/// Electrons count as equipotential if their potential differs by less than this from the
/// collector's (root mean square over the sites) [V]: 2 % of RT/F.
constexpr double equipotential = 5e-4;
/// So that a few hot spots do not set the step, the fastest part of the area may move farther.
constexpr double hot_area = 1e-3;
/// Part of the inlets that lithium may have closed before it counts as having reached the
/// separator.
constexpr double closed_inlets = 0.5;
constexpr double unplaced = 1e-6;    ///< of the growth asked for
constexpr double clogged = 0.01;     ///< part of the pore volume
constexpr double overflowing = 0.05; ///< part of the lithium

/// Potentials by cell, to start the next solution from.
struct Memory {
    explicit Memory(const Shape& shape)
        : of_carrier{Grid<float>(shape), Grid<float>(shape), Grid<float>(shape)} {}

    std::array<Grid<float>, 3> of_carrier;

    [[nodiscard]] std::vector<double> recall(const ConductorNetwork& network) const {
        std::vector<double> potential(network.cell.size(), 0.0);
        for (std::size_t n = 0; n < potential.size(); ++n) {
            if (network.carrier[n] < of_carrier.size()) {
                potential[n] = static_cast<double>(of_carrier[network.carrier[n]][network.cell[n]]);
            }
        }
        return potential;
    }
    void keep(const ConductorNetwork& network, const std::vector<double>& potential) {
        for (std::size_t n = 0; n < potential.size(); ++n) {
            if (network.carrier[n] < of_carrier.size()) {
                of_carrier[network.carrier[n]][network.cell[n]] = static_cast<float>(potential[n]);
            }
        }
    }
};

/// How the current is spread at one state.
struct Distribution {
    std::vector<ReactionSite> sites;
    std::vector<std::uint8_t> active;
    SiteCurrents currents;
    double inlet_area = 0;
    double cut_off = 0; ///< open volume without ions, part of the pore volume [1]
    int newton_iterations = 0;
    int linear_iterations = 0;
};

class ResolvedRun {
  public:
    ResolvedRun(const PhaseVolume& volume, const ResolvedOptions& options, Progress& progress)
        : options_(options), progress_(progress), box_(plating_box(volume, options)),
          surface_(box_, options), memory_(box_.framework.shape()), deposit_(box_.framework),
          cells_(box_.cells), host_part_(host_part()),
          host_(host_part_, box_.framework.voxel, box_.framework.periodic,
                options.lithiation_speed) {
        deposit_.film = {};
        deposit_.bodies.reset();
        result_.headroom_layers = static_cast<int>(box_.headroom_layers);
        const double porosity = box_.pore_volume / (box_.base_area * thickness());
        result_.limiting_current =
            limiting_current(options.electrolyte,
                             options.relative_ionic.value_or(std::pow(porosity, 1.5)), thickness());
        result_.concentration =
            options.concentration.value_or(options.current > 0.1 * result_.limiting_current);
        result_.model = options.model == PotentialModel::one_potential
                            ? PotentialModel::one_potential
                            : PotentialModel::two_potentials;
        framework_volume_ = solid_volume(deposit_);
        find_stops();
    }

    ResolvedPlating run() {
        activate();
        Distribution now = distribute();
        choose_model(now);
        record(now);
        while (charge_ < options_.capacity && result_.separator_capacity < 0) {
            throw_if_interrupted();
            grow(now);
            now = distribute();
            record(now);
            snapshot();
            progress_.update(charge_ / options_.capacity);
        }
        finish();
        return std::move(result_);
    }

  private:
    [[nodiscard]] double thickness() const {
        return static_cast<double>(box_.framework_layers) * box_.framework.voxel.z();
    }
    [[nodiscard]] double volume_per_charge() const {
        return options_.lithium_molar_volume / faraday;
    }
    [[nodiscard]] double plated_volume() const {
        return plated_ * box_.base_area * volume_per_charge();
    }

    /// Part of each cell that can take up lithium.
    [[nodiscard]] Grid<float> host_part() const {
        Grid<float> part(box_.framework.shape());
        if (options_.host_state == HostState::lithiated) {
            return part;
        }
        for (std::int64_t n = 0; n < part.size(); ++n) {
            const std::uint8_t m = box_.material[n];
            if (m < options_.solids.size() && options_.solids[m].insertion_capacity > 0) {
                part[n] = box_.cells.solid_fraction[n];
            }
        }
        return part;
    }
    /// Of the host's material; with several hosts the largest [C/m^3].
    [[nodiscard]] double insertion_capacity() const {
        double most = 0;
        for (const PlatingSolid& solid : options_.solids) {
            most = std::max(most, solid.insertion_capacity);
        }
        return most;
    }

    /// Lithiated part of the host [1].
    [[nodiscard]] double lithiated_part() const {
        if (options_.host_state == HostState::lithiated) {
            return 1;
        }
        const double host =
            std::accumulate(host_part_.data(), host_part_.data() + host_part_.size(), 0.0) *
            box_.framework.voxel.prod();
        return host > 0 ? host_.lithiated_volume() / host : 1;
    }

    void find_stops() {
        stops_ = options_.snapshots;
        stops_.push_back(options_.capacity);
        std::sort(stops_.begin(), stops_.end());
        stops_.erase(std::unique(stops_.begin(), stops_.end()), stops_.end());
        std::erase_if(stops_, [&](double q) { return q > options_.capacity; });
    }

    [[nodiscard]] Grid<float> solid_conductivity() const {
        return surface_.solid_conductivity(host_.lithiated());
    }

    /// Electrons reach the host from the collector below it, and wherever a site's electrons do.
    void supply_host(const std::vector<ReactionSite>& sites) {
        if (options_.host_state == HostState::lithiated) {
            return;
        }
        for (const ReactionSite& site : sites) {
            host_.supply(site.cell);
        }
        const std::int64_t layer = box_.framework.shape().x * box_.framework.shape().y;
        for (std::int64_t n = collector_layers * layer; n < (collector_layers + 1) * layer; ++n) {
            host_.supply(n);
        }
    }

    /// While the host takes up all the current nothing is plated.
    void activate() {
        if (options_.host_state == HostState::lithiated || !(insertion_capacity() > 0)) {
            return;
        }
        const double step = options_.max_charge_step * options_.capacity; // [C/m^2]
        bool all = true;
        while (all) {
            throw_if_interrupted();
            supply_host(network().sites);
            all = insert(step) > (1 - 1e-9) * step;
        }
        result_.activation = inserted_;
    }

    /// Lets the host take up what it can of a charge [C/m^2] in the time this charge takes; returns
    /// how much that was.
    double insert(double charge) {
        const double capacity = insertion_capacity();
        if (options_.host_state == HostState::lithiated || !(capacity > 0)) {
            return 0;
        }
        const LithiationFront::Advance taken =
            host_.advance(charge / options_.current, charge * box_.base_area / capacity);
        const double inserted = taken.volume * capacity / box_.base_area;
        inserted_ += inserted;
        return inserted;
    }

    [[nodiscard]] ElectrodeNetwork network() const {
        const Grid<float> conductivity = solid_conductivity();
        const PlatedStructure structure{box_.framework,    box_.cells, box_.sheet,
                                        deposit_.distance, cells_,     surface_.lithium(),
                                        conductivity};
        return electrode_network(structure,
                                 {.ionic = options_.electrolyte.conductivity,
                                  .sheet_factor = options_.sheet_factor,
                                  .solid_metal = options_.solid_metal_resistance},
                                 result_.model == PotentialModel::one_potential
                                     ? Electrons::grounded
                                     : Electrons::resolved);
    }

    /// Potentials of the state as it is, with whatever nucleates in it.
    Distribution distribute() {
        ElectrodeNetwork electrode = network();
        supply_host(electrode.sites);
        if (electrode.sites.empty() || electrode.inlets.empty()) {
            if (charge_ > 0) { // closed off by its own lithium
                return {};
            }
            throw_infeasible("plating: no surface is reached by both ions and electrons (nothing "
                             "can be plated); the structure needs open pores and a conducting "
                             "path to the collector");
        }
        Distribution now;
        now.cut_off = cut_off_volume(electrode) / box_.pore_volume;
        PotentialProblem problem{options_.kinetics, options_.electrolyte, result_.concentration,
                                 (options_.current - insertion_current_) * box_.base_area};
        now.active = surface_.active(electrode.sites);
        if (std::none_of(now.active.begin(), now.active.end(), [](auto a) { return a != 0; })) {
            first_nuclei(electrode.sites, problem.current, now);
        }
        std::vector<double> potential = memory_.recall(electrode.network);
        bool settled = false;
        while (!settled) {
            now.currents = solve_potentials(electrode, problem, now.active, potential, progress_);
            now.newton_iterations += now.currents.newton_iterations;
            now.linear_iterations += now.currents.linear_iterations;
            const double highest =
                surface_.nucleate(electrode.sites, now.currents.drive, now.active);
            result_.nucleation_overpotential = std::max(result_.nucleation_overpotential, highest);
            settled = !(highest > 0);
        }
        if (!now.currents.converged) {
            result_.converged = false;
        }
        memory_.keep(electrode.network, potential);
        electrons_ = electron_drop(electrode, potential);
        for (const ElectrodeNetwork::Inlet& inlet : electrode.inlets) {
            now.inlet_area += inlet.area;
        }
        now.sites = std::move(electrode.sites);
        return now;
    }

    void first_nuclei(const std::vector<ReactionSite>& sites, double current, Distribution& now) {
        const double lowest = surface_.first_nuclei(sites, current, now.active);
        if (!std::isfinite(lowest)) {
            throw_infeasible("plating: nothing can nucleate (all reachable surface is inert or "
                             "has no nucleation site); raise plating.nucleation_sites");
        }
        result_.nucleation_overpotential = std::max(result_.nucleation_overpotential, lowest);
    }

    /// Open volume that ions do not get to, beyond that of the bare framework [m^3].
    [[nodiscard]] double cut_off_volume(const ElectrodeNetwork& electrode) {
        const auto open = [&](std::int64_t n) {
            return 1 - static_cast<double>(cells_.solid_fraction[n]);
        };
        double closed = 0;
        for (std::int64_t n = 0; n < cells_.solid_fraction.size(); ++n) {
            closed += open(n);
        }
        for (std::size_t n = 0; n < electrode.network.cell.size(); ++n) {
            if (electrode.network.carrier[n] == pore_carrier) {
                closed -= open(electrode.network.cell[n]);
            }
        }
        closed *= box_.framework.voxel.prod();
        if (closed_volume_ < 0) {
            closed_volume_ = closed;
        }
        return std::max(0.0, closed - closed_volume_);
    }

    /// Root mean square over the sites of their electrons' potential against the collector [V].
    [[nodiscard]] static double electron_drop(const ElectrodeNetwork& electrode,
                                              const std::vector<double>& potential) {
        double sum = 0;
        double area = 0;
        for (const ReactionSite& site : electrode.sites) {
            const double a = static_cast<double>(site.area);
            const double e = site.electron == ReactionSite::at_collector
                                 ? 0
                                 : potential[static_cast<std::size_t>(site.electron)];
            sum += a * e * e;
            area += a;
        }
        return area > 0 ? std::sqrt(sum / area) : 0;
    }

    void choose_model(const Distribution&) {
        if (options_.model == PotentialModel::automatic && electrons_ < equipotential) {
            result_.model = PotentialModel::one_potential;
        }
    }

    /// Charge of the next step [C/m^2].
    [[nodiscard]] double step_charge(const Distribution& now) const {
        const double h = box_.framework.voxel.minCoeff();
        const double fastest = fast_current(now.currents.current, now.sites, hot_area);
        const double speed = fastest * volume_per_charge();
        double charge = options_.max_charge_step * options_.capacity;
        if (speed > 0) {
            charge = std::min(charge, options_.max_move * h / speed * options_.current);
        }
        const double next = *std::upper_bound(stops_.begin(), stops_.end(), charge_);
        // Two equal steps to the stop rather than one long and one tiny.
        const double left = next - charge_;
        return left <= charge * 1.0001 ? left : left < 2 * charge ? left / 2 : charge;
    }

    /// Goes one step of charge: the host takes its part, the rest moves the surface.
    void grow(const Distribution& now) {
        if (now.sites.empty()) {
            stop_at_separator();
            return;
        }
        const double charge = step_charge(now);
        const double time = charge / options_.current;
        const double inserted = insert(charge);
        insertion_current_ = std::min(inserted / time, 0.999 * options_.current);
        const double plated = charge - inserted;
        Grid<float> move(box_.framework.shape());
        Grid<float> area(box_.framework.shape());
        const double h = box_.framework.voxel.minCoeff();
        for (std::size_t s = 0; s < now.sites.size(); ++s) {
            const std::int64_t n = now.sites[s].cell;
            move[n] += static_cast<float>(now.currents.current[s]) * now.sites[s].area;
            area[n] += now.sites[s].area;
        }
        const double per_current = volume_per_charge() * time;
        for (const ReactionSite& site : now.sites) {
            if (area[site.cell] > 0) {
                move[site.cell] = static_cast<float>(
                    std::min(0.5 * h, per_current * static_cast<double>(move[site.cell]) /
                                          static_cast<double>(area[site.cell])));
                area[site.cell] = 0;
            }
        }
        surface_.cover(now.sites, now.currents.current);
        charge_ += charge;
        plated_ += plated;
        time_ += time;
        // What an earlier step could not place exactly is made up for.
        const double growth = framework_volume_ + plated_volume() - lithium_and_framework_volume();
        if (!(growth > 0)) {
            return;
        }
        const FrontMove moved = advance_front(deposit_, box_.framework.distance, move, growth);
        result_.largest_correction =
            std::max(result_.largest_correction, std::abs(moved.factor - 1));
        grown_volume_ = moved.volume;
        cells_ = cut_cells(deposit_);
        surface_.spread(box_.cells, cells_);
        const double error =
            std::abs(grown_volume_ - framework_volume_ - plated_volume()) / plated_volume();
        result_.faraday_error = std::max(result_.faraday_error, error);
        if (std::abs(moved.error) > unplaced) {
            stop_at_separator();
        }
    }

    [[nodiscard]] double lithium_and_framework_volume() const {
        return grown_volume_ > 0 ? grown_volume_ : framework_volume_;
    }

    void stop_at_separator() { result_.separator_capacity = charge_; }

    void record(const Distribution& now) {
        ResolvedStep step;
        step.capacity = charge_;
        step.time = time_;
        step.voltage = now.currents.voltage - options_.current / options_.electrolyte.conductivity *
                                                  static_cast<double>(box_.headroom_layers) *
                                                  box_.framework.voxel.z();
        step.li_volume = plated_volume() / box_.base_area;
        step.inserted = inserted_;
        step.lithiated = lithiated_part();
        step.cut_off = now.cut_off;
        step.newton_iterations = now.newton_iterations;
        step.linear_iterations = now.linear_iterations;
        step.least_concentration = now.currents.least_concentration;
        const LithiumDepth depth = lithium_depth(box_, cells_, options_.depth_cells);
        step.overflow = depth.overflow / box_.base_area;
        std::vector<double> area(now.sites.size());
        double covered = 0;
        for (std::size_t s = 0; s < now.sites.size(); ++s) {
            area[s] = static_cast<double>(now.sites[s].area);
            covered += surface_.lithium()[now.sites[s].cell] != 0 ? area[s] : 0;
        }
        const double wetted = std::accumulate(area.begin(), area.end(), 0.0);
        step.wetted_area = wetted / box_.base_area;
        step.covered = wetted > 0 ? covered / wetted : 0;
        if (wetted > 0) {
            current_statistics(now.currents.current, area, step.metrics);
        }
        if (plated_ > 0) {
            depth_metrics(depth, box_.pore_volume, step.metrics);
        } else {
            depth_metrics(
                reaction_depth(box_, now.sites, now.currents.current, options_.depth_cells),
                box_.pore_volume, step.metrics);
            step.metrics.fill = 0;
        }
        step.depth_cov = plated_ > 0 ? variation(depth.fill) : 0;
        if (result_.overflow_capacity < 0 && step.overflow_fraction() > overflowing) {
            result_.overflow_capacity = charge_;
        }
        if (result_.clog_capacity < 0 && step.cut_off > clogged) {
            result_.clog_capacity = charge_;
        }
        if (result_.separator_capacity < 0 && first_inlet_area_ > 0 &&
            now.inlet_area < closed_inlets * first_inlet_area_) {
            result_.separator_capacity = charge_;
        }
        if (first_inlet_area_ == 0) {
            first_inlet_area_ = now.inlet_area;
        }
        result_.steps.push_back(step);
    }

    void snapshot() {
        const bool asked = std::find(stops_.begin(), stops_.end(), charge_) != stops_.end();
        if (!asked && result_.separator_capacity < 0) {
            return;
        }
        const LithiumDepth depth = lithium_depth(box_, cells_, options_.depth_cells);
        result_.snapshots.push_back({charge_, lithium_fill(box_, cells_), depth.fill});
    }

    void finish() {
        if (result_.separator_capacity >= 0 && charge_ < options_.capacity) {
            result_.warnings.push_back(
                "lithium reached the separator before the capacity was plated; the run "
                "stops there (raise plating.headroom to follow it further)");
        }
        if (!result_.converged) {
            result_.warnings.push_back("the potentials did not converge at some steps");
        }
    }

    const ResolvedOptions& options_;
    Progress& progress_;
    PlatingBox box_;
    SurfaceState surface_;
    Memory memory_;
    PhaseVolume deposit_; ///< the framework with its lithium; its distance moves
    CutCells cells_;      ///< of the deposit
    Grid<float> host_part_;
    LithiationFront host_;
    ResolvedPlating result_;
    std::vector<double> stops_; ///< charges to stop at, ascending, the last is the capacity
    double charge_ = 0;         ///< since the first plating [C/m^2]
    double plated_ = 0;         ///< of that [C/m^2]
    double inserted_ = 0;       ///< [C/m^2]
    double insertion_current_ = 0;
    double time_ = 0;
    double framework_volume_ = 0;
    double grown_volume_ = 0;
    double closed_volume_ = -1;
    double first_inlet_area_ = 0;
    double electrons_ = 0; ///< electron_drop of the last distribution
};

} // namespace

ResolvedPlating plate_resolved(const PhaseVolume& volume, const ResolvedOptions& options,
                               Progress& progress) {
    check_resolved(volume, options);
    return ResolvedRun(volume, options, progress).run();
}

} // namespace porogen
