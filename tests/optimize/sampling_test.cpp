#include "porogen/optimize/sampling.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <doctest/doctest.h>

#include "porogen/core/errors.h"

using namespace porogen;

namespace {

using Points = std::vector<std::vector<double>>;

/// Whether each of the 2^m boxes of sides 2^-parts[i] on the axes asked holds one of the 2^m points
/// from `first` on, m being the sum of the parts.
bool one_in_each_box(const Points& points, const std::vector<std::size_t>& axes,
                     const std::vector<int>& parts, std::size_t first = 0) {
    int m = 0;
    for (const int part : parts) {
        m += part;
    }
    const std::size_t boxes = std::size_t{1} << m;
    std::vector<bool> taken(boxes, false);
    for (std::size_t p = first; p < first + boxes; ++p) {
        std::size_t box = 0;
        for (std::size_t i = 0; i < axes.size(); ++i) {
            box = (box << parts[i]) +
                  static_cast<std::size_t>(std::ldexp(points[p][axes[i]], parts[i]));
        }
        if (taken[box]) {
            return false;
        }
        taken[box] = true;
    }
    return true;
}

/// The t of a (t, m, 2)-net: the least for which every box of 2^-(m-t) holds 2^t points.
int quality(const Points& points, std::size_t a, std::size_t b, int m) {
    for (int t = 0; t < m; ++t) {
        bool even = true;
        for (int on_a = 0; on_a <= m - t && even; ++on_a) {
            std::vector<int> held(std::size_t{1} << (m - t), 0);
            for (std::size_t p = 0; p < std::size_t{1} << m; ++p) {
                const auto row = static_cast<std::size_t>(std::ldexp(points[p][a], on_a));
                const auto column =
                    static_cast<std::size_t>(std::ldexp(points[p][b], m - t - on_a));
                ++held[(row << (m - t - on_a)) + column];
            }
            even = std::all_of(held.begin(), held.end(), [&](int h) { return h == 1 << t; });
        }
        if (even) {
            return t;
        }
    }
    return m;
}

Points first_of(Points points, std::size_t count) {
    points.resize(count);
    return points;
}

} // namespace

TEST_CASE("sobol: the plain sequence is the published one") {
    // As SciPy 1.10 (scipy.stats.qmc) gives them, which reads the same table.
    const Points expected = {
        {0, 0, 0, 0, 0},
        {0.5, 0.5, 0.5, 0.5, 0.5},
        {0.75, 0.25, 0.25, 0.25, 0.75},
        {0.25, 0.75, 0.75, 0.75, 0.25},
        {0.375, 0.375, 0.625, 0.875, 0.375},
        {0.875, 0.875, 0.125, 0.375, 0.875},
        {0.625, 0.125, 0.875, 0.625, 0.625},
        {0.125, 0.625, 0.375, 0.125, 0.125},
    };
    CHECK(sobol_points(5, 8, 0) == expected);
}

TEST_CASE("sobol: every axis is a (0, m, 1)-net, scrambled or not") {
    for (const std::uint64_t seed : {0U, 1U, 77U}) {
        const Points points = sobol_points(max_sobol_dimension, 1 << 10, seed);
        for (std::size_t axis = 0; axis < max_sobol_dimension; ++axis) {
            for (int m = 0; m <= 9; ++m) {
                CAPTURE(axis);
                CAPTURE(m);
                CHECK(one_in_each_box(points, {axis}, {m}));
                CHECK(one_in_each_box(points, {axis}, {m}, std::size_t{1} << m));
            }
        }
    }
}

TEST_CASE("sobol: Sobol's property A holds, each of the 2^n halves of the cube has one point") {
    // Depends on the first digit of every direction number: a wrong table fails.
    for (const std::uint64_t seed : {0U, 5U}) {
        const Points points = sobol_points(15, 1 << 15, seed);
        std::vector<std::size_t> axes;
        for (std::size_t n = 0; n < 15; ++n) {
            axes.push_back(n);
            CHECK(one_in_each_box(points, axes, std::vector<int>(n + 1, 1)));
        }
    }
}

