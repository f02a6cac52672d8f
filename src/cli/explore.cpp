#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <sstream>

#include "cli/command.h"
#include "porogen/core/files.h"
#include "porogen/pipeline/explore.h"

namespace porogen::cli {

namespace {

namespace fs = std::filesystem;

struct Arguments {
    std::string recipe;
    std::string output;
    std::vector<std::string> vary;
    std::vector<int> grid;
    int sobol = 0;
    int latin = 0;
    bool uncertain = false;
    int replicates = 1;
    std::string stage = "screen";
    std::vector<std::string> keys;
    std::string pareto;
    bool count = false;
    int index = -1;
    std::string task; ///< "T/N"
    int slurm = 0;
    bool collect = false;
};

/// "plating.metrics.uniformity max, plating.metrics.fill min"
std::vector<std::pair<std::string, Sense>> pareto_keys(const std::string& text) {
    std::vector<std::pair<std::string, Sense>> keys;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) {
        std::istringstream words(part);
        std::string key;
        std::string sense;
        std::string more;
        words >> key >> sense;
        if ((sense != "max" && sense != "min") || words >> more) {
            keys.clear();
            break;
        }
        keys.emplace_back(key, sense == "max" ? Sense::maximise : Sense::minimise);
    }
    if (!text.empty() && keys.size() != 2) {
        throw_usage("--pareto '" + text +
                    "': two keys are due, each with max or min; write "
                    "\"plating.metrics.uniformity max, performance.areal_mass min\"");
    }
    return keys;
}

ExploreOptions explore_options(const Arguments& a, const Recipe& recipe) {
    ExploreOptions options;
    for (const std::string& text : a.vary) {
        options.variables.push_back(parse_variable(recipe, text));
    }
    options.uncertain = a.uncertain;
    if (!a.grid.empty()) {
        options.sampling = Sampling::grid;
        options.levels = a.grid;
    } else if (a.latin != 0) {
        options.sampling = Sampling::latin_hypercube;
        options.count = a.latin;
    } else if (a.sobol != 0) {
        options.count = a.sobol;
    } else if (!a.uncertain) {
        throw_usage(
            "which points? Write --grid 5 (all combinations of five values each), --sobol 64 "
            "or --lhs 64");
    }
    options.replicates = a.replicates;
    options.stage = a.stage == "screen"   ? Stage::screen
                    : a.stage == "search" ? Stage::search
                                          : Stage::confirm;
    options.keys = a.keys;
    options.pareto = pareto_keys(a.pareto);
    return options;
}

nlohmann::ordered_json number(double value) {
    return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
}

nlohmann::ordered_json to_json(const DesignTable& table, std::size_t r) {
    const DesignRow& row = table.rows[r];
    nlohmann::ordered_json json{{"replicate", row.replicate},
                                {"variables", nlohmann::ordered_json::object()}};
    for (std::size_t v = 0; v < table.variables.size(); ++v) {
        json["variables"][table.variables[v].key] = row.values[v];
    }
    json["feasible"] = row.feasible;
    if (!row.failure.empty()) {
        json["failure"] = row.failure;
    }
    for (std::size_t k = 0; row.feasible && k < table.keys.size(); ++k) {
        json["results"][table.keys[k]] = number(row.results[k]);
    }
    return json;
}

nlohmann::ordered_json to_json(const Exploration& done) {
    nlohmann::ordered_json json{{"evaluations", done.table.rows.size()},
                                {"replayed", done.replayed},
                                {"failed", done.failed},
                                {"missing", done.missing},
                                {"stopped", done.stopped},
                                {"points", nlohmann::ordered_json::array()}};
    for (std::size_t r = 0; r < done.table.rows.size(); ++r) {
        nlohmann::ordered_json point{{"point", done.numbers[r]}};
        point.update(to_json(done.table, r));
        json["points"].push_back(point);
    }
    for (const Sensitivity& of : done.sensitivities) {
        nlohmann::ordered_json entry{{"q2", of.q2}, {"rows", of.rows}};
        for (std::size_t v = 0; v < of.indices.size(); ++v) {
            const SobolIndex& i = of.indices[v];
            entry["indices"][done.analysed.variables[v].key] = {
                {"first", i.first}, {"first_low", i.first_low}, {"first_high", i.first_high},
                {"total", i.total}, {"total_low", i.total_low}, {"total_high", i.total_high}};
        }
        json["sensitivity"][of.key] = entry;
    }
    for (const UncertainResult& of : done.uncertain) {
        nlohmann::ordered_json entry{{"nominal", number(of.nominal)},
                                     {"median", number(of.median)},
                                     {"quantile_05", number(of.low)},
                                     {"quantile_95", number(of.high)},
                                     {"draws", of.draws}};
        for (const TornadoBar& bar : of.tornado) {
            entry["tornado"][done.analysed.variables[bar.variable].key] = {
                {"low", number(bar.low)}, {"high", number(bar.high)}};
        }
        json["uncertain"][of.key] = entry;
    }
    if (!done.uncertain.empty()) {
        json["idle"] = done.idle;
    }
    if (done.front) {
        json["pareto"] = nlohmann::ordered_json::array();
        for (const std::size_t r : done.front->rows) {
            json["pareto"].push_back(to_json(done.designs, r));
        }
    }
    return json;
}

/// Least, mean and largest of what exists under a key.
void print_range(const DesignTable& table, std::size_t key) {
    double low = INFINITY;
    double high = -INFINITY;
    double sum = 0;
    int count = 0;
    for (const DesignRow& row : table.rows) {
        if (std::isfinite(row.results[key])) {
            low = std::min(low, row.results[key]);
            high = std::max(high, row.results[key]);
            sum += row.results[key];
            ++count;
        }
    }
    if (count > 0) {
        std::printf("  %-44s %12.5g %12.5g %12.5g %6d\n", table.keys[key].c_str(), low, sum / count,
                    high, count);
    } else {
        std::printf("  %-44s exists for no design\n", table.keys[key].c_str());
    }
}

void print_sensitivity(const DesignTable& table, const Sensitivity& of) {
    std::printf("\nWhat %s depends on (Sobol indices of a surrogate through %d evaluations, "
                "Q2 = %.2f%s)\n  %-44s %26s %26s\n",
                of.key.c_str(), of.rows, of.q2,
                of.q2 < trusted_q2 ? ": too low to be trusted, take more points" : "", "variable",
                "alone", "with interactions");
    std::vector<std::size_t> order;
    for (std::size_t v = 0; v < of.indices.size(); ++v) {
        order.push_back(v);
    }
    std::ranges::stable_sort(order, std::greater(),
                             [&](std::size_t v) { return of.indices[v].total; });
    constexpr std::size_t most = 12; // the rest is in sensitivity.csv
    for (std::size_t n = 0; n < std::min(order.size(), most); ++n) {
        const SobolIndex& i = of.indices[order[n]];
        std::printf("  %-44s %8.3f (%6.3f to %6.3f) %8.3f (%6.3f to %6.3f)\n",
                    table.variables[order[n]].key.c_str(), i.first, i.first_low, i.first_high,
                    i.total, i.total_low, i.total_high);
    }
}

void print_uncertain(const DesignTable& table, const UncertainResult& of) {
    std::printf("\n%s = %.5g nominally; over %d draws of the inputs: median %.5g, 90 %% between "
                "%.5g and %.5g\n  %-44s %12s %12s\n",
                of.key.c_str(), of.nominal, of.draws, of.median, of.low, of.high,
                "input, alone at its ends", "low end", "high end");
    constexpr std::size_t most = 12; // the rest is in tornado.csv
    for (std::size_t n = 0; n < std::min(of.tornado.size(), most); ++n) {
        const TornadoBar& bar = of.tornado[n];
        std::printf("  %-44s %12.5g %12.5g\n", table.variables[bar.variable].key.c_str(), bar.low,
                    bar.high);
    }
}

void print_front(const Exploration& done) {
    const ParetoFront& front = *done.front;
    std::printf("\nBest compromises (%zu of %zu designs)\n ", front.rows.size(),
                done.designs.rows.size());
    for (const DesignVariable& variable : done.designs.variables) {
        std::printf(" %22s", variable.key.c_str());
    }
    for (const std::size_t key : front.keys) {
        std::printf(" %30s", done.designs.keys[key].c_str());
    }
    std::printf("\n");
    for (const std::size_t r : front.rows) {
        std::printf(" ");
        for (const double value : done.designs.rows[r].values) {
            std::printf(" %22.5g", value);
        }
        for (const std::size_t key : front.keys) {
            std::printf(" %30.6g", done.designs.rows[r].results[key]);
        }
        std::printf("\n");
    }
}

void print(const Exploration& done) {
    std::printf("  %-44s %12s %12s %12s %6s\n", "result", "least", "mean", "largest", "of");
    for (std::size_t k = 0; k < done.table.keys.size(); ++k) {
        print_range(done.table, k);
    }
    for (const UncertainResult& of : done.uncertain) {
        print_uncertain(done.analysed, of);
    }
    for (const Sensitivity& of : done.sensitivities) {
        print_sensitivity(done.analysed, of);
    }
    if (done.front) {
        print_front(done);
    }
    if (!done.uncertain.empty()) {
        std::printf("\n%zu inputs matter; %zu change nothing in this recipe\n",
                    done.analysed.variables.size(), done.idle.size());
    }
    std::printf("\n%zu evaluations (%d of them known already, %d that do not exist)\n",
                done.table.rows.size(), done.replayed, done.failed);
}

/// "3, 7 to 9"
std::string ranges(const std::vector<int>& numbers) {
    std::string text;
    constexpr std::size_t most = 8;
    std::size_t told = 0;
    for (std::size_t n = 0; n < numbers.size(); ++told) {
        std::size_t end = n;
        while (end + 1 < numbers.size() && numbers[end + 1] == numbers[end] + 1) {
            ++end;
        }
        if (told == most) {
            return text + ", ...";
        }
        text += (text.empty() ? "" : ", ") + std::to_string(numbers[n]) +
                (end > n ? " to " + std::to_string(numbers[end]) : "");
        n = end + 1;
    }
    return text;
}

ExitCode report(const Session& session, const Arguments& a, const fs::path& directory,
                const Exploration& done, const std::string& how_to_go_on) {
    session.progress->stage("");
    if (session.json) {
        print_json(to_json(done));
    } else {
        print(done);
    }
    tell(session, "written to " + directory.string() + (done.missing.empty() ? ": report.html, explore.csv, history.db" : ": explore.csv, history.db") +
                      (done.sensitivities.empty() ? "" : ", sensitivity.csv") +
                      (done.responses.empty() ? "" : ", response.csv") +
                      (done.front ? ", pareto.csv" : "") +
                      (done.uncertain.empty() ? "" : ", uncertain.csv, tornado.csv"));
    if (!done.missing.empty()) {
        tell(session, std::to_string(done.missing.size()) + " evaluations are missing (" +
                          ranges(done.missing) + "); " + how_to_go_on);
        return ExitCode::interrupted;
    }
    if (done.failed == static_cast<int>(done.table.rows.size())) {
        throw_infeasible(a.recipe + ": none of these designs exists (the first: " +
                         done.table.rows.front().failure + "); vary other ranges");
    }
    return ExitCode::done;
}

/// A word for the shell.
std::string quoted(const std::string& word) {
    std::string text = "'";
    for (const char c : word) {
        text += c == '\'' ? "'\\''" : std::string(1, c);
    }
    return text + "'";
}

/// The command line that makes the same plan from a copy of the recipe.
std::string plan_arguments(const Session& session, const Arguments& a, const fs::path& recipe) {
    std::string line = "explore " + quoted(recipe.string());
    const auto add = [&](const std::string& option, const std::string& value) {
        line += " " + option + " " + quoted(value);
    };
    for (const std::string& text : session.overrides) {
        add("--set", text);
    }
    for (const std::string& text : a.vary) {
        add("--vary", text);
    }
    std::string levels;
    for (const int level : a.grid) {
        levels += (levels.empty() ? "" : ",") + std::to_string(level);
    }
    if (!levels.empty()) {
        add("--grid", levels);
    }
    if (a.sobol != 0) {
        add("--sobol", std::to_string(a.sobol));
    }
    if (a.latin != 0) {
        add("--lhs", std::to_string(a.latin));
    }
    line += a.uncertain ? " --uncertain" : "";
    add("--replicates", std::to_string(a.replicates));
    add("--stage", a.stage);
    for (const std::string& key : a.keys) {
        add("--keys", key);
    }
    if (!a.pareto.empty()) {
        add("--pareto", a.pareto);
    }
    return line;
}

ExitCode write_job(const Session& session, const Arguments& a, const ExplorePlan& plan,
                   const fs::path& output) {
    const int count = evaluation_count(plan);
    if (a.slurm > count) {
        throw_usage("--slurm " + std::to_string(a.slurm) + ": there are only " +
                    std::to_string(count) + " evaluations; ask for fewer tasks");
    }
    const fs::path directory = fs::absolute(output).lexically_normal();
    if (directory.string().find_first_of("%\\\"\n") != std::string::npos) {
        throw_usage("--output " + output.string() +
                    ": Slurm gives %, \\ and \" in a path another meaning; name another directory");
    }
    make_writable_directory(directory / "records");
    make_writable_directory(directory / "logs");
    const fs::path recipe = directory / "recipe.toml";
    write_text_file(recipe, read_text_file(a.recipe));
    const std::string program = fs::read_symlink("/proc/self/exe").string();
    const std::string arguments =
        plan_arguments(session, a, recipe) + " -o " + quoted(directory.string());
    const std::string tasks = std::to_string(a.slurm);
    const std::string find_program = "porogen=${POROGEN:-" + quoted(program) + "}\n";
    write_text_file(
        directory / "job.sh",
        "#!/bin/bash\n"
        "#SBATCH --job-name=porogen\n"
        "#SBATCH --array=0-" +
            std::to_string(a.slurm - 1) +
            "\n"
            "#SBATCH --ntasks=1\n"
            "#SBATCH --cpus-per-task=1\n"
            "#SBATCH --open-mode=append\n"
            "#SBATCH --output=\"" +
            (directory / "logs").string() +
            "/task-%a.log\"\n"
            "# " +
            std::to_string(count) + " evaluations in " + tasks +
            " tasks, several at once in a task "
            "that is given several CPUs. Options of sbatch come first:\n"
            "#   sbatch --time=8:00:00 --cpus-per-task=4 job.sh\n"
            "# Submitted again, each task goes on where its records end. Then: sh collect.sh\n" +
            find_program + "exec \"$porogen\" " + arguments +
            " --quiet --threads \"${SLURM_CPUS_PER_TASK:-1}\" --task "
            "\"${SLURM_ARRAY_TASK_ID:?submit this script with sbatch}/" +
            tasks + "\"\n");
    write_text_file(
        directory / "collect.sh",
        "#!/bin/sh\n"
        "# Merges what the tasks of job.sh have recorded so far into history.db and the tables.\n" +
            find_program + "exec \"$porogen\" " + arguments + " --collect \"$@\"\n");
    std::printf("sbatch %s\nsh %s\n", quoted((directory / "job.sh").string()).c_str(),
                quoted((directory / "collect.sh").string()).c_str());
    tell(session, std::to_string(count) + " evaluations in " + tasks +
                      " tasks; submit the first, then collect with the second");
    return ExitCode::done;
}

ExitCode do_task(const Session& session, const Arguments& a, const ExplorePlan& plan,
                 const fs::path& directory) {
    int task = 0;
    int tasks = 0;
    const char* const end = a.task.data() + a.task.size();
    const auto first = std::from_chars(a.task.data(), end, task);
    const auto second = first.ptr != end && *first.ptr == '/'
                            ? std::from_chars(first.ptr + 1, end, tasks)
                            : std::from_chars_result{end, std::errc::invalid_argument};
    if (first.ec != std::errc() || second.ec != std::errc() || second.ptr != end) {
        throw_usage("--task " + a.task + ": write TASK/TASKS, for example 0/10");
    }
    const TaskOutcome done = run_task(plan, directory, task, tasks, *session.progress);
    tell(session, "task " + std::to_string(task) + ": " + std::to_string(done.known + done.made) +
                      " of " + std::to_string(done.points) + " evaluations recorded");
    return done.stopped ? ExitCode::interrupted : ExitCode::done;
}

ExitCode collect_records(const Session& session, const Arguments& a, const ExplorePlan& plan,
                         const fs::path& directory) {
    session.progress->stage("collect");
    const Collection found = collect(plan, directory);
    tell(session, std::to_string(found.records) + " records in " + std::to_string(found.files) +
                      " files" +
                      (found.foreign == 0 ? ""
                                          : "; ignored " + std::to_string(found.foreign) +
                                                " of other points, seeds or versions of porogen") +
                      (found.damaged == 0
                           ? ""
                           : "; ignored " + std::to_string(found.damaged) + " damaged lines"));
    return report(session, a, directory, found.exploration,
                  "submit job.sh again: tasks go on where their records end");
}

ExitCode explore_designs(const Session& session, const Arguments& a) {
    const Recipe recipe = Recipe::load(a.recipe, session.overrides);
    const ExplorePlan plan = plan_exploration(recipe, explore_options(a, recipe));
    if (a.count) {
        std::printf("%d\n", evaluation_count(plan));
        return ExitCode::done;
    }
    if (a.index >= 0) {
        std::cout << record(plan, a.index, evaluate_point(plan, a.index)) << '\n';
        return ExitCode::done;
    }
    const fs::path directory = output_directory(a.output, a.recipe);
    if (a.slurm != 0) {
        return write_job(session, a, plan, directory);
    }
    if (!a.task.empty()) {
        return do_task(session, a, plan, directory);
    }
    if (a.collect) {
        return collect_records(session, a, plan, directory);
    }
    return report(session, a, directory, explore(plan, directory, *session.progress),
                  "start it again in the same directory to go on");
}

void add_points(CLI::App& verb, Arguments& a) {
    verb.add_option("--vary", a.vary,
                    "A key and its range, repeatable: \"domain.thickness=20 um..60 um\", "
                    "\"coat.mass_fraction=0.1 %..5 %:log\"; if not given, the recipe's "
                    "[[optimize.variable]]")
        ->type_name("KEY=LOW..HIGH[:log]")
        ->allow_extra_args(false);
    CLI::Option* grid =
        verb.add_option("--grid", a.grid, "All combinations of N values per variable, or N,M,...")
            ->delimiter(',')
            ->allow_extra_args(false)
            ->check(CLI::Range(1, 1000000));
    CLI::Option* sobol = verb.add_option("--sobol", a.sobol, "N points of a Sobol sequence")
                             ->check(CLI::Range(1, 1000000))
                             ->excludes(grid);
    verb.add_option("--lhs", a.latin, "N points of a Latin hypercube")
        ->check(CLI::Range(1, 1000000))
        ->excludes(grid)
        ->excludes(sobol);
    verb.add_flag("--uncertain", a.uncertain,
                  "Vary every material value over its range: error bars, and what matters most; 64 "
                  "draws if neither --sobol nor --lhs says otherwise");
    verb.add_option("--replicates", a.replicates, "Evaluate each point with R seeds")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    verb.add_option("--stage", a.stage, "Whose [[optimize.override]] hold: screen, search, confirm")
        ->check(CLI::IsMember({"screen", "search", "confirm"}))
        ->capture_default_str();
}

void add_tasks(CLI::App& verb, Arguments& a) {
    CLI::Option* count =
        verb.add_flag("--count", a.count, "Only say how many evaluations there are");
    CLI::Option* index =
        verb.add_option("--index", a.index,
                        "Make one evaluation, print it as a line of JSON and touch no file")
            ->check(CLI::Range(0, 1000000))
            ->excludes(count);
    CLI::Option* slurm =
        verb.add_option("--slurm", a.slurm,
                        "Write job.sh, a Slurm job array of N tasks, and collect.sh")
            ->check(CLI::Range(1, 1000000))
            ->excludes(count)
            ->excludes(index);
    CLI::Option* task =
        verb.add_option("--task", a.task,
                        "Make the T-th part of N and append it to records/task-T.jsonl")
            ->type_name("T/N")
            ->excludes(count)
            ->excludes(index)
            ->excludes(slurm);
    verb.add_flag("--collect", a.collect, "Merge the records of tasks into history.db")
        ->excludes(count)
        ->excludes(index)
        ->excludes(slurm)
        ->excludes(task);
}

} // namespace

