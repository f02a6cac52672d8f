#include "porogen/optimize/sensitivity.h"

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <string>

#include <doctest/doctest.h>

#include "near.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/core/random.h"
#include "porogen/optimize/sampling.h"

using namespace porogen;
using test::near;

namespace {

using Points = std::vector<std::vector<double>>;
using Function = std::function<double(const std::vector<double>&)>;

struct Exact {
    std::vector<double> first, total;
};

constexpr double pi = std::numbers::pi;

/// sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 on [-pi, pi]^3: T. Ishigami, T. Homma (1990).
double ishigami(const std::vector<double>& u) {
    const double x = pi * (2 * u[0] - 1);
    const double y = pi * (2 * u[1] - 1);
    const double z = pi * (2 * u[2] - 1);
    return std::sin(x) + 7 * std::pow(std::sin(y), 2) + 0.1 * std::pow(z, 4) * std::sin(x);
}

Exact ishigami_exact() {
    const double a = 7;
    const double b = 0.1;
    const double v1 = std::pow(1 + b * std::pow(pi, 4) / 5, 2) / 2;
    const double v2 = a * a / 8;
    const double v13 = b * b * std::pow(pi, 8) * (1.0 / 18 - 1.0 / 50);
    const double v = v1 + v2 + v13;
    return {{v1 / v, v2 / v, 0}, {(v1 + v13) / v, v2 / v, v13 / v}};
}

const std::vector<double> g_parameters = {0, 1, 4.5, 9, 99, 99};

/// The product of (|4 x_i - 2| + a_i) / (1 + a_i): A. Saltelli, I. M. Sobol (1995).
double g_function(const std::vector<double>& x) {
    double product = 1;
    for (std::size_t i = 0; i < x.size(); ++i) {
        product *= (std::abs(4 * x[i] - 2) + g_parameters[i]) / (1 + g_parameters[i]);
    }
    return product;
}

Exact g_exact() {
    double all = 1;
    std::vector<double> v;
    for (const double a : g_parameters) {
        v.push_back(1 / (3 * (1 + a) * (1 + a)));
        all *= 1 + v.back();
    }
    Exact exact;
    for (const double part : v) {
        exact.first.push_back(part / (all - 1));
        exact.total.push_back(part * (all / (1 + part)) / (all - 1));
    }
    return exact;
}

std::vector<double> values_of(const Function& f, const Points& points, double noise = 0,
                              std::uint64_t seed = 1) {
    RandomStream random(seed, "sensitivity test noise");
    std::vector<double> values;
    for (const auto& point : points) {
        values.push_back(f(point) + noise * random.normal());
    }
    return values;
}

/// Root mean square over all indices and 20 designs.
double error_of(const Function& f, const Exact& exact, int dimension, int count) {
    double square = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const SensitivityDesign design = sensitivity_design(dimension, count, seed);
        const auto indices = sobol_indices(design, values_of(f, design.points), {0.95, 1, 0});
        for (std::size_t i = 0; i < indices.size(); ++i) {
            square += std::pow(indices[i].first - exact.first[i], 2) +
                      std::pow(indices[i].total - exact.total[i], 2);
        }
    }
    return std::sqrt(square / (20 * 2 * dimension));
}

struct Coverage {
    int held = 0;
    int asked = 0;
    double width = 0;
    double error = 0;

    void count(const std::vector<SobolIndex>& indices, const Exact& exact) {
        for (std::size_t i = 0; i < indices.size(); ++i) {
            const SobolIndex& s = indices[i];
            held += s.first_low <= exact.first[i] && exact.first[i] <= s.first_high ? 1 : 0;
            held += s.total_low <= exact.total[i] && exact.total[i] <= s.total_high ? 1 : 0;
            asked += 2;
            width += s.first_high - s.first_low + s.total_high - s.total_low;
            error += std::abs(s.first - exact.first[i]) + std::abs(s.total - exact.total[i]);
        }
    }
    double part() const { return static_cast<double>(held) / asked; }
};

} // namespace

TEST_CASE("sensitivity_design: A, B, and A with one column of B") {
    const SensitivityDesign design = sensitivity_design(3, 16, 5);
    REQUIRE(design.points.size() == 80);
    for (std::size_t row = 0; row < 16; ++row) {
        const auto& a = design.points[row];
        const auto& b = design.points[16 + row];
        CHECK(a != b);
        for (std::size_t i = 0; i < 3; ++i) {
            auto expected = a;
            expected[i] = b[i];
            CHECK(design.points[(2 + i) * 16 + row] == expected);
        }
    }
}

TEST_CASE("sobol_indices: Ishigami's function and Sobol's g converge to the exact indices") {
    struct Case {
        std::string name;
        Function f;
        Exact exact;
        int dimension;
    };
    for (const Case& c :
         {Case{"ishigami", ishigami, ishigami_exact(), 3}, Case{"g", g_function, g_exact(), 6}}) {
        const double coarse = error_of(c.f, c.exact, c.dimension, 1 << 7);
        const double fine = error_of(c.f, c.exact, c.dimension, 1 << 13);
        const double order = std::log(coarse / fine) / std::log(64);
        CAPTURE(c.name);
        MESSAGE(c.name, ": error ", coarse, " with 2^7, ", fine, " with 2^13, order ", order);
        CHECK(fine < 0.005);
        CHECK(order > 0.6);
    }
    // The numbers every paper prints.
    CHECK(std::abs(ishigami_exact().first[0] - 0.3139) < 5e-5);
    CHECK(std::abs(ishigami_exact().total[0] - 0.5576) < 5e-5);
    CHECK(std::abs(ishigami_exact().first[1] - 0.4424) < 5e-5);
    CHECK(std::abs(ishigami_exact().total[2] - 0.2437) < 5e-5);
}

