#include "volume/simplex_cut.h"

#include <algorithm>
#include <cmath>

namespace porogen {

namespace {

/// Part of the edge from a corner with value `inside` <= 0 to one with value `outside` > 0 that is
/// inside.
double edge_part(double inside, double outside) {
    return inside / (inside - outside);
}

/// Which of two is the lesser nobody can foresee, a processor neither: sorts without a branch.
void sort_pair(double& lower, double& upper) {
    const double least = std::min(lower, upper);
    upper = std::max(lower, upper);
    lower = least;
}

} // namespace

double triangle_cut_fraction(double a, double b, double c) {
    // Ascending: the negative corners come first.
    sort_pair(a, b);
    sort_pair(b, c);
    sort_pair(a, b);
    if (a > 0) {
        return 0;
    }
    if (c <= 0) {
        return 1;
    }
    if (b > 0) {
        return edge_part(a, b) * edge_part(a, c);
    }
    return 1 - (1 - edge_part(a, c)) * (1 - edge_part(b, c));
}

TetrahedronCut cut_tetrahedron(double a, double b, double c, double d) {
    sort_pair(a, b);
    sort_pair(c, d);
    sort_pair(a, c);
    sort_pair(b, d);
    sort_pair(b, c);
    if (a > 0) {
        return {0, 0};
    }
    if (d <= 0) {
        return {1, 0};
    }
    const double ad = edge_part(a, d);
    const double ac = edge_part(a, c);
    const double scale = 3 / (d - a);
    if (b > 0) {
        const double ab = edge_part(a, b);
        return {ab * ac * ad, scale * ab * ac};
    }
    const double bd = edge_part(b, d);
    if (c <= 0) {
        const double cd = edge_part(c, d);
        return {1 - (1 - ad) * (1 - bd) * (1 - cd), scale * (1 - bd) * (1 - cd)};
    }
    // Two corners on each side: the prism over the edge ab, split into three tetrahedra.
    const double bc = edge_part(b, c);
    return {ac * ad * (1 - bd) + ac * (1 - bc) * bd + bc * bd,
            scale * (ac * (1 - bc) + (1 - bd) * bc)};
}

double square_cut_fraction(const FaceValues& face) {
    double sum = 0;
    for (std::size_t e = 0; e < 4; ++e) {
        sum += triangle_cut_fraction(face.corner[e], face.corner[(e + 1) % 4], face.centre);
    }
    return sum / 4;
}

CubeCut cut_cube(const std::array<FaceValues, 6>& faces, double centre, const Vec3& voxel) {
    double inside = 0;
    double area = 0;
    double growth = 0;
    for (std::size_t f = 0; f < faces.size(); ++f) {
        const FaceValues& face = faces[f];
        const auto axis = static_cast<int>(f / 2);
        const double across = 2 * (face.centre - centre) / voxel[axis];
        for (std::size_t e = 0; e < 4; ++e) {
            const double first = face.corner[e];
            const double second = face.corner[(e + 1) % 4];
            const TetrahedronCut cut = cut_tetrahedron(first, second, face.centre, centre);
            inside += cut.inside;
            if (cut.density > 0) {
                growth += cut.density;
                // Edges 0 and 2 of a face run along the next axis, 1 and 3 along the one after.
                const int along = (axis + 1 + static_cast<int>(e % 2)) % 3;
                const int inward = 3 - axis - along;
                const double a = (second - first) / voxel[along];
                const double b = (first + second - 2 * face.centre) / voxel[inward];
                area += cut.density * std::sqrt(a * a + b * b + across * across);
            }
        }
    }
    return {inside / 24, area * voxel.prod() / 24, growth / 24};
}

} // namespace porogen
