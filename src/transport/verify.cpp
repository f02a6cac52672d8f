#include "porogen/transport/verify.h"

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

std::vector<VerifyCase> verify_transport(const VerifyOptions& options, const VerifyReport& report,
                                         Progress& progress) {
    return climb_ladder(verify::all_plans(), options, report, progress);
}

} // namespace porogen