TEST_CASE("sobol_indices: the intervals hold the exact values") {
    Coverage coverage;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        for (const bool is_g : {false, true}) {
            const SensitivityDesign design = sensitivity_design(is_g ? 6 : 3, 256, seed);
            const auto values = values_of(is_g ? g_function : ishigami, design.points);
            coverage.count(sobol_indices(design, values, {0.95, 200, seed}),
                           is_g ? g_exact() : ishigami_exact());
        }
    }
    MESSAGE("95 % intervals hold ", coverage.part(), ", mean width ",
            coverage.width / coverage.asked);
    CHECK(coverage.part() > 0.92);
    CHECK(coverage.width / coverage.asked < 0.3);
}

TEST_CASE("sobol_indices: an offset changes nothing, a constant has none") {
    const SensitivityDesign design = sensitivity_design(3, 128, 2);
    std::vector<double> values = values_of(ishigami, design.points);
    const auto plain = sobol_indices(design, values);
    for (double& value : values) {
        value = 1e-12 * (value + 1000);
    }
    const auto moved = sobol_indices(design, values);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(std::abs(moved[i].first - plain[i].first) < 1e-9);
        CHECK(std::abs(moved[i].total_high - plain[i].total_high) < 1e-9);
    }
    for (const SobolIndex& s :
         sobol_indices(design, std::vector<double>(design.points.size(), 3))) {
        CHECK(s.first == 0);
        CHECK(s.total_high == 0);
    }
    const ThreadLimit one(1);
    CHECK(sobol_indices(design, values)[0].first_low == moved[0].first_low);
}

TEST_CASE("sobol_indices: from a surrogate, the interval holds the surrogate's own uncertainty") {
    for (const double noise : {0.0, 1.0}) {
        Coverage coverage;
        for (std::uint64_t seed = 1; seed <= 4; ++seed) {
            const Points points = sobol_points(3, 150, 100 + seed);
            SurrogateSobolOptions options;
            options.base_count = 256;
            options.paths = 16;
            options.seed = seed;
            coverage.count(
                sobol_indices(fit_surrogate(points, values_of(ishigami, points, noise, seed)),
                              options),
                ishigami_exact());
        }
        MESSAGE("noise ", noise, ": held ", coverage.part(), ", mean width ",
                coverage.width / coverage.asked, ", mean error ", coverage.error / coverage.asked);
        CHECK(coverage.part() > 0.8);
        CHECK(coverage.width / coverage.asked < 0.4);
        CHECK(coverage.error / coverage.asked < 0.08);
    }
}

TEST_CASE("sobol_indices: from a surrogate, fewer points make wider intervals") {
    const Function f = [](const auto& x) { return x[0] + 2 * (x[1] - 0.5) * (x[2] - 0.5); };
    const auto width = [&](int count) {
        const Points points = sobol_points(3, count, 7);
        SurrogateSobolOptions options;
        options.paths = 16;
        double sum = 0;
        for (const SobolIndex& s :
             sobol_indices(fit_surrogate(points, values_of(f, points, 0.1)), options)) {
            sum += s.first_high - s.first_low + s.total_high - s.total_low;
        }
        return sum;
    };
    const double few = width(15);
    const double many = width(120);
    MESSAGE("summed widths: ", few, " with 15 points, ", many, " with 120");
    CHECK(few > 1.5 * many);
}

TEST_CASE("sobol_indices: from a surrogate, the same on any number of threads") {
    const Points points = sobol_points(2, 12, 3);
    const Surrogate surrogate =
        fit_surrogate(points, values_of([](const auto& x) { return x[0] + x[1] * x[1]; }, points));
    SurrogateSobolOptions options;
    options.base_count = 128;
    options.paths = 10;
    const auto two = sobol_indices(surrogate, options);
    const ThreadLimit limit(1);
    const auto one = sobol_indices(surrogate, options);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(one[i].first == two[i].first);
        CHECK(one[i].total_high == two[i].total_high);
    }
    // x + y^2: variances 1/12 and 4/45.
    CHECK(std::abs(one[0].first - (1.0 / 12) / (1.0 / 12 + 4.0 / 45)) < 0.03);
    CHECK(std::abs(one[1].total - (4.0 / 45) / (1.0 / 12 + 4.0 / 45)) < 0.03);
    const Surrogate flat = fit_surrogate(points, std::vector<double>(12, 2.0));
    CHECK(sobol_indices(flat)[1].total_high == 0);
}

TEST_CASE("sensitivity: what has no indices is refused") {
    const SensitivityDesign design = sensitivity_design(2, 8, 1);
    std::vector<double> values(design.points.size(), 1);
    CHECK_THROWS_AS(sensitivity_design(0, 8, 1), Error);
    CHECK_THROWS_AS(sensitivity_design(51, 8, 1), Error);
    CHECK_THROWS_AS(sensitivity_design(2, 1, 1), Error);
    CHECK_THROWS_AS(sobol_indices(design, {1, 2}), Error);
    CHECK_THROWS_AS(sobol_indices(design, values, {1.5, 10, 0}), Error);
    CHECK_THROWS_AS(sobol_indices(design, values, {0.95, 0, 0}), Error);
    values[3] = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(sobol_indices(design, values), Error);
    CHECK_THROWS_AS(sobol_indices(Surrogate{}), Error);
}
