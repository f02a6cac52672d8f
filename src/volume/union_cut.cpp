#include "volume/union_cut.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace porogen {

namespace {

/// Calls visit(corners) for the simplices, given by their corners, that make up the part of a
/// simplex where a linear function is positive; `value` holds it at the corners. Corners are
/// columns, in any coordinates.
template <int n, class Visit>
void visit_positive(const Eigen::Matrix<double, n, n>& corners,
                    const Eigen::Matrix<double, n, 1>& value, const Visit& visit) {
    using Corners = Eigen::Matrix<double, n, n>;
    std::array<int, n> order{}; // positive corners first
    int positive = 0;
    int end = n;
    for (int c = 0; c < n; ++c) {
        order[static_cast<std::size_t>(value[c] > 0 ? positive++ : --end)] = c;
    }
    if (positive == 0) {
        return;
    }
    if (positive == n) {
        visit(corners);
        return;
    }
    const auto corner = [&](int place) { return order[static_cast<std::size_t>(place)]; };
    const auto crossing = [&](int inner, int outer) { // of the edge between two places in the order
        const int p = corner(inner);
        const int q = corner(outer);
        const double t = value[p] / (value[p] - value[q]);
        return ((1 - t) * corners.col(p) + t * corners.col(q)).eval();
    };
    Corners part;
    if (positive == 1) {
        part.col(0) = corners.col(corner(0));
        for (int c = 1; c < n; ++c) {
            part.col(c) = crossing(0, c);
        }
        visit(part);
        return;
    }
    // A prism between two simplices of one dimension less: its bottom, then its top. Simplices that
    // each exchange one more bottom corner for the top corner above fill it.
    Eigen::Matrix<double, n, 2 * (n - 1)> prism;
    if (positive == n - 1) {
        for (int c = 0; c < n - 1; ++c) {
            prism.col(c) = corners.col(corner(c));
            prism.col(n - 1 + c) = crossing(c, n - 1);
        }
    } else if constexpr (n == 4) { // two corners on each side
        for (int c = 0; c < 2; ++c) {
            prism.col((n - 1) * c) = corners.col(corner(c));
            prism.col((n - 1) * c + 1) = crossing(c, 2);
            prism.col((n - 1) * c + 2) = crossing(c, n - 1);
        }
    }
    for (int c = 0; c < n - 1; ++c) {
        visit(Corners(prism.template middleCols<n>(c)));
    }
}

/// A linear function on a simplex by its values at the corners.
template <int n>
using Values = Eigen::Matrix<double, n, 1>;

/// Calls visit(corners) for simplices that make up the part of one where all functions are
/// positive.
template <int n, class Visit>
void visit_outside(const Eigen::Matrix<double, n, n>& corners, std::span<const Values<n>> bodies,
                   const Visit& visit) {
    if (bodies.empty()) {
        visit(corners);
        return;
    }
    const Values<n> value = corners.transpose() * bodies.front();
    visit_positive<n>(corners, value, [&](const Eigen::Matrix<double, n, n>& part) {
        visit_outside<n>(part, bodies.subspan(1), visit);
    });
}

/// Keeps the bodies whose surfaces cross the simplex; true if one of them fills it.
template <int n>
bool is_filled(std::vector<Values<n>>& bodies) {
    for (const Values<n>& value : bodies) {
        if (value.maxCoeff() <= 0) {
            return true;
        }
    }
    std::erase_if(bodies, [](const Values<n>& value) { return value.minCoeff() > 0; });
    return false;
}

/// Where surfaces of two bodies coincide, as on the ball between two links of a fibre, the area
/// must count once, and where bodies abut, not at all. So the earlier body, or both, is taken as
/// thicker by this part of a voxel, ten times the rounding of the distances.
constexpr double thicker = 1e-4;

/// Gradient of a linear function on a tetrahedron.
Vec3 gradient(const Mat3& inverse_edges, const Values<4>& v) {
    return inverse_edges.transpose() * Vec3(v[0] - v[3], v[1] - v[3], v[2] - v[3]);
}

/// Cuts one tetrahedron by several bodies, all of which cross it; `inverse_edges` takes places to
/// barycentric coordinates.
CubeCut cut_crossed(const std::vector<Values<4>>& bodies, const Mat3& inverse_edges,
                    double least_edge) {
    using Corners = Eigen::Matrix4d;
    CubeCut cut;
    double outside = -1; // not known yet
    std::vector<Values<4>> others;
    for (std::size_t b = 0; b < bodies.size(); ++b) {
        const Vec3 slope = gradient(inverse_edges, bodies[b]);
        others.clear();
        bool shifted = false;
        for (std::size_t c = 0; c < bodies.size(); ++c) {
            if (c == b) {
                continue;
            }
            const Vec3 other = gradient(inverse_edges, bodies[c]);
            const double cosine = slope.dot(other) / (slope.norm() * other.norm());
            const double shift = std::abs(cosine) < 0.999 ? 0
                                 : c < b || cosine < 0    ? thicker * least_edge
                                                          : -thicker * least_edge;
            shifted = shifted || shift != 0;
            others.push_back(bodies[c].array() - shift);
        }
        double beyond_all = 0;
        visit_outside<4>(Corners::Identity(), others, [&](const Corners& part) {
            const Values<4> v = part.transpose() * bodies[b];
            const TetrahedronCut of_part = cut_tetrahedron(v[0], v[1], v[2], v[3]);
            const double volume = std::abs(part.determinant());
            beyond_all += volume * (1 - of_part.inside);
            cut.growth += volume * of_part.density;
            cut.area += volume * of_part.density * slope.norm();
        });
        if (!shifted) {
            outside = beyond_all;
        }
    }
    if (outside < 0) { // every body had a coincident one
        outside = 0;
        visit_outside<4>(Corners::Identity(), bodies,
                         [&](const Corners& part) { outside += std::abs(part.determinant()); });
    }
    cut.inside = 1 - outside;
    return cut;
}

} // namespace

