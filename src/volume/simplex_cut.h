#pragma once

#include <array>

namespace porogen {

/// Values on a square face: at its corners, in order around it, and at its centre.
struct FaceValues {
    std::array<double, 4> corner{};
    double centre = 0;
};

/// Area fraction of a triangle on which the linear interpolant of its corner values is <= 0.
double triangle_cut_fraction(double a, double b, double c);

/// Volume fraction of a tetrahedron on which the linear interpolant of its corner values is <= 0.
double tetrahedron_cut_fraction(double a, double b, double c, double d);

/// Area fraction of a square on which its interpolant is <= 0: linear on the four triangles between
/// the edges and the centre.
double square_cut_fraction(const FaceValues& face);

/// Volume fraction of a cube on which its interpolant is <= 0: linear on the 24 tetrahedra between
/// the triangles of its faces and its centre. It agrees with square_cut_fraction on every face, so
/// cells share one continuous surface.
double cube_cut_fraction(const std::array<FaceValues, 6>& faces, double centre);

} // namespace porogen
