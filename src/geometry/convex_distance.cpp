#include "convex_distance.h"

#include <array>
#include <cmath>
#include <limits>

namespace porogen {

namespace {

/// Points of b - a with the points of a and b that make them, and the weights of the point nearest
/// to the origin.
struct Simplex {
    std::array<Vec3, 4> point{};
    std::array<Vec3, 4> on_a{};
    std::array<Vec3, 4> on_b{};
    std::array<double, 4> weight{};
    int size = 0;

    void keep(const std::array<int, 3>& which, const std::array<double, 3>& weights, int count) {
        const Simplex old = *this;
        size = count;
        for (int n = 0; n < count; ++n) {
            const auto to = static_cast<std::size_t>(n);
            const auto from = static_cast<std::size_t>(which[to]);
            point[to] = old.point[from];
            on_a[to] = old.on_a[from];
            on_b[to] = old.on_b[from];
            weight[to] = weights[to];
        }
    }
    [[nodiscard]] Vec3 blend(const std::array<Vec3, 4>& values) const {
        Vec3 sum = Vec3::Zero();
        for (std::size_t n = 0; n < static_cast<std::size_t>(size); ++n) {
            sum += weight[n] * values[n];
        }
        return sum;
    }
};

/// The part of a simplex that carries the point nearest to the origin.
struct Nearest {
    std::array<int, 3> which{};
    std::array<double, 3> weight{};
    int count = 0;
    double distance2 = std::numeric_limits<double>::infinity();
};

Nearest nearest_on_segment(const Simplex& s, int i, int j) {
    const Vec3& a = s.point[static_cast<std::size_t>(i)];
    const Vec3 ab = s.point[static_cast<std::size_t>(j)] - a;
    const double length2 = ab.squaredNorm();
    const double t = length2 > 0 ? -a.dot(ab) / length2 : 0.0;
    if (!(t > 0)) {
        return {{i}, {1.0}, 1, a.squaredNorm()};
    }
    if (t >= 1) {
        return {{j}, {1.0}, 1, s.point[static_cast<std::size_t>(j)].squaredNorm()};
    }
    return {{i, j}, {1 - t, t}, 2, (a + t * ab).squaredNorm()};
}

Nearest nearest_on_triangle(const Simplex& s, int i, int j, int k) {
    const Vec3& a = s.point[static_cast<std::size_t>(i)];
    const Vec3& b = s.point[static_cast<std::size_t>(j)];
    const Vec3& c = s.point[static_cast<std::size_t>(k)];
    const Vec3 normal = (b - a).cross(c - a);
    const double area2 = normal.squaredNorm();
    const double u = normal.dot(b.cross(c));
    const double v = normal.dot(c.cross(a));
    const double w = normal.dot(a.cross(b));
    if (area2 > 0 && u > 0 && v > 0 && w > 0) {
        const double height = normal.dot(a);
        return {{i, j, k}, {u / area2, v / area2, w / area2}, 3, height * height / area2};
    }
    Nearest best = nearest_on_segment(s, i, j);
    for (const Nearest& other : {nearest_on_segment(s, j, k), nearest_on_segment(s, k, i)}) {
        if (other.distance2 < best.distance2) {
            best = other;
        }
    }
    return best;
}

bool holds_origin(const Simplex& s) {
    const std::array<std::array<std::size_t, 4>, 4> faces{
        {{0, 1, 2, 3}, {0, 1, 3, 2}, {0, 2, 3, 1}, {1, 2, 3, 0}}};
    for (const auto& f : faces) {
        const Vec3& a = s.point[f[0]];
        const Vec3 normal = (s.point[f[1]] - a).cross(s.point[f[2]] - a);
        if (normal.dot(s.point[f[3]] - a) * normal.dot(-a) <= 0) {
            return false;
        }
    }
    return true;
}

/// Shrinks the simplex to the part nearest to the origin; false if it holds the origin.
bool shrink(Simplex& s) {
    Nearest best;
    if (s.size == 1) {
        best = {{0}, {1.0}, 1, 0};
    } else if (s.size == 2) {
        best = nearest_on_segment(s, 0, 1);
    } else if (s.size == 3) {
        best = nearest_on_triangle(s, 0, 1, 2);
    } else {
        if (holds_origin(s)) {
            return false;
        }
        // The newest point, 3, is on the side of the origin: the opposite face cannot be nearest.
        for (const Nearest& face :
             {nearest_on_triangle(s, 0, 1, 3), nearest_on_triangle(s, 0, 2, 3),
              nearest_on_triangle(s, 1, 2, 3)}) {
            if (face.distance2 < best.distance2) {
                best = face;
            }
        }
    }
    s.keep(best.which, best.weight, best.count);
    return true;
}

/// Distinct edge directions of a core in the world; the last is the upright one.
int edge_directions(const Body& body, std::array<Vec3, Body::max_corners + 1>& edges) {
    int count = 0;
    for (int n = 0; body.corners >= 2 && n < body.corners; ++n) {
        const Vec2 edge =
            body.outline[static_cast<std::size_t>(n + 1 == body.corners ? 0 : n + 1)] -
            body.outline[static_cast<std::size_t>(n)];
        edges[static_cast<std::size_t>(count++)] = body.axes.leftCols<2>() * edge.normalized();
    }
    edges[static_cast<std::size_t>(count++)] = body.axes.col(2);
    return count;
}

/// Point of line (p, direction u) nearest to line (q, direction v). Precondition: not parallel.
Vec3 nearest_on_line(const Vec3& p, const Vec3& u, const Vec3& q, const Vec3& v) {
    const Vec3 normal = u.cross(v);
    return p + u * ((q - p).cross(v).dot(normal) / normal.squaredNorm());
}

/// Keeps the direction along which two cores overlap least.
class LeastOverlap {
  public:
    LeastOverlap(const Body& a, const Body& b) : a_(a), b_(b), between_(b.centre - a.centre) {}

