#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>

#include "plating/closed_forms.h"
#include "plating/verify_bench.h"
#include "plating/verify_cases.h"
#include "porogen/plating/porous_electrode.h"

namespace porogen::plating {

namespace {

using closed_forms::f;

constexpr double pi = std::numbers::pi;

/// The kinetics of a linear law with a given resistance [ohm m^2].
Kinetics linear(double resistance) {
    Kinetics kinetics;
    kinetics.law = RateLaw::linear;
    kinetics.exchange_current_density = 1 / (f * resistance);
    return kinetics;
}

// --- slabs of electrolyte and conductor, electrons from the bottom, ions from the top ---

constexpr double depth = 50e-6; // [m]
constexpr std::int64_t base_grid = 64;

/// How the slabs stand: once per box along x, or along x and y, on 64 cells of depth.
struct Direction {
    const char* name;
    std::int64_t x;
    std::int64_t y;
    bool tilted;

    /// Wave vector of the planes [1/m].
    [[nodiscard]] Vec3 wave() const {
        const double cell = depth / static_cast<double>(base_grid);
        return {1 / (static_cast<double>(x) * cell),
                tilted ? 1 / (static_cast<double>(y) * cell) : 0.0, 0};
    }
    /// Of one slab, which is as thick as the gap beside it [m].
    [[nodiscard]] double width() const { return 0.5 / wave().norm(); }
};

constexpr std::array<Direction, 3> directions{
    {{"0 degrees", 12, 4, false}, {"30 degrees", 14, 24, true}, {"45 degrees", 16, 16, true}}};

struct Slabs {
    Direction direction;
    closed_forms::Slab slab; ///< effective properties
    bool grounded = false;   ///< electrons everywhere at the collector's potential
    bool foil = true;        ///< there is a foil below, which does not react itself
};

Slabs slabs(const Direction& direction, RateLaw law, double current, double ionic,
            double electronic) {
    Slabs s{direction, {current, depth, ionic, electronic}};
    s.slab.specific_surface = 1 / direction.width();
    s.slab.kinetics.law = law;
    s.slab.kinetics.exchange_current_density =
        (law == RateLaw::tafel ? 1e4 : 5e6) * direction.width();
    return s;
}

/// The slabs' own kinetics are behind the way across half a slab and half a gap, from where their
/// mean potentials are: exactly a third of it while the reaction varies slowly along the depth.
closed_forms::Slab homogenised(const Slabs& s) {
    closed_forms::Slab slab = s.slab;
    slab.kinetics.film_resistance =
        s.direction.width() / 6 *
        (1 / (2 * slab.ionic) + (s.grounded ? 0 : 1 / (2 * slab.electronic)));
    return slab;
}

struct Ends {
    double bottom = 0; ///< a i_n L/I [1]
    double top = 0;
    double voltage = 0; ///< [V]
};

/// From the values at the centres of equal cells to the ends, by parabolas.
Ends ends_of(const std::vector<double>& cell) {
    const auto end = [](double a, double b, double c) { return (15 * a - 10 * b + 3 * c) / 8; };
    const std::size_t n = cell.size();
    return {end(cell[0], cell[1], cell[2]), end(cell[n - 1], cell[n - 2], cell[n - 3])};
}

Ends measured(const Slabs& s, std::int64_t n) {
    const double voxel = depth / static_cast<double>(n);
    const Vec3 wave = s.direction.wave();
    const Shape shape{s.direction.x * n / base_grid, s.direction.y * n / base_grid, n};
    const PhaseVolume volume =
        shapes(shape, voxel, {[&](const Vec3& at) {
                   const double phase = wave.dot(at) + 0.13;
                   return (std::abs(phase - std::floor(phase) - 0.5) - 0.25) / wave.norm();
               }});
    ResolvedOptions options;
    options.kinetics = s.slab.kinetics;
    options.electrolyte.conductivity = 2 * s.slab.ionic;
    options.headroom = 0;
    options.collector.inert = true;
    PlatingSolid solid;
    solid.lithiated_conductivity = 2 * s.slab.electronic;
    options.solids = {s.foil ? solid : metal(1)};
    Bench bench(s.foil ? plating_box(volume, options) : bare_box(volume, options), options);
    ElectrodeNetwork electrode =
        bench.network(s.grounded ? Electrons::grounded : Electrons::resolved);
    const SiteCurrents found = bench.solve(electrode, s.slab.current * bench.box().base_area);
    std::vector<double> current(static_cast<std::size_t>(n), 0.0);
    std::vector<double> area(current.size(), 0.0);
    for (std::size_t i = 0; i < electrode.sites.size(); ++i) {
        const ReactionSite& site = electrode.sites[i];
        const std::int64_t k = site.cell / (shape.x * shape.y) - (s.foil ? collector_layers : 0);
        if (k >= 0 && bench.active()[i] != 0) {
            current[static_cast<std::size_t>(k)] +=
                found.current[i] * static_cast<double>(site.area);
            area[static_cast<std::size_t>(k)] += static_cast<double>(site.area);
        }
    }
    for (std::size_t k = 0; k < current.size(); ++k) {
        current[k] *= s.slab.specific_surface * depth / (s.slab.current * area[k]);
    }
    Ends ends = ends_of(current);
    ends.voltage = found.converged ? found.voltage : NAN;
    return ends;
}

Ends exact(const Slabs& s) {
    const closed_forms::Slab slab = homogenised(s);
    if (slab.kinetics.law == RateLaw::linear) {
        const closed_forms::Linear form(slab);
        return {form.reaction(0), form.reaction(1), slab.current * form.resistance_of_slab()};
    }
    const CurrentDistribution fine =
        distribute_current(closed_forms::profile(slab, 4000), slab.kinetics, slab.current);
    Ends ends = ends_of(fine.reaction);
    ends.bottom *= depth / slab.current;
    ends.top *= depth / slab.current;
    ends.voltage = fine.voltage;
    if (slab.kinetics.law == RateLaw::tafel) {
        const closed_forms::Tafel form(slab);
        ends.bottom = form.reaction(0);
        ends.top = form.reaction(1);
    }
    return ends;
}

void add_ends(VerifyPlans& plans, const std::string& name, const std::string& reference,
              const Slabs& s, double tolerance) {
    const auto compute = once_per_grid([s](std::int64_t n) { return measured(s, n); });
    const Ends is = exact(s);
    const auto add = [&](const char* what, auto value) {
        VerifyPlan plan{"plating: depth profiles", name + ", " + what, reference};
        plan.exact = value(is);
        plan.tolerance = tolerance;
        plan.measure = [compute, value](std::int64_t n) { return value((*compute)(n)); };
        plan.cells = 64;
        plan.other_cells = 32;
        plans.push_back(plan);
        plan.cells = 128;
        plan.other_cells = 64;
        plan.full = true;
        plans.push_back(std::move(plan));
    };
    add("top", [](const Ends& e) { return e.top; });
    add("bottom", [](const Ends& e) { return e.bottom; });
    add("top/bottom", [](const Ends& e) { return e.top / e.bottom; });
    add("voltage", [](const Ends& e) { return e.voltage; });
    plans.back().least_order = plans[plans.size() - 2].least_order = 0.8;
}

// --- an equipotential sphere in a uniform field ---

/// Spheres in cubic order, so far apart that only their dipoles act on each other; between two
/// plates half a period above and below they are one of infinitely many.
struct SphereInField {
    double wagner = 1;

