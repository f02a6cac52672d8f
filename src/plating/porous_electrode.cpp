#include "porogen/plating/porous_electrode.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "plating/rate.h"
#include "plating/solver.h"
#include "porogen/core/constants.h"
#include "porogen/core/errors.h"
#include "porogen/core/units.h"

namespace porogen {

namespace {

using plating::Stripping;

constexpr int most_iterations = 300;

// Changes of the drive per Newton step, in thermal voltages RT/F: below the first Newton converges
// quadratically, so after a step below the second only round-off is left.
constexpr double near = 1e-3;
constexpr double enough = 1e-8;

/// The slab as a ladder: cells, which turn ionic into electronic current, between two rails of
/// resistors. Link c joins the centres of cells c and c + 1.
struct Ladder {
    std::vector<double> area;       ///< reacting / geometric area of each cell [1]
    std::vector<double> ionic;      ///< of each link [ohm m^2]
    std::vector<double> electronic; ///< of each link [ohm m^2]
    double current;                 ///< [A/m^2 geometric]
};

/// A drive per cell with the reaction current there, dq = slope du around it.
struct State {
    std::vector<double> drive;    ///< [V]
    std::vector<double> reaction; ///< [A/m^2 geometric]
    std::vector<double> slope;    ///< [S/m^2 geometric]
};

bool all_positive(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(),
                       [](double value) { return value > 0 && std::isfinite(value); });
}

void check_input(const DepthProfile& profile, double current) {
    const std::size_t cells = profile.specific_surface.size();
    const auto fail = [](const std::string& what) {
        throw_bad_input("current distribution: " + what);
    };
    if (cells == 0 || profile.ionic.size() != cells || profile.electronic.size() != cells) {
        fail("the depth profile has " + std::to_string(profile.ionic.size()) + " ionic and " +
             std::to_string(profile.electronic.size()) + " electronic conductivities for " +
             std::to_string(cells) + " cells; give one of each per cell, and at least one cell");
    }
    if (!(profile.thickness > 0 && std::isfinite(profile.thickness))) {
        fail("the thickness is " + format_number(profile.thickness) +
             " m; give a finite value > 0");
    }
    if (!(current > 0 && std::isfinite(current))) {
        fail("the plating current is " + format_number(current) +
             " A/m^2; give a finite value > 0");
    }
    if (!all_positive(profile.ionic) || !all_positive(profile.electronic)) {
        fail("a conductivity is not positive and finite; replace zeros by a small value");
    }
    bool reacts = false;
    for (const double surface : profile.specific_surface) {
        if (!(surface >= 0 && std::isfinite(surface))) {
            fail("a specific surface is negative or not finite; give 0 to switch a cell off");
        }
        reacts = reacts || surface > 0;
    }
    if (!reacts) {
        fail("no cell reacts (every specific surface is 0); give at least one cell a surface");
    }
}

Ladder make_ladder(const DepthProfile& profile, double current) {
    const std::size_t cells = profile.specific_surface.size();
    const double h = profile.thickness / static_cast<double>(cells);
    Ladder ladder{profile.specific_surface, {}, {}, current};
    for (double& area : ladder.area) {
        area *= h;
    }
    ladder.ionic.resize(cells - 1);
    ladder.electronic.resize(cells - 1);
    for (std::size_t c = 0; c + 1 < cells; ++c) {
        ladder.ionic[c] = 0.5 * h * (1 / profile.ionic[c] + 1 / profile.ionic[c + 1]);
        ladder.electronic[c] =
            0.5 * h * (1 / profile.electronic[c] + 1 / profile.electronic[c + 1]);
    }
    return ladder;
}

void react(const Ladder& ladder, const Kinetics& kinetics, Stripping stripping, State& state) {
    for (std::size_t c = 0; c < ladder.area.size(); ++c) {
        const bool strips = kinetics.law != RateLaw::tafel && state.drive[c] < 0;
        const bool idle = ladder.area[c] == 0 || (stripping == Stripping::forbidden && strips);
        const LocalRate rate = idle ? LocalRate{} : plating_rate(kinetics, state.drive[c]);
        state.reaction[c] = ladder.area[c] * rate.current;
        state.slope[c] = ladder.area[c] * rate.slope;
    }
}

/// Newton starts where every cell alone could carry the whole current. No cell ever carries more,
/// and where the rate is a convex function of the drive (plating) Newton comes down from above
/// without ever overshooting, so no exponential can overflow and about one iteration per e-fold of
/// the distribution's range is enough. Without stripping the start is the same drive everywhere,
/// from which the descent is monotonous also where the rate is concave (see monotonous_slope).
State starting_state(const Ladder& ladder, const Kinetics& kinetics, Stripping stripping) {
    const std::size_t cells = ladder.area.size();
    State state{std::vector<double>(cells), std::vector<double>(cells), std::vector<double>(cells)};
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t c = 0; c < cells; ++c) {
        if (ladder.area[c] > 0) {
            state.drive[c] = plating::drive_at(kinetics, ladder.current / ladder.area[c]);
            highest = std::max(highest, state.drive[c]);
        }
    }
    if (stripping == Stripping::forbidden) {
        state.drive.assign(cells, highest);
    }
    react(ladder, kinetics, stripping, state);
    return state;
}

