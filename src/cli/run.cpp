#include <filesystem>
#include <iostream>
#include <memory>

#include "cli/command.h"
#include "cli/particles.h"
#include "porogen/core/files.h"
#include "porogen/pipeline/estimate.h"
#include "porogen/pipeline/run.h"
#include "porogen/pipeline/run_directory.h"
#include "porogen/report/result_json.h"
#include "porogen/report/summary.h"

namespace porogen::cli {

namespace {

struct Arguments {
    ParticleSource source;
    std::string output;
};

ExitCode walk(const Session& session, const Arguments& arguments, Extent extent) {
    const std::optional<Packing> particles = read_source(arguments.source);
    const Recipe recipe = load_recipe(arguments.source, session);
    const std::filesystem::path directory =
        output_directory(arguments.output, default_name(arguments.source));
    make_writable_directory(directory); // a read-only place shows before the work, not after it
    warn_about_memory(session, estimate(recipe));
    const Recipe electrode = recipe.without_search();
    const RunResult result = particles ? run(electrode, *particles, extent, *session.progress)
                                       : run(electrode, extent, *session.progress);
    write_run(directory, result, *session.progress);
    session.progress->stage("");
    std::cout << (session.json ? result_json(result) : summary(result));
    tell(session, "\nwritten to " + directory.string());
    if (extent == Extent::plate && recipe.text("plating.model") != "none" && !is_plated(result)) {
        tell(session, "nothing can be plated into this electrode (see the warnings); set "
                      "plating.model = \"none\" to stop at transport");
        return ExitCode::infeasible; // measured and written all the same
    }
    return result.converged ? ExitCode::done : ExitCode::not_converged;
}

void add_walk(CLI::App& app, Session& session, const std::string& name, const std::string& what,
              Extent extent, const std::string& footer) {
    CLI::App* verb = app.add_subcommand(name, what);
    const auto arguments = std::make_shared<Arguments>();
    add_source(*verb, arguments->source);
    verb->add_option("--output,-o", arguments->output, "Run directory; runs/<recipe> if not given");
    add_overrides(*verb, session);
    add_json(*verb, session);
    verb->footer(footer);
    verb->callback([&session, arguments, extent] {
        session.action = [&session, arguments, extent] {
            return walk(session, *arguments, extent);
        };
    });
}

} // namespace

void add_run(CLI::App& app, Session& session) {
    add_walk(app, session, "run", "Cast, burn out, coat, measure and plate an electrode",
             Extent::plate,
             "\nExamples:\n  porogen run recipes/llto-cnt.toml\n"
             "  porogen run recipes/llto-cnt.toml --set seed=2 --set coat.mass_fraction=\"0.5 "
             "wt%\" -o runs/thin\n");
}

void add_cast(CLI::App& app, Session& session) {
    add_walk(app, session, "cast", "Cast, burn out and coat only: the structure and its morphology",
             Extent::cast,
             "\nExamples:\n  porogen cast recipes/llto-cnt.toml --set domain.voxel=\"0.5 um\"\n"
             "  porogen cast --from runs/llto-cnt/particles.csv --set domain.voxel=\"0.125 um\"\n");
}

} // namespace porogen::cli
