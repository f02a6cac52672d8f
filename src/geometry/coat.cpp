#include "porogen/geometry/coat.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "geometry/film_pattern.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/core/units.h"
#include "porogen/volume/cut_cells.h"
#include "porogen/volume/distance_transform.h"
#include "porogen/volume/morphology.h"

namespace porogen {

namespace {

/// Of a film of mass m per area [m].
double thickness_of(double mass_per_area, const CoatOptions& options) {
    return mass_per_area / (options.film_density * (1 - options.film_porosity));
}

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
    require(options.coverage > 0 && options.coverage <= 1, "coverage", options.coverage,
            "greater than 0 and at most 1");
    require_positive("patch_size", options.patch_size);
    require(options.thickness_spread >= 1 && options.thickness_spread <= 100, "thickness_spread",
            options.thickness_spread, "at least 1 and at most 100");
}

/// The surface, cell by cell, and what of it the coating reaches.
struct Surface {
    const Grid<float>& area;    ///< interface area of each cell [m^2]
    Grid<std::uint8_t> reached; ///< 1 on cells whose surface, if any, is within reach
};

/// A surface that lies on the faces between cells counts to the solid cell: it is within reach
/// where the cell beside it is.
Grid<std::uint8_t> reached_cells(const PhaseVolume& volume, const CutCells& cells) {
    const Grid<std::uint8_t> open = open_pores(volume, cells);
    Grid<std::uint8_t> reached = open;
    const Shape& shape = volume.shape();
    constexpr float whole = 1 - 1e-4F;
    for (std::int64_t n = 0; n < open.size(); ++n) {
        if (!(cells.interface_area[n] > 0 && cells.solid_fraction[n] >= whole)) {
            continue;
        }
        const std::array<std::int64_t, 3> cell{n % shape.x, n / shape.x % shape.y,
                                               n / (shape.x * shape.y)};
        for (const Axis axis : all_axes) {
            const auto a = static_cast<std::size_t>(axis);
            const std::int64_t count = shape[axis];
            for (const std::int64_t step : {std::int64_t{-1}, std::int64_t{1}}) {
                std::int64_t at = cell[a] + step;
                at = volume.periodic[a] ? (at + count) % count : at;
                if (at >= 0 && at < count && open[n + (at - cell[a]) * shape.stride(axis)] != 0) {
                    reached[n] = 1;
                }
            }
        }
    }
    return reached;
}

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

/// The surface of one cell, within reach.
struct Piece {
    std::int64_t cell = 0;
    double area = 0; ///< its coated area [m^2]
    double level = 0;
    double relative_mass = 0;
};

/// Pieces are coated in this order.
bool comes_before(double level_a, std::int64_t cell_a, double level_b, std::int64_t cell_b) {
    return level_a > level_b || (level_a == level_b && cell_a < cell_b);
}

/// What is coated: every piece before `last`, and `part` of that; all if there is no last one.
struct Coated {
    std::vector<Piece> pieces; ///< in the order of the cells
    std::optional<Piece> last;
    double part = 1;

    /// Coated part of a cell on or near the surface.
    [[nodiscard]] double part_of(std::int64_t cell, double level) const {
        if (last && cell == last->cell) {
            return part;
        }
        return !last || comes_before(level, cell, last->level, last->cell) ? 1 : 0;
    }
};

std::vector<Piece> pieces_within_reach(const PhaseVolume& volume, const Surface& surface,
                                       const FilmPattern& pattern) {
    std::vector<Piece> pieces;
    for (std::int64_t n = 0; n < surface.area.size(); ++n) {
        if (surface.reached[n] != 0 && surface.area[n] > 0) {
            pieces.push_back({n, static_cast<double>(surface.area[n]), 0, 1});
        }
    }
    if (!pattern.is_even()) {
        parallel_blocks(static_cast<std::int64_t>(pieces.size()), 1 << 10,
                        [&](std::int64_t begin, std::int64_t end) {
                            for (std::int64_t p = begin; p < end; ++p) {
                                Piece& piece = pieces[static_cast<std::size_t>(p)];
                                const Vec3 point = surface_point(volume, piece.cell);
                                piece.level = pattern.level(point);
                                piece.relative_mass = pattern.relative_mass(point);
                            }
                        });
    }
    return pieces;
}

/// Coats the highest pieces until their area is `area`, the last of them in part.
Coated coat_highest(std::vector<Piece> pieces, double area) {
    std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
        return comes_before(a.level, a.cell, b.level, b.cell);
    });
    double left = area;
    std::size_t count = 0;
    while (count + 1 < pieces.size() && pieces[count].area < left) {
        left -= pieces[count++].area;
    }
    Coated coated;
    coated.last = pieces[count];
    coated.part = std::clamp(left / pieces[count].area, 0.0, 1.0);
    pieces[count].area *= coated.part;
    pieces.resize(count + 1);
    std::sort(pieces.begin(), pieces.end(),
              [](const Piece& a, const Piece& b) { return a.cell < b.cell; });
    coated.pieces = std::move(pieces);
    return coated;
}

