#include "porogen/pipeline/uncertain.h"

#include "porogen/optimize/sampling.h"
#include "porogen/recipe/materials.h"
#include "porogen/recipe/schema.h"

namespace porogen {

namespace {

/// Ranges of this factor and more are known by their order of magnitude only.
constexpr double decade = 10;

} // namespace

std::vector<DesignVariable> uncertain_inputs(const Recipe& recipe) {
    std::vector<DesignVariable> inputs;
    for (const MaterialValue& value : materials()) {
        const std::string key = "materials." + value.key;
        if (find_key(key)->reference_only || recipe.is_given(key) || !(value.low < value.high)) {
            continue;
        }
        const bool logarithmic = value.low > 0 && value.high >= decade * value.low;
        inputs.push_back({key, value.low, value.high, logarithmic, value.value});
    }
    return inputs;
}

std::vector<std::vector<double>> draw(const std::vector<DesignVariable>& inputs, int count,
                                      std::uint64_t seed) {
    std::vector<std::vector<double>> draws;
    if (inputs.empty()) {
        return draws;
    }
    for (const auto& point : sobol_points(static_cast<int>(inputs.size()), count, seed + 1)) {
        draws.push_back(values_at(inputs, point));
    }
    return draws;
}

} // namespace porogen
