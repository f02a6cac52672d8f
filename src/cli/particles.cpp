#include "cli/particles.h"

#include "porogen/io/particles_csv.h"

namespace porogen::cli {

void add_source(CLI::App& verb, ParticleSource& source) {
    verb.add_option("recipe", source.recipe,
                    "Recipe (TOML); with --from the recipe.toml beside the particles if not given");
    verb.add_option("--from", source.particles,
                    "particles.csv of an earlier casting: the same electrode, not cast again");
}

std::filesystem::path recipe_file(const ParticleSource& source) {
    if (!source.recipe.empty()) {
        return source.recipe;
    }
    if (source.particles.empty()) {
        throw_usage("no recipe is named; give one, or --from particles.csv");
    }
    return std::filesystem::path(source.particles).parent_path() / "recipe.toml";
}

std::string default_name(const ParticleSource& source) {
    if (!source.recipe.empty()) {
        return source.recipe;
    }
    const auto directory =
        std::filesystem::absolute(recipe_file(source)).lexically_normal().parent_path();
    return directory.filename().string() + "-again.toml";
}

Recipe load_recipe(const ParticleSource& source, const Session& session) {
    return Recipe::load(recipe_file(source), session.overrides);
}

std::optional<Packing> read_source(const ParticleSource& source) {
    return source.particles.empty() ? std::nullopt
                                    : std::optional(read_particles(source.particles));
}

} // namespace porogen::cli
