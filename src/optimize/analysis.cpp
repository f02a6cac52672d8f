#include "porogen/optimize/analysis.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>

#include "porogen/core/random.h"
#include "porogen/optimize/sampling.h"
#include "porogen/optimize/statistics.h"

namespace porogen {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

constexpr int fewest_designs = 3; // that a surrogate can go through

/// A surrogate's time grows with the cube of its rows: these take some seconds.
constexpr std::size_t most_rows = 600;

/// That a design for Sobol indices can hold.
constexpr std::size_t most_variables = max_sobol_dimension / 2;

/// Of the draws, at either side of the 90 % in between.
constexpr double tail = 0.05;

std::vector<double> position(const DesignTable& table, const DesignRow& row) {
    std::vector<double> point;
    for (std::size_t v = 0; v < table.variables.size(); ++v) {
        point.push_back(position_of(table.variables[v], row.values[v]));
    }
    return point;
}

/// A row's result, NaN where it has none.
double result_of(const DesignRow& row, std::size_t key) {
    return row.feasible ? row.results[key] : none;
}

/// Where the other variables stay.
double resting_place(const DesignVariable& variable) {
    const bool inside = variable.start >= variable.low && variable.start <= variable.high;
    return inside ? position_of(variable, variable.start) : 0.5;
}

/// The rows that have a result, or a random part of them if there are too many: every n-th one
/// might leave nothing but a plane of a grid.
std::vector<std::size_t> some_rows(const DesignTable& table, std::size_t key) {
    std::vector<std::size_t> rows;
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        if (std::isfinite(result_of(table.rows[r], key))) {
            rows.push_back(r);
        }
    }
    RandomStream random(0, "rows of a surrogate");
    for (std::size_t n = 0; rows.size() > most_rows && n < most_rows; ++n) {
        std::swap(rows[n], rows[n + random.below(rows.size() - n)]);
    }
    rows.resize(std::min(rows.size(), most_rows));
    std::ranges::sort(rows);
    return rows;
}

std::vector<double> places(int levels) {
    std::vector<double> positions;
    for (int n = 0; n < levels; ++n) {
        positions.push_back(static_cast<double>(n) / (levels - 1));
    }
    return positions;
}

Response response(const DesignTable& table, const Sensitivity& of, std::size_t x, std::size_t y,
                  int levels) {
    Response answer{of.key, x, y, {}, {}, {}};
    std::vector<double> point;
    for (const DesignVariable& variable : table.variables) {
        point.push_back(resting_place(variable));
    }
    const std::vector<double> steps = places(levels);
    for (const double at : steps) {
        answer.x_values.push_back(value_at(table.variables[x], at));
        if (y != x) {
            answer.y_values.push_back(value_at(table.variables[y], at));
        }
    }
    for (const double along_x : steps) {
        for (const double along_y : y == x ? std::vector<double>{along_x} : steps) {
            point[x] = along_x;
            point[y] = along_y;
            answer.predictions.push_back(predict(of.surrogate, point));
        }
    }
    return answer;
}

/// How far a result moves from one end of an input to the other; furthest if it ceases to exist.
double width(const TornadoBar& bar) {
    const double length = std::abs(bar.high - bar.low);
    return std::isnan(length) ? std::numeric_limits<double>::infinity() : length;
}

std::vector<TornadoBar> tornado(const std::vector<DesignRow>& ends, std::size_t key) {
    std::vector<TornadoBar> bars;
    for (std::size_t v = 0; 2 * v < ends.size(); ++v) {
        bars.push_back({v, result_of(ends[2 * v], key), result_of(ends[2 * v + 1], key)});
    }
    std::ranges::stable_sort(bars, std::greater(), width);
    return bars;
}

} // namespace

