#include "porogen/geometry/rasterise.h"

#include <algorithm>
#include <cmath>

#include "geometry/particle_rows.h"
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

/// The smaller of two rows, cell by cell, into the first.
void lower(float* target, const float* other, std::int64_t count) {
    for (std::int64_t n = 0; n < count; ++n) {
        target[n] = std::min(target[n], other[n]);
    }
}

std::int64_t wrap(std::int64_t n, std::int64_t cells) {
    return (n % cells + cells) % cells;
}

/// Lowers the distance to that of one particle on the layers [first, last), through the periodic
/// sides: the indices run over the particle's own reach and are wrapped, so every image is met.
void add_particle(const ParticleRows& particle, std::int64_t first, std::int64_t last,
                  std::vector<float>& row, Grid<float>& distance) {
    const Shape& shape = distance.shape();
    const CellRange rows = particle.range(Axis::y);
    for (std::int64_t k = first; k < last; ++k) {
        for (std::int64_t j = rows.first; j < rows.last; ++j) {
            const CellRange cells = particle.row_range(j, k);
            const std::int64_t count = cells.last - cells.first;
            if (count <= 0) {
                continue;
            }
            row.resize(static_cast<std::size_t>(count));
            particle.distances(cells.first, count, j, k, row.data());
            float* const target = distance.data() + shape.index(0, wrap(j, shape.y), k);
            for (std::int64_t n = 0; n < count;) {
                const std::int64_t i = wrap(cells.first + n, shape.x);
                const std::int64_t run = std::min(count - n, shape.x - i);
                lower(target + i, row.data() + n, run);
                n += run;
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

} // namespace

Grid<float> union_distance(const Packing& packing, const Shape& shape, double voxel, double band) {
    Grid<float> distance(shape, static_cast<float>(band));
    std::vector<ParticleRows> particles;
    for (const Particle& particle : packing.particles) {
        particles.emplace_back(particle, voxel, band);
    }
    parallel_blocks(shape.z, slab_layers, [&](std::int64_t begin, std::int64_t end) {
        std::vector<float> row;
        for (const ParticleRows& particle : particles) {
            const CellRange layers = particle.range(Axis::z);
            add_particle(particle, std::max(begin, layers.first), std::min(end, layers.last), row,
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
        volume.labels[n] = volume.distance[n] < 0 ? 1 : pore_label;
    }
    return fit;
}

} // namespace porogen
