#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "porogen/core/errors.h"
#include "porogen/recipe/options.h"
#include "recipe/lists.h"

namespace porogen {

namespace {

/// A ready-made meaning of good plating.
struct NamedObjective {
    std::string_view name;
    std::string_view key;
    bool maximise;
    double most_overflow; ///< part of the lithium that may grow above the framework
};

constexpr std::array named_objectives{
    NamedObjective{"uniform", "plating.metrics.uniformity", true, 1},
    NamedObjective{"bottom_up", "plating.metrics.centroid", false, 0.01},
};

const NamedObjective* find_named(std::string_view name) {
    const auto* const found = std::ranges::find(named_objectives, name, &NamedObjective::name);
    return found == named_objectives.end() ? nullptr : found;
}

LocalMethod local_method(const Recipe& recipe) {
    const std::string& name = recipe.text("optimize.local");
    if (name == "auto") {
        return search_goal(recipe).constraints.empty() ? LocalMethod::sbplx : LocalMethod::cobyla;
    }
    return name == "sbplx"    ? LocalMethod::sbplx
           : name == "cobyla" ? LocalMethod::cobyla
           : name == "bobyqa" ? LocalMethod::bobyqa
                              : LocalMethod::none;
}

} // namespace

void check_objective(const std::string& objective) {
    if (find_named(objective) == nullptr) {
        check_result_key(objective);
    }
}

SearchOptions search_options(const Recipe& recipe) {
    SearchOptions options;
    options.max_evaluations = static_cast<int>(recipe.integer("optimize.max_evaluations"));
    options.screen = static_cast<int>(
        std::lround(recipe.number("optimize.screen") * options.max_evaluations));
    const std::string& global = recipe.text("optimize.global");
    options.global = global == "direct_l" ? GlobalMethod::direct_l
                     : global == "crs2"   ? GlobalMethod::crs2
                                          : GlobalMethod::none;
    options.local = local_method(recipe);
    options.tolerance = recipe.number("optimize.tolerance");
    options.contenders = static_cast<int>(recipe.integer("optimize.contenders"));
    options.replicates = static_cast<int>(recipe.integer("optimize.replicates"));
    const std::string& robustness = recipe.text("optimize.robustness");
    options.robustness = robustness == "mean"    ? Robustness::mean
                         : robustness == "worst" ? Robustness::worst
                                                 : Robustness::nominal;
    options.samples = static_cast<int>(recipe.integer("optimize.samples"));
    options.seed = static_cast<std::uint64_t>(recipe.integer("seed"));
    return options;
}

SearchGoal search_goal(const Recipe& recipe) {
    SearchGoal goal;
    goal.objective = recipe.text("optimize.objective");
    goal.constraints = recipe.constraints();
    const bool is_free = recipe.text("optimize.goal") == "auto";
    goal.maximise = recipe.text("optimize.goal") != "minimise";
    const NamedObjective* const named = find_named(goal.objective);
    if (named == nullptr) {
        return goal;
    }
    if (!is_free && goal.maximise != named->maximise) {
        throw_bad_input(recipe.where("optimize.goal") + ": the objective \"" + goal.objective +
                        "\" is to " + (named->maximise ? "maximise" : "minimise") + " " +
                        std::string(named->key) + "; leave optimize.goal out");
    }
    goal.objective = named->key;
    goal.maximise = named->maximise;
    const std::string overflow = "plating.metrics.overflow_fraction";
    const bool is_given = std::ranges::any_of(
        goal.constraints, [&](const ConstraintEntry& c) { return c.key == overflow; });
    if (named->most_overflow < 1 && !is_given) {
        ConstraintEntry constraint;
        constraint.key = overflow;
        constraint.high = named->most_overflow;
        goal.constraints.push_back(constraint);
    }
    return goal;
}

} // namespace porogen
