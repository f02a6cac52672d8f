#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <string>

#include "plating/closed_forms.h"
#include "plating/verify_bench.h"
#include "plating/verify_cases.h"
#include "porogen/core/constants.h"
#include "porogen/core/random.h"

namespace porogen::plating {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double largest_move = 0.4; // of a voxel per step
const double charge_per_volume = faraday / ResolvedOptions{}.lithium_molar_volume; // [C/m^3]

Kinetics linear(double resistance) {
    Kinetics kinetics;
    kinetics.law = RateLaw::linear;
    kinetics.exchange_current_density = 1 / (closed_forms::f * resistance);
    return kinetics;
}

enum class Form : std::uint8_t { plane, cylinder, sphere };

const char* name_of(Form form) {
    return form == Form::plane ? "plane" : form == Form::cylinder ? "cylinder" : "sphere";
}

std::int64_t whole(double x) {
    return static_cast<std::int64_t>(std::llround(x));
}

/// A body of revolution about z through the middle of a box, at no special place of the grid: a
/// cylinder in four layers, or the lower half of a sphere with its centre in the upper end.
struct Round {
    Form form = Form::cylinder;
    double voxel = 0;
    std::int64_t across = 0;

    /// `reach`: from the axis to the sides, in voxels.
    Round(Form f, double v, std::int64_t reach) : form(f), voxel(v), across(2 * reach + 1) {}

    [[nodiscard]] Shape shape() const {
        return {across, across, form == Form::cylinder ? 4 : (across - 1) / 2};
    }
    [[nodiscard]] double height() const { return static_cast<double>(shape().z) * voxel; }
    [[nodiscard]] double radius(const Vec3& at) const {
        const double middle = 0.5 * static_cast<double>(across) * voxel;
        const double x = at.x() - middle - 0.21 * voxel;
        const double y = at.y() - middle + 0.37 * voxel;
        return form == Form::cylinder ? std::hypot(x, y) : std::hypot(x, y, at.z() - height());
    }
    /// Within a radius [m^3].
    [[nodiscard]] double volume(double r) const {
        return form == Form::cylinder ? pi * r * r * height() : 2 * pi / 3 * r * r * r;
    }
};

// --- surfaces that move while the drop in the electrolyte changes, at a constant voltage ---

/// Lithium grows on a plane, a rod or a ball towards an equipotential plane or shell around it.
struct Moving {
    Form form = Form::plane;
    double resistance = 0; ///< R_p [ohm m^2]

    static constexpr double kappa = 0.2;   // [S/m]
    static constexpr double volt = 0.01;   // [V]
    static constexpr double gap = 50e-6;   // plane: to the other side [m]
    static constexpr double thick = 10e-6; // and how far it grows
    static constexpr double first = 3e-6;  // radii: at the start, at the end, of the shell
    static constexpr double last = 6e-6;
    static constexpr double shell = 12e-6;

