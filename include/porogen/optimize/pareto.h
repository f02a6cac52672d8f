#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace porogen {

enum class Sense { minimise, maximise };

/// Indices of the points that no other one dominates: none is at least as good in both quantities
/// and better in one. From the best in the first quantity to the best in the second; equal points
/// are all on the front, in the order of their indices. A point with a NaN is never on it. Sorting,
/// after H. T. Kung, F. Luccio, F. P. Preparata, J. ACM 22 (1975) 469, section 3.
std::vector<std::size_t> pareto_front(const std::vector<std::array<double, 2>>& values,
                                      std::array<Sense, 2> senses);

/// The area that the points dominate, as far as it is better than the reference in both quantities
/// (E. Zitzler, L. Thiele, IEEE Trans. Evol. Comput. 3 (1999) 257), in the product of the two
/// units. It grows with each point the front gains. 0 if no point is better than the reference.
/// Throws Error(bad_input) for a reference that is not finite.
double hypervolume(const std::vector<std::array<double, 2>>& values, std::array<Sense, 2> senses,
                   std::array<double, 2> reference);

} // namespace porogen