/// Cut off at zero current, the rate is no longer smooth, and with aa > ac it is concave just above
/// zero: its tangent there would send Newton to and fro across zero. The steeper of tangent and
/// chord to the origin lies below the rate everywhere to the left, so that Newton stays above the
/// solution.
double monotonous_slope(double drive, double reaction, double slope) {
    return drive > 0 ? std::max(slope, reaction / drive) : slope;
}

/// Solves the ladder with every cell's law replaced by its tangent, for the change of the drives.
/// i2 follows from the reactions, so what is left over are voltages on the links and the total
/// current. Seen from above, the part of the slab below a cell takes the change of current
/// conductance du + offset. Conductances are only added and put in series, never subtracted, so
/// they keep all their digits on any mesh and for any ratio of resistances.
std::vector<double> solve_tangent(const Ladder& ladder, const State& state) {
    const std::size_t cells = ladder.area.size();
    std::vector<double> conductance(cells); // of everything up to and including the cell
    std::vector<double> offset(cells);
    std::vector<double> mismatch(cells); // of the link above the cell [V]
    double below = 0;
    double ionic_current = 0;
    for (std::size_t c = 0; c < cells; ++c) {
        ionic_current += state.reaction[c];
        conductance[c] = below + state.slope[c];
        if (c + 1 < cells) {
            const double electronic_current = ladder.current - ionic_current;
            mismatch[c] =
                (state.drive[c + 1] - state.drive[c]) -
                (ladder.ionic[c] * ionic_current - ladder.electronic[c] * electronic_current);
            const double resistance = ladder.ionic[c] + ladder.electronic[c];
            const double series = 1 / (1 + conductance[c] * resistance);
            below = conductance[c] * series;
            offset[c + 1] = (offset[c] + conductance[c] * mismatch[c]) * series;
        }
    }
    std::vector<double> change(cells);
    change[cells - 1] =
        (ladder.current - ionic_current - offset[cells - 1]) / conductance[cells - 1];
    for (std::size_t c = cells - 1; c-- > 0;) {
        const double resistance = ladder.ionic[c] + ladder.electronic[c];
        change[c] = (change[c + 1] + mismatch[c] - resistance * offset[c]) /
                    (1 + conductance[c] * resistance);
    }
    return change;
}

/// Where the tangent says that a cell's current grows, its drive is taken from that current and not
/// from the tangent: an exponential overshoots by far when stepped in drive and hardly when stepped
/// in current.
double limited(const Kinetics& kinetics, const Ladder& ladder, const State& state, std::size_t cell,
               double change) {
    const double target = state.drive[cell] + change;
    if (ladder.area[cell] == 0) {
        return target;
    }
    const double current = (state.reaction[cell] + state.slope[cell] * change) / ladder.area[cell];
    if (change > 0 && current > 0) {
        return std::min(target, plating::drive_at(kinetics, current));
    }
    if (change < 0 && current < 0 && kinetics.law != RateLaw::tafel) {
        return std::max(target, plating::drive_at(kinetics, current));
    }
    return target;
}