    void try_face_of_a(const Vec3& normal) {
        if (try_axis(normal)) {
            best_.on_a = best_.on_b - best_.distance * best_.normal;
        }
    }
    void try_face_of_b(const Vec3& normal) {
        if (try_axis(normal)) {
            best_.on_b = best_.on_a + best_.distance * best_.normal;
        }
    }
    void try_edges(const Vec3& edge_a, const Vec3& edge_b) {
        if (try_axis(edge_a.cross(edge_b))) {
            best_.on_a = nearest_on_line(best_.on_a, edge_a, best_.on_b, edge_b);
            best_.on_b = best_.on_a + best_.distance * best_.normal;
        }
    }
    [[nodiscard]] const Separation& best() const { return best_; }

  private:
    bool try_axis(const Vec3& axis) {
        const double length2 = axis.squaredNorm();
        if (!(length2 > 1e-8)) {
            return false;
        }
        const Vec3 normal = (between_.dot(axis) >= 0 ? 1.0 : -1.0) / std::sqrt(length2) * axis;
        const Vec3 on_a = support_point(a_, normal);
        const Vec3 on_b = support_point(b_, -normal);
        const double distance = normal.dot(on_b - on_a);
        if (!(distance > best_.distance)) {
            return false;
        }
        best_ = {distance, normal, on_a, on_b, false};
        return true;
    }

