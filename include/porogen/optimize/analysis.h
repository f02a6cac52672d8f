#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "porogen/optimize/pareto.h"
#include "porogen/optimize/sensitivity.h"
#include "porogen/optimize/surrogate.h"
#include "porogen/optimize/variable.h"

namespace porogen {

/// A design that was evaluated.
struct DesignRow {
    std::vector<double> values; ///< of the variables, in their own units
    int replicate = 0;          ///< which random numbers
    bool feasible = false;
    std::string failure;         ///< why not, if not
    std::vector<double> results; ///< of the keys; NaN where a quantity does not exist
};

/// Evaluated designs, whatever asked for them. All rows have as many values and results as there
/// are variables and keys.
struct DesignTable {
    std::vector<DesignVariable> variables;
    std::vector<std::string> keys; ///< of result.json
    std::vector<DesignRow> rows;
};

/// One row per design, in the order of their first rows: means over its replicates. A design that
/// fails for one replicate fails.
DesignTable averaged(const DesignTable& table);

/// How many different designs have a finite result under a key.
int design_count(const DesignTable& table, std::size_t key);

/// What a result depends on.
struct Sensitivity {
    std::string key;
    int rows = 0;                    ///< that the surrogate goes through
    Surrogate surrogate;             ///< on the unit cube of the variables, see position_of
    double q2 = 0;                   ///< leave_one_out_q2 of the surrogate
    std::vector<SobolIndex> indices; ///< one per variable
};

/// Below this leave_one_out_q2 the indices are not to be trusted.
inline constexpr double trusted_q2 = 0.7;

/// Sobol indices of every key by a surrogate through the rows that have it; replicates tell the
/// surrogate its noise; of more than 600 rows, through 600 of them at random. Keys with fewer than
/// 3 different designs are left out, and so is everything in a table of no or more than 50
/// variables. Deterministic for any number of threads.
std::vector<Sensitivity> sensitivities(const DesignTable& table,
                                       const SurrogateSobolOptions& options = {});

/// A surrogate's answer over one or two of the variables, the others at the recipe's values, or in
/// the middle of their ranges if those lie outside.
struct Response {
    std::string key;
    std::size_t x = 0; ///< number of the variable
    std::size_t y = 0; ///< the same as x if there is only one
    std::vector<double> x_values;
    std::vector<double> y_values; ///< empty if there is only one variable
    /// With y changing fastest.
    std::vector<Prediction> predictions;
};

struct ResponseOptions {
    /// The pairs of this many variables, the first ones.
    std::size_t variables = 3;
    /// Values per variable, over its whole range, evenly (in the logarithm where it is asked for).
    int levels = 21;
};

std::vector<Response> responses(const DesignTable& table,
                                const std::vector<Sensitivity>& sensitivities,
                                const ResponseOptions& options = {});

/// The best compromises between two quantities.
struct ParetoFront {
    std::array<std::size_t, 2> keys{}; ///< of the table's
    std::array<Sense, 2> senses{};
    std::vector<std::size_t> rows; ///< of the table, from the best in the first quantity on
};

/// Of the feasible rows; give a table of averaged() designs.
ParetoFront pareto_front(const DesignTable& table, std::array<std::size_t, 2> keys,
                         std::array<Sense, 2> senses);

/// What an uncertain input, alone at either end of its range, makes of a result.
struct TornadoBar {
    std::size_t variable = 0;
    double low = 0;  ///< result at the low end; NaN if it does not exist there
    double high = 0; ///< at the high end
};

/// A result whose inputs are uncertain.
struct UncertainResult {
    std::string key;
    double nominal = 0; ///< with every input at its nominal value
    int draws = 0;      ///< of the inputs, in which the result exists; none: the quantiles are NaN
    double median = 0;
    double low = 0;  ///< 5 % of the draws lie below
    double high = 0; ///< 5 % of the draws lie above
    /// Of each variable of the table, from the widest on.
    std::vector<TornadoBar> tornado;
};

/// One per key, from evaluations of the nominal inputs, of each input at its ends (low, high, one
/// input after the other, `ends` holds two rows per variable), and of draws of all of them. Throws
/// std::logic_error if there are not two rows of ends per variable.
std::vector<UncertainResult> uncertain_results(const DesignTable& draws, const DesignRow& nominal,
                                               const std::vector<DesignRow>& ends);

} // namespace porogen
