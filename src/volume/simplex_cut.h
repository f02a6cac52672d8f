#pragma once

#include <array>

namespace porogen {

/// Values at the corners of a square face, in order around it.
using FaceCorners = std::array<double, 4>;
/// Corner values of the six faces of a cube.
using CubeFaces = std::array<FaceCorners, 6>;

/// Area fraction of a triangle on which the linear interpolant of its corner values is <= 0.
double triangle_cut_fraction(double a, double b, double c);

/// Volume fraction of a tetrahedron on which the linear interpolant of its corner values is <= 0.
double tetrahedron_cut_fraction(double a, double b, double c, double d);

/// Area fraction of a square on which its interpolant is <= 0: linear on the four triangles between
/// the edges and the centre, which carries the mean of the corners.
double square_cut_fraction(const FaceCorners& corners);

/// Volume fraction of a cube on which its interpolant is <= 0: linear on the 24 tetrahedra between
/// the triangles of its faces and its centre. It agrees with square_cut_fraction on every face, so
/// cells share one continuous surface.
double cube_cut_fraction(const CubeFaces& faces, double centre);

} // namespace porogen
