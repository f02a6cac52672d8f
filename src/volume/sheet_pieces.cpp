#include "volume/sheet_pieces.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace porogen {

namespace {

/// A linear function on a simplex by its values at the corners.
template <int n>
using Values = Eigen::Matrix<double, n, 1>;

/// The tetrahedron over edge e of face f of a cell is number 4 f + e. Its corners: two corners of
/// the cell, the centre of the face, the centre of the cell.
constexpr std::size_t tetrahedra = 24;

/// Bodies this nearly parallel are taken as coincident, see union_cut.cpp.
constexpr double parallel_cosine = 0.999;
constexpr double thicker = 1e-4;

std::size_t cell_corner(std::size_t face, std::size_t e) {
    const std::size_t axis = face / 2;
    const std::size_t u = std::size_t{1} << (axis + 1) % 3;
    const std::size_t v = std::size_t{1} << (axis + 2) % 3;
    const std::size_t base = face % 2 == 1 ? std::size_t{1} << axis : 0;
    return base + (e == 1 || e == 2 ? u : 0) + (e >= 2 ? v : 0);
}

/// Two tetrahedra of a cell that share the triangle of the cell's centre and two other points.
struct Neighbours {
    std::size_t first = 0;
    std::size_t second = 0;
    /// Corners of the first tetrahedron, 0..3, that are those points.
    std::size_t p = 0;
    std::size_t q = 0;
};

std::array<Neighbours, 36> find_neighbours() {
    std::array<Neighbours, 36> found{};
    std::size_t count = 0;
    for (std::size_t f = 0; f < 6; ++f) {
        for (std::size_t e = 0; e < 4; ++e) {
            found[count++] = {4 * f + e, 4 * f + (e + 3) % 4, 0, 2};
            for (std::size_t g = f + 1; g < 6; ++g) {
                for (std::size_t d = 0; d < 4; ++d) {
                    const auto edge_f =
                        std::minmax({cell_corner(f, e), cell_corner(f, (e + 1) % 4)});
                    const auto edge_g =
                        std::minmax({cell_corner(g, d), cell_corner(g, (d + 1) % 4)});
                    if (edge_f.first == edge_g.first && edge_f.second == edge_g.second) {
                        found[count++] = {4 * f + e, 4 * g + d, 0, 1};
                    }
                }
            }
        }
    }
    return found;
}

/// Places of the corners of all tetrahedra, from the centre of the cell [voxel edges].
using Corners = Eigen::Matrix<double, 3, 4>;

std::array<Corners, tetrahedra> find_corners() {
    std::array<Corners, tetrahedra> all;
    for (std::size_t f = 0; f < 6; ++f) {
        for (std::size_t e = 0; e < 4; ++e) {
            Corners& corners = all[4 * f + e];
            corners.setZero();
            for (std::size_t c = 0; c < 2; ++c) {
                const std::size_t corner = cell_corner(f, (e + c) % 4);
                for (int axis = 0; axis < 3; ++axis) {
                    corners(axis, static_cast<int>(c)) = (corner >> axis & 1) != 0 ? 0.5 : -0.5;
                }
            }
            corners(static_cast<int>(f / 2), 2) = f % 2 == 1 ? 0.5 : -0.5;
        }
    }
    return all;
}

/// What is left of the zero of body b on a triangle: from and to, in barycentric coordinates.
struct Segment {
    bool exists = false;
    Values<3> from = Values<3>::Zero();
    Values<3> to = Values<3>::Zero();
};

/// By how much body c is taken as thinner where the surface of body b is sought: the earlier of two
/// coincident surfaces counts, abutting ones do not.
double coincidence_shift(std::size_t b, std::size_t c, double cosine, double least_edge) {
    return std::abs(cosine) < parallel_cosine ? 0
           : c < b || cosine < 0              ? thicker * least_edge
                                              : -thicker * least_edge;
}

/// `edges`: from the last corner of the triangle to the two others, as columns.
Segment zero_on_triangle(const std::vector<Values<3>>& bodies, std::size_t b,
                         const Eigen::Matrix<double, 3, 2>& edges, double least_edge) {
    Segment segment;
    const Values<3>& value = bodies[b];
    std::array<Values<3>, 2> end;
    int ends = 0;
    for (int c = 0; c < 3; ++c) {
        const int next = (c + 1) % 3;
        if ((value[c] > 0) != (value[next] > 0)) {
            const double t = value[c] / (value[c] - value[next]);
            Values<3> point = Values<3>::Zero();
            point[c] = 1 - t;
            point[next] = t;
            end[static_cast<std::size_t>(ends++)] = point;
        }
    }
    if (ends < 2) {
        return segment;
    }
    double from = 0;
    double to = 1;
    if (bodies.size() > 1) {
        const Eigen::Matrix2d metric = (edges.transpose() * edges).inverse();
        const auto slope = [&](const Values<3>& v) { return Vec2(v[0] - v[2], v[1] - v[2]); };
        const auto product = [&](const Values<3>& v, const Values<3>& w) {
            return slope(v).dot(metric * slope(w));
        };
        for (std::size_t c = 0; c < bodies.size(); ++c) {
            if (c == b) {
                continue;
            }
            const double lengths = std::sqrt(product(value, value) * product(bodies[c], bodies[c]));
            const double cosine = lengths > 0 ? product(value, bodies[c]) / lengths : 0;
            const double shift = coincidence_shift(b, c, cosine, least_edge);
            const double at_0 = bodies[c].dot(end[0]) - shift;
            const double at_1 = bodies[c].dot(end[1]) - shift;
            if (at_0 <= 0 && at_1 <= 0) {
                return segment;
            }
            if (at_0 <= 0) {
                from = std::max(from, at_0 / (at_0 - at_1));
            } else if (at_1 <= 0) {
                to = std::min(to, at_0 / (at_0 - at_1));
            }
        }
    }
    segment.exists = to > from;
    segment.from = (1 - from) * end[0] + from * end[1];
    segment.to = (1 - to) * end[0] + to * end[1];
    return segment;
}

/// A convex polygon, its corners in barycentric coordinates of a tetrahedron.
using Polygon = std::vector<Values<4>>;

/// Where a linear function on a tetrahedron is zero.
Polygon zero_polygon(const Values<4>& value) {
    std::array<int, 4> order{}; // positive corners first
    int positive = 0;
    int end = 4;
    for (int c = 0; c < 4; ++c) {
        order[static_cast<std::size_t>(value[c] > 0 ? positive++ : --end)] = c;
    }
    if (positive == 0 || positive == 4) {
        return {};
    }
    const auto crossing = [&](int a, int b) {
        const int p = order[static_cast<std::size_t>(a)];
        const int q = order[static_cast<std::size_t>(b)];
        const double t = value[p] / (value[p] - value[q]);
        Values<4> point = Values<4>::Zero();
        point[p] = 1 - t;
        point[q] = t;
        return point;
    };
    if (positive == 1) {
        return {crossing(0, 1), crossing(0, 2), crossing(0, 3)};
    }
    if (positive == 3) {
        return {crossing(0, 3), crossing(1, 3), crossing(2, 3)};
    }
    return {crossing(0, 2), crossing(0, 3), crossing(1, 3), crossing(1, 2)};
}

/// Keeps the part of a polygon where a function is positive; true if something was cut off.
bool clip(Polygon& polygon, const Values<4>& value, double shift) {
    Polygon kept;
    bool is_cut = false;
    for (std::size_t c = 0; c < polygon.size(); ++c) {
        const Values<4>& p = polygon[c];
        const Values<4>& q = polygon[(c + 1) % polygon.size()];
        const double at_p = value.dot(p) - shift;
        const double at_q = value.dot(q) - shift;
        if (at_p > 0) {
            kept.push_back(p);
        } else {
            is_cut = true;
        }
        if ((at_p > 0) != (at_q > 0)) {
            const double t = at_p / (at_p - at_q);
            kept.push_back((1 - t) * p + t * q);
        }
    }
    polygon = std::move(kept);
    return is_cut;
}

/// Further ones count as the last.
constexpr int max_solid_parts = 8;

/// Which of the polygons of a cell hang together.
class Sets {
  public:
    explicit Sets(std::size_t count) : parent_(count) {
        std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    }
    std::size_t root(std::size_t n) {
        while (parent_[n] != n) {
            parent_[n] = parent_[parent_[n]];
            n = parent_[n];
        }
        return n;
    }
    void join(std::size_t a, std::size_t b) {
        const auto [low, high] = std::minmax({root(a), root(b)});
        parent_[high] = low;
    }

