#include "porogen/geometry/rasterise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

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
/// How far layers are taken to reach beyond the box [voxels]: further than surfaces move.
constexpr double foil_margin = 20;
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

/// Lowers the distance to that of one particle, up to the band, on the layers [first, last),
/// through the periodic sides: the indices run over the particle's own reach and are wrapped, so
/// every image is met.
void add_particle(const ParticleRows& particle, std::int64_t first, std::int64_t last, double band,
                  std::vector<float>& row, Grid<float>& distance) {
    const Shape& shape = distance.shape();
    const PointRange rows = particle.range(Axis::y, band);
    for (std::int64_t k = first; k < last; ++k) {
        for (std::int64_t j = rows.first; j < rows.last; ++j) {
            const PointRange cells = particle.row_range(j, k, band);
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

/// A layer ends at the sides of the box, and a foil at the floor, only because the box does: it is
/// taken to reach `margin` [m] beyond. Other particles are returned as they are.
Particle beyond_box(const Particle& particle, const Box& box, double margin) {
    if (!is_layer(particle, box)) {
        return particle;
    }
    Particle layer = particle;
    for (Vec2& corner : layer.outline) {
        corner += margin * corner.cwiseSign();
    }
    if (is_foil(particle, box)) {
        layer.centre.z() -= margin / 2;
        layer.half_thickness += margin / 2;
    }
    return layer;
}

std::vector<Particle> beyond_box(const Packing& packing, double margin) {
    std::vector<Particle> particles;
    for (const Particle& particle : packing.particles) {
        particles.push_back(beyond_box(particle, packing.box, margin));
    }
    return particles;
}

/// The particles with their rows, for as long as somebody asks for distances.
struct Sampler {
    std::vector<Particle> particles;
    std::vector<ParticleRows> rows;
};

/// Writes one particle's distances at a block of points.
void sample(const ParticleRows& particle, const PointBlock& block, double reach, float* distance) {
    const std::int64_t length = block.last[0] - block.first[0];
    for (std::int64_t k = block.first[2]; k < block.last[2]; ++k) {
        for (std::int64_t j = block.first[1]; j < block.last[1]; ++j) {
            std::fill_n(distance, length, static_cast<float>(reach));
            const PointRange points = particle.row_range(j, k, reach);
            const std::int64_t first = std::max(points.first, block.first[0]);
            const std::int64_t last = std::min(points.last, block.last[0]);
            if (first < last) {
                particle.distances(first, last - first, j, k, distance + (first - block.first[0]));
            }
            distance += length;
        }
    }
}

std::shared_ptr<const Bodies> bodies_of(const Packing& packing, double voxel) {
    const auto sampler = std::make_shared<Sampler>();
    sampler->particles = beyond_box(packing, foil_margin * voxel);
    auto bodies = std::make_shared<Bodies>();
    const PointLattice half_cells{voxel / 2, 0};
    for (std::size_t n = 0; n < packing.particles.size(); ++n) {
        sampler->rows.emplace_back(sampler->particles[n], half_cells);
        // Of a layer, the points in the box: those beyond are met by its images.
        const ParticleRows rows(packing.particles[n], half_cells);
        PointBlock& block = bodies->blocks.emplace_back();
        for (const Axis axis : all_axes) {
            const PointRange range = rows.range(axis, 0);
            block.first[static_cast<std::size_t>(axis)] = range.first;
            block.last[static_cast<std::size_t>(axis)] = range.last;
        }
    }
    bodies->sample = [sampler](std::size_t body, const PointBlock& block, double reach,
                               float* distance) {
        sample(sampler->rows[body], block, reach, distance);
    };
    return bodies;
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
    const std::vector<Particle> placed = beyond_box(packing, band);
    std::vector<ParticleRows> particles;
    for (const Particle& particle : placed) {
        particles.emplace_back(particle, PointLattice{voxel, 0.5});
    }
    parallel_blocks(shape.z, slab_layers, [&](std::int64_t begin, std::int64_t end) {
        std::vector<float> row;
        for (const ParticleRows& particle : particles) {
            const PointRange layers = particle.range(Axis::z, band);
            add_particle(particle, std::max(begin, layers.first), std::min(end, layers.last), band,
                         row, distance);
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
    volume.bodies = bodies_of(packing, options.voxel);
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
    const auto [fraction_before, offset] =
        surface_offset(volume, 1 - porosity, max_offset * volume.voxel.x());
    PorosityFit fit;
    fit.porosity_before = 1 - fraction_before;
    if (!offset) {
        throw_infeasible("porosity: " + format_number(porosity) + " is too far from the cast " +
                         format_number(fit.porosity_before) +
                         " (the surface would have to move by more than " +
                         format_number(max_offset) +
                         " voxels); allow less overlap in the casting (cast.max_overlap) or a "
                         "larger cast.max_offset");
    }
    fit.offset = *offset;
    volume.bodies_offset += *offset;
    for (std::int64_t n = 0; n < volume.distance.size(); ++n) {
        volume.distance[n] -= static_cast<float>(*offset);
    }
    relabel(volume);
    return fit;
}

} // namespace porogen