    /// [s]
    [[nodiscard]] double time() const {
        const double scale = charge_per_volume / volt;
        const auto across = [&](double r) {
            return form == Form::cylinder ? r * r / 2 * std::log(shell / r) + r * r / 4
                                          : r * r / 2 - r * r * r / (3 * shell);
        };
        return form == Form::plane
                   ? scale * (thick * (resistance + gap / kappa) - thick * thick / (2 * kappa))
                   : scale * (resistance * (last - first) + (across(last) - across(first)) / kappa);
    }
};

/// Grows a volume [m^3] at a constant voltage; the kinetics are linear, so the current is the
/// voltage over a resistance that depends on the shape alone, and the time is its integral over
/// the charge [s].
template <class Feed>
double time_to_grow(Bench& bench, double volume, double voltage, const Feed& feed) {
    double time = 0;
    double before = 0; // resistance and volume at the last step
    double grown = 0;
    while (true) {
        ElectrodeNetwork electrode = bench.network();
        feed(electrode);
        const double current = total_area(electrode.sites); // any will do
        const SiteCurrents found = bench.solve(electrode, current);
        if (!found.converged) {
            return NAN;
        }
        const double resistance = found.voltage / current;
        if (grown > 0) {
            time +=
                0.5 * (before + resistance) * (bench.grown() - grown) * charge_per_volume / voltage;
        }
        before = resistance;
        grown = bench.grown();
        const double left = volume - grown;
        if (!(left > 1e-9 * volume)) {
            return time;
        }
        const double step = bench.step(electrode.sites, found.current, largest_move);
        if (grown == 0) { // no time has passed until there is some growth to go by
            grown = std::numeric_limits<double>::min();
        }
        const FrontMove moved = bench.grow(electrode.sites, found.current,
                                           left <= step ? left : std::min(step, left / 2));
        if (!(std::abs(moved.error) < 1e-6)) {
            return NAN;
        }
    }
}

double time_of(const Moving& moving, std::int64_t n) {
    ResolvedOptions options;
    options.kinetics = linear(moving.resistance);
    options.electrolyte.conductivity = Moving::kappa;
    options.headroom = 0;
    if (moving.form == Form::plane) {
        const PhaseVolume volume = shapes({4, 4, n}, Moving::gap / static_cast<double>(n), {});
        Bench bench(plating_box(volume, options), options);
        return time_to_grow(bench, Moving::thick * bench.box().base_area, Moving::volt,
                            [](ElectrodeNetwork&) {});
    }
    options.solids = {metal(1), insulator(2)};
    const double voxel = Moving::first / static_cast<double>(n);
    const Round round(moving.form, voxel, whole(Moving::shell / voxel) + 4);
    const PhaseVolume volume =
        shapes(round.shape(), voxel,
               {[&](const Vec3& at) { return round.radius(at) - Moving::first; },
                [&](const Vec3& at) { return Moving::shell - round.radius(at); }});
    Bench bench(bare_box(volume, options), options);
    return time_to_grow(bench, round.volume(Moving::last) - round.volume(Moving::first),
                        Moving::volt,
                        [&](ElectrodeNetwork& electrode) { bench.feed_from(electrode, 1); });
}

// --- pores lined inwards at a constant current density ---

constexpr double pore_radius = 3.75e-6;
constexpr double lined = 0.75; // of the radius, where the time is taken

struct Filled {
    double charge = 0; ///< until nothing is open any more [C]
    double time = 0;   ///< until three quarters of the radius are lined, at 1 A/m^2 [s]
};

Filled filled(const Round& round) {
    ResolvedOptions options;
    options.solids = {metal(1)};
    const PhaseVolume volume =
        shapes(round.shape(), round.voxel,
               {[&](const Vec3& at) { return pore_radius - round.radius(at); }});
    Bench bench(bare_box(volume, options), options);
    const double target = round.volume(pore_radius) - round.volume((1 - lined) * pore_radius);
    Filled result;
    double area_before = 0;
    double grown = 0;
    while (true) {
        const ElectrodeNetwork electrode = bench.network();
        const double area = total_area(electrode.sites);
        const bool timed = grown < (1 - 1e-9) * target;
        if (area_before > 0 && timed) {
            result.time +=
                0.5 * (1 / area_before + 1 / area) * (bench.grown() - grown) * charge_per_volume;
        }
        area_before = area;
        grown = bench.grown();
        result.charge = grown * charge_per_volume;
        if (!(area > 0)) {
            return result;
        }
        double step = largest_move * round.voxel * area;
        if (grown < (1 - 1e-9) * target) {
            step = std::min(step, target - grown);
        }
        const FrontMove moved =
            bench.grow(electrode.sites, std::vector<double>(electrode.sites.size(), 1.0), step);
        if (!(moved.error > -1)) { // nothing has found place any more
            return result;
        }
    }
}

// --- a wave on a flat surface that grows ---

struct Wave {
    double resistance = 0;     ///< R_p [ohm m^2]
    double capacity = 0;       ///< [C/m^2]
    double height = 0;         ///< at first [m]
    double largest_move = 0.4; ///< per step, which is of first order [voxels]

    static constexpr double length = 20e-6;
    static constexpr double current = 10; // [A/m^2]
    static constexpr double kappa = 0.2;

