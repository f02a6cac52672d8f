#pragma once

#include <cstdint>
#include <vector>

namespace porogen {

/// Most dimensions sobol_points knows.
inline constexpr int max_sobol_dimension = 100;

/// The first `count` points of Sobol's sequence in [0, 1)^dimension, in the order of I. A. Antonov,
/// V. M. Saleev, USSR Comput. Math. Math. Phys. 19 (1979) 252, with the direction numbers of S.
/// Joe, F. Y. Kuo, SIAM J. Sci. Comput. 30 (2008) 2635. Each 2^m points from the start are spread
/// evenly over each axis, one in each interval of 2^-m. A seed other than 0 scrambles: each axis'
/// digits by a random lower triangular matrix and a shift (J. Matousek, J. Complexity 14 (1998)
/// 527, section 2.3), which keeps that property and makes means over the points unbiased; seed 0
/// gives the plain sequence, whose first point is the origin. A point depends neither on `count`
/// nor a coordinate on `dimension`: a design can be extended. Throws Error(bad_input) for a
/// dimension out of [1, max_sobol_dimension], a negative count or one above 2^30.
std::vector<std::vector<double>> sobol_points(int dimension, int count, std::uint64_t seed);

/// `count` points in [0, 1)^dimension, one in each of `count` equal intervals of each axis, at
/// random within (M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21 (1979) 239). Unlike
/// Sobol's, such a design cannot be extended. Throws Error(bad_input) for dimension < 1 or
/// count < 0.
std::vector<std::vector<double>> latin_hypercube(int dimension, int count, std::uint64_t seed);

/// All combinations of levels[i] values on axis i, evenly from 0 to 1 with both ends, one level
/// being the middle, 0.5. The last axis changes fastest. Throws Error(bad_input) for no axis, a
/// level count below 1 or more than 2^30 points.
std::vector<std::vector<double>> full_grid(const std::vector<int>& levels);

} // namespace porogen
