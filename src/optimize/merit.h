#pragma once

#include <vector>

#include "porogen/optimize/search.h"

namespace porogen::optimize {

/// One number that orders designs as better() does, smaller is better: in (-1, 1) a design that
/// meets all constraints, in [1, 2] one that breaks some, 2 one that does not exist. Always finite.
/// `scale` > 0: a typical size of the objective.
double merit(const SearchProblem& problem, const Evaluation& evaluation, double scale);

/// How far each finite bound is exceeded, relative to the bound's size; <= 0 where
/// it is met. One entry per finite bound, the lower before the upper. 1 throughout
/// for a design that does not exist.
std::vector<double> excess(const SearchProblem& problem, const Evaluation& evaluation);

} // namespace porogen::optimize
