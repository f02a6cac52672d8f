#include "porogen/geometry/rasterise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/core/units.h"
#include "porogen/volume/cut_cells.h"

namespace porogen {

namespace {

/// Layers of cells that one task fills. Cells belong to one task alone, so no order of tasks
/// matters.
constexpr std::int64_t slab_layers = 4;
/// Two hundred gigabytes of distance alone: surely a slip in the unit of the voxel.
constexpr double most_cells = 5e10;

/// Cells [first, last) along an axis, possibly beyond the box.
struct Range {
    std::int64_t first;
    std::int64_t last;
};

/// Cells whose centres lie in [low, high].
Range cells_between(double low, double high, double voxel) {
    return {static_cast<std::int64_t>(std::ceil(low / voxel - 0.5)),
            static_cast<std::int64_t>(std::floor(high / voxel - 0.5)) + 1};
}

std::int64_t wrap(std::int64_t n, std::int64_t cells) {
    return (n % cells + cells) % cells;
}

/// What a particle can reach: a ball, and for flat ones the slab between two planes.
struct Reach {
    const Particle* particle;
    double radius; ///< bounding radius + band [m]
    Vec3 normal;
    double half_slab; ///< half thickness + band [m]
};

Reach reach_of(const Particle& particle, double band) {
    return {&particle, bounding_radius(particle) + band, particle_normal(particle),
            particle.half_thickness + particle.rounding + band};
}

/// Cells of the row through (., y, z) that the particle can reach.
Range row_range(const Reach& reach, double y, double z, double voxel) {
    const Vec3& centre = reach.particle->centre;
    const double dy = y - centre.y();
    const double dz = z - centre.z();
    const double half = std::sqrt(std::max(0.0, reach.radius * reach.radius - dy * dy - dz * dz));
    double low = -half;
    double high = half;
    const double slope = reach.normal.x();
    const double offset = reach.normal.y() * dy + reach.normal.z() * dz;
    if (std::abs(slope) > 1e-9) { // |slope x + offset| <= half_slab
        const double a = (-reach.half_slab - offset) / slope;
        const double b = (reach.half_slab - offset) / slope;
        low = std::max(low, std::min(a, b));
        high = std::min(high, std::max(a, b));
    } else if (std::abs(offset) > reach.half_slab) {
        return {0, 0};
    }
    return cells_between(centre.x() + low, centre.x() + high, voxel);
}

/// Lowers the distance to that of one particle on the layers [first, last), through the periodic
/// sides: the indices run over the particle's own reach and are wrapped, so every image is met.
void add_particle(const Reach& reach, std::int64_t first, std::int64_t last, double voxel,
                  Grid<float>& distance) {
    const Shape& shape = distance.shape();
    const Particle& particle = *reach.particle;
    const auto position = [voxel](std::int64_t n) {
        return (static_cast<double>(n) + 0.5) * voxel;
    };
    const Range rows = cells_between(particle.centre.y() - reach.radius,
                                     particle.centre.y() + reach.radius, voxel);
    for (std::int64_t k = first; k < last; ++k) {
        for (std::int64_t j = rows.first; j < rows.last; ++j) {
            const Range cells = row_range(reach, position(j), position(k), voxel);
            const std::int64_t row = shape.index(0, wrap(j, shape.y), k);
            std::int64_t i = wrap(cells.first, shape.x);
            for (std::int64_t n = cells.first; n < cells.last; ++n) {
                const Vec3 point(position(n), position(j), position(k));
                const auto d = static_cast<float>(signed_distance(particle, point));
                distance[row + i] = std::min(distance[row + i], d);
                i = i + 1 == shape.x ? 0 : i + 1;
            }
        }
    }
}

/// Number of voxels along an edge of the box, which must be whole.
std::int64_t whole_cells(double length, double voxel, char axis) {
    const double cells = length / voxel;
    const double whole = std::round(cells);
    if (!(whole >= 1 && whole < most_cells) || !(std::abs(cells - whole) < 1e-6 * whole)) {
        throw_bad_input(std::string("rasterise: the box is ") + format_number(length) +
                        " m along " + axis + ", which is no whole number of voxels of " +
                        format_number(voxel) +
                        " m (periodic sides must meet); choose a voxel that divides it");
    }
    return static_cast<std::int64_t>(whole);
}

Shape box_shape(const Vec3& size, double voxel) {
    const Shape shape{whole_cells(size.x(), voxel, 'x'), whole_cells(size.y(), voxel, 'y'),
                      whole_cells(size.z(), voxel, 'z')};
    const double cells =
        static_cast<double>(shape.x) * static_cast<double>(shape.y) * static_cast<double>(shape.z);
    if (!(cells < most_cells)) {
        throw_bad_input("rasterise: voxels of " + format_number(voxel) + " m make " +
                        format_number(cells) +
                        " cells (more than any machine at hand holds); choose a larger voxel");
    }
    return shape;
}

void check(const RasteriseOptions& options) {
    if (!(options.voxel > 0) || !std::isfinite(options.voxel)) {
        throw_bad_input("rasterise: voxel is " + format_number(options.voxel) +
                        " m; it must be greater than 0");
    }
    if (!(options.band >= 3) || !std::isfinite(options.band)) {
        throw_bad_input("rasterise: band is " + format_number(options.band) +
                        " voxels; it must be at least 3");
    }
}

/// The commonest solid label among the neighbours of a cell, the least of several; 0 if there is
/// none.
std::uint8_t label_around(const PhaseVolume& volume, std::int64_t n) {
    const Shape& shape = volume.shape();
    const std::array<std::int64_t, 3> cell{n % shape.x, n / shape.x % shape.y,
                                           n / (shape.x * shape.y)};
    std::array<std::uint8_t, 6> around{}; // 0: pore, or no neighbour
    for (std::size_t face = 0; face < around.size(); ++face) {
        const std::size_t a = face / 2;
        const std::int64_t cells = shape[all_axes[a]];
        const std::int64_t next = cell[a] + (face % 2 == 0 ? -1 : 1);
        if (volume.periodic[a] || (next >= 0 && next < cells)) {
            const std::int64_t step = wrap(next, cells) - cell[a];
            around[face] = volume.labels[n + step * shape.stride(all_axes[a])];
        }
    }
    std::uint8_t best = pore_label;
    std::ptrdiff_t most = 0;
    for (const std::uint8_t label : around) {
        const auto same = std::count(around.begin(), around.end(), label);
        if (label != pore_label && (same > most || (same == most && label < best))) {
            most = same;
            best = label;
        }
    }
    return best;
}

/// Labels cells anew after the surface has moved. Solid phases grow into the cells they gain layer
/// by layer; the first of them takes what none of them touches.
void relabel(PhaseVolume& volume) {
    std::vector<std::int64_t> gained;
    for (std::int64_t n = 0; n < volume.labels.size(); ++n) {
        if (!(volume.distance[n] < 0)) {
            volume.labels[n] = pore_label;
        } else if (volume.labels[n] == pore_label) {
            gained.push_back(n);
        }
    }
    while (!gained.empty()) {
        std::vector<std::int64_t> left;
        std::vector<std::uint8_t> labels;
        for (const std::int64_t n : gained) {
            labels.push_back(label_around(volume, n));
        }
        for (std::size_t g = 0; g < gained.size(); ++g) {
            volume.labels[gained[g]] = labels[g];
            if (labels[g] == pore_label) {
                left.push_back(gained[g]);
            }
        }
        if (left.size() == gained.size()) {
            for (const std::int64_t n : left) {
                volume.labels[n] = volume.phases.size() > 1 ? volume.phases[1].label : 1;
            }
            return;
        }
        gained = std::move(left);
    }
}

} // namespace

Grid<float> union_distance(const Packing& packing, const Shape& shape, double voxel, double band) {
    Grid<float> distance(shape, static_cast<float>(band));
    std::vector<Reach> reaches;
    for (const Particle& particle : packing.particles) {
        reaches.push_back(reach_of(particle, band));
    }
    parallel_blocks(shape.z, slab_layers, [&](std::int64_t begin, std::int64_t end) {
        for (const Reach& reach : reaches) {
            const double z = reach.particle->centre.z();
            const Range layers = cells_between(z - reach.radius, z + reach.radius, voxel);
            add_particle(reach, std::max(begin, layers.first), std::min(end, layers.last), voxel,
                         distance);
        }
    });
    return distance;
}

PhaseVolume rasterise(const Packing& packing, const RasteriseOptions& options, Progress& progress) {
    check(options);
    const Shape shape = box_shape(packing.box.size, options.voxel);
    PhaseVolume volume;
    volume.voxel = Vec3::Constant(options.voxel);
    volume.phases = {{pore_label, "pore"}, {1, options.solid_name}};
    volume.periodic = {true, true, false};
    progress.update(0);
    throw_if_interrupted();
    volume.distance = union_distance(packing, shape, options.voxel, options.band * options.voxel);
    volume.labels = Grid<std::uint8_t>(shape, pore_label);
    for (std::int64_t n = 0; n < shape.size(); ++n) {
        volume.labels[n] = volume.distance[n] < 0 ? 1 : pore_label;
    }
    progress.update(1);
    return volume;
}

PorosityFit fit_porosity(PhaseVolume& volume, double porosity, double max_offset) {
    if (!(porosity > 0 && porosity < 1)) {
        throw_bad_input("porosity: " + format_number(porosity) + "; it must lie between 0 and 1");
    }
    if (!(max_offset >= 0) || !std::isfinite(max_offset)) {
        throw_bad_input("porosity: max_offset is " + format_number(max_offset) +
                        " voxels; it must be at least 0");
    }
    PorosityFit fit;
    fit.porosity_before = 1 - mean_solid_fraction(cut_cells(volume));
    const std::optional<double> offset =
        surface_offset(volume, 1 - porosity, max_offset * volume.voxel.x());
    if (!offset) {
        throw_infeasible("porosity: " + format_number(porosity) + " is too far from the cast " +
                         format_number(fit.porosity_before) +
                         " (the surface would have to move by more than " +
                         format_number(max_offset) +
                         " voxels); allow less overlap in the casting (cast.max_overlap) or a "
                         "larger cast.max_offset");
    }
    fit.offset = *offset;
    for (std::int64_t n = 0; n < volume.distance.size(); ++n) {
        volume.distance[n] -= static_cast<float>(*offset);
    }
    relabel(volume);
    return fit;
}

} // namespace porogen