  private:
    std::vector<std::size_t> parent_;
};

/// Cuts a cell; polygon number (tetrahedron x bodies + body).
class CellCutter {
  public:
    CellCutter(std::span<const NodeValues> bodies, const Vec3& voxel)
        : bodies_(bodies), voxel_(voxel), least_edge_(voxel.minCoeff()), count_(bodies.size()),
          sets_(tetrahedra * bodies.size()), area_(tetrahedra * bodies.size(), 0),
          vector_(area_.size(), Vec3::Zero()), moment_(area_.size(), Vec3::Zero()) {
        values_.reserve(tetrahedra * count_);
        std::vector<FaceValues> faces;
        for (std::size_t f = 0; f < 6; ++f) {
            faces.clear();
            for (const NodeValues& body : bodies) {
                faces.push_back(face_values(body, all_axes[f / 2], f % 2 == 1, 0));
            }
            for (std::size_t e = 0; e < 4; ++e) {
                for (std::size_t b = 0; b < bodies.size(); ++b) {
                    values_.emplace_back(faces[b].corner[e], faces[b].corner[(e + 1) % 4],
                                         faces[b].centre, static_cast<double>(bodies[b].centre));
                }
            }
        }
    }

    CellSheet cut() {
        for (std::size_t t = 0; t < tetrahedra; ++t) {
            cut_tetrahedron(t);
        }
        static const std::array<Neighbours, 36> neighbours = find_neighbours();
        for (const Neighbours& pair : neighbours) {
            for (std::size_t b = 0; b < count_; ++b) {
                if (passes(pair.first, {pair.p, pair.q, 3}, b)) {
                    sets_.join(pair.first * count_ + b, pair.second * count_ + b);
                }
            }
        }
        find_parts();
        collect_patches();
        collect_traces();
        collect_solid();
        return std::move(sheet_);
    }

