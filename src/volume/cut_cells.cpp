#include "porogen/volume/cut_cells.h"

#include "porogen/core/parallel.h"
#include "volume/lattice_distance.h"

namespace porogen {

namespace {

float open_fraction(const FaceValues& face) {
    return static_cast<float>(1.0 - square_cut_fraction(face));
}

void cut_row(const PhaseVolume& volume, const LatticeDistance& lattice, std::int64_t j,
             std::int64_t k, RowBounds& bounds, CutCells& cells) {
    const Grid<float>& distance = lattice.centre;
    find_bounds(lattice, j, k, bounds);
    const std::int64_t row = distance.shape().index(0, j, k);
    for (std::int64_t i = 0; i < distance.shape().x; ++i) {
        const bool all_pore = bounds.low[static_cast<std::size_t>(i)] > 0;
        const bool all_solid = bounds.high[static_cast<std::size_t>(i)] <= 0;
        if (all_pore || all_solid) {
            cells.solid_fraction[row + i] = all_pore ? 0 : 1;
            for (auto& aperture : cells.aperture) {
                aperture[row + i] = all_pore ? 1 : 0;
            }
            continue;
        }
        const std::array<FaceValues, 6> faces = cell_faces(lattice, i, j, k);
        for (std::size_t a = 0; a < 3; ++a) {
            cells.aperture[a][row + i] = open_fraction(faces[2 * a + 1]);
        }
        const CubeCut cut = cut_cube(faces, distance[row + i], volume.voxel);
        cells.solid_fraction[row + i] = static_cast<float>(cut.inside);
        cells.interface_area[row + i] = static_cast<float>(cut.area);
    }
}

Grid<float> lower_end_aperture(const LatticeDistance& lattice, const Shape& shape, Axis axis) {
    Shape end = shape;
    (axis == Axis::x ? end.x : axis == Axis::y ? end.y : end.z) = 1;
    Grid<float> aperture(end);
    for (std::int64_t k = 0; k < end.z; ++k) {
        for (std::int64_t j = 0; j < end.y; ++j) {
            for (std::int64_t i = 0; i < end.x; ++i) {
                aperture(i, j, k) = open_fraction(lower_face(lattice, axis, i, j, k));
            }
        }
    }
    return aperture;
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
    const LatticeDistance lattice = lattice_distance(volume.distance, volume.periodic);
    CutCells cells;
    cells.solid_fraction = Grid<float>(shape);
    cells.interface_area = Grid<float>(shape);
    for (const Axis axis : all_axes) {
        cells.aperture[static_cast<std::size_t>(axis)] = Grid<float>(shape);
        cells.lower_end[static_cast<std::size_t>(axis)] = lower_end_aperture(lattice, shape, axis);
    }
    parallel_blocks(shape.y * shape.z, 64, [&](std::int64_t begin, std::int64_t end) {
        RowBounds bounds;
        for (std::int64_t row = begin; row < end; ++row) {
            cut_row(volume, lattice, row % shape.y, row / shape.y, bounds, cells);
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