ValueRange range_of(const NodeValues& values) {
    float low = values.centre;
    float high = low;
    const auto include = [&](float value) {
        low = std::min(low, value);
        high = std::max(high, value);
    };
    std::for_each(values.corner.begin(), values.corner.end(), include);
    std::for_each(values.face.begin(), values.face.end(), include);
    return {low, high};
}

FaceValues face_values(const NodeValues& values, Axis axis, bool upper, double offset) {
    const auto a = static_cast<std::size_t>(axis);
    const std::size_t u = std::size_t{1} << (a + 1) % 3;
    const std::size_t v = std::size_t{1} << (a + 2) % 3;
    const std::size_t n = upper ? std::size_t{1} << a : 0;
    const auto at = [&](std::size_t corner) {
        return static_cast<double>(values.corner[corner]) - offset;
    };
    return {{at(n), at(n + u), at(n + u + v), at(n + v)},
            static_cast<double>(values.face[2 * a + (upper ? 1 : 0)]) - offset};
}

CubeCut cut_union(std::span<const NodeValues> bodies, const Vec3& voxel, double offset) {
    std::size_t crossing_count = 0;
    std::size_t crossing_body = 0;
    for (std::size_t b = 0; b < bodies.size(); ++b) {
        const auto [low, high] = range_of(bodies[b]);
        if (static_cast<double>(high) <= offset) {
            return {1, 0, 0};
        }
        if (static_cast<double>(low) <= offset) {
            ++crossing_count;
            crossing_body = b;
        }
    }
    if (crossing_count == 0) {
        return {};
    }
    const auto faces_of = [&](const NodeValues& body) {
        std::array<FaceValues, 6> faces;
        for (std::size_t f = 0; f < 6; ++f) {
            faces[f] = face_values(body, all_axes[f / 2], f % 2 == 1, offset);
        }
        return faces;
    };
    const auto centre_of = [&](const NodeValues& body) {
        return static_cast<double>(body.centre) - offset;
    };
    if (crossing_count == 1) {
        const NodeValues& body = bodies[crossing_body];
        return cut_cube(faces_of(body), centre_of(body), voxel);
    }
    std::vector<std::array<FaceValues, 6>> faces;
    for (const NodeValues& body : bodies) {
        faces.push_back(faces_of(body));
    }
    CubeCut sum;
    std::vector<Values<4>> crossing;
    for (std::size_t f = 0; f < 6; ++f) {
        const auto axis = static_cast<int>(f / 2);
        const double side = f % 2 == 1 ? 0.5 : -0.5;
        for (std::size_t e = 0; e < 4; ++e) {
            crossing.clear();
            for (std::size_t b = 0; b < faces.size(); ++b) {
                const FaceValues& face = faces[b][f];
                crossing.emplace_back(face.corner[e], face.corner[(e + 1) % 4], face.centre,
                                      centre_of(bodies[b]));
            }
            if (is_filled<4>(crossing)) {
                sum.inside += 1;
                continue;
            }
            if (crossing.empty()) {
                continue;
            }
            const auto corner = [&](std::size_t c) { // around the face, from the cell's centre
                Vec3 place = Vec3::Zero();
                place[axis] = side;
                place[(axis + 1) % 3] = c == 1 || c == 2 ? 0.5 : -0.5;
                place[(axis + 2) % 3] = c >= 2 ? 0.5 : -0.5;
                return Vec3(place.cwiseProduct(voxel));
            };
            Vec3 middle = Vec3::Zero();
            middle[axis] = side * voxel[axis];
            Mat3 edges;
            edges << corner(e), corner((e + 1) % 4), middle;
            const CubeCut cut = cut_crossed(crossing, edges.inverse(), voxel.minCoeff());
            sum.inside += cut.inside;
            sum.area += cut.area;
            sum.growth += cut.growth;
        }
    }
    return {sum.inside / 24, sum.area * voxel.prod() / 24, sum.growth / 24};
}

double open_fraction(std::span<const NodeValues> bodies, Axis axis, bool upper, double offset) {
    if (bodies.size() == 1) {
        return 1 - square_cut_fraction(face_values(bodies[0], axis, upper, offset));
    }
    double open = 0;
    std::vector<Values<3>> crossing;
    for (std::size_t e = 0; e < 4; ++e) {
        crossing.clear();
        for (const NodeValues& body : bodies) {
            const FaceValues face = face_values(body, axis, upper, offset);
            crossing.emplace_back(face.corner[e], face.corner[(e + 1) % 4], face.centre);
        }
        if (!is_filled<3>(crossing)) {
            visit_outside<3>(Mat3::Identity(), crossing,
                             [&](const Mat3& part) { open += std::abs(part.determinant()) / 4; });
        }
    }
    return open;
}

} // namespace porogen
