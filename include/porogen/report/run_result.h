#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "porogen/geometry/bind.h"
#include "porogen/geometry/cast.h"
#include "porogen/geometry/coat.h"
#include "porogen/geometry/contacts.h"
#include "porogen/geometry/rasterise.h"
#include "porogen/geometry/sinter.h"
#include "porogen/plating/plate.h"
#include "porogen/plating/resolved.h"
#include "porogen/recipe/recipe.h"
#include "porogen/transport/effective.h"
#include "porogen/volume/chords.h"
#include "porogen/volume/correlation.h"
#include "porogen/volume/depth_profile.h"
#include "porogen/volume/morphology.h"
#include "porogen/volume/topology.h"

namespace porogen {

/// A quantity that the recipe asked for, and what came out.
struct Target {
    std::string key;
    double asked = 0;
    double got = 0;
};

/// What is told of a structure beyond its first numbers.
struct Microstructure {
    SizeDistribution pores;
    SizeDistribution grains;
    ChordStatistics chords;
    TwoPointCorrelation correlation;
    Topology topology;
    DepthProfile profile;
    ContactStatistics contacts; ///< of the particles as cast, before sintering and binder
};

/// Everything one walk down the pipeline produced. Stages that were not asked for are absent.
struct RunResult {
    Recipe recipe;
    CastResult cast;        ///< with the porogen still in
    PhaseVolume volume;     ///< the framework after burnout, coated if the recipe says so
    SinterReport sintering; ///< all zero if the recipe does not sinter
    BindReport binder;      ///< all zero without binder
    PorosityFit porosity_fit;
    CoatReport coating;
    Morphology morphology;
    Microstructure microstructure;
    std::optional<EffectiveTransport> ionic;
    std::optional<EffectiveTransport> electronic;
    /// The same with a pristine llto host, if the recipe asks for both states.
    std::optional<EffectiveTransport> electronic_pristine;
    std::optional<HomogenisedElectrode> homogenised; ///< what `plating` was computed with
    std::optional<PlateResult> plating;              ///< of the one-dimensional model
    std::optional<ResolvedOptions> resolved_options; ///< what `resolved` was computed with
    std::optional<ResolvedPlating> resolved;         ///< in space; `plating` stands beside it
    std::vector<Target> targets;
    std::vector<std::pair<std::string, double>> seconds; ///< stage, wall time [s], in order
    std::vector<std::string> warnings;
    bool converged = true;
    int threads = 1;
};

/// Does the recipe ask for a plating resolved in space?
inline bool asks_for_resolved(const Recipe& recipe) {
    return recipe.text("plating.model") == "resolved";
}

/// Is there the plating that the recipe asks for?
inline bool is_plated(const RunResult& result) {
    return asks_for_resolved(result.recipe) ? result.resolved.has_value()
                                            : result.plating.has_value();
}

} // namespace porogen