  private:
    static const Corners& corners_of(std::size_t t) {
        static const std::array<Corners, tetrahedra> corners = find_corners();
        return corners[t];
    }

    /// Of the bodies on a tetrahedron.
    [[nodiscard]] std::span<const Values<4>> values_of(std::size_t t) const {
        return std::span(values_).subspan(t * count_, count_);
    }

    /// The surface of body b passes through the triangle of three corners of a tetrahedron.
    [[nodiscard]] bool passes(std::size_t t, std::array<std::size_t, 3> triangle,
                              std::size_t b) const {
        const Values<4>& v = values_of(t)[b];
        const auto positive = [&](std::size_t c) { return v[static_cast<int>(triangle[c])] > 0; };
        return (positive(0) != positive(1) || positive(1) != positive(2)) &&
               (count_ == 1 || zero_on(t, triangle, b).exists);
    }

    [[nodiscard]] Segment zero_on(std::size_t t, std::array<std::size_t, 3> triangle,
                                  std::size_t b) const {
        const Values<4>& own = values_of(t)[b];
        const auto value = [&](const Values<4>& v, std::size_t c) {
            return v[static_cast<int>(triangle[c])];
        };
        if ((value(own, 0) > 0) == (value(own, 1) > 0) &&
            (value(own, 1) > 0) == (value(own, 2) > 0)) {
            return {};
        }
        std::vector<Values<3>> values;
        values.reserve(count_);
        for (const Values<4>& v : values_of(t)) {
            values.emplace_back(value(v, 0), value(v, 1), value(v, 2));
        }
        const Corners& corners = corners_of(t);
        Eigen::Matrix<double, 3, 2> edges;
        for (int c = 0; c < 2; ++c) {
            edges.col(c) = (corners.col(static_cast<int>(triangle[static_cast<std::size_t>(c)])) -
                            corners.col(static_cast<int>(triangle[2])))
                               .cwiseProduct(voxel_);
        }
        return zero_on_triangle(values, b, edges, least_edge_);
    }

