#include "geometry/correlated_field.h"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

using namespace porogen;

namespace {

constexpr std::array<bool, 3> lateral{true, true, false};

CorrelatedField field(const Vec3& size, double length, std::uint64_t seed,
                      std::array<bool, 3> periodic = lateral) {
    return {size, periodic, length, RandomStream(seed, "field")};
}

/// Mean products over many fields and the places p, at p and p + shift.
struct Moments {
    double mean = 0;
    double square = 0;
    double product = 0;
    double count = 0;
};

Moments moments(const Vec3& size, double length, const std::vector<Vec3>& places, const Vec3& shift,
                int fields) {
    Moments m;
    for (int f = 0; f < fields; ++f) {
        const CorrelatedField g = field(size, length, static_cast<std::uint64_t>(f));
        for (const Vec3& p : places) {
            const double a = g(p);
            const double b = g(p + shift);
            m.mean += a;
            m.square += a * a;
            m.product += a * b;
            m.count += 1;
        }
    }
    m.mean /= m.count;
    m.square /= m.count;
    m.product /= m.count;
    return m;
}

} // namespace

TEST_CASE("mean 0, variance 1 and correlation exp(-1/2) at the length, in any direction") {
    // Fixed seeds; the places are six lengths apart, so all products are independent. Their bounds
    // are four standard deviations.
    const Vec3 size(12, 13, 6);
    std::vector<Vec3> places;
    for (int p = 0; p < 4; ++p) {
        places.emplace_back(6 * (p % 2) + 0.3, 6 * (p / 2) + 0.7, 2.9);
    }
    const double rho = std::exp(-0.5);
    for (const Vec3& along : {Vec3(1, 0, 0), Vec3(0, 0, 1), Vec3(1, 1, 1)}) {
        const Moments m = moments(size, 1, places, along.normalized(), 2000);
        const double n = std::sqrt(m.count);
        CHECK(std::abs(m.mean) < 4 / n);
        CHECK(std::abs(m.square - 1) < 4 * std::sqrt(2.0) / n);
        CHECK(std::abs(m.product - rho) < 4 * std::sqrt(1 + rho * rho) / n + 0.006);
    }
    const Moments far = moments(size, 1, places, {0, 0, -2.9}, 2000);
    CHECK(std::abs(far.product - std::exp(-0.5 * 2.9 * 2.9)) < 4 / std::sqrt(far.count) + 0.006);
}

TEST_CASE("a Gaussian field: its level exceeds 1 with the normal's probability") {
    int above = 0;
    constexpr int fields = 8000;
    for (int f = 0; f < fields; ++f) {
        above += field({3, 3, 3}, 1, static_cast<std::uint64_t>(f))({1.1, 0.2, 2.7}) > 1 ? 1 : 0;
    }
    const double p = 0.5 * std::erfc(1 / std::sqrt(2.0));
    CHECK(std::abs(above / static_cast<double>(fields) - p) < 4 * std::sqrt(p * (1 - p) / fields));
}

TEST_CASE("the field repeats with the box, is continuous, and ends in z with the box") {
    const Vec3 size(7.3, 5.1, 4);
    const CorrelatedField g = field(size, 0.9, 3);
    for (int n = 0; n < 50; ++n) {
        const Vec3 p(0.31 * n, 0.57 * n, 0.08 * n);
        CHECK(g(p + Vec3(size.x(), 0, 0)) == doctest::Approx(g(p)).epsilon(1e-9).scale(1));
        CHECK(g(p - Vec3(0, 2 * size.y(), 0)) == doctest::Approx(g(p)).epsilon(1e-9).scale(1));
        CHECK(std::abs(g(p + Vec3(1e-6, 1e-6, -1e-6)) - g(p)) < 1e-4);
    }
    CHECK(g({1, 2, 4.5}) == g({1, 2, 4}));
    CHECK(g({1, 2, -1}) == g({1, 2, 0}));
    const CorrelatedField closed = field(size, 0.9, 3, {true, true, true});
    CHECK(closed({1, 2, 4.5}) == doctest::Approx(closed({1, 2, 0.5})).epsilon(1e-9).scale(1));
}

TEST_CASE("a box of only two lengths still has variance 1, and its own period") {
    double square = 0;
    constexpr int fields = 4000;
    for (int f = 0; f < fields; ++f) {
        const CorrelatedField g = field({2, 2, 2}, 1, static_cast<std::uint64_t>(f));
        square += g({0.4, 1.3, 1}) * g({2.4, -0.7, 1}) / fields;
    }
    CHECK(std::abs(square - 1) < 4 * std::sqrt(2.0 / fields));
}

TEST_CASE("the lattice belongs to the box: a size off in the last bits gives the same field") {
    const double length = 2e-6;
    const Vec3 size(48e-6, 48e-6, 42e-6);
    const Vec3 other = 0.25e-6 * Vec3(192, 192, 168) * (1 + 1e-15);
    const CorrelatedField a = field(size, length, 1);
    const CorrelatedField b = field(other, length, 1);
    for (int n = 0; n < 30; ++n) {
        const Vec3 p = 1e-6 * Vec3(1.7 * n, 47.9 - 0.9 * n, 1.4 * n);
        CHECK(a(p) == doctest::Approx(b(p)).epsilon(1e-9).scale(1));
    }
    CHECK(field(size, length, 2)({0, 0, 0}) != a({0, 0, 0}));
}