    static constexpr double radius = 5e-6;
    static constexpr double kappa = 0.2;
    static constexpr double volt = 1e-3;
    static constexpr std::int64_t box = 4; ///< radii per period

    /// Field of the dipole at the surface, part of the local one.
    [[nodiscard]] double dipole() const { return (1 - wagner) / (1 + 2 * wagner); }
    /// Amplitude of the current density [A/m^2], J. C. Maxwell's local field.
    [[nodiscard]] double amplitude() const {
        const double fraction = 4 * pi / 3 / static_cast<double>(box * box * box);
        const double field = volt / (0.5 * static_cast<double>(box) * radius);
        return 3 * kappa * field / (1 + 2 * wagner) / (1 - fraction * dipole());
    }
};

struct Cosine {
    double amplitude = 0; ///< of the part ~ cos(theta) / exact
    /// Root mean square of what is neither that, nor uniform, nor of the next order that the other
    /// spheres bring, / exact.
    double rest = 0;
};

Cosine measured(const SphereInField& s, std::int64_t n) {
    const double voxel = SphereInField::radius / static_cast<double>(n);
    const std::int64_t edge = SphereInField::box * n;
    const double half = 0.5 * static_cast<double>(edge) * voxel;
    const Vec3 centre(half + 0.21 * voxel, half - 0.37 * voxel, half);
    const PhaseVolume volume =
        shapes({edge, edge, edge}, voxel,
               {[&](const Vec3& at) { return (at - centre).norm() - SphereInField::radius; }});
    ResolvedOptions options;
    options.kinetics = linear(s.wagner * SphereInField::radius / SphereInField::kappa);
    options.electrolyte.conductivity = SphereInField::kappa;
    options.solids = {metal(1)};
    const Bench bench(bare_box(volume, options), options);
    ElectrodeNetwork electrode = bench.network();
    const std::vector<ElectrodeNetwork::Inlet> top = electrode.inlets;
    // A tie to ground and a current fed in are a plate at a potential. Nearly the same flows out at
    // the bottom; that something is left gives the solver its scale.
    const double tie = 2 * SphereInField::kappa / voxel;
    constexpr double net = 0.01;
    for (const ElectrodeNetwork::Inlet& inlet : top) {
        const std::int32_t bottom = inlet.node - top.front().node;
        electrode.ground[static_cast<std::size_t>(inlet.node)] +=
            static_cast<float>(tie * inlet.area);
        electrode.ground[static_cast<std::size_t>(bottom)] += static_cast<float>(tie * inlet.area);
        electrode.inlets.push_back({bottom, -(1 - net) * inlet.area, 0});
    }
    const double fed =
        net * tie * SphereInField::volt * std::pow(voxel * static_cast<double>(edge), 2);
    const std::vector<std::uint8_t> active(electrode.sites.size(), 1);
    std::vector<double> potential(static_cast<std::size_t>(electrode.network.nodes()), 0.0);
    const SiteCurrents found =
        solve_potentials(electrode, {options.kinetics, options.electrolyte, false, fed, true},
                         active, potential, no_progress());
    double lost = 0;
    for (std::size_t node = 0; node < potential.size(); ++node) {
        lost += static_cast<double>(electrode.ground[node]) * potential[node];
    }
    const double scale = found.converged ? (fed - lost) / fed : NAN;
    const double unit = (1 - 0.5 * net) * s.amplitude();
    double area = 0;
    double square = 0;
    double along = 0;
    double mean = 0;
    double third = 0;
    double third_square = 0;
    const auto octupole = [](double c) { return (5 * c * c * c - 3 * c) / 2; };
    std::vector<double> cosine(electrode.sites.size());
    for (std::size_t i = 0; i < cosine.size(); ++i) {
        const std::int64_t c = electrode.sites[i].cell;
        const Vec3 at(static_cast<double>(c % edge), static_cast<double>(c / edge % edge),
                      static_cast<double>(c / (edge * edge)));
        cosine[i] = (voxel * (at + Vec3::Constant(0.5)) - centre).normalized().z();
        const auto a = static_cast<double>(electrode.sites[i].area);
        const double j = found.current[i] * scale / unit;
        area += a;
        mean += a * j;
        along += a * j * cosine[i];
        square += a * cosine[i] * cosine[i];
        third += a * j * octupole(cosine[i]);
        third_square += a * std::pow(octupole(cosine[i]), 2);
    }
    Cosine result{along / square, 0};
    for (std::size_t i = 0; i < cosine.size(); ++i) {
        const double rest = found.current[i] * scale / unit - mean / area -
                            result.amplitude * cosine[i] -
                            third / third_square * octupole(cosine[i]);
        result.rest += static_cast<double>(electrode.sites[i].area) / area * rest * rest;
    }
    result.rest = std::sqrt(result.rest);
    return result;
}

// --- depletion of the salt in a gap ---

struct Gap {
    double current = 0; ///< [A/m^2]
    double exponent = 1;

