#include <iostream>
#include <memory>

#include "cli/command.h"
#include "porogen/pipeline/run_directory.h"
#include "porogen/report/result_json.h"
#include "porogen/report/summary.h"

namespace porogen::cli {

namespace {

struct Arguments {
    std::string directory;
    std::string output;
};

ExitCode plate(const Session& session, const Arguments& arguments) {
    const StoredRun stored = read_run(arguments.directory, session.overrides);
    if (!arguments.output.empty()) {
        make_plating_directory(arguments.output); // a wrong place shows before the work
    }
    const RunResult result = plate_again(stored, *session.progress);
    if (!arguments.output.empty()) {
        write_plating(arguments.output, result, *session.progress);
    }
    session.progress->stage("");
    std::cout << (session.json ? plating_json(result) : plating_summary(result));
    if (!arguments.output.empty()) {
        tell(session, "\nwritten to " + arguments.output);
    }
    if (!is_plated(result)) {
        tell(session, "nothing can be plated into this electrode (see the warnings)");
        return ExitCode::infeasible;
    }
    return result.converged ? ExitCode::done : ExitCode::not_converged;
}

} // namespace

void add_plate(CLI::App& app, Session& session) {
    CLI::App* verb = app.add_subcommand("plate", "Plate the electrode of an earlier run again");
    const auto arguments = std::make_shared<Arguments>();
    verb->add_option("run", arguments->directory, "Run directory")->required();
    verb->add_option(
        "--output,-o", arguments->output,
        "Directory for tables, pictures and lithium.vdb; none are written if not given");
    add_overrides(*verb, session);
    add_json(*verb, session);
    verb->footer(
        "\nExamples:\n"
        "  porogen plate runs/llto-cnt --set plating.current=\"4 mA/cm^2\"\n"
        "  porogen plate runs/llto-cnt --set plating.model=resolved -o runs/llto-cnt-3d\n");
    verb->callback([&session, arguments] {
        session.action = [&session, arguments] { return plate(session, *arguments); };
    });
}

} // namespace porogen::cli