void add_explore(CLI::App& app, Session& session) {
    CLI::App* verb =
        app.add_subcommand("explore", "Evaluate many designs, and what they depend on");
    const auto a = std::make_shared<Arguments>();
    verb->add_option("recipe", a->recipe, "Recipe (TOML)")->required();
    add_points(*verb, *a);
    verb->add_option("--keys", a->keys,
                     "Numbers of result.json to tell; if not given, the recipe's objective and "
                     "constraints")
        ->delimiter(',')
        ->allow_extra_args(false);
    verb->add_option("--pareto", a->pareto, "Best compromises of two keys: \"KEY max, KEY min\"");
    verb->add_option("--output,-o", a->output, "Directory; runs/<recipe> if not given");
    add_tasks(*verb, *a);
    add_overrides(*verb, session);
    add_json(*verb, session);
    verb->footer(
        "\nEvery evaluation is kept in history.db. Stopped (Ctrl-C, kill, a file named stop) and "
        "started again in the\nsame directory, it goes on where it was; so does a larger --sobol.\n"
        "\nExamples:\n"
        "  porogen explore recipes/optimize-llto-cnt.toml --sobol 32\n"
        "  porogen explore my.toml --vary cast.porosity=0.4..0.6 --grid 5 --replicates 3 --keys "
        "plating.metrics.fill\n"
        "  porogen explore my.toml --uncertain\n"
        "  porogen explore my.toml --lhs 1000 --slurm 50 -o runs/big; sbatch runs/big/job.sh\n");
    verb->callback(
        [&session, a] { session.action = [&session, a] { return explore_designs(session, *a); }; });
}

} // namespace porogen::cli
