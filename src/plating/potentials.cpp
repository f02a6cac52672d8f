#include "plating/potentials.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "porogen/core/constants.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/transport/solve_fed.h"
#include "porogen/transport/surface_network.h"

namespace porogen::plating {

namespace {

constexpr double tolerance = 1e-6; // unbalanced / total current
// Each linear system is solved to this part of its right side, and to this part of the total
// current: what does not balance at first may be a great deal more than that.
constexpr double forcing = 3e-3;
constexpr double least_forcing = 1e-7;
// The last one need not be solved any better than it takes to end a little below the tolerance.
constexpr double enough = 0.3;
constexpr double most_forcing = 0.1;
constexpr int most_iterations = 60;
constexpr int most_halvings = 8;
/// Sites that do not plate get this part of their slope at rest: nearly none, as is right while
/// they stay idle, or all of it, where that has led astray because they wake up.
constexpr double usual_slope = 1e-3;
constexpr double careful_slope = 1;
constexpr int passes = 4; // over the rate and the salt at a surface, which depend on each other
constexpr std::int64_t block = 16384;

std::size_t index(std::int64_t n) {
    return static_cast<std::size_t>(n);
}

/// The rate over the drive at a node that lies `resistance` [ohm m^2] before the surface, or behind
/// it (negative), where the drive is greater at the surface than at the node.
LocalRate rate_at_node(Kinetics kinetics, double drive, double resistance) {
    if (resistance >= 0) {
        kinetics.film_resistance += resistance;
        return plating_rate(kinetics, drive);
    }
    // A reaction faster than the ions on this short way would feed itself: no more than half of
    // what it takes is given back. Newton's steps are few because the way is short.
    LocalRate rate = plating_rate(kinetics, drive);
    resistance = std::max(resistance, -0.5 / rate.slope);
    const auto kept = [&] { return std::max(0.25, 1 + rate.slope * resistance); };
    double at_surface = drive;
    for (int step = 0; step < 3; ++step) {
        at_surface -= (at_surface + resistance * rate.current - drive) / kept();
        rate = plating_rate(kinetics, at_surface);
    }
    return {rate.current, rate.slope / kept()};
}

class Newton {
  public:
    Newton(ElectrodeNetwork& electrode, const PotentialProblem& problem,
           const std::vector<std::uint8_t>& active, std::vector<double>& x)
        : electrode_(electrode), problem_(problem), active_(active), x_(x),
          sites_(electrode.sites.size()), rate_(sites_), drive_(sites_, 0.0), fed_(x.size(), 0.0),
          residual_(x.size()), ground_(electrode.ground), linear_(electrode.network, ground_) {
        if (problem.concentration) {
            ohmic_ = electrode.network.conductance;
            salt_.resize(x.size());
            table_.emplace(problem.electrolyte);
        }
        double area = 0;
        for (const ElectrodeNetwork::Inlet& inlet : electrode.inlets) {
            area += inlet.area;
        }
        for (const ElectrodeNetwork::Inlet& inlet : electrode.inlets) {
            fed_[index(inlet.node)] += problem.current * inlet.area / area;
        }
        inlet_area_ = area;
    }

    SiteCurrents solve(Progress& progress) {
        SiteCurrents result;
        lift();
        double unbalanced = evaluate();
        while (unbalanced > tolerance * problem_.current &&
               result.newton_iterations < most_iterations) {
            throw_if_interrupted();
            linearise();
            std::vector<double> step(x_.size(), 0.0);
            const FedReport report = linear_.solve(
                residual_, step, {.tolerance = forcing_for(unbalanced), .max_iterations = 200},
                progress);
            result.linear_iterations += report.iterations;
            ++result.newton_iterations;
            const double before = unbalanced;
            unbalanced = take(step, before);
            if (!(unbalanced < before)) {
                if (idle_slope_ == careful_slope) {
                    break; // as far as the numbers go
                }
                idle_slope_ = careful_slope;
                unbalanced = evaluate();
            }
        }
        result.converged = unbalanced <= 10 * tolerance * problem_.current;
        result.voltage = voltage();
        report_sites(result);
        if (problem_.concentration) {
            electrode_.network.conductance = ohmic_;
        }
        return result;
    }

  private:
    /// Total current of the sites if the ions' potential were higher by `lift` everywhere [A].
    double lifted_current(double lift) {
        return parallel_sum(static_cast<std::int64_t>(sites_), 1024,
                            [&](std::int64_t begin, std::int64_t end) {
                                double sum = 0;
                                for (std::size_t s = index(begin); s < index(end); ++s) {
                                    const double drive = drive_[s] + lift;
                                    if (active_[s] != 0 && (drive > 0 || problem_.dissolution)) {
                                        sum += plating_rate(problem_.kinetics, drive).current *
                                               static_cast<double>(electrode_.sites[s].area);
                                    }
                                }
                                return sum;
                            });
    }

