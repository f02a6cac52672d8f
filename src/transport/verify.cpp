#include "porogen/transport/verify.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "porogen/transport/solve.h"
#include "transport/verify_cases.h"

namespace porogen {

namespace verify {

namespace {

/// Far below every limit of the ladder.
constexpr SolveOptions tight{.tolerance = 1e-8};
constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

double conductivity(const PhaseVolume& volume, const SolveReport& report, Axis axis) {
    const double length = volume.size()[static_cast<int>(axis)];
    return report.converged || !report.percolates
               ? report.conductance * length * length / volume.size().prod()
               : undefined;
}

Plans all_plans() {
    Plans plans;
    add_laminates(plans);
    add_contact_resistance(plans);
    add_sheets(plans);
    add_spheres(plans);
    add_cylinders(plans);
    add_coated_spheres(plans);
    add_checkerboard(plans);
    add_bounds(plans);
    add_tensors(plans);
    add_tilted_layers(plans);
    add_drives(plans);
    return plans;
}

bool is_chosen(const Plan& plan, const VerifyOptions& options) {
    const bool named = plan.group.find(options.only) != std::string::npos ||
                       plan.name.find(options.only) != std::string::npos;
    return named && (options.full || !plan.full);
}

VerifyCase climb(const Plan& plan) {
    const auto begin = std::chrono::steady_clock::now();
    VerifyCase done;
    done.group = plan.group;
    done.name = plan.name;
    done.reference = plan.reference;
    done.claim = plan.claim;
    done.exact = plan.exact;
    done.tolerance = plan.tolerance;
    done.cells = plan.cells;
    done.other_cells = plan.other_cells;
    done.least_order = plan.least_order;
    done.got = plan.measure(plan.cells);
    done.error = verify_error(plan.claim, plan.exact, done.got);
    if (plan.other_cells > 0) {
        const double other = verify_error(plan.claim, plan.exact, plan.measure(plan.other_cells));
        done.order = observed_order(done.error, plan.cells, other, plan.other_cells);
    }
    done.passed = within_limits(done);
    done.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return done;
}

} // namespace

void add_on_grids(Plans& plans, const Plan& plan) {
    plans.push_back(plan);
    plans.back().cells = 16;
    plans.back().other_cells = 32;
    plans.push_back(plan);
    plans.back().cells = 64;
    plans.back().other_cells = 32;
    plans.back().tolerance = plan.tolerance / 4;
    plans.back().full = true;
}

void add_finer(Plans& plans) {
    Plan plan = plans.back();
    plan.cells = 128;
    plan.other_cells = 64;
    plan.tolerance /= 2;
    plan.full = true;
    plans.push_back(std::move(plan));
}

double conductivity(const PhaseVolume& volume, const ConductorNetwork& network) {
    return conductivity(volume, solve(network, tight).report, network.axis);
}

double conductivity(const PhaseVolume& volume, const SurfaceConductors& conductors, Axis axis) {
    return conductivity(volume, surface_network(volume, cut_cells(volume), cut_sheet(volume),
                                                conductors, axis, Drive::periodic));
}

double conductivity(const PhaseVolume& volume, const std::array<double, 256>& by_label, Axis axis,
                    Drive drive) {
    return conductivity(
        volume, solve(voxel_network(volume, by_label, axis, volume.periodic, drive), tight).report,
        axis);
}

SurfaceConductors joined(double solid, double sheet_factor) {
    return {.pore = 1,
            .solid = solid,
            .sheet_factor = sheet_factor,
            .pore_solid = 0,
            .film_pore = 0,
            .film_solid = 0};
}

} // namespace verify

double verify_error(VerifyClaim claim, double exact, double got) {
    const double error = exact == 0 ? got : (got - exact) / exact;
    const double outwards = claim == VerifyClaim::at_least ? -error : error;
    return claim != VerifyClaim::equal && outwards <= 0 ? 0 : error;
}

double observed_order(double error, std::int64_t cells, double other_error,
                      std::int64_t other_cells) {
    const double ratio = error / other_error; // no order where the sign changes
    const double order =
        std::log(ratio) / std::log(static_cast<double>(other_cells) / static_cast<double>(cells));
    return std::isfinite(order) ? order : std::numeric_limits<double>::quiet_NaN();
}

bool within_limits(const VerifyCase& verified) {
    const bool near = std::abs(verified.error) <= verified.tolerance;
    const bool falls =
        !verified.least_order || (verified.order && *verified.order >= *verified.least_order);
    return std::isfinite(verified.got) && near && falls;
}

std::vector<VerifyCase> verify_transport(const VerifyOptions& options, const VerifyReport& report,
                                         Progress& progress) {
    verify::Plans plans = verify::all_plans();
    std::erase_if(plans, [&](const auto& plan) { return !verify::is_chosen(plan, options); });
    std::vector<VerifyCase> cases;
    for (const verify::Plan& plan : plans) {
        throw_if_interrupted();
        cases.push_back(verify::climb(plan));
        report(cases.back());
        progress.update(static_cast<double>(cases.size()) / static_cast<double>(plans.size()));
    }
    return cases;
}

} // namespace porogen
