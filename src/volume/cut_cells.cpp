#include "porogen/volume/cut_cells.h"

#include "porogen/core/parallel.h"
#include "volume/cut_pieces.h"

namespace porogen {

namespace {

/// Open part of a face of cell n of a slab.
float open_part(const SlabPieces& slab, std::int64_t n, Axis axis, bool upper) {
    const auto pieces = slab.of(n);
    if (pieces.empty()) {
        return slab.solid[static_cast<std::size_t>(n)] != 0 ? 0.0F : 1.0F;
    }
    return static_cast<float>(open_fraction(pieces, axis, upper, 0));
}

/// The lower end faces that a slab has along an axis.
void cut_lower_end(const SlabPieces& slab, const Shape& shape, Axis axis, Grid<float>& aperture) {
    const Shape& end = aperture.shape();
    const std::int64_t first = axis == Axis::z ? 0 : slab.first_layer;
    const std::int64_t last = axis == Axis::z ? (slab.first_layer == 0 ? 1 : 0) : slab.last_layer;
    for (std::int64_t k = first; k < last; ++k) {
        for (std::int64_t j = 0; j < end.y; ++j) {
            for (std::int64_t i = 0; i < end.x; ++i) {
                aperture(i, j, k) =
                    open_part(slab, shape.index(i, j, k - slab.first_layer), axis, false);
            }
        }
    }
}

void cut_slab(const SlabPieces& slab, const Vec3& voxel, CutCells& cells) {
    const Shape& shape = cells.solid_fraction.shape();
    const std::int64_t origin = shape.index(0, 0, slab.first_layer);
    const std::int64_t end = shape.index(0, 0, slab.last_layer);
    for (std::int64_t cell = origin; cell < end; ++cell) {
        const std::int64_t n = cell - origin;
        const auto pieces = slab.of(n);
        for (const Axis axis : all_axes) {
            cells.aperture[static_cast<std::size_t>(axis)][cell] = open_part(slab, n, axis, true);
        }
        if (pieces.empty()) {
            cells.solid_fraction[cell] = slab.solid[static_cast<std::size_t>(n)];
            continue;
        }
        const CubeCut cut = cut_union(pieces, voxel, 0);
        cells.solid_fraction[cell] = static_cast<float>(cut.inside);
        cells.interface_area[cell] = static_cast<float>(cut.area);
    }
    for (const Axis axis : all_axes) {
        cut_lower_end(slab, shape, axis, cells.lower_end[static_cast<std::size_t>(axis)]);
    }
}

double sum(const Grid<float>& values) {
    return parallel_sum(values.size(), 1 << 16, [&](std::int64_t begin, std::int64_t end) {
        double part = 0;
        for (std::int64_t n = begin; n < end; ++n) {
            part += static_cast<double>(values[n]);
        }
        return part;
    });
}

} // namespace

CutCells cut_cells(const PhaseVolume& volume) {
    const Shape shape = volume.shape();
    CutCells cells;
    cells.solid_fraction = Grid<float>(shape);
    cells.interface_area = Grid<float>(shape);
    for (const Axis axis : all_axes) {
        Shape end = shape;
        (axis == Axis::x ? end.x : axis == Axis::y ? end.y : end.z) = 1;
        cells.aperture[static_cast<std::size_t>(axis)] = Grid<float>(shape);
        cells.lower_end[static_cast<std::size_t>(axis)] = Grid<float>(end);
    }
    const PieceMaker pieces(volume);
    parallel_blocks(pieces.slabs(), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t s = begin; s < end; ++s) {
            cut_slab(pieces.slab(s, 0), volume.voxel, cells);
        }
    });
    return cells;
}

double mean_solid_fraction(const CutCells& cells) {
    return sum(cells.solid_fraction) / static_cast<double>(cells.solid_fraction.size());
}

double surface_area(const CutCells& cells) {
    return sum(cells.interface_area);
}

} // namespace porogen