    /// ln(height at the end / at first): the ions have a way the longer, the deeper the surface.
    [[nodiscard]] double growth() const {
        const double k = 2 * pi / length;
        return capacity / charge_per_volume * k / (1 + k * kappa * resistance);
    }
};

double amplification(const Wave& wave, std::int64_t n) {
    const double voxel = Wave::length / static_cast<double>(n);
    const double k = 2 * pi / Wave::length;
    constexpr std::int64_t below = 4;
    const PhaseVolume volume =
        shapes({n, 4, below + 4}, voxel, {[&](const Vec3& at) {
                   const double slope = wave.height * k * std::sin(k * at.x());
                   return (at.z() - 4.43 * voxel - wave.height * std::cos(k * at.x())) /
                          std::hypot(1, slope);
               }});
    ResolvedOptions options;
    options.current = Wave::current;
    options.capacity = wave.capacity;
    options.kinetics = linear(wave.resistance);
    options.electrolyte.conductivity = Wave::kappa;
    options.concentration = false;
    options.model = PotentialModel::one_potential;
    options.relative_ionic = 1;
    options.headroom = wave.capacity / charge_per_volume + Wave::length;
    options.solids = {metal(1)};
    options.depth_cells = 1;
    options.max_move = wave.largest_move;
    const ResolvedPlating plated = plate_resolved(volume, options);
    const Grid<float>& lithium = plated.snapshots.back().lithium;
    const Shape& shape = lithium.shape();
    double sum = 0;
    for (std::int64_t c = 0; c < shape.size(); ++c) {
        sum += static_cast<double>(lithium[c]) *
               std::cos(k * voxel * (static_cast<double>(c % shape.x) + 0.5));
    }
    // A cell takes the mean of the wave over its width.
    const double smoothing = std::sin(k * voxel / 2) / (k * voxel / 2);
    const double grown = 2 * sum * voxel / (static_cast<double>(shape.x * shape.y) * smoothing);
    return plated.converged ? 1 + grown / wave.height : NAN;
}

// --- the charge ---

/// Balls at random on a foil, plated until half of the pores are full, in the two ways of taking
/// stock: by the surface's own volume at every step, and by what the cells hold at the end.
struct Stock {
    double steps = 0;
    double cells = 0;
};

Stock stock_of(std::int64_t n) {
    const double voxel = 16e-6 / static_cast<double>(n);
    RandomStream random(7, "verify plating");
    std::vector<Vec3> centres;
    for (int ball = 0; ball < 14; ++ball) {
        const double x = random.uniform(0, 16e-6);
        const double y = random.uniform(0, 16e-6);
        centres.emplace_back(x, y, random.uniform(0, 16e-6));
    }
    const PhaseVolume volume = shapes({n, n, n}, voxel, {[&](const Vec3& at) {
                                          double least = 1;
                                          for (const Vec3& centre : centres) {
                                              Vec3 way = at - centre;
                                              for (int a = 0; a < 2; ++a) {
                                                  way[a] -= 16e-6 * std::round(way[a] / 16e-6);
                                              }
                                              least = std::min(least, way.norm() - 3e-6);
                                          }
                                          return least;
                                      }});
    PlatingSolid host;
    host.lithiated_conductivity = 0.1;
    ResolvedOptions options;
    options.solids = {host};
    options.capacity = 30000;
    options.current = 20;
    options.depth_cells = 4;
    const ResolvedPlating plated = plate_resolved(volume, options);
    const PlatingBox box = plating_box(volume, options);
    const ResolvedStep& last = plated.steps.back();
    const double thickness = last.metrics.fill * box.pore_volume / box.base_area + last.overflow;
    return {plated.converged ? plated.faraday_error : NAN,
            thickness * charge_per_volume / last.capacity - 1};
}

} // namespace

