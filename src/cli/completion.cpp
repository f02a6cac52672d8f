#include <iostream>
#include <memory>

#include "cli/command.h"

namespace porogen::cli {

namespace {

std::string long_options(const CLI::App& app) {
    std::string words;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) {
            words += (words.empty() ? "--" : " --") + name;
        }
    }
    return words;
}

/// The words come from the command line's own definition, so that they cannot go stale.
std::string bash_script(const CLI::App& app) {
    std::string verbs;
    std::string cases;
    for (const CLI::App* verb : app.get_subcommands({})) {
        verbs += (verbs.empty() ? "" : " ") + verb->get_name();
        cases += "        " + verb->get_name() + ") words=\"" + long_options(*verb) + " " +
                 long_options(app) + "\" ;;\n";
    }
    return "_porogen() {\n"
           "    local word=\"${COMP_WORDS[COMP_CWORD]}\" verb=\"\" words n\n"
           "    for ((n = 1; n < COMP_CWORD; ++n)); do\n"
           "        [[ \"${COMP_WORDS[n - 1]}\" == --threads ]] && continue\n"
           "        case \"${COMP_WORDS[n]}\" in -*) ;; *) verb=\"${COMP_WORDS[n]}\"; break ;; "
           "esac\n"
           "    done\n"
           "    case \"$verb\" in\n        \"\") words=\"" +
           verbs + " " + long_options(app) + "\" ;;\n" + cases +
           "    esac\n"
           "    if [[ -n \"$verb\" && \"$word\" != -* ]]; then\n"
           "        COMPREPLY=($(compgen -f -- \"$word\"))\n"
           "    else\n"
           "        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
           "    fi\n}\n"
           "complete -o filenames -F _porogen porogen\n";
}

std::string fish_script(const CLI::App& app) {
    std::string text;
    for (const CLI::App* verb : app.get_subcommands({})) {
        text += "complete -c porogen -n __fish_use_subcommand -a " + verb->get_name() + " -d '" +
                verb->get_description() + "'\n";
        for (const CLI::Option* option : verb->get_options()) {
            for (const std::string& name : option->get_lnames()) {
                text += "complete -c porogen -n '__fish_seen_subcommand_from " + verb->get_name() +
                        "' -l " + name + "\n";
            }
        }
    }
    return text;
}

ExitCode print(const CLI::App& app, const std::string& shell) {
    if (shell == "fish") {
        std::cout << fish_script(app);
    } else {
        std::cout << (shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" : "")
                  << bash_script(app);
    }
    return ExitCode::done;
}

} // namespace

void add_completion(CLI::App& app, Session& session) {
    CLI::App* verb = app.add_subcommand("completion", "Print a completion script for a shell");
    const auto shell = std::make_shared<std::string>();
    verb->add_option("shell", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    verb->footer("\nExample:\n  source <(porogen completion bash)\n");
    verb->callback(
        [&app, &session, shell] { session.action = [&app, shell] { return print(app, *shell); }; });
}

} // namespace porogen::cli
