#include "porogen/plating/plate.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "plating/rate.h"
#include "plating/solver.h"
#include "porogen/core/constants.h"
#include "porogen/core/errors.h"
#include "porogen/core/units.h"
#include "porogen/plating/porous_electrode.h"

namespace porogen {

namespace {

// A cell with less than this part of its pore open counts as full, so that cells which fill
// together do so in one step in spite of round-off.
constexpr double full_tolerance = 1e-9;

// Conductivity and surface of a cell do not fall below those at this open part of its pore: they
// would vanish just before the cell is full, and with them the way for the lithium that still fits.
constexpr double smallest_open_part = 1e-3;

/// The electrode while it is plated.
struct Deposit {
    std::vector<double> fill; ///< lithium / pore volume of each cell [1]
    double overflow = 0;      ///< lithium above the framework / geometric area [m]
    double charge = 0;        ///< plated so far [C/m^2]
    double cell_pore = 0;     ///< pore volume of a cell / geometric area [m]
    double per_charge = 0;    ///< lithium volume per charge, V_m/F [m^3/C]

    [[nodiscard]] std::size_t cells() const { return fill.size(); }
    [[nodiscard]] bool full(std::size_t cell) const { return fill[cell] >= 1 - full_tolerance; }
    [[nodiscard]] bool overflows() const { return full(cells() - 1); }
};

/// What reacts in a state of the deposit: the cells, or the plane above the framework.
struct Reaction {
    std::vector<double> share;   ///< of the current, per cell [1]
    std::vector<double> current; ///< i_n of each cell [A/m^2 true area]
    std::vector<double> surface; ///< open surface of each cell / volume [1/m]
    double voltage = 0;          ///< [V]
};

void check_positive(double value, const char* name, const char* unit) {
    if (!(value > 0 && std::isfinite(value))) {
        throw_bad_input(std::string("plating: the ") + name + " is " + format_number(value) + " " +
                        unit + "; give a finite value > 0");
    }
}

void check_input(const HomogenisedElectrode& electrode, const PlateOptions& options) {
    check_positive(electrode.thickness, "thickness", "m");
    check_positive(electrode.specific_surface, "specific surface", "1/m");
    check_positive(electrode.ionic, "effective ionic conductivity", "S/m");
    check_positive(electrode.electronic, "effective electronic conductivity", "S/m");
    check_positive(options.current, "current", "A/m^2");
    check_positive(options.capacity, "capacity", "C/m^2");
    check_positive(options.lithium_molar_volume, "molar volume of lithium", "m^3/mol");
    if (!(electrode.porosity > 0 && electrode.porosity <= 1)) {
        throw_bad_input("plating: the porosity is " + format_number(electrode.porosity) +
                        "; give a value in (0, 1]");
    }
    if (!(electrode.bruggeman_exponent >= 0 && std::isfinite(electrode.bruggeman_exponent)) ||
        !(electrode.area_exponent >= 0 && std::isfinite(electrode.area_exponent))) {
        throw_bad_input("plating: the Bruggeman or the area exponent is negative or not finite; "
                        "give values >= 0");
    }
    if (!(options.max_fill_step > 0 && options.max_fill_step <= 1)) {
        throw_bad_input("plating: the largest fill step is " +
                        format_number(options.max_fill_step) + "; give a value in (0, 1]");
    }
    if (options.cells < 1) {
        throw_bad_input("plating: the number of cells is " + std::to_string(options.cells) +
                        "; give at least 1");
    }
}

Deposit bare(const HomogenisedElectrode& electrode, const PlateOptions& options) {
    Deposit deposit;
    deposit.fill.assign(static_cast<std::size_t>(options.cells), 0.0);
    deposit.cell_pore = electrode.porosity * electrode.thickness / options.cells;
    deposit.per_charge = options.lithium_molar_volume / faraday;
    return deposit;
}

/// Index of the lowest cell that ions still reach: the one above the highest full cell.
std::size_t lowest_reached(const Deposit& deposit) {
    std::size_t cell = deposit.cells();
    while (cell > 0 && !deposit.full(cell - 1)) {
        --cell;
    }
    return cell;
}

/// Surface of a cell that touches electrolyte / volume [1/m].
double open_surface(const HomogenisedElectrode& electrode, const Deposit& deposit,
                    std::size_t cell) {
    if (deposit.full(cell)) {
        return 0;
    }
    const double open = std::max(1 - deposit.fill[cell], smallest_open_part);
    return electrode.specific_surface * std::pow(open, electrode.area_exponent);
}

/// The depth profile of the partly filled electrode; cells that ions do not reach are switched off.
DepthProfile narrowed(const HomogenisedElectrode& electrode, const Deposit& deposit) {
    DepthProfile profile;
    profile.thickness = electrode.thickness;
    profile.electronic.assign(deposit.cells(), electrode.electronic);
    profile.ionic.resize(deposit.cells());
    profile.specific_surface.resize(deposit.cells());
    const std::size_t lowest = lowest_reached(deposit);
    for (std::size_t c = 0; c < deposit.cells(); ++c) {
        const double open = std::max(1 - deposit.fill[c], smallest_open_part);
        profile.ionic[c] = electrode.ionic * std::pow(open, electrode.bruggeman_exponent);
        profile.specific_surface[c] = c < lowest ? 0 : open_surface(electrode, deposit, c);
    }
    return profile;
}

/// Inside the framework. Lithium once plated stays: what would dissolve again is switched off.
Reaction react_inside(const HomogenisedElectrode& electrode, const PlateOptions& options,
                      const Deposit& deposit) {
    const DepthProfile profile = narrowed(electrode, deposit);
    const CurrentDistribution distribution = plating::distribute(
        profile, options.kinetics, options.current, plating::Stripping::forbidden);
    Reaction reaction;
    reaction.voltage = distribution.voltage;
    double total = 0;
    for (const double value : distribution.reaction) {
        total += value;
    }
    for (std::size_t c = 0; c < deposit.cells(); ++c) {
        const double surface = profile.specific_surface[c];
        reaction.share.push_back(distribution.reaction[c] / total);
        reaction.current.push_back(surface > 0 ? distribution.reaction[c] / surface : 0);
    }
    return reaction;
}

/// On the plane above the framework: its transfer, and the electrons' way through the framework.
Reaction react_above(const HomogenisedElectrode& electrode, const PlateOptions& options,
                     const Deposit& deposit) {
    Reaction reaction;
    reaction.share.assign(deposit.cells(), 0.0);
    reaction.current.assign(deposit.cells(), 0.0);
    reaction.voltage = plating::drive_at(options.kinetics, options.current) +
                       options.current * electrode.thickness / electrode.electronic;
    return reaction;
}

Reaction react(const HomogenisedElectrode& electrode, const PlateOptions& options,
               const Deposit& deposit) {
    Reaction reaction = deposit.overflows() ? react_above(electrode, options, deposit)
                                            : react_inside(electrode, options, deposit);
    for (std::size_t c = 0; c < deposit.cells(); ++c) {
        reaction.surface.push_back(open_surface(electrode, deposit, c));
    }
    return reaction;
}

double filled_volume(const Deposit& deposit) {
    double fill = 0;
    for (const double value : deposit.fill) {
        fill += value;
    }
    return fill * deposit.cell_pore;
}

UniformityMetrics measure(const HomogenisedElectrode& electrode, const PlateOptions& options,
                          const Deposit& deposit, const Reaction& reaction) {
    UniformityMetrics metrics;
    std::vector<double> current = reaction.current;
    std::vector<double> area = reaction.surface;
    const double h = electrode.thickness / static_cast<double>(deposit.cells());
    for (double& value : area) {
        value *= h;
    }
    if (deposit.overflows()) {
        current.push_back(options.current);
        area.push_back(1);
    }
    current_statistics(current, area, metrics);

    const bool started = deposit.charge > 0;
    depth_statistics(started ? deposit.fill : reaction.share,
                     started ? deposit.overflow / deposit.cell_pore : 0, metrics);
    metrics.fill =
        filled_volume(deposit) / (deposit.cell_pore * static_cast<double>(deposit.cells()));
    return metrics;
}

PlateStep describe(const HomogenisedElectrode& electrode, const PlateOptions& options,
                   const Deposit& deposit, const Reaction& reaction) {
    PlateStep step;
    step.capacity = deposit.charge;
    step.voltage = reaction.voltage;
    step.time = deposit.charge / options.current;
    step.li_volume = filled_volume(deposit) + deposit.overflow;
    step.overflow = deposit.overflow;
    step.metrics = measure(electrode, options, deposit, reaction);
    return step;
}

/// The charge of the next step [C/m^2]: until a cell's fill has changed by the largest step, a cell
/// is full, or all is plated.
double next_charge(const PlateOptions& options, const Deposit& deposit, const Reaction& reaction,
                   double remaining) {
    const double cell_charge = deposit.cell_pore / deposit.per_charge;
    if (deposit.overflows()) {
        // Nothing changes any more; steps of the same kind only give the curves points to be drawn
        // with.
        const double pore_charge = cell_charge * static_cast<double>(deposit.cells());
        return std::min(remaining, options.max_fill_step * std::max(pore_charge, options.capacity));
    }
    double charge = remaining;
    for (std::size_t c = 0; c < deposit.cells(); ++c) {
        if (reaction.share[c] > 0) {
            const double largest = std::min(options.max_fill_step, 1 - deposit.fill[c]);
            charge = std::min(charge, largest * cell_charge / reaction.share[c]);
        }
    }
    return charge;
}

void plate(double charge, const Reaction& reaction, Deposit& deposit) {
    if (deposit.overflows()) {
        deposit.overflow += charge * deposit.per_charge;
        return;
    }
    const double fill_per_share = charge * deposit.per_charge / deposit.cell_pore;
    for (std::size_t c = 0; c < deposit.cells(); ++c) {
        deposit.fill[c] += reaction.share[c] * fill_per_share;
    }
}

bool any_full(const Deposit& deposit) {
    for (std::size_t c = 0; c < deposit.cells(); ++c) {
        if (deposit.full(c)) {
            return true;
        }
    }
    return false;
}

void note_events(const Deposit& deposit, PlateResult& result) {
    if (result.clog_capacity < 0 && any_full(deposit)) {
        result.clog_capacity = deposit.charge;
    }
    if (result.overflow_capacity < 0 && deposit.overflows()) {
        result.overflow_capacity = deposit.charge;
    }
}

} // namespace

PlateResult plate_homogenised(const HomogenisedElectrode& electrode, const PlateOptions& options,
                              Progress& progress) {
    check_input(electrode, options);
    plating::check_kinetics(options.kinetics);
    PlateResult result;
    result.nu = reaction_number(electrode.thickness, electrode.ionic, electrode.electronic,
                                electrode.specific_surface, options.kinetics);
    result.wagner = wagner_number(electrode.ionic, electrode.thickness, options.kinetics);

    Deposit deposit = bare(electrode, options);
    Reaction reaction = react(electrode, options, deposit);
    result.steps.push_back(describe(electrode, options, deposit, reaction));
    for (const double share : reaction.share) {
        result.initial_reaction.push_back(share * options.cells);
    }
    while (deposit.charge < options.capacity) {
        throw_if_interrupted();
        const double remaining = options.capacity - deposit.charge;
        const double charge = next_charge(options, deposit, reaction, remaining);
        plate(charge, reaction, deposit);
        deposit.charge = charge < remaining ? deposit.charge + charge : options.capacity;
        note_events(deposit, result);
        reaction = react(electrode, options, deposit);
        result.steps.push_back(describe(electrode, options, deposit, reaction));
        const double expected = deposit.charge * deposit.per_charge;
        result.faraday_error = std::max(
            result.faraday_error, std::abs(result.steps.back().li_volume - expected) / expected);
        progress.update(deposit.charge / options.capacity);
    }
    result.fill = deposit.fill;
    result.metrics = result.steps.back().metrics;
    return result;
}

} // namespace porogen