void add_moving_surfaces(VerifyPlans& plans) {
    for (const Form form : {Form::plane, Form::cylinder, Form::sphere}) {
        for (const double resistance : {2.5692579e-3, 1e-5}) {
            const Moving moving{form, resistance};
            char name[64];
            std::snprintf(name, sizeof name, "%s, R_p %.3g ohm m2, time", name_of(form),
                          resistance);
            VerifyPlan plan{"plating: moving surfaces", name,
                            "integral of the ohmic drop over the charge"};
            plan.exact = moving.time();
            plan.tolerance = 0.01;
            plan.measure = [moving](std::int64_t n) { return time_of(moving, n); };
            if (form == Form::cylinder) {
                plan.least_order = 1;
            }
            plan.cells = form == Form::plane ? 64 : 6;
            plan.other_cells = plan.cells / 2;
            plans.push_back(plan);
            plan.cells *= 2;
            plan.other_cells *= 2;
            plan.tolerance = 0.005;
            plan.full = true;
            plans.push_back(plan);
        }
    }
}

void add_filled_pores(VerifyPlans& plans) {
    for (const Form form : {Form::cylinder, Form::sphere}) {
        const auto round = [form](std::int64_t n) {
            return Round(form, pore_radius / static_cast<double>(n), n + 4);
        };
        const auto compute = once_per_grid([round](std::int64_t n) { return filled(round(n)); });
        VerifyPlan plan{"plating: filled pores", "", "volume of the pore; r = R - v t"};
        plan.cells = 8;
        plan.other_cells = 4;
        plan.tolerance = 0.01;
        plan.name = std::string(name_of(form)) + ", charge to close / volume";
        plan.exact = 1;
        plan.measure = [compute, round](std::int64_t n) {
            return (*compute)(n).charge / (round(n).volume(pore_radius) * charge_per_volume);
        };
        const auto add = [&] {
            plans.push_back(plan);
            plans.back().cells = 16;
            plans.back().other_cells = 8;
            plans.back().tolerance = 0.005;
            plans.back().full = true;
        };
        plans.push_back(plan);
        add();
        plan.name = std::string(name_of(form)) + ", time to 3/4 of the radius";
        plan.exact = lined * pore_radius * charge_per_volume;
        plan.measure = [compute](std::int64_t n) { return (*compute)(n).time; };
        plan.least_order = 1.2;
        plans.push_back(plan);
        add();
    }
}

void add_roughness(VerifyPlans& plans) {
    // The wave keeps its sines only while its curvature times all that is plated is small.
    const auto add = [&](const char* name, const Wave& wave, double tolerance) {
        VerifyPlan plan{"plating: roughness", name, "linear stability of a plane that grows"};
        plan.exact = std::exp(wave.growth());
        plan.tolerance = tolerance;
        plan.measure = [wave](std::int64_t n) { return amplification(wave, n); };
        plan.cells = 32;
        plan.other_cells = 16;
        plans.push_back(plan);
        return plan;
    };
    VerifyPlan mild =
        add("R_p 2.57e-3 ohm m2, 4 mAh/cm2, amplification", {2.5692579e-3, 144000, 0.03e-6}, 0.01);
    mild.cells = 64;
    mild.other_cells = 32;
    mild.full = true;
    plans.push_back(mild);
    // Not on finer grids: the shortest waves that they carry grow ten thousandfold, from the noise.
    add("R_p 1e-5 ohm m2, 4 mAh/cm2, amplification", {1e-5, 144000, 0.0075e-6, 0.2}, 0.03);
}

void add_charge(VerifyPlans& plans) {
    const auto compute = once_per_grid([](std::int64_t n) { return stock_of(n); });
    VerifyPlan plan{"plating: charge", "lithium / charge - 1, worst step", "M. Faraday"};
    plan.tolerance = 1e-10;
    plan.measure = [compute](std::int64_t n) { return (*compute)(n).steps; };
    plan.cells = 24;
    plan.other_cells = 12;
    plans.push_back(plan);
    plan.name = "lithium of all cells / charge - 1, at the end";
    plan.tolerance = 1e-6;
    plan.measure = [compute](std::int64_t n) { return (*compute)(n).cells; };
    plans.push_back(plan);
}

} // namespace porogen::plating
