#include <iostream>
#include <memory>

#include "cli/command.h"
#include "porogen/pipeline/run_directory.h"
#include "porogen/recipe/options.h"
#include "porogen/report/result_json.h"
#include "porogen/report/summary.h"

namespace porogen::cli {

namespace {

ExitCode plate(const Session& session, const std::string& directory) {
    const StoredRun stored = read_run(directory, session.overrides);
    session.progress->stage("plate");
    const PlateResult plating =
        plate_homogenised(stored.electrode, plate_options(stored.recipe), *session.progress);
    session.progress->stage("");
    std::cout << (session.json ? plating_json(stored.electrode, plating)
                               : plating_summary(plating));
    return ExitCode::done;
}

} // namespace

void add_plate(CLI::App& app, Session& session) {
    CLI::App* verb =
        app.add_subcommand("plate", "Plate again with the transport an earlier run measured");
    const auto directory = std::make_shared<std::string>();
    verb->add_option("run", *directory, "Run directory")->required();
    add_overrides(*verb, session);
    add_json(*verb, session);
    verb->footer("\nExample:\n  porogen plate runs/llto-cnt --set plating.current=\"4 mA/cm^2\"\n");
    verb->callback([&session, directory] {
        session.action = [&session, directory] { return plate(session, *directory); };
    });
}

} // namespace porogen::cli