template <class Value>
double area_mean(const std::vector<Piece>& pieces, const Value& value) {
    double sum = 0;
    double area = 0;
    for (const Piece& piece : pieces) {
        sum += piece.area * value(piece);
        area += piece.area;
    }
    return sum / area;
}

/// Relative masses that a tenth, half and nine tenths of the coated area do not exceed.
std::array<double, 3> percentiles(std::vector<Piece> pieces) {
    std::sort(pieces.begin(), pieces.end(),
              [](const Piece& a, const Piece& b) { return a.relative_mass < b.relative_mass; });
    double total = 0;
    for (const Piece& piece : pieces) {
        total += piece.area;
    }
    std::array<double, 3> result{};
    double below = 0;
    auto piece = pieces.begin();
    for (std::size_t p = 0; p < 3; ++p) {
        const double wanted = std::array{0.1, 0.5, 0.9}[p] * total;
        while (piece + 1 != pieces.end() && below + piece->area < wanted) {
            below += (piece++)->area;
        }
        result[p] = piece->relative_mass;
    }
    return result;
}

/// The film on cells within two voxels of the surface, where a part of it within reach is nearer
/// than one that is not. `unit_mass` is that of the relative mass 1 [kg/m^2].
SurfaceFilm film_near(const PhaseVolume& volume, const Surface& surface, const FilmPattern& pattern,
                      const Coated& coated, double unit_mass, const CoatOptions& options) {
    const double edge = volume.voxel.maxCoeff();
    const double least_area = 0.01 * volume.voxel.minCoeff() * volume.voxel.minCoeff();
    const Grid<float> to_reached = squared_distance_transform(
        surface_cells(surface, true, least_area), volume.voxel, volume.periodic);
    const Grid<float> to_bare = squared_distance_transform(
        surface_cells(surface, false, least_area), volume.voxel, volume.periodic);
    SurfaceFilm film{Grid<float>(volume.shape()), Grid<float>(volume.shape())};
    parallel_blocks(volume.distance.size(), 1 << 12, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t n = begin; n < end; ++n) {
            const bool near_surface = std::abs(static_cast<double>(volume.distance[n])) < 2 * edge;
            if (!near_surface || !(to_reached[n] <= to_bare[n])) {
                continue;
            }
            double part = 1;
            double mass = unit_mass;
            if (!pattern.is_even()) {
                const Vec3 point = surface_point(volume, n);
                part = coated.part_of(n, pattern.level(point));
                mass = part > 0 ? unit_mass * pattern.relative_mass(point) : 0;
            }
            film.thickness[n] = static_cast<float>(part * thickness_of(mass, options));
            film.sheet_conductance[n] = static_cast<float>(part * sheet_conductance(mass, options));
        }
    });
    return film;
}

/// Mass of the film / its density without the pores in it, as the grid shows it [kg].
double mass_on_grid(const PhaseVolume& volume, const Surface& surface, const CoatOptions& options) {
    const Grid<float>& thickness = volume.film.thickness;
    const double film_volume =
        parallel_sum(thickness.size(), 1 << 16, [&](std::int64_t begin, std::int64_t end) {
            double sum = 0;
            for (std::int64_t n = begin; n < end; ++n) {
                sum += static_cast<double>(thickness[n]) * static_cast<double>(surface.area[n]);
            }
            return sum;
        });
    return film_volume * options.film_density * (1 - options.film_porosity);
}

