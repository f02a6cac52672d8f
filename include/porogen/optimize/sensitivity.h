#pragma once

#include <cstdint>
#include <vector>

#include "porogen/optimize/surrogate.h"

namespace porogen {

/// Points at which a function has to be known for its Sobol indices: two independent samples A and
/// B of the unit cube, and for each variable i a sample AB_i that is A with the i-th coordinate of
/// B.
struct SensitivityDesign {
    int dimension = 0;
    int base_count = 0; ///< points of A
    /// A, B, AB_1, ..., AB_dimension, one after the other: base_count (dimension + 2) points.
    std::vector<std::vector<double>> points;
};

/// A and B are the two halves of the coordinates of Sobol points of twice the dimension (A.
/// Saltelli et al., Comput. Phys. Commun. 181 (2010) 259, section 5). A power of two of points is
/// best. Throws Error(bad_input) for a dimension out of [1, max_sobol_dimension / 2] or
/// base_count < 2.
SensitivityDesign sensitivity_design(int dimension, int base_count, std::uint64_t seed);

/// A variable's share in the variance of a function of independent, evenly spread variables [1].
struct SobolIndex {
    double first = 0;     ///< by the variable alone
    double first_low = 0; ///< of the confidence interval
    double first_high = 0;
    double total = 0;     ///< with all its interactions
    double total_low = 0; ///< of the confidence interval
    double total_high = 0;
};

struct SobolOptions {
    double confidence = 0.95;
    /// Bootstrap resamples: 200 are enough to see an interval, 1000 for two digits of its ends.
    int resamples = 500;
    std::uint64_t seed = 0;
};

/// First-order indices by Saltelli et al. 2010, table 2 (b), total ones by M. J. W. Jansen, Comput.
/// Phys. Commun. 117 (1999) 35, eq. (14), from the function's values at the design's points; one
/// per variable. The intervals are quantiles over resampled rows of the design (G. E. B. Archer, A.
/// Saltelli, I. M. Sobol, J. Stat. Comput. Simul. 58 (1997) 99), as if A and B were random: Sobol
/// points usually do better. Estimates can fall a little below 0. A constant function has indices
/// of 0. Throws Error(bad_input) for a wrong number of values or one that is not finite: without
/// it, the variables would not be independent any more.
std::vector<SobolIndex> sobol_indices(const SensitivityDesign& design,
                                      const std::vector<double>& values,
                                      const SobolOptions& options = {});

struct SurrogateSobolOptions {
    double confidence = 0.95;
    int base_count = 512; ///< of the design the surrogate is evaluated on
    int paths = 64;       ///< functions drawn from the surrogate
    int resamples = 16;   ///< bootstrap resamples per path
    std::uint64_t seed = 0;
};

/// Indices of the noise-free function behind a surrogate. Functions are drawn from the surrogate,
/// with hyperparameters as plausible as the fit's; each goes through the data as far as the noise
/// allows, and each has its indices: index = mean, interval = quantiles over all functions and the
/// resamples of each (L. Le Gratiet, C. Cannamela, B. Iooss, SIAM/ASA J. Uncertain. Quantif. 2
/// (2014) 336, algorithm 1). So the interval holds the uncertainty of the surrogate and of the
/// sampling. It is too narrow where the fit has missed the function's structure: do not trust it
/// with a leave_one_out_q2 below 0.7. The total index of a variable without influence is estimated
/// a little above 0. Deterministic for any number of threads. Throws Error(bad_input) for fewer
/// than 2 paths or 1 resample, or a surrogate never fitted.
std::vector<SobolIndex> sobol_indices(const Surrogate& surrogate,
                                      const SurrogateSobolOptions& options = {});

} // namespace porogen