    void cut_tetrahedron(std::size_t t) {
        const std::span<const Values<4>> bodies = values_of(t);
        if (std::any_of(bodies.begin(), bodies.end(),
                        [](const Values<4>& v) { return v.maxCoeff() <= 0; })) {
            return;
        }
        if (std::all_of(bodies.begin(), bodies.end(),
                        [](const Values<4>& v) { return v.minCoeff() > 0; })) {
            return;
        }
        const Corners places = voxel_.asDiagonal() * corners_of(t);
        Mat3 edges;
        for (int c = 0; c < 3; ++c) {
            edges.col(c) = places.col(c) - places.col(3);
        }
        const Mat3 to_gradient = edges.inverse().transpose();
        const auto gradient = [&](const Values<4>& v) {
            return Vec3(to_gradient * Vec3(v[0] - v[3], v[1] - v[3], v[2] - v[3]));
        };
        std::vector<std::size_t> cutters;
        for (std::size_t b = 0; b < count_; ++b) {
            Polygon polygon = zero_polygon(bodies[b]);
            if (polygon.empty()) {
                continue;
            }
            const Vec3 slope = gradient(bodies[b]);
            cutters.clear();
            for (std::size_t c = 0; c < count_ && !polygon.empty(); ++c) {
                if (c == b) {
                    continue;
                }
                const Vec3 other = gradient(bodies[c]);
                const double lengths = slope.norm() * other.norm();
                const double cosine = lengths > 0 ? slope.dot(other) / lengths : 0;
                if (clip(polygon, bodies[c], coincidence_shift(b, c, cosine, least_edge_))) {
                    cutters.push_back(c);
                }
            }
            const std::size_t number = t * count_ + b;
            Vec3 vector = Vec3::Zero();
            for (std::size_t c = 2; c < polygon.size(); ++c) {
                const Vec3 p = places * polygon[0];
                const Vec3 q = places * polygon[c - 1];
                const Vec3 r = places * polygon[c];
                const Vec3 part = 0.5 * (q - p).cross(r - p);
                vector += part;
                moment_[number] += part.norm() / 3 * (p + q + r);
            }
            area_[number] = vector.norm();
            vector_[number] = area_[number] * slope.normalized();
            if (area_[number] > 0) {
                for (const std::size_t c : cutters) {
                    meets_.push_back({number, t * count_ + c});
                }
            }
        }
    }

    /// Bodies that overlap or whose surfaces meet within the cell are one part of its solid.
    void find_parts() {
        Sets sets(count_);
        for (std::size_t t = 0; t < tetrahedra; ++t) {
            const std::span<const Values<4>> values = values_of(t);
            for (std::size_t b = 1; b < count_; ++b) {
                for (std::size_t c = 0; c < b; ++c) {
                    if ((values[b].array().max(values[c].array()) <= 0).any()) {
                        sets.join(b, c);
                    }
                }
            }
        }
        for (const auto& [a, b] : meets_) {
            if (area_[a] > 0 && area_[b] > 0) {
                sets.join(a % count_, b % count_);
            }
        }
        std::vector<int> number(count_, -1);
        part_.assign(count_, 0);
        for (std::size_t b = 0; b < count_; ++b) {
            int& part = number[sets.root(b)];
            if (part < 0) {
                part = std::min(parts_++, max_solid_parts - 1);
            }
            part_[b] = static_cast<std::uint8_t>(part);
        }
        parts_ = std::min(parts_, max_solid_parts);
    }

    void collect_solid() {
        if (parts_ < 2) {
            return;
        }
        sheet_.solid_part.resize(static_cast<std::size_t>(parts_));
        std::vector<NodeValues> of_part;
        for (std::size_t f = 0; f < 6; ++f) {
            const Axis axis = all_axes[f / 2];
            const auto covered = [&](std::span<const NodeValues> bodies) {
                return static_cast<float>(1 - open_fraction(bodies, axis, f % 2 == 1, 0));
            };
            for (int part = 0; part < parts_; ++part) {
                of_part.clear();
                for (std::size_t b = 0; b < count_; ++b) {
                    if (part_[b] == part) {
                        of_part.push_back(bodies_[b]);
                    }
                }
                sheet_.solid_part[static_cast<std::size_t>(part)][f] = covered(of_part);
            }
            for (std::size_t b = 0; b < count_; ++b) {
                const float fraction = covered(bodies_.subspan(b, 1));
                if (fraction > 0) {
                    const FaceValues v = face_values(bodies_[b], axis, f % 2 == 1, 0);
                    sheet_.body.push_back(
                        {static_cast<std::uint8_t>(f),
                         part_[b],
                         fraction,
                         {static_cast<float>(v.corner[0]), static_cast<float>(v.corner[1]),
                          static_cast<float>(v.corner[2]), static_cast<float>(v.corner[3]),
                          static_cast<float>(v.centre)}});
                }
            }
        }
    }

