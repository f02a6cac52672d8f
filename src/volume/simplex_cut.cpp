#include "volume/simplex_cut.h"

#include <utility>

namespace porogen {

namespace {

/// Part of the edge from a corner with value `inside` <= 0 to one with value `outside` > 0 that is
/// inside.
double edge_part(double inside, double outside) {
    return inside / (inside - outside);
}

} // namespace

double triangle_cut_fraction(double a, double b, double c) {
    // Ascending: the negative corners come first.
    if (a > b) {
        std::swap(a, b);
    }
    if (b > c) {
        std::swap(b, c);
    }
    if (a > b) {
        std::swap(a, b);
    }
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

double tetrahedron_cut_fraction(double a, double b, double c, double d) {
    if (a > b) {
        std::swap(a, b);
    }
    if (c > d) {
        std::swap(c, d);
    }
    if (a > c) {
        std::swap(a, c);
    }
    if (b > d) {
        std::swap(b, d);
    }
    if (b > c) {
        std::swap(b, c);
    }
    if (a > 0) {
        return 0;
    }
    if (d <= 0) {
        return 1;
    }
    if (b > 0) {
        return edge_part(a, b) * edge_part(a, c) * edge_part(a, d);
    }
    if (c <= 0) {
        return 1 - (1 - edge_part(a, d)) * (1 - edge_part(b, d)) * (1 - edge_part(c, d));
    }
    // Two corners on each side: the prism over the edge ab, split into three tetrahedra.
    const double ac = edge_part(a, c);
    const double ad = edge_part(a, d);
    const double bc = edge_part(b, c);
    const double bd = edge_part(b, d);
    return ac * ad * (1 - bd) + ac * (1 - bc) * bd + bc * bd;
}

double square_cut_fraction(const FaceValues& face) {
    double sum = 0;
    for (std::size_t e = 0; e < 4; ++e) {
        sum += triangle_cut_fraction(face.corner[e], face.corner[(e + 1) % 4], face.centre);
    }
    return sum / 4;
}

double cube_cut_fraction(const std::array<FaceValues, 6>& faces, double centre) {
    double sum = 0;
    for (const FaceValues& face : faces) {
        for (std::size_t e = 0; e < 4; ++e) {
            sum += tetrahedron_cut_fraction(face.corner[e], face.corner[(e + 1) % 4], face.centre,
                                            centre);
        }
    }
    return sum / 24;
}

} // namespace porogen
