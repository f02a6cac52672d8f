#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "porogen/core/version.h"
#include "porogen/plating/verify.h"
#include "porogen/transport/verify.h"

namespace porogen::cli {

namespace {

nlohmann::ordered_json number(double value) {
    return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
}

nlohmann::ordered_json number(const std::optional<double>& value) {
    return value ? number(*value) : nlohmann::ordered_json();
}

const char* claim_name(VerifyClaim claim) {
    switch (claim) {
    case VerifyClaim::at_least:
        return "at least";
    case VerifyClaim::at_most:
        return "at most";
    case VerifyClaim::equal:
        break;
    }
    return "equal";
}

nlohmann::ordered_json json_of(const std::vector<VerifyCase>& cases) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const VerifyCase& c : cases) {
        list.push_back({{"group", c.group},
                        {"name", c.name},
                        {"reference", c.reference},
                        {"claim", claim_name(c.claim)},
                        {"exact", number(c.exact)},
                        {"got", number(c.got)},
                        {"error", number(c.error)},
                        {"tolerance", number(c.tolerance)},
                        {"cells", c.cells},
                        {"other_cells", c.other_cells},
                        {"order", number(c.order)},
                        {"least_order", number(c.least_order)},
                        {"passed", c.passed},
                        {"seconds", c.seconds}});
    }
    return {{"program", {{"version", version()}, {"commit", commit()}}}, {"cases", list}};
}

/// Errors from 1e-9 to 10 % in one column.
std::string percent(double error) {
    char text[32];
    std::snprintf(text, sizeof text, std::abs(error) < 1e-5 ? "%+.0e" : "%+.3f", 100 * error);
    return error == 0 ? "0" : text;
}

std::string grids(const VerifyCase& c) {
    if (c.cells == 0) {
        return "";
    }
    return std::to_string(c.cells) +
           (c.other_cells == 0 ? "" : " (" + std::to_string(c.other_cells) + ")");
}

std::string order(const VerifyCase& c) {
    char text[48] = "";
    if (c.order && c.least_order) {
        std::snprintf(text, sizeof text, "%.2f >= %.2f", *c.order, *c.least_order);
    } else if (c.order && std::isfinite(*c.order)) {
        std::snprintf(text, sizeof text, "%.2f", *c.order);
    }
    return text;
}

/// The table grows while the ladder is climbed.
class Table {
  public:
    void add(const VerifyCase& c) {
        if (c.group != group_) {
            std::printf("%s%s\n", group_.empty() ? "" : "\n", c.group.c_str());
            std::printf("  %-46s %8s %13s %13s %11s %9s %14s  %s\n", "case", "cells", "exact",
                        "got", "error [%]", "limit", "order", "verdict");
            group_ = c.group;
        }
        const char* sign = c.claim == VerifyClaim::equal      ? ""
                           : c.claim == VerifyClaim::at_least ? ">= "
                                                              : "<= ";
        char exact[32];
        std::snprintf(exact, sizeof exact, "%s%.6g", sign, c.exact);
        char limit[32];
        std::snprintf(limit, sizeof limit, "%.2g", 100 * c.tolerance);
        std::printf("  %-46s %8s %13s %13.6g %11s %9s %14s  %s\n", c.name.c_str(), grids(c).c_str(),
                    exact, c.got, percent(c.error).c_str(), limit, order(c).c_str(),
                    c.passed ? "ok" : "FAIL");
        std::fflush(stdout);
    }

  private:
    std::string group_;
};

std::string summary(const std::vector<VerifyCase>& cases) {
    const auto used = [](const VerifyCase& c) { // part of the limit; what is no number is worst
        const double part = std::abs(c.error) / c.tolerance;
        return std::isfinite(part) ? part : HUGE_VAL;
    };
    const auto passed = std::ranges::count_if(cases, [](const VerifyCase& c) { return c.passed; });
    double seconds = 0;
    for (const VerifyCase& c : cases) {
        seconds += c.seconds;
    }
    const VerifyCase& worst = *std::ranges::max_element(cases, {}, used);
    char numbers[96];
    std::snprintf(numbers, sizeof numbers, "%s %% of %.2g %% allowed; %.1f s",
                  percent(worst.error).c_str(), 100 * worst.tolerance, seconds);
    return std::to_string(passed) + " of " + std::to_string(cases.size()) +
           " cases within their limits; nearest to its limit: " + worst.group + ", " + worst.name +
           ", " + numbers;
}

ExitCode verify(const Session& session, const VerifyOptions& options) {
    Table table;
    if (session.json) {
        session.progress->stage("verify");
    }
    const auto report = [&](const VerifyCase& c) {
        if (!session.json) {
            table.add(c);
        }
    };
    std::vector<VerifyCase> cases = verify_transport(options, report, *session.progress);
    const std::vector<VerifyCase> plated = verify_plating(options, report, *session.progress);
    cases.insert(cases.end(), plated.begin(), plated.end());
    session.progress->stage("");
    if (cases.empty()) {
        throw_usage("--only " + options.only +
                    ": no case is called so; 'porogen verify' shows the names, --full has more");
    }
    if (session.json) {
        print_json(json_of(cases));
    } else {
        std::printf("\n%s\n", summary(cases).c_str());
    }
    return std::ranges::all_of(cases, &VerifyCase::passed) ? ExitCode::done
                                                           : ExitCode::not_converged;
}

} // namespace

void add_verify(CLI::App& app, Session& session) {
    CLI::App* verb = app.add_subcommand(
        "verify",
        "Measure and plate structures whose answer is known exactly: how far Porogen is off");
    const auto options = std::make_shared<VerifyOptions>();
    verb->add_flag("--full", options->full, "Also fine grids and narrow gaps: some minutes");
    verb->add_option("--only", options->only, "Only cases whose group or name contains this")
        ->type_name("TEXT");
    add_json(*verb, session);
    verb->footer(
        "\nThe error is that of the first grid, in cells per period; the order is how fast "
        "it falls\nbetween it and the grid in brackets. Exit code 4 if a case misses its "
        "limit.\n\nExamples:\n  porogen verify\n  porogen verify --only \"coated spheres\" "
        "--full\n  porogen verify --json     with the source of every exact value\n");
    verb->callback([&session, options] {
        session.action = [&session, options] { return verify(session, *options); };
    });
}

} // namespace porogen::cli