/// Area of all host particles, each by itself [m^2].
double particle_area(const Packing& packing) {
    const double area = surface_area(packing, Role::host);
    if (!(area > 0)) {
        throw_bad_input(
            "coat: there are no host particles (the film was to be laid on them before casting); "
            "give the packing, or coat the framework instead");
    }
    return area;
}

} // namespace

double sheet_conductance(double mass_per_area, const CoatOptions& options) {
    const double threshold = options.percolation_mass;
    if (!(mass_per_area > threshold)) {
        return 0;
    }
    return options.film_conductivity * thickness_of(mass_per_area, options) *
           std::pow(1 - threshold / mass_per_area, options.percolation_exponent);
}

CoatReport coat(PhaseVolume& volume, const Packing& host, const CoatOptions& options) {
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
    const bool particles = options.order == CoatOrder::particles;
    const FilmPattern pattern(volume, options);
    const CutCells cells = cut_cells(volume);
    const Surface surface{cells.interface_area, particles ? Grid<std::uint8_t>(volume.shape(), 1)
                                                          : reached_cells(volume, cells)};
    const double box = volume.size().prod();
    const double host_mass = options.host_density * mean_solid_fraction(cells) * box;
    const double film_mass = options.mass_fraction * host_mass;

    const double total = total_area(surface, false);
    const double reached = total_area(surface, true);
    if (!(reached > 0)) {
        throw_infeasible(
            std::string("coat: ") +
            (particles ? "the solid has no surface" : "no pore reaches the separator side") +
            " (nothing can be coated); raise the porosity, or set the mass fraction of the film "
            "to 0");
    }
    // What the mass is spread over, coated or not.
    const double spread_area = particles ? particle_area(host) : reached;

    CoatReport report;
    report.area = options.coverage * reached;
    report.coverage = report.area / total;
    report.mass_per_area = film_mass / (options.coverage * spread_area);
    report.thickness = thickness_of(report.mass_per_area, options);
    report.volume_fraction = particles
                                 ? report.mass_per_area * report.area / (options.film_density * box)
                                 : film_mass / (options.film_density * box);
    report.buried_fraction = particles ? std::max(0.0, 1 - total / spread_area) : 0;
    report.contact_factor = particles ? options.contact_factor : 1;

    std::vector<Piece> within_reach = pieces_within_reach(volume, surface, pattern);
    const Coated coated = options.coverage < 1 ? coat_highest(std::move(within_reach), report.area)
                                               : Coated{std::move(within_reach), std::nullopt, 1};
    const auto relative_mass = [](const Piece& piece) { return piece.relative_mass; };
    const double unit_mass = report.mass_per_area / area_mean(coated.pieces, relative_mass);
    const auto mass = [&](const Piece& piece) { return unit_mass * piece.relative_mass; };
    // As a difference to the even film, which comes out exactly.
    const double even = sheet_conductance(report.mass_per_area, options);
    report.sheet_conductance = even + area_mean(coated.pieces, [&](const Piece& piece) {
                                   return sheet_conductance(mass(piece), options) - even;
                               });
    report.conducting_fraction = area_mean(coated.pieces, [&](const Piece& piece) {
        return mass(piece) > options.percolation_mass ? 1.0 : 0.0;
    });
    const auto [d10, d50, d90] = percentiles(coated.pieces);
    report.thickness_d10 = thickness_of(unit_mass * d10, options);
    report.thickness_d50 = thickness_of(unit_mass * d50, options);
    report.thickness_d90 = thickness_of(unit_mass * d90, options);

    volume.film = film_near(volume, surface, pattern, coated, unit_mass, options);
    const double buried_mass = report.buried_fraction * film_mass;
    report.mass_fraction = (mass_on_grid(volume, surface, options) + buried_mass) / host_mass;
    return report;
}

} // namespace porogen