    static constexpr double length = 25e-6;

    [[nodiscard]] Electrolyte electrolyte() const {
        Electrolyte salt;
        salt.conductivity_exponent = exponent;
        return salt;
    }
    [[nodiscard]] double least() const {
        return 1 - current / limiting_current(electrolyte(), 1, length);
    }
    [[nodiscard]] double voltage() const {
        const Electrolyte salt = electrolyte();
        const double i0 =
            Kinetics{}.exchange_current_density * std::pow(least(), salt.exchange_exponent);
        return 2 / f * std::asinh(current / (2 * i0)) -
               potential_at(salt, least() * salt.concentration);
    }
};

struct Depleted {
    double voltage = 0;
    double least = 0;
};

Depleted measured(const Gap& gap, std::int64_t n) {
    const PhaseVolume volume = shapes({2, 2, n}, Gap::length / static_cast<double>(n), {});
    ResolvedOptions options;
    options.electrolyte = gap.electrolyte();
    options.headroom = 0;
    Bench bench(plating_box(volume, options), options);
    ElectrodeNetwork electrode = bench.network();
    const SiteCurrents found = bench.solve(electrode, gap.current * bench.box().base_area, true);
    return found.converged ? Depleted{found.voltage, found.least_concentration}
                           : Depleted{NAN, NAN};
}

} // namespace

void add_profiles(VerifyPlans& plans) {
    const std::string newman = "Newman & Tobias, J. Electrochem. Soc. 1962, 109, 1183";
    for (const Direction& direction : directions) {
        const std::string at = direction.name;
        add_ends(plans, "linear, " + at, newman, slabs(direction, RateLaw::linear, 10, 0.05, 0.15),
                 0.01);
        add_ends(plans, "Tafel, " + at, newman + ", Tafel: first integral",
                 slabs(direction, RateLaw::tafel, 40, 0.05, 0.025), 0.01);
        add_ends(plans, "Butler-Volmer, " + at, "the same equations in 1D on 4000 cells",
                 slabs(direction, RateLaw::butler_volmer, 100, 0.05, 0.15), 0.01);
    }
    Slabs grounded = slabs(directions[1], RateLaw::linear, 10, 0.05, 1e9);
    grounded.grounded = true;
    add_ends(plans, "one potential, foil", newman, grounded, 0.02);
    grounded.foil = false;
    add_ends(plans, "one potential", newman, grounded, 0.01);
}

void add_sphere_in_field(VerifyPlans& plans) {
    for (const double wagner : {0.1, 1.0, 10.0}) {
        const auto compute =
            once_per_grid([wagner](std::int64_t n) { return measured(SphereInField{wagner}, n); });
        VerifyPlan plan{"plating: sphere in a field", "",
                        "j = 3 kappa E cos/(1 + 2 Wa), Maxwell's E"};
        plan.cells = 16;
        plan.other_cells = 8;
        char wa[32];
        std::snprintf(wa, sizeof wa, "Wa %g, ", wagner);
        plan.name = std::string(wa) + "amplitude";
        plan.exact = 1;
        plan.tolerance = 0.01;
        plan.measure = [compute](std::int64_t n) { return (*compute)(n).amplitude; };
        if (wagner == 1) { // the others also have the dipoles' approximation
            plan.least_order = 1.8;
        }
        plans.push_back(plan);
        VerifyPlan fine = plan;
        fine.cells = 32;
        fine.other_cells = 16;
        fine.tolerance = 0.005;
        fine.full = true;
        plans.push_back(fine);
        plan.least_order.reset();
        plan.name = std::string(wa) + "rest";
        plan.exact = 0;
        plan.tolerance = 0.01;
        plan.measure = [compute](std::int64_t n) { return (*compute)(n).rest; };
        plans.push_back(plan);
        plan.cells = 32;
        plan.other_cells = 16;
        plan.full = true;
        plans.push_back(plan);
    }
}

void add_depletion(VerifyPlans& plans) {
    for (const double exponent : {1.0, 0.0}) {
        for (const double current : {300.0, 900.0}) {
            const Gap gap{current, exponent};
            const auto compute = once_per_grid([gap](std::int64_t n) { return measured(gap, n); });
            char name[64];
            std::snprintf(name, sizeof name, "%g A/m2, kappa ~ c^%g, ", current, exponent);
            VerifyPlan plan{"plating: depletion", "", "c falls linearly, phi(c); Newman, ch. 12"};
            plan.tolerance = 0.01;
            plan.cells = 64;
            plan.other_cells = 32;
            plan.name = std::string(name) + "voltage";
            plan.exact = gap.voltage();
            plan.measure = [compute](std::int64_t n) { return (*compute)(n).voltage; };
            plans.push_back(plan);
            plan.name = std::string(name) + "least c/c0";
            plan.exact = gap.least();
            plan.measure = [compute](std::int64_t n) { return (*compute)(n).least; };
            plans.push_back(plan);
            plan.name = std::string(name) + "limiting current";
            plan.exact = limiting_current(gap.electrolyte(), 1, Gap::length);
            plan.measure = [compute, current](std::int64_t n) {
                return current / (1 - (*compute)(n).least);
            };
            plans.push_back(plan);
        }
    }
}

} // namespace porogen::plating
