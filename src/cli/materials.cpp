#include <cstdio>
#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "porogen/recipe/materials.h"

namespace porogen::cli {

namespace {

ExitCode list(const Session& session, const std::string& filter) {
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    int listed = 0;
    for (const MaterialValue& m : materials()) {
        if (m.key.find(filter) == std::string::npos) {
            continue;
        }
        ++listed;
        if (session.json) {
            all.push_back({{"key", m.key},
                           {"value", m.value},
                           {"low", m.low},
                           {"high", m.high},
                           {"unit", m.unit},
                           {"trust", trust_name(m.trust)},
                           {"source", m.source}});
            continue;
        }
        std::printf("%-38s %-22s %-8s [%.4g, %.4g] %s\n    %s\n", m.key.c_str(), m.written.c_str(),
                    trust_name(m.trust).data(), m.low, m.high, m.unit == "1" ? "" : m.unit.c_str(),
                    m.source.c_str());
    }
    if (listed == 0) {
        throw_usage("no material value has '" + filter +
                    "' in its name; 'porogen materials' lists all");
    }
    if (session.json) {
        std::cout << all.dump(2) << '\n';
    } else {
        std::printf("\ntrust: found = seen in the source; memory = citation not read again; "
                    "derived = arithmetic; choice = assumption\n"
                    "override in a recipe: [materials.llto] density = \"4900 kg/m^3\"\n");
        std::fflush(stdout);
    }
    return ExitCode::done;
}

} // namespace

void add_materials(CLI::App& app, Session& session) {
    CLI::App* verb = app.add_subcommand(
        "materials", "Material values: value, range, source, and how far to trust it");
    const auto filter = std::make_shared<std::string>();
    verb->add_option("filter", *filter, "Only values with this in their name: llto, conductivity");
    add_json(*verb, session);
    verb->footer("\nExample:\n  porogen materials cnt\n");
    verb->callback([&session, filter] {
        session.action = [&session, filter] { return list(session, *filter); };
    });
}

} // namespace porogen::cli
