#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "porogen/core/progress.h"

namespace porogen {

/// What is claimed of a value.
enum class VerifyClaim {
    equal,    ///< it is the exact one
    at_least, ///< the exact one bounds it from below
    at_most,  ///< the exact one bounds it from above
};

/// One rung of the ladder: a problem whose answer is known, and what Porogen gets for it.
struct VerifyCase {
    std::string group; ///< "spheres", "plating: laminates", …
    std::string name;
    std::string reference; ///< where `exact` comes from
    VerifyClaim claim = VerifyClaim::equal;
    double exact = 0;
    double got = 0; ///< NaN if the solver did not converge
    /// (got - exact) / exact, or got - exact where exact is 0 [1]. Of a bound: 0 if it is kept.
    double error = 0;
    double tolerance = 0; ///< largest |error| that passes [1]
    /// Cells per period of the grid that `got` is of; 0 if no grid matters.
    std::int64_t cells = 0;
    /// Cells per period of a second grid; 0 if there is none.
    std::int64_t other_cells = 0;
    /// p of |error| ~ (voxel size)^p between the two grids [1]. Nothing without a second grid.
    std::optional<double> order;
    /// Smallest order that passes. Asked where the error is far above round-off and of one sign.
    std::optional<double> least_order;
    bool passed = false;
    double seconds = 0;
};

/// Relative error of a case from what it claims, its exact value and what was got.
double verify_error(VerifyClaim claim, double exact, double got);

/// Order of convergence from the errors on two grids of so many cells; NaN if they have none: not
/// finite, 0, or of unlike sign.
double observed_order(double error, std::int64_t cells, double other_error,
                      std::int64_t other_cells);

/// Whether error and order are within the limits of a case. Whatever is not a number is not.
bool within_limits(const VerifyCase& verified);

struct VerifyOptions {
    /// Also fine grids (64 cells per period and more) and harder cases: a minute on one core.
    bool full = false;
    /// Only cases whose group or name contains this; all if empty.
    std::string only;
};

/// Called with each case when it is done.
using VerifyReport = std::function<void(const VerifyCase&)>;

/// A case that is still to be run.
struct VerifyPlan {
    std::string group;
    std::string name;
    std::string reference;
    VerifyClaim claim = VerifyClaim::equal;
    double exact = 0;
    double tolerance = 0;
    /// What is got with so many cells per period.
    std::function<double(std::int64_t cells)> measure{};
    std::int64_t cells = 0;
    std::int64_t other_cells = 0;
    std::optional<double> least_order{};
    bool full = false; ///< not in the quick ladder
};

using VerifyPlans = std::vector<VerifyPlan>;

/// Runs those of the plans that the options choose, in their order. Throws Error(interrupted).
std::vector<VerifyCase> climb_ladder(const VerifyPlans& plans, const VerifyOptions& options,
                                     const VerifyReport& report,
                                     Progress& progress = no_progress());

} // namespace porogen
