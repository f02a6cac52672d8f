#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "cli/command.h"
#include "porogen/geometry/particles.h"

namespace porogen::cli {

/// Where an electrode comes from: a recipe that is cast, or particles that lie already.
struct ParticleSource {
    std::string recipe;
    std::string particles; ///< particles.csv, or empty
};

/// Adds the recipe and --from.
void add_source(CLI::App& verb, ParticleSource& source);
/// The recipe that is named, or else the one beside the particles. Throws Error(usage) if there is
/// neither.
std::filesystem::path recipe_file(const ParticleSource& source);
/// What a run of it is called after: the recipe, or the particles' directory and "-again", so that
/// what is measured anew does not replace what it came from.
std::string default_name(const ParticleSource& source);
Recipe load_recipe(const ParticleSource& source, const Session& session);
/// Nothing if the recipe is to be cast.
std::optional<Packing> read_source(const ParticleSource& source);

} // namespace porogen::cli
