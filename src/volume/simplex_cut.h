#pragma once

#include <array>

#include "porogen/core/vec.h"

namespace porogen {

/// Values on a square face: at its centre, and at its corners in order around it. On a face along
/// an axis, the first edge runs along the next axis in the order x, y, z, x.
struct FaceValues {
    std::array<double, 4> corner{};
    double centre = 0;
};

/// What a surface leaves of a cube.
struct CubeCut {
    double inside = 0; ///< volume fraction with an interpolant <= 0
    double area = 0;   ///< area of the interpolant's zero set [m^2]
    double growth = 0; ///< derivative of `inside` by a lowering of the interpolant [1/m]
};

/// Area fraction of a triangle on which the linear interpolant of its corner values is <= 0.
double triangle_cut_fraction(double a, double b, double c);

/// What the zero of a linear function leaves of a tetrahedron.
struct TetrahedronCut {
    /// Volume fraction with values <= 0.
    double inside = 0;
    /// Derivative of the fraction <= s by s, at s = 0: the area of the zero set is
    /// density x gradient x volume (coarea formula).
    double density = 0;
};

/// The same from the values at the corners. The density is the quadratic B-spline on these four
/// knots (Curry & Schoenberg, J. Anal. Math. 1966, 17, 71), at 0.
TetrahedronCut cut_tetrahedron(double a, double b, double c, double d);

/// Area fraction of a square on which its interpolant is <= 0: linear on the four triangles between
/// the edges and the centre.
double square_cut_fraction(const FaceValues& face);

/// Cuts a cuboid of edges `voxel` [m] whose interpolant is linear on the 24 tetrahedra between the
/// triangles of its faces (lower and upper along x, then y, then z) and its centre. It agrees with
/// square_cut_fraction on every face, so cells share one continuous surface.
CubeCut cut_cube(const std::array<FaceValues, 6>& faces, double centre, const Vec3& voxel);

} // namespace porogen