/// Moves the state one Newton step on. Returns the largest change of an active cell's drive that
/// the tangents asked for [V].
double newton_step(const Ladder& ladder, const Kinetics& kinetics, Stripping stripping,
                   State& state) {
    const std::vector<double> change = solve_tangent(ladder, state);
    double largest = 0;
    for (std::size_t c = 0; c < change.size(); ++c) {
        if (!std::isfinite(change[c])) {
            throw_not_converged("current distribution: Newton met a drive that is not finite; "
                                "check the conductivities and the kinetics for extreme values");
        }
        if (ladder.area[c] > 0) {
            largest = std::max(largest, std::abs(change[c]));
        }
        state.drive[c] = stripping == Stripping::forbidden
                             ? state.drive[c] + change[c]
                             : limited(kinetics, ladder, state, c, change[c]);
    }
    react(ladder, kinetics, stripping, state);
    return largest;
}

/// phi_e at the separator minus phi_s at the collector: up to the centre of the lowest cell along
/// the electrons, across its interface, and on along the ions. Within a cell the reaction is even,
/// so i2 rises linearly and its mean over the outer half of an end cell is a quarter of that cell's
/// reaction away from its value at the end.
double cell_voltage(const DepthProfile& profile, const Ladder& ladder,
                    const CurrentDistribution& result, const State& state) {
    const std::size_t cells = ladder.area.size();
    const double half = 0.5 * profile.thickness / static_cast<double>(cells);
    double voltage = state.drive.front();
    voltage += half / profile.electronic.front() * (ladder.current - state.reaction.front() / 4);
    for (std::size_t c = 0; c + 1 < cells; ++c) {
        voltage += ladder.ionic[c] * result.ionic_current[c + 1];
    }
    voltage += half / profile.ionic.back() * (ladder.current - state.reaction.back() / 4);
    return voltage;
}

CurrentDistribution make_result(const DepthProfile& profile, const Ladder& ladder,
                                const State& state, int iterations) {
    const std::size_t cells = ladder.area.size();
    const double h = profile.thickness / static_cast<double>(cells);
    CurrentDistribution result;
    result.iterations = iterations;
    result.drive = state.drive;
    result.reaction.resize(cells);
    result.ionic_current.resize(cells + 1);
    for (std::size_t c = 0; c < cells; ++c) {
        result.reaction[c] = state.reaction[c] / h;
        result.ionic_current[c + 1] = result.ionic_current[c] + state.reaction[c];
    }
    result.charge_error = std::abs(result.ionic_current.back() - ladder.current) / ladder.current;
    result.voltage = cell_voltage(profile, ladder, result, state);
    return result;
}

} // namespace

namespace plating {

CurrentDistribution distribute(const DepthProfile& profile, const Kinetics& kinetics,
                               double current, Stripping stripping) {
    check_input(profile, current);
    check_kinetics(kinetics);
    const Ladder ladder = make_ladder(profile, current);
    State state = starting_state(ladder, kinetics, stripping);
    const double thermal_voltage = gas_constant * kinetics.temperature / faraday;
    double change = std::numeric_limits<double>::infinity();
    for (int iteration = 1; iteration <= most_iterations; ++iteration) {
        const bool tangents = stripping == Stripping::allowed || change <= near * thermal_voltage;
        if (!tangents) {
            for (std::size_t c = 0; c < state.slope.size(); ++c) {
                state.slope[c] =
                    monotonous_slope(state.drive[c], state.reaction[c], state.slope[c]);
            }
        }
        change = newton_step(ladder, kinetics, stripping, state);
        if (tangents && change <= enough * thermal_voltage) {
            return make_result(profile, ladder, state, iteration);
        }
    }
    throw_not_converged(
        "current distribution: Newton did not converge in " + std::to_string(most_iterations) +
        " iterations; check the conductivities and the kinetics for extreme values");
}

} // namespace plating

CurrentDistribution distribute_current(const DepthProfile& profile, const Kinetics& kinetics,
                                       double current) {
    return plating::distribute(profile, kinetics, current, plating::Stripping::allowed);
}

double reaction_number(double thickness, double ionic, double electronic, double specific_surface,
                       const Kinetics& kinetics) {
    return thickness * std::sqrt(specific_surface / plating::linear_resistance(kinetics) *
                                 (1 / ionic + 1 / electronic));
}

double wagner_number(double ionic, double length, const Kinetics& kinetics) {
    return ionic * plating::linear_resistance(kinetics) / length;
}

} // namespace porogen
