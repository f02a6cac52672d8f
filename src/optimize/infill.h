#pragma once

#include <cstdint>
#include <vector>

#include "porogen/optimize/search.h"

namespace porogen::optimize {

/// A design that was looked at, and where it lies in the unit cube.
struct Candidate {
    std::vector<double> x;
    Evaluation evaluation;
};

/// Where to look next: the point of the unit cube that promises most according to surrogates
/// through the objective and every constrained quantity. Promise = expected improvement over the
/// best design that the surrogates believe in (D. R. Jones, M. Schonlau, W. J. Welch, J. Global
/// Optim. 13 (1998) 455, eq. (15)) times the probability that all constraints are met (M. Schonlau,
/// W. J. Welch, D. R. Jones, IMS Lect. Notes 34 (1998) 11); that probability alone while no design
/// is believed to meet them. `best`: where the best one looked at so far lies; `number`: of the
/// look, for other random points each time. Deterministic. Empty for fewer than 3 designs that
/// exist.
std::vector<double> next_point(const SearchProblem& problem,
                               const std::vector<Candidate>& candidates,
                               const std::vector<double>& best, std::uint64_t number);

} // namespace porogen::optimize