DesignTable averaged(const DesignTable& table) {
    DesignTable means{table.variables, table.keys, {}};
    std::map<std::vector<double>, std::size_t> place;
    std::vector<int> counts;
    for (const DesignRow& row : table.rows) {
        const auto [at, fresh] = place.emplace(row.values, means.rows.size());
        if (fresh) {
            means.rows.push_back(row);
            means.rows.back().replicate = 0;
            counts.push_back(1);
            continue;
        }
        DesignRow& mean = means.rows[at->second];
        if (!mean.feasible) {
            continue;
        }
        if (!row.feasible) {
            mean.feasible = false;
            mean.failure = row.failure;
            mean.results = row.results;
            continue;
        }
        const int count = ++counts[at->second];
        for (std::size_t k = 0; k < table.keys.size(); ++k) {
            mean.results[k] += (row.results[k] - mean.results[k]) / count;
        }
    }
    return means;
}

int design_count(const DesignTable& table, std::size_t key) {
    std::set<std::vector<double>> designs;
    for (const DesignRow& row : table.rows) {
        if (std::isfinite(result_of(row, key))) {
            designs.insert(row.values);
        }
    }
    return static_cast<int>(designs.size());
}

std::vector<Sensitivity> sensitivities(const DesignTable& table,
                                       const SurrogateSobolOptions& options) {
    std::vector<Sensitivity> found;
    if (table.variables.empty() || table.variables.size() > most_variables) {
        return found;
    }
    for (std::size_t k = 0; k < table.keys.size(); ++k) {
        if (design_count(table, k) < fewest_designs) {
            continue;
        }
        std::vector<std::vector<double>> points;
        std::vector<double> values;
        for (const std::size_t r : some_rows(table, k)) {
            points.push_back(position(table, table.rows[r]));
            values.push_back(table.rows[r].results[k]);
        }
        Sensitivity of{
            table.keys[k], static_cast<int>(values.size()), fit_surrogate(points, values), 0, {}};
        of.q2 = leave_one_out_q2(of.surrogate);
        of.indices = sobol_indices(of.surrogate, options);
        found.push_back(std::move(of));
    }
    return found;
}

std::vector<Response> responses(const DesignTable& table,
                                const std::vector<Sensitivity>& sensitivities,
                                const ResponseOptions& options) {
    std::vector<Response> answers;
    const std::size_t count = std::min(options.variables, table.variables.size());
    for (const Sensitivity& of : sensitivities) {
        if (count == 1) {
            answers.push_back(response(table, of, 0, 0, options.levels));
        }
        for (std::size_t x = 0; x < count; ++x) {
            for (std::size_t y = x + 1; y < count; ++y) {
                answers.push_back(response(table, of, x, y, options.levels));
            }
        }
    }
    return answers;
}

ParetoFront pareto_front(const DesignTable& table, std::array<std::size_t, 2> keys,
                         std::array<Sense, 2> senses) {
    std::vector<std::array<double, 2>> values;
    for (const DesignRow& row : table.rows) {
        values.push_back({result_of(row, keys[0]), result_of(row, keys[1])});
    }
    return {keys, senses, pareto_front(values, senses)};
}

std::vector<UncertainResult> uncertain_results(const DesignTable& draws, const DesignRow& nominal,
                                               const std::vector<DesignRow>& ends) {
    if (ends.size() != 2 * draws.variables.size()) {
        throw std::logic_error("uncertain_results: an input has two ends");
    }
    std::vector<UncertainResult> results;
    for (std::size_t k = 0; k < draws.keys.size(); ++k) {
        std::vector<double> values;
        for (const DesignRow& row : draws.rows) {
            if (std::isfinite(result_of(row, k))) {
                values.push_back(row.results[k]);
            }
        }
        UncertainResult result{
            draws.keys[k], result_of(nominal, k), static_cast<int>(values.size()), none, none,
            none,          tornado(ends, k)};
        if (!values.empty()) {
            result.median = quantile(values, 0.5);
            result.low = quantile(values, tail);
            result.high = quantile(values, 1 - tail);
        }
        results.push_back(std::move(result));
    }
    return results;
}

} // namespace porogen
