#include "pipeline/design.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

#include "porogen/core/errors.h"
#include "porogen/core/version.h"
#include "porogen/pipeline/run.h"
#include "porogen/report/result_json.h"

namespace porogen::pipeline {

namespace {

/// Seeds of replicates lie so far apart that recipes with neighbouring seeds do not share them.
constexpr std::int64_t replicate_stride = 1'000'003;

constexpr const char* no_objective = "the objective does not exist for this design";

double number_or_nan(const std::string& json, const std::string& key) {
    return result_number(json, key).value_or(std::numeric_limits<double>::quiet_NaN());
}

} // namespace

Recipe at_stage(const Recipe& recipe, Stage stage) {
    constexpr std::array<std::string_view, 3> stages{"screen", "search", "confirm"};
    Recipe changed = recipe;
    // Those that end later first, so that those that end earlier overwrite them.
    for (std::size_t until = stages.size(); until-- > static_cast<std::size_t>(stage);) {
        for (const OverrideEntry& entry : recipe.overrides()) {
            if (entry.until == stages[until]) {
                changed.set(entry.key, entry.value);
            }
        }
    }
    return changed;
}

Recipe with_values(const Recipe& recipe, const std::vector<DesignVariable>& variables,
                   const std::vector<double>& values) {
    Recipe changed = recipe;
    for (std::size_t v = 0; v < variables.size(); ++v) {
        double value = values[v];
        if (variables[v].key == "domain.thickness") {
            const double voxel = recipe.number("domain.voxel");
            value = voxel * std::max(1.0, std::round(value / voxel));
        }
        changed.set_number(variables[v].key, value);
    }
    return changed;
}

Recipe with_replicate(const Recipe& recipe, int replicate) {
    if (replicate == 0) {
        return recipe;
    }
    Recipe changed = recipe;
    changed.set("seed", std::to_string(recipe.integer("seed") + replicate * replicate_stride));
    return changed;
}

std::string evaluation_key(const Recipe& recipe) {
    return recipe.hash() + "|" + std::to_string(recipe.integer("seed")) + "|" +
           std::string(version()) + "|" + std::string(commit());
}

Evaluation evaluate(const Recipe& recipe, CastMemory& memory) {
    Evaluation evaluation;
    try {
        const RunResult result = run(recipe, memory);
        evaluation.result = result_json(result);
        evaluation.feasible = result.converged;
        if (!result.converged || !is_plated(result)) {
            evaluation.failure = result.warnings.empty() ? "not converged" : result.warnings.back();
        }
    } catch (const Error& error) {
        if (error.code() != ExitCode::infeasible && error.code() != ExitCode::not_converged) {
            throw;
        }
        evaluation.failure = error.what();
    }
    return evaluation;
}

void judge(Evaluation& evaluation, const SearchGoal& goal) {
    evaluation.objective = std::numeric_limits<double>::quiet_NaN();
    evaluation.constraints.clear();
    // It may have been judged by another goal before.
    evaluation.feasible = number_or_nan(evaluation.result, "status.converged") == 1;
    if (!evaluation.feasible) {
        return;
    }
    evaluation.objective = number_or_nan(evaluation.result, goal.objective);
    for (const ConstraintEntry& constraint : goal.constraints) {
        evaluation.constraints.push_back(number_or_nan(evaluation.result, constraint.key));
    }
    evaluation.feasible = std::isfinite(evaluation.objective);
    if (!evaluation.feasible && evaluation.failure.empty()) {
        evaluation.failure = no_objective;
    } else if (evaluation.feasible) {
        evaluation.failure.clear();
    }
}

} // namespace porogen::pipeline