    const Body& a_;
    const Body& b_;
    Vec3 between_;
    Separation best_{-std::numeric_limits<double>::infinity(), Vec3::UnitZ(), {}, {}, false};
};

/// How far b's core stands off a's along a direction; what separates them best is their distance.
Separation gap_along(const Body& a, const Body& b, const Vec3& normal) {
    const Vec3 on_a = support_point(a, normal);
    const Vec3 on_b = support_point(b, -normal);
    return {normal.dot(on_b - on_a), normal, on_a, on_b, false};
}

/// Smooth cores that overlap: climbs to the direction of the largest gap from the best of the line
/// of centres and both bodies' axes. Gradient of the gap on the sphere of directions: the part of
/// on_b - on_a across the normal.
Separation overlap_by_climbing(const Body& a, const Body& b) {
    const Vec3 between = b.centre - a.centre;
    Separation best = gap_along(
        a, b, between.squaredNorm() > 0 ? Vec3(between.normalized()) : Vec3(Vec3::UnitZ()));
    const auto try_direction = [&](const Vec3& direction) {
        const Separation other = gap_along(a, b, direction.normalized());
        const bool better = other.distance > best.distance;
        best = better ? other : best;
        return better;
    };
    for (const Body* body : {&a, &b}) {
        for (int axis = 0; axis < 3; ++axis) {
            const double side = between.dot(body->axes.col(axis)) >= 0 ? 1 : -1;
            try_direction(side * body->axes.col(axis));
        }
    }
    constexpr int steps = 40;
    double rate = 1 / (a.reach + b.reach);
    for (int n = 0; n < steps && rate * (a.reach + b.reach) > 1e-6; ++n) {
        const Vec3 way = best.on_b - best.on_a;
        const Vec3 across = way - way.dot(best.normal) * best.normal;
        rate *= try_direction(best.normal + rate * across) ? 1.5 : 0.3;
    }
    return best;
}

Separation overlap_by_axes(const Body& a, const Body& b) {
    if (a.is_ellipsoid() || b.is_ellipsoid()) {
        return overlap_by_climbing(a, b);
    }
    std::array<Vec3, Body::max_corners + 1> edges_a;
    std::array<Vec3, Body::max_corners + 1> edges_b;
    const int count_a = edge_directions(a, edges_a);
    const int count_b = edge_directions(b, edges_b);
    LeastOverlap least(a, b);
    least.try_face_of_a(a.axes.col(2));
    least.try_face_of_b(b.axes.col(2));
    for (int i = 0; i + 1 < count_a; ++i) {
        least.try_face_of_a(edges_a[static_cast<std::size_t>(i)].cross(a.axes.col(2)));
    }
    for (int j = 0; j + 1 < count_b; ++j) {
        least.try_face_of_b(edges_b[static_cast<std::size_t>(j)].cross(b.axes.col(2)));
    }
    for (int i = 0; i < count_a; ++i) {
        for (int j = 0; j < count_b; ++j) {
            least.try_edges(edges_a[static_cast<std::size_t>(i)],
                            edges_b[static_cast<std::size_t>(j)]);
        }
    }
    return least.best();
}

} // namespace

Separation separation(const Body& a, const Body& b, double cutoff, const Vec3& guess) {
    constexpr int max_iterations = 32;
    constexpr double tolerance = 1e-6; // of the squared distance
    const double touching2 = std::pow(1e-7 * (a.reach + b.reach), 2);

    Simplex simplex;
    Vec3 v = guess.squaredNorm() > 0 ? guess : Vec3(b.centre - a.centre);
    bool first = true;
    for (int n = 0; n < max_iterations; ++n) {
        const double v2 = v.squaredNorm();
        if (!first && v2 <= touching2) {
            return overlap_by_axes(a, b);
        }
        const Vec3 on_a = support_point(a, v);
        const Vec3 on_b = support_point(b, -v);
        const Vec3 w = on_b - on_a;
        const double along = v.dot(w);
        if (along > 0 && along * along > cutoff * cutoff * v2) {
            return {along / std::sqrt(v2), v / std::sqrt(v2), on_a, on_b, true};
        }
        if (!first && v2 - along <= tolerance * v2) {
            break;
        }
        const auto last = static_cast<std::size_t>(simplex.size);
        simplex.point[last] = w;
        simplex.on_a[last] = on_a;
        simplex.on_b[last] = on_b;
        ++simplex.size;
        if (!shrink(simplex)) {
            return overlap_by_axes(a, b);
        }
        const Vec3 next = simplex.blend(simplex.point);
        if (!first && next.squaredNorm() >= v2) {
            break; // no progress left in floating point
        }
        v = next;
        first = false;
    }
    const double distance = v.norm();
    if (!(distance * distance > touching2)) {
        return overlap_by_axes(a, b);
    }
    return {distance, v / distance, simplex.blend(simplex.on_a), simplex.blend(simplex.on_b),
            false};
}

} // namespace porogen
