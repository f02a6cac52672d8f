#include "plating/resolved_checks.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "plating/rate.h"
#include "porogen/core/errors.h"
#include "porogen/core/units.h"

namespace porogen::plating {

namespace {

void check_positive(double value, const char* name, const char* unit) {
    if (!(value > 0 && std::isfinite(value))) {
        throw_bad_input(std::string("plating: the ") + name + " is " + format_number(value) + " " +
                        unit + "; give a finite value > 0");
    }
}

void check_not_negative(double value, const char* name, const char* unit) {
    if (!(value >= 0 && std::isfinite(value))) {
        throw_bad_input(std::string("plating: the ") + name + " is " + format_number(value) + " " +
                        unit + "; give a finite value >= 0");
    }
}

void check_part(double value, double largest, const char* name) {
    if (!(value > 0 && value <= largest)) {
        throw_bad_input(std::string("plating: the ") + name + " is " + format_number(value) +
                        "; give a value in (0, " + format_number(largest) + "]");
    }
}

void check_surface(const PlatingSurface& surface) {
    check_not_negative(surface.barrier, "nucleation barrier", "V");
    check_not_negative(surface.barrier_spread, "spread of the nucleation barrier", "V");
    check_not_negative(surface.site_density, "density of nucleation sites", "1/m^2");
}

void check_solids(const PhaseVolume& volume, const ResolvedOptions& options) {
    for (const Phase& phase : volume.phases) {
        const auto is_it = [&](const PlatingSolid& solid) { return solid.label == phase.label; };
        if (phase.label != pore_label &&
            std::none_of(options.solids.begin(), options.solids.end(), is_it)) {
            throw_bad_input("plating: nothing is said of the phase '" + phase.name + "' (label " +
                            std::to_string(phase.label) +
                            "); say whether it conducts and takes up lithium");
        }
    }
    double hosts = 0;
    for (const PlatingSolid& solid : options.solids) {
        const auto same = [&](const PlatingSolid& other) { return other.label == solid.label; };
        if (solid.label == pore_label ||
            std::count_if(options.solids.begin(), options.solids.end(), same) > 1) {
            throw_bad_input("plating: label " + std::to_string(solid.label) +
                            " is that of the pores or of two solids (each phase is one solid); "
                            "give every solid a label of its own above 0");
        }
        check_not_negative(solid.pristine_conductivity, "conductivity of the pristine host", "S/m");
        check_not_negative(solid.lithiated_conductivity, "conductivity of the lithiated host",
                           "S/m");
        check_not_negative(solid.insertion_capacity, "insertion capacity", "C/m^3");
        if (solid.insertion_capacity > 0 && hosts > 0 && solid.insertion_capacity != hosts) {
            throw_bad_input("plating: two solids take up different charges, " +
                            format_number(hosts) + " and " +
                            format_number(solid.insertion_capacity) +
                            " C/m^3 (one ledger serves them all); give one value");
        }
        hosts = std::max(hosts, solid.insertion_capacity);
        check_surface(solid.bare);
        check_surface(solid.coated_pristine);
        check_surface(solid.coated_lithiated);
    }
}

} // namespace

void check_resolved(const PhaseVolume& volume, const ResolvedOptions& options) {
    if (!volume.has_distance()) {
        throw_bad_input("plating: the volume has no distance (lithium grows on true surfaces, and "
                        "an image of labels has none); plate a cast electrode");
    }
    const Vec3& voxel = volume.voxel;
    if (!((voxel.array() > 0).all() && voxel.array().isFinite().all()) ||
        !(voxel.maxCoeff() <= voxel.minCoeff() * (1 + 1e-6))) {
        throw_bad_input("plating: the voxels are not cubes (the moving surface needs them to be); "
                        "rasterise with one edge length");
    }
    if (options.solids.size() > 254) {
        throw_bad_input("plating: more than 254 solids; merge some");
    }
    check_positive(options.current, "current", "A/m^2");
    check_positive(options.capacity, "capacity", "C/m^2");
    check_positive(options.lithium_molar_volume, "molar volume of lithium", "m^3/mol");
    check_positive(options.lithiation_speed, "speed of lithiation", "m/s");
    check_positive(options.electrolyte.conductivity, "conductivity of the electrolyte", "S/m");
    check_not_negative(options.sheet_factor, "factor of the film's conductance", "");
    check_not_negative(options.solid_metal_resistance, "resistance of host and film", "ohm m^2");
    check_part(options.max_move, 0.5, "largest move of the surface [voxels]");
    check_part(options.max_charge_step, 1, "largest part of the capacity in a step");
    if (options.headroom) {
        check_part(*options.headroom, 1e-3, "headroom [m]");
    }
    if (options.relative_ionic) {
        check_part(*options.relative_ionic, 1, "relative ionic conductivity");
    }
    if (options.depth_cells < 1) {
        throw_bad_input("plating: the number of depth cells is " +
                        std::to_string(options.depth_cells) + "; give at least 1");
    }
    for (const double charge : options.snapshots) {
        check_positive(charge, "charge of a snapshot", "C/m^2");
    }
    check_kinetics(options.kinetics);
    check_surface(options.collector);
    check_solids(volume, options);
}

} // namespace porogen::plating