    /// Lifts the ions' potential as a whole to where the sites carry the total current. It is the
    /// mode that Newton is worst at: exponential in the rates, and nearly free in the matrix while
    /// few sites react.
    void lift() {
        for (std::size_t s = 0; s < sites_; ++s) {
            drive_[s] = drive_of(electrode_.sites[s]);
        }
        if (std::abs(lifted_current(0) - problem_.current) < 0.5 * problem_.current) {
            return;
        }
        double low = -1e3;
        double high = 1e3;
        while (high - low > 1e-4) {
            const double middle = (low + high) / 2;
            (lifted_current(middle) < problem_.current ? low : high) = middle;
        }
        for (std::size_t n = 0; n < x_.size(); ++n) {
            if (is_pore(static_cast<std::int64_t>(n))) {
                x_[n] += high;
            }
        }
    }

    [[nodiscard]] double drive_of(const ReactionSite& site) const {
        return x_[index(site.pore)] -
               (site.electron == ReactionSite::at_collector ? 0 : x_[index(site.electron)]);
    }

    [[nodiscard]] double forcing_for(double unbalanced) const {
        const double part = problem_.current / unbalanced;
        return std::max(std::clamp(10 * forcing * part, least_forcing, forcing),
                        std::min(enough * tolerance * part, most_forcing));
    }

    /// Goes the whole step, or half of it as often as it takes to come closer.
    double take(const std::vector<double>& step, double before) {
        const std::vector<double> start = x_;
        double part = 1;
        double unbalanced = 0;
        for (int halving = 0; halving <= most_halvings; ++halving, part /= 2) {
            parallel_blocks(static_cast<std::int64_t>(x_.size()), block,
                            [&](std::int64_t begin, std::int64_t end) {
                                for (std::size_t n = index(begin); n < index(end); ++n) {
                                    x_[n] = start[n] + part * step[n];
                                }
                            });
            unbalanced = evaluate();
            if (unbalanced < before) {
                return unbalanced;
            }
        }
        x_ = start;
        return evaluate();
    }

    /// At the inlets themselves, to which it is part of a voxel from the centres of their cells.
    [[nodiscard]] double voltage() const {
        const Electrolyte& salt = problem_.electrolyte;
        const double kappa = problem_.concentration
                                 ? apparent_conductivity(salt, salt.concentration)
                                 : salt.conductivity;
        double sum = 0;
        for (const ElectrodeNetwork::Inlet& inlet : electrode_.inlets) {
            sum += inlet.area *
                   (x_[index(inlet.node)] + problem_.current / inlet_area_ * inlet.depth / kappa);
        }
        return sum / inlet_area_;
    }

    /// Relative to that at the inlets. On the short way from the node it is linear, with the slope
    /// that the current of the last evaluation asks for.
    [[nodiscard]] double concentration_at_surface(std::size_t s) const {
        const ReactionSite& site = electrode_.sites[s];
        const Electrolyte& salt = problem_.electrolyte;
        const double at_node = salt_[index(site.pore)].concentration;
        const double fall = (1 - salt.transference_number) * rate_[s].current *
                            static_cast<double>(site.depth) / (faraday * salt.diffusivity);
        return std::clamp(at_node - fall, 0.1 * at_node, 10 * at_node) / salt.concentration;
    }

    void evaluate_site(std::size_t s) {
        const ReactionSite& site = electrode_.sites[s];
        const double drive = drive_of(site);
        drive_[s] = drive;
        if (active_[s] == 0) {
            rate_[s] = {};
            return;
        }
        Kinetics kinetics = problem_.kinetics;
        if (!problem_.dissolution && drive < 0) {
            // A slope all the same: the way back to plating has to be seen.
            rate_[s] = {0, plating_rate(kinetics, 0).slope * idle_slope_};
            return;
        }
        // The node is the centre of its cell.
        const auto depth = static_cast<double>(site.depth);
        if (!problem_.concentration) {
            rate_[s] = rate_at_node(kinetics, drive, depth / problem_.electrolyte.conductivity);
            return;
        }
        const double way = depth / table_->apparent_conductivity(salt_[index(site.pore)]);
        for (int pass = 0; pass < passes; ++pass) {
            kinetics.exchange_current_density =
                problem_.kinetics.exchange_current_density *
                std::pow(concentration_at_surface(s), problem_.electrolyte.exchange_exponent);
            rate_[s] = rate_at_node(kinetics, drive, way);
        }
    }