    void collect_patches() {
        for (const auto& [a, b] : meets_) { // along a crease
            if (area_[b] > 0) {
                sets_.join(a, b);
            }
        }
        patch_.assign(area_.size(), -1);
        std::vector<Vec3> vector;
        std::vector<Vec3> moment;
        std::vector<double> area;
        for (std::size_t n = 0; n < area_.size(); ++n) {
            if (!(area_[n] > 0)) {
                continue;
            }
            std::int32_t& patch = patch_[sets_.root(n)];
            if (patch < 0) {
                patch = static_cast<std::int32_t>(area.size());
                vector.push_back(Vec3::Zero());
                moment.push_back(Vec3::Zero());
                area.push_back(0);
            }
            const auto at = static_cast<std::size_t>(patch);
            vector[at] += vector_[n];
            moment[at] += moment_[n];
            area[at] += area_[n];
        }
        sheet_.patch.resize(area.size());
        for (std::size_t n = 0; n < area_.size(); ++n) {
            if (area_[n] > 0) {
                sheet_.patch[static_cast<std::size_t>(patch_[sets_.root(n)])].solid =
                    part_[n % count_];
            }
        }
        for (std::size_t p = 0; p < area.size(); ++p) {
            sheet_.patch[p].area = static_cast<float>(area[p]);
            sheet_.patch[p].vector = vector[p].cast<float>();
            sheet_.patch[p].centroid = (moment[p] / area[p]).cast<float>();
        }
    }

    void collect_traces() {
        for (std::size_t f = 0; f < 6; ++f) {
            for (std::size_t e = 0; e < 4; ++e) {
                const std::size_t t = 4 * f + e;
                const Corners places = voxel_.asDiagonal() * corners_of(t);
                std::uint16_t crossing = 0; // bodies that cross this triangle: the same from both
                for (std::size_t b = 0; b < count_; ++b) {
                    const Values<4>& v = values_of(t)[b];
                    if ((v[0] > 0) == (v[1] > 0) && (v[1] > 0) == (v[2] > 0)) {
                        continue;
                    }
                    const auto place = static_cast<std::uint16_t>(e << 12 | crossing++);
                    const Segment segment = zero_on(t, {0, 1, 2}, b);
                    const std::int32_t patch = patch_[sets_.root(t * count_ + b)];
                    if (!segment.exists || patch < 0) {
                        continue;
                    }
                    const double length =
                        (places.leftCols<3>() * (segment.to - segment.from)).norm();
                    sheet_.trace.push_back(
                        {static_cast<std::uint8_t>(f), place, patch, static_cast<float>(length)});
                    sheet_.patch[static_cast<std::size_t>(patch)].trace[f] +=
                        static_cast<float>(length);
                }
            }
        }
    }

    std::span<const NodeValues> bodies_;
    Vec3 voxel_;
    double least_edge_;
    std::size_t count_;
    std::vector<Values<4>> values_; ///< of the polygons' bodies on their tetrahedra
    Sets sets_;
    std::vector<double> area_;
    std::vector<Vec3> vector_;
    std::vector<Vec3> moment_;
    std::vector<std::pair<std::size_t, std::size_t>> meets_;
    std::vector<std::uint8_t> part_; ///< of the solid, that each body belongs to
    int parts_ = 0;
    std::vector<std::int32_t> patch_;
    CellSheet sheet_;
};

} // namespace

CellSheet cell_sheet(std::span<const NodeValues> bodies, const Vec3& voxel) {
    return bodies.empty() ? CellSheet{} : CellCutter(bodies, voxel).cut();
}

} // namespace porogen
