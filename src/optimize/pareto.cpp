#include "porogen/optimize/pareto.h"

#include <algorithm>
#include <cmath>

#include "porogen/core/errors.h"

namespace porogen {

namespace {

using Pair = std::array<double, 2>;

/// As costs: less is better in both.
Pair costs(const Pair& value, const std::array<Sense, 2>& senses) {
    return {senses[0] == Sense::maximise ? -value[0] : value[0],
            senses[1] == Sense::maximise ? -value[1] : value[1]};
}

} // namespace

std::vector<std::size_t> pareto_front(const std::vector<Pair>& values,
                                      std::array<Sense, 2> senses) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isnan(values[i][0]) && !std::isnan(values[i][1])) {
            order.push_back(i);
        }
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return costs(values[a], senses) < costs(values[b], senses);
    });
    std::vector<std::size_t> front;
    for (const std::size_t i : order) {
        // All that come earlier are at least as good in the first quantity; the last on the front
        // is the best of them in the second.
        if (front.empty() || values[i] == values[front.back()] ||
            costs(values[i], senses)[1] < costs(values[front.back()], senses)[1]) {
            front.push_back(i);
        }
    }
    return front;
}

double hypervolume(const std::vector<Pair>& values, std::array<Sense, 2> senses, Pair reference) {
    if (!std::isfinite(reference[0]) || !std::isfinite(reference[1])) {
        throw_bad_input(
            "hypervolume: the reference point is not finite; give a point that is worse "
            "than every design of interest");
    }
    const Pair worst = costs(reference, senses);
    double area = 0;
    double ceiling = worst[1];
    for (const std::size_t i : pareto_front(values, senses)) {
        const Pair cost = costs(values[i], senses);
        if (cost[0] < worst[0] && cost[1] < ceiling) {
            area += (worst[0] - cost[0]) * (ceiling - cost[1]);
            ceiling = cost[1];
        }
    }
    return area;
}

} // namespace porogen
