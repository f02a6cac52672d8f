#pragma once

#include <functional>
#include <vector>

namespace porogen::optimize {

enum class Algorithm {
    direct_l, ///< GN_DIRECT_L: J. M. Gablonsky, C. T. Kelley, J. Global Optim. 21 (2001) 27
    crs2,     ///< GN_CRS2_LM: P. Kaelo, M. M. Ali, J. Optim. Theory Appl. 130 (2006) 253
    sbplx,    ///< LN_SBPLX: subplex, T. Rowan, PhD thesis, University of Texas (1990)
    cobyla,   ///< LN_COBYLA: M. J. D. Powell (1994)
    bobyqa,   ///< LN_BOBYQA: M. J. D. Powell, report NA2009/06, Cambridge (2009)
};

/// What an algorithm is told about a point.
struct Sample {
    double merit = 0;           ///< objective and constraints in one number, smaller is better
    double cost = 0;            ///< the objective alone, smaller is better
    std::vector<double> excess; ///< by how much each bound is exceeded, <= 0 where it is met
};

struct MinimiseOptions {
    Algorithm algorithm = Algorithm::sbplx;
    int evaluations = 0;   ///< at most
    double tolerance = 0;  ///< the local algorithms stop when x moves less than this
    double first_step = 0; ///< of the local algorithms
};

/// Minimises over the unit cube from `start`: `cobyla` the cost under its inequality constraints,
/// the others the merit. `sample` is called once per point and remembers by itself which was best.
/// What it throws passes through. Throws Error(not_converged) if NLopt fails. Deterministic.
void minimise(const std::function<Sample(const std::vector<double>& x)>& sample,
              const std::vector<double>& start, std::size_t bounds, const MinimiseOptions& options);

} // namespace porogen::optimize
