#include "porogen/geometry/coat.h"

#include <cmath>
#include <string>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/core/units.h"
#include "porogen/volume/cut_cells.h"
#include "porogen/volume/distance_transform.h"
#include "porogen/volume/morphology.h"

namespace porogen {

namespace {

void require(bool holds, const char* name, double value, const char* range) {
    if (!holds) {
        throw_bad_input(std::string("coat: ") + name + " is " + format_number(value) +
                        "; it must be " + range);
    }
}

void require_positive(const char* name, double value) {
    require(value > 0 && std::isfinite(value), name, value, "greater than 0");
}

void require_not_negative(const char* name, double value) {
    require(value >= 0 && std::isfinite(value), name, value, "at least 0");
}

void check(const CoatOptions& options) {
    require_not_negative("mass_fraction", options.mass_fraction);
    require_positive("host_density", options.host_density);
    require_positive("film_density", options.film_density);
    require(options.film_porosity >= 0 && options.film_porosity < 1, "film_porosity",
            options.film_porosity, "at least 0 and less than 1");
    require_not_negative("film_conductivity", options.film_conductivity);
    require_not_negative("percolation_mass", options.percolation_mass);
    require_not_negative("percolation_exponent", options.percolation_exponent);
    require_not_negative("contact_factor", options.contact_factor);
}

/// The surface, cell by cell, and what of it the coating reaches.
struct Surface {
    const Grid<float>& area;    ///< interface area of each cell [m^2]
    Grid<std::uint8_t> reached; ///< 1 on cells whose pore is open to the separator side
};

double total_area(const Surface& surface, bool reached_only) {
    return parallel_sum(surface.area.size(), 1 << 16, [&](std::int64_t begin, std::int64_t end) {
        double sum = 0;
        for (std::int64_t n = begin; n < end; ++n) {
            sum +=
                !reached_only || surface.reached[n] != 0 ? static_cast<double>(surface.area[n]) : 0;
        }
        return sum;
    });
}

/// Cells that the surface really crosses (more than grazes), reached or bare.
Grid<std::uint8_t> surface_cells(const Surface& surface, bool reached, double least_area) {
    Grid<std::uint8_t> cells(surface.area.shape());
    for (std::int64_t n = 0; n < cells.size(); ++n) {
        const bool crossed = static_cast<double>(surface.area[n]) > least_area;
        cells[n] = crossed && (surface.reached[n] != 0) == reached ? 1 : 0;
    }
    return cells;
}

/// The film on cells within two voxels of the surface, where a reached part of it is nearer than a
/// bare one.
SurfaceFilm film_near(const PhaseVolume& volume, const Surface& surface, const CoatReport& report) {
    const double edge = volume.voxel.maxCoeff();
    const double least_area = 0.01 * volume.voxel.minCoeff() * volume.voxel.minCoeff();
    const Grid<float> to_reached = squared_distance_transform(
        surface_cells(surface, true, least_area), volume.voxel, volume.periodic);
    const Grid<float> to_bare = squared_distance_transform(
        surface_cells(surface, false, least_area), volume.voxel, volume.periodic);
    SurfaceFilm film{Grid<float>(volume.shape()), Grid<float>(volume.shape())};
    for (std::int64_t n = 0; n < volume.distance.size(); ++n) {
        const bool near_surface = std::abs(static_cast<double>(volume.distance[n])) < 2 * edge;
        if (near_surface && to_reached[n] <= to_bare[n]) {
            film.thickness[n] = static_cast<float>(report.thickness);
            film.sheet_conductance[n] = static_cast<float>(report.sheet_conductance);
        }
    }
    return film;
}

} // namespace

double sheet_conductance(double mass_per_area, const CoatOptions& options) {
    const double threshold = options.percolation_mass;
    if (!(mass_per_area > threshold)) {
        return 0;
    }
    const double thickness = mass_per_area / (options.film_density * (1 - options.film_porosity));
    return options.film_conductivity * thickness *
           std::pow(1 - threshold / mass_per_area, options.percolation_exponent);
}

CoatReport coat(PhaseVolume& volume, const CoatOptions& options) {
    check(options);
    if (!volume.has_distance()) {
        throw_bad_input(
            "coat: the volume has labels only (a film needs the distance to the surface); "
            "coat a cast volume, or one read from a level set");
    }
    volume.film = {};
    if (options.mass_fraction == 0) {
        return {};
    }
    const CutCells cells = cut_cells(volume);
    const Surface surface{cells.interface_area, open_pores(volume, cells)};
    const double box = volume.size().prod();
    const double host_mass = options.host_density * mean_solid_fraction(cells) * box;
    const double film_mass = options.mass_fraction * host_mass;

    CoatReport report;
    report.area = total_area(surface, true);
    if (!(report.area > 0)) {
        throw_infeasible(
            "coat: no pore reaches the separator side (nothing can be coated); raise the "
            "porosity, or set the mass fraction of the film to 0");
    }
    report.coverage = report.area / total_area(surface, false);
    report.mass_per_area = film_mass / report.area;
    report.thickness = report.mass_per_area / (options.film_density * (1 - options.film_porosity));
    report.sheet_conductance = sheet_conductance(report.mass_per_area, options);
    report.volume_fraction = film_mass / (options.film_density * box);
    volume.film = film_near(volume, surface, report);
    return report;
}

} // namespace porogen