    /// Currents of the sites and what does not balance at the nodes; returns the sum of its
    /// magnitudes.
    double evaluate() {
        voltage_ = voltage();
        if (problem_.concentration) {
            scale_links();
        }
        parallel_blocks(static_cast<std::int64_t>(sites_), 1024,
                        [&](std::int64_t begin, std::int64_t end) {
                            for (std::size_t s = index(begin); s < index(end); ++s) {
                                evaluate_site(s);
                            }
                        });
        const ConductorNetwork& network = electrode_.network;
        // The links of reaction sites hold slopes of the last linearisation: not ohmic, left out.
        parallel_blocks(network.nodes(), block, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t n = begin; n < end; ++n) {
                const double x_n = x_[index(n)];
                double sum =
                    fed_[index(n)] - static_cast<double>(electrode_.ground[index(n)]) * x_n;
                for (std::int64_t e = network.first[index(n)]; e < network.first[index(n) + 1];
                     ++e) {
                    const std::int32_t m = network.neighbour[index(e)];
                    if (is_pore(n) == is_pore(m)) {
                        sum += static_cast<double>(network.conductance[index(e)]) *
                               (x_[index(m)] - x_n);
                    }
                }
                residual_[index(n)] = sum;
            }
        });
        for (std::size_t s = 0; s < sites_; ++s) {
            const ReactionSite& site = electrode_.sites[s];
            const double current = rate_[s].current * static_cast<double>(site.area);
            residual_[index(site.pore)] -= current;
            if (site.electron != ReactionSite::at_collector) {
                residual_[index(site.electron)] += current;
            }
        }
        return parallel_sum(network.nodes(), block, [&](std::int64_t begin, std::int64_t end) {
            double sum = 0;
            for (std::int64_t n = begin; n < end; ++n) {
                sum += std::abs(residual_[index(n)]);
            }
            return sum;
        });
    }

    /// Puts the slopes of the rates into the matrix.
    void linearise() {
        ground_ = electrode_.ground;
        for (std::size_t s = 0; s < sites_; ++s) {
            const ReactionSite& site = electrode_.sites[s];
            const auto g = static_cast<float>(rate_[s].slope * static_cast<double>(site.area));
            if (site.electron == ReactionSite::at_collector) {
                ground_[index(site.pore)] += g;
            } else {
                electrode_.network.conductance[index(site.of_pore)] = g;
                electrode_.network.conductance[index(site.of_electron)] = g;
            }
        }
    }

    [[nodiscard]] bool is_pore(std::int64_t n) const {
        return electrode_.network.carrier[index(n)] == pore_carrier;
    }

    /// Conductances of the electrolyte at the concentrations of the moment.
    void scale_links() {
        ConductorNetwork& network = electrode_.network;
        const double kappa = problem_.electrolyte.conductivity;
        parallel_blocks(network.nodes(), block, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t n = begin; n < end; ++n) {
                if (is_pore(n)) {
                    salt_[index(n)] = table_->at(x_[index(n)] - voltage_);
                }
            }
        });
        parallel_blocks(network.nodes(), block, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t n = begin; n < end; ++n) {
                if (!is_pore(n)) {
                    continue;
                }
                for (std::int64_t e = network.first[index(n)]; e < network.first[index(n) + 1];
                     ++e) {
                    const std::int32_t m = network.neighbour[index(e)];
                    if (is_pore(m)) { // both rows of a link get the same bits
                        const SaltState& low = salt_[index(std::min<std::int64_t>(n, m))];
                        const SaltState& high = salt_[index(std::max<std::int64_t>(n, m))];
                        network.conductance[index(e)] =
                            static_cast<float>(static_cast<double>(ohmic_[index(e)]) *
                                               table_->mean_conductivity(low, high) / kappa);
                    }
                }
            }
        });
    }

    void report_sites(SiteCurrents& result) const {
        result.drive = drive_;
        result.current.resize(sites_);
        double total = 0;
        for (std::size_t s = 0; s < sites_; ++s) {
            total += rate_[s].current * static_cast<double>(electrode_.sites[s].area);
        }
        const double scale = total > 0 ? problem_.current / total : 1;
        for (std::size_t s = 0; s < sites_; ++s) {
            result.current[s] = rate_[s].current * scale;
        }
        if (problem_.concentration) {
            for (std::size_t s = 0; s < sites_; ++s) {
                result.least_concentration =
                    std::min(result.least_concentration, concentration_at_surface(s));
            }
        }
    }

    ElectrodeNetwork& electrode_;
    const PotentialProblem& problem_;
    const std::vector<std::uint8_t>& active_;
    std::vector<double>& x_;
    std::size_t sites_;
    std::vector<LocalRate> rate_;
    std::vector<double> drive_;
    std::vector<double> fed_;
    std::vector<double> residual_;
    std::vector<float> ground_; ///< with the slopes of sites at the collector
    FedSolver linear_;
    std::vector<float> ohmic_; ///< links at the inlets' concentration
    std::optional<SaltTable> table_;
    std::vector<SaltState> salt_; ///< of each node
    double inlet_area_ = 0;
    double voltage_ = 0;
    double idle_slope_ = usual_slope;
};

} // namespace

SiteCurrents solve_potentials(ElectrodeNetwork& electrode, const PotentialProblem& problem,
                              const std::vector<std::uint8_t>& active,
                              std::vector<double>& potential, Progress& progress) {
    return Newton(electrode, problem, active, potential).solve(progress);
}

} // namespace porogen::plating
