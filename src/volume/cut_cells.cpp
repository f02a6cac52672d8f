#include "porogen/volume/cut_cells.h"

#include <algorithm>
#include <cmath>

#include "porogen/core/parallel.h"
#include "volume/lattice_distance.h"

namespace porogen {

namespace {

float open_fraction(const FaceValues& face) {
    return static_cast<float>(1.0 - square_cut_fraction(face));
}

void cut_row(const Grid<float>& distance, const LatticeDistance& lattice, std::int64_t j,
             std::int64_t k, RowBounds& bounds, CutCells& cells) {
    find_bounds(distance, lattice, j, k, bounds);
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
        cells.solid_fraction[row + i] =
            static_cast<float>(cube_cut_fraction(faces, distance[row + i]));
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

/// Aperture of the lower face of a cell.
float lower_aperture(const CutCells& cells, Axis axis, const std::array<std::int64_t, 3>& ijk) {
    const Shape& shape = cells.solid_fraction.shape();
    const auto a = static_cast<std::size_t>(axis);
    if (ijk[a] > 0) {
        return cells.aperture[a][shape.index(ijk[0], ijk[1], ijk[2]) - shape.stride(axis)];
    }
    return cells.lower_end[a](axis == Axis::x ? 0 : ijk[0], axis == Axis::y ? 0 : ijk[1],
                              axis == Axis::z ? 0 : ijk[2]);
}

/// Length of the interface area vector of a cell [m^2].
double cell_interface_area(const CutCells& cells, const Vec3& face_area,
                           const std::array<std::int64_t, 3>& ijk) {
    const std::int64_t n = cells.solid_fraction.shape().index(ijk[0], ijk[1], ijk[2]);
    Vec3 area;
    for (const Axis axis : all_axes) {
        const auto a = static_cast<int>(axis);
        area[a] =
            face_area[a] * static_cast<double>(cells.aperture[static_cast<std::size_t>(axis)][n] -
                                               lower_aperture(cells, axis, ijk));
    }
    return area.norm();
}

Vec3 face_areas(const Vec3& voxel) {
    return {voxel.y() * voxel.z(), voxel.z() * voxel.x(), voxel.x() * voxel.y()};
}

} // namespace

CutCells cut_cells(const PhaseVolume& volume) {
    const Shape shape = volume.shape();
    const LatticeDistance lattice = lattice_distance(volume.distance, volume.periodic);
    CutCells cells;
    cells.solid_fraction = Grid<float>(shape);
    for (const Axis axis : all_axes) {
        cells.aperture[static_cast<std::size_t>(axis)] = Grid<float>(shape);
        cells.lower_end[static_cast<std::size_t>(axis)] = lower_end_aperture(lattice, shape, axis);
    }
    parallel_blocks(shape.y * shape.z, 64, [&](std::int64_t begin, std::int64_t end) {
        RowBounds bounds;
        for (std::int64_t row = begin; row < end; ++row) {
            cut_row(volume.distance, lattice, row % shape.y, row / shape.y, bounds, cells);
        }
    });
    return cells;
}

double mean_solid_fraction(const CutCells& cells) {
    const Grid<float>& fraction = cells.solid_fraction;
    const double sum =
        parallel_sum(fraction.size(), 1 << 16, [&](std::int64_t begin, std::int64_t end) {
            double part = 0;
            for (std::int64_t n = begin; n < end; ++n) {
                part += static_cast<double>(fraction[n]);
            }
            return part;
        });
    return sum / static_cast<double>(fraction.size());
}

double plane_cut_fraction(const Vec3& normal, double distance) {
    // By symmetry the cube may be mirrored until all components are positive; then, with alpha the
    // distance from the corner that lies deepest on the negative side, the cut volume is a sum of
    // corner pyramids.
    std::array<double, 3> m{std::abs(normal.x()), std::abs(normal.y()), std::abs(normal.z())};
    std::sort(m.begin(), m.end());
    if (m[0] < 1e-8) {
        m[0] = 0; // below it, cancellation costs more than the tilt
    }
    const double total = m[0] + m[1] + m[2];
    const double whole = distance + 0.5 * total;
    if (whole <= 0) {
        return 0;
    }
    if (whole >= total) {
        return 1;
    }
    const double alpha = std::min(whole, total - whole); // the smaller part, by symmetry
    const double m12 = m[0] + m[1];
    double part = 0;
    if (alpha >= m12) {
        part = (alpha - 0.5 * m12) /
               m[2]; // the plane crosses the four edges along the largest component
    } else if (alpha < m[0]) {
        part = alpha * alpha * alpha / (6 * m[0] * m[1] * m[2]);
    } else if (alpha < m[1]) {
        part = (alpha * alpha - alpha * m[0] + m[0] * m[0] / 3) / (2 * m[1] * m[2]);
    } else {
        const auto cube = [](double x) { return x > 0 ? x * x * x : 0.0; };
        part = (cube(alpha) - cube(alpha - m[0]) - cube(alpha - m[1]) - cube(alpha - m[2])) /
               (6 * m[0] * m[1] * m[2]);
    }
    return whole <= 0.5 * total ? part : 1 - part;
}

Grid<float> interface_area(const CutCells& cells, const Vec3& voxel) {
    const Shape& shape = cells.solid_fraction.shape();
    const Vec3 faces = face_areas(voxel);
    Grid<float> area(shape);
    parallel_blocks(shape.y * shape.z, 256, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) {
            for (std::int64_t i = 0; i < shape.x; ++i) {
                area[row * shape.x + i] = static_cast<float>(
                    cell_interface_area(cells, faces, {i, row % shape.y, row / shape.y}));
            }
        }
    });
    return area;
}

double surface_area(const CutCells& cells, const Vec3& voxel) {
    const Shape& shape = cells.solid_fraction.shape();
    const Vec3 faces = face_areas(voxel);
    return parallel_sum(shape.y * shape.z, 256, [&](std::int64_t begin, std::int64_t end) {
        double sum = 0;
        for (std::int64_t row = begin; row < end; ++row) {
            for (std::int64_t i = 0; i < shape.x; ++i) {
                sum += cell_interface_area(cells, faces, {i, row % shape.y, row / shape.y});
            }
        }
        return sum;
    });
}

} // namespace porogen