TEST_CASE("sobol: two-dimensional projections are as good as the polynomials promise") {
    const int m = 10;
    for (const std::uint64_t seed : {0U, 3U}) {
        const Points points = sobol_points(40, 1 << m, seed);
        // The sum of (degree - 1) bounds t (Niederreiter 1988): 0 for the first pair, 1, 2 after.
        CHECK(quality(points, 0, 1, m) == 0);
        CHECK(quality(points, 0, 2, m) <= 1);
        CHECK(quality(points, 1, 2, m) <= 1);
        CHECK(quality(points, 0, 3, m) <= 2);
        CHECK(quality(points, 2, 3, m) <= 3);
        int worst = 0;
        for (std::size_t a = 0; a < 40; ++a) {
            for (std::size_t b = 0; b < a; ++b) {
                worst = std::max(worst, quality(points, a, b, m));
            }
        }
        MESSAGE("worst t of a pair of 40 axes, m = 10: ", worst);
        CHECK(worst <= 6);
    }
}

TEST_CASE("sobol: a design can be extended by points and by variables") {
    const Points large = sobol_points(8, 300, 11);
    CHECK(first_of(large, 100) == sobol_points(8, 100, 11));
    Points narrow = large;
    for (auto& point : narrow) {
        point.resize(3);
    }
    CHECK(narrow == sobol_points(3, 300, 11));
    CHECK(large != sobol_points(8, 300, 12));
    CHECK(sobol_points(3, 0, 1).empty());
}

TEST_CASE("sobol: means converge faster than 1 / sqrt(n)") {
    // The product of 3 x^2 over six axes has the mean 1 and the variance (9/5)^6 - 1 = 33.
    const auto error = [](int count) {
        double square = 0;
        const int scrambles = 20;
        for (int seed = 1; seed <= scrambles; ++seed) {
            double sum = 0;
            for (const auto& point : sobol_points(6, count, static_cast<std::uint64_t>(seed))) {
                double product = 1;
                for (const double x : point) {
                    product *= 3 * x * x;
                }
                sum += product;
            }
            square += std::pow(sum / count - 1, 2) / scrambles;
        }
        return std::sqrt(square);
    };
    const double coarse = error(1 << 8);
    const double fine = error(1 << 14);
    const double order = std::log(coarse / fine) / std::log(64);
    MESSAGE("error at 2^8: ", coarse, ", 2^14: ", fine, ", order ", order);
    CHECK(order > 0.75);
    CHECK(fine < 0.2 * std::sqrt(33.0 / (1 << 14)));
}

TEST_CASE("latin_hypercube: one point in each interval of each axis") {
    for (const std::uint64_t seed : {0U, 9U}) {
        const Points points = latin_hypercube(7, 50, seed);
        REQUIRE(points.size() == 50);
        for (std::size_t axis = 0; axis < 7; ++axis) {
            std::set<int> intervals;
            for (const auto& point : points) {
                CHECK(point[axis] >= 0);
                CHECK(point[axis] < 1);
                intervals.insert(static_cast<int>(50 * point[axis]));
            }
            CHECK(intervals.size() == 50);
        }
    }
    CHECK(latin_hypercube(3, 20, 1) == latin_hypercube(3, 20, 1));
    CHECK(latin_hypercube(3, 20, 1) != latin_hypercube(3, 20, 2));
}

TEST_CASE("full_grid: both ends, the last axis fastest, one level is the middle") {
    const Points expected = {{0, 0.5, 0}, {0, 0.5, 0.5}, {0, 0.5, 1},
                             {1, 0.5, 0}, {1, 0.5, 0.5}, {1, 0.5, 1}};
    CHECK(full_grid({2, 1, 3}) == expected);
}

TEST_CASE("sampling: what cannot be sampled is refused") {
    CHECK_THROWS_AS(sobol_points(0, 1, 1), Error);
    CHECK_THROWS_AS(sobol_points(max_sobol_dimension + 1, 1, 1), Error);
    CHECK_THROWS_AS(sobol_points(2, -1, 1), Error);
    CHECK_THROWS_AS(latin_hypercube(0, 1, 1), Error);
    CHECK_THROWS_AS(latin_hypercube(2, -1, 1), Error);
    CHECK_THROWS_AS(full_grid({}), Error);
    CHECK_THROWS_AS(full_grid({3, 0}), Error);
    CHECK_THROWS_AS(full_grid(std::vector<int>(40, 10)), Error);
}
