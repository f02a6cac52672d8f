#include "volume/simplex_cut.h"

#include <algorithm>
#include <utility>

namespace porogen {

namespace {

/// Part of the edge from a corner with value `inside` <= 0 to one with value `outside` > 0 that is
/// inside.
double edge_part(double inside, double outside) {
    return inside / (inside - outside);
}

bool all_inside(const CubeFaces& faces) {
    for (const FaceCorners& face : faces) {
        for (const double value : face) {
            if (value > 0) {
                return false;
            }
        }
    }
    return true;
}

bool all_outside(const CubeFaces& faces) {
    for (const FaceCorners& face : faces) {
        for (const double value : face) {
            if (value <= 0) {
                return false;
            }
        }
    }
    return true;
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

double square_cut_fraction(const FaceCorners& corners) {
    const auto [a, b, c, d] = corners;
    if (a > 0 && b > 0 && c > 0 && d > 0) {
        return 0;
    }
    if (a <= 0 && b <= 0 && c <= 0 && d <= 0) {
        return 1;
    }
    const double centre = 0.25 * (a + b + c + d);
    return 0.25 * (triangle_cut_fraction(a, b, centre) + triangle_cut_fraction(b, c, centre) +
                   triangle_cut_fraction(c, d, centre) + triangle_cut_fraction(d, a, centre));
}

double cube_cut_fraction(const CubeFaces& faces, double centre) {
    if (centre > 0 && all_outside(faces)) {
        return 0;
    }
    if (centre <= 0 && all_inside(faces)) {
        return 1;
    }
    double sum = 0;
    for (const FaceCorners& face : faces) {
        const double middle = 0.25 * (face[0] + face[1] + face[2] + face[3]);
        for (std::size_t e = 0; e < 4; ++e) {
            sum += tetrahedron_cut_fraction(face[e], face[(e + 1) % 4], middle, centre);
        }
    }
    return sum / 24;
}

} // namespace porogen
