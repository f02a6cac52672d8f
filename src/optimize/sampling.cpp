#include "porogen/optimize/sampling.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <numeric>
#include <string>

#include "optimize/sobol_directions.h"
#include "porogen/core/errors.h"
#include "porogen/core/random.h"

namespace porogen {

namespace {

using optimize::sobol_directions;
using optimize::SobolDirection;

static_assert(std::size(sobol_directions) + 1 == max_sobol_dimension);

constexpr int most_points_log2 = 30;
/// Binary digits of a coordinate: what a double in [0, 1) holds. Scrambling fills all of them.
constexpr int digits = 53;

/// Bit digits - i of column k - 1 is digit i of the contribution of the k-th bit of a point's
/// number.
using Columns = std::array<std::uint64_t, most_points_log2>;

/// Joe & Kuo 2008, eqs. (2.1) to (2.3); axis counts from 0.
Columns direction_columns(int axis) {
    Columns columns{};
    if (axis == 0) {
        for (int k = 0; k < most_points_log2; ++k) {
            columns[static_cast<std::size_t>(k)] = std::uint64_t{1} << (digits - 1 - k);
        }
        return columns;
    }
    const SobolDirection& direction = sobol_directions[axis - 1];
    const int s = direction.degree;
    const auto column = [&](int k) -> std::uint64_t& {
        return columns[static_cast<std::size_t>(k)];
    };
    for (int k = 0; k < most_points_log2; ++k) {
        if (k < s) {
            column(k) = std::uint64_t{direction.first[static_cast<std::size_t>(k)]}
                        << (digits - 1 - k);
            continue;
        }
        column(k) = column(k - s) ^ (column(k - s) >> s);
        for (int j = 1; j < s; ++j) {
            if ((direction.coefficients >> (s - 1 - j)) & 1) {
                column(k) ^= column(k - j);
            }
        }
    }
    return columns;
}

/// Multiplies each column by a random lower triangular matrix with ones on its diagonal.
void scramble(Columns& columns, RandomStream& random) {
    std::array<std::uint64_t, digits> matrix{}; // its columns, digit i at bit digits - i
    for (int j = 0; j < digits; ++j) {
        const std::uint64_t diagonal = std::uint64_t{1} << (digits - 1 - j);
        matrix[static_cast<std::size_t>(j)] = diagonal | (random.bits() & (diagonal - 1));
    }
    for (std::uint64_t& column : columns) {
        std::uint64_t product = 0;
        for (std::uint64_t rest = column; rest != 0; rest &= rest - 1) {
            product ^= matrix[static_cast<std::size_t>(digits - 1 - std::countr_zero(rest))];
        }
        column = product;
    }
}

void check(const char* where, int dimension, int count) {
    if (dimension < 1) {
        throw_bad_input(std::string(where) + ": a design of " + std::to_string(dimension) +
                        " variables has no points; name at least one variable");
    }
    if (count < 0) {
        throw_bad_input(std::string(where) + ": " + std::to_string(count) +
                        " points are asked for; ask for 0 or more");
    }
}

std::vector<std::vector<double>> blank(int count, int dimension) {
    return {static_cast<std::size_t>(count),
            std::vector<double>(static_cast<std::size_t>(dimension))};
}

} // namespace

std::vector<std::vector<double>> sobol_points(int dimension, int count, std::uint64_t seed) {
    check("sobol_points", dimension, count);
    if (dimension > max_sobol_dimension) {
        throw_bad_input("sobol_points: " + std::to_string(dimension) +
                        " variables are more than the sequence's " +
                        std::to_string(max_sobol_dimension) +
                        "; vary fewer or use a Latin hypercube");
    }
    if (count > 1 << most_points_log2) {
        throw_bad_input("sobol_points: " + std::to_string(count) +
                        " points are more than 2^30; ask for fewer");
    }
    std::vector<std::vector<double>> points = blank(count, dimension);
    for (int axis = 0; axis < dimension; ++axis) {
        Columns columns = direction_columns(axis);
        std::uint64_t x = 0;
        if (seed != 0) {
            RandomStream random(seed, "sobol scramble " + std::to_string(axis));
            scramble(columns, random);
            x = random.bits() >> (64 - digits);
        }
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (i > 0) {
                x ^= columns[static_cast<std::size_t>(std::countr_zero(i))];
            }
            points[i][static_cast<std::size_t>(axis)] = static_cast<double>(x) * 0x1.0p-53;
        }
    }
    return points;
}

std::vector<std::vector<double>> latin_hypercube(int dimension, int count, std::uint64_t seed) {
    check("latin_hypercube", dimension, count);
    std::vector<std::vector<double>> points = blank(count, dimension);
    const double below_one = 1 - 0x1.0p-53;
    std::vector<std::size_t> interval(points.size());
    for (int axis = 0; axis < dimension; ++axis) {
        RandomStream random(seed, "latin hypercube " + std::to_string(axis));
        std::iota(interval.begin(), interval.end(), std::size_t{0});
        for (std::size_t i = interval.size(); i > 1; --i) {
            std::swap(interval[i - 1], interval[random.below(i)]);
        }
        for (std::size_t i = 0; i < points.size(); ++i) {
            const double x =
                (static_cast<double>(interval[i]) + random.uniform()) / static_cast<double>(count);
            points[i][static_cast<std::size_t>(axis)] = std::min(x, below_one);
        }
    }
    return points;
}

std::vector<std::vector<double>> full_grid(const std::vector<int>& levels) {
    std::int64_t count = 1;
    for (std::size_t axis = 0; axis < levels.size(); ++axis) {
        if (levels[axis] < 1) {
            throw_bad_input("full_grid: variable " + std::to_string(axis + 1) + " has " +
                            std::to_string(levels[axis]) + " levels; give it 1 or more");
        }
        count *= levels[axis];
        if (count > std::int64_t{1} << most_points_log2) {
            throw_bad_input("full_grid: the levels multiply to more than 2^30 points; take fewer "
                            "levels or Sobol points");
        }
    }
    check("full_grid", static_cast<int>(levels.size()), static_cast<int>(count));
    std::vector<std::vector<double>> points =
        blank(static_cast<int>(count), static_cast<int>(levels.size()));
    for (std::size_t i = 0; i < points.size(); ++i) {
        std::size_t rest = i;
        for (std::size_t axis = levels.size(); axis-- > 0;) {
            const auto n = static_cast<std::size_t>(levels[axis]);
            points[i][axis] =
                n == 1 ? 0.5 : static_cast<double>(rest % n) / static_cast<double>(n - 1);
            rest /= n;
        }
    }
    return points;
}

} // namespace porogen
