#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <memory>
#include <new>

#include "cli/command.h"
#include "cli/terminal_progress.h"
#include "porogen/core/parallel.h"
#include "porogen/core/text.h"
#include "porogen/core/version.h"

namespace porogen::cli {

namespace {

/// The first Ctrl-C asks politely, so that everything half-written is removed; a second one kills.
extern "C" void on_interrupt(int signal) {
    porogen::request_interrupt();
    std::signal(signal, SIG_DFL);
}

constexpr const char* examples = R"(
Examples:
  porogen run recipes/llto-cnt.toml               the paper's electrode: cast, coated, measured, plated
  porogen run my.toml --set cast.porosity=0.5     the same recipe with one key changed
  porogen measure stack.tiff --voxel "0.39 um"    tortuosity of your own tomogram
  porogen optimize recipes/optimize-llto-cnt.toml a better electrode than the paper's
  porogen explore my.toml --uncertain             error bars from the materials' ranges
  porogen check my.toml                           what a recipe means and costs, without running it

Exit codes: 0 done, 1 wrong usage, 2 bad recipe or input file, 3 infeasible design, 4 not converged,
            5 input/output failure, 6 interrupted (a search or exploration goes on where it was)
)";

void add_common_options(CLI::App& app, Session& session) {
    app.add_option("--threads", session.threads, "Worker threads; 0 = all cores")
        ->check(CLI::Range(0, 4096))
        ->capture_default_str();
    app.add_flag("--quiet,-q", session.quiet, "No progress and no messages on stderr");
    app.set_version_flag("--version", program_stamp());
    app.footer(examples);
    app.fallthrough();
    app.require_subcommand(1);
}

/// The first word of the command line that is no option; "" if there is none.
std::string first_word(int argc, char** argv) {
    for (int n = 1; n < argc; ++n) {
        const std::string word = argv[n];
        if (!word.empty() && word[0] != '-') {
            return word;
        }
        n += word == "--threads" ? 1 : 0; // its value is no word
    }
    return "";
}

/// A usage error in one line, on stderr.
int usage_failure(const CLI::App& app, int argc, char** argv, const CLI::ParseError& error) {
    std::string message = error.what();
    std::vector<std::string> verbs;
    for (const CLI::App* verb : app.get_subcommands({})) {
        verbs.push_back(verb->get_name());
    }
    const std::string word = first_word(argc, argv);
    if (!word.empty() && std::find(verbs.begin(), verbs.end(), word) == verbs.end()) {
        const std::string nearest = closest(word, verbs);
        message =
            "no verb '" + word + "'" + (nearest.empty() ? "" : "; did you mean '" + nearest + "'?");
    }
    for (char& c : message) {
        c = c == '\n' ? ' ' : c;
    }
    std::cerr << "porogen: " << message << "; 'porogen --help' shows what there is\n";
    return static_cast<int>(ExitCode::usage);
}

int run_action(const Session& session) {
    try {
        const ThreadLimit limit(session.threads);
        const ExitCode code = session.action();
        std::cout.flush();
        if (!std::cout || std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
            throw_io_failure(
                "cannot write to the standard output (closed or full); send it elsewhere");
        }
        return static_cast<int>(code);
    } catch (const Error& error) {
        session.progress->stage("");
        std::cerr << "porogen: " << error.what() << '\n';
        return static_cast<int>(error.code());
    } catch (const std::bad_alloc&) {
        session.progress->stage("");
        std::cerr << "porogen: out of memory (the grid is larger than this machine can hold); "
                     "raise the voxel size or shrink the box, 'porogen check' estimates the need\n";
        return static_cast<int>(ExitCode::infeasible);
    } catch (const std::exception& error) {
        session.progress->stage("");
        std::cerr << "porogen: internal error: " << error.what()
                  << "; please report it with the recipe\n";
        return static_cast<int>(ExitCode::io_failure);
    }
}

int main(int argc, char** argv) {
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    std::signal(SIGPIPE, SIG_IGN);

    Session session;
    CLI::App app(
        "Porogen designs porous electrode frameworks: it casts, measures, plates and searches.",
        "porogen");
    add_common_options(app, session);
    add_run(app, session);
    add_cast(app, session);
    add_converge(app, session);
    add_measure(app, session);
    add_plate(app, session);
    add_optimize(app, session);
    add_explore(app, session);
    add_check(app, session);
    add_recipes(app, session);
    add_materials(app, session);
    add_verify(app, session);
    add_completion(app, session);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& success) { // --help, --version
        return app.exit(success);
    } catch (const CLI::ParseError& error) {
        return usage_failure(app, argc, argv, error);
    }
    const auto progress = terminal_progress(session.quiet);
    session.progress = progress.get();
    return run_action(session);
}

} // namespace

void add_overrides(CLI::App& verb, Session& session) {
    verb.add_option("--set", session.overrides,
                    "Override a recipe key: --set cast.porosity=0.5 (repeatable)")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
}

void add_json(CLI::App& verb, Session& session) {
    verb.add_flag("--json", session.json, "Print the numbers as JSON instead of a table");
}

std::filesystem::path output_directory(const std::string& output, const std::string& recipe) {
    return output.empty() ? "runs" / std::filesystem::path(recipe).stem()
                          : std::filesystem::path(output);
}

void print_json(const nlohmann::ordered_json& json) {
    std::cout << json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
}

void tell(const Session& session, const std::string& message) {
    if (!session.quiet) {
        session.progress->stage("");
        std::cerr << message << '\n';
    }
}

} // namespace porogen::cli

int main(int argc, char** argv) {
    return porogen::cli::main(argc, argv);
}
