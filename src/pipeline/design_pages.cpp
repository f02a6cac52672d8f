#include "pipeline/design_pages.h"

#include <limits>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "pipeline/design.h"
#include "porogen/core/files.h"
#include "porogen/core/version.h"
#include "porogen/optimize/analysis.h"
#include "porogen/report/design_report.h"
#include "porogen/report/design_tables.h"

namespace porogen::pipeline {

namespace fs = std::filesystem;

namespace {

using Provenance = std::vector<std::pair<std::string, std::string>>;

std::string title_of(const Recipe& recipe) {
    const std::string& title = recipe.text("title");
    return title.empty() ? fs::path(recipe.name()).stem().string() : title;
}

Provenance provenance(const Recipe& recipe) {
    return {{"program", program_stamp()},
            {"recipe", fs::path(recipe.name()).filename().string()},
            {"recipe hash", recipe.hash()},
            {"seed", std::to_string(recipe.integer("seed"))}};
}

bool differ(const Recipe& recipe) {
    return at_stage(recipe, Stage::screen).hash() != at_stage(recipe, Stage::search).hash();
}

/// The designs that the stage `search` looked at, and those of the screen if it looks alike.
DesignTable searched_designs(const DesignSearch& search, bool stages_differ) {
    DesignTable table;
    table.variables = search.problem.variables;
    table.keys = {search.goal.objective};
    std::vector<bool> named; // constraints on the objective itself are one column
    for (const ConstraintEntry& constraint : search.goal.constraints) {
        named.push_back(constraint.key != search.goal.objective);
        if (named.back()) {
            table.keys.push_back(constraint.key);
        }
    }
    for (const SeenDesign& design : search.result.designs) {
        const Evaluation& evaluation = design.evaluation;
        if (design.stage == Stage::confirm || (design.stage == Stage::screen && stages_differ)) {
            continue;
        }
        DesignRow row{evaluation.variables, 0, evaluation.feasible, evaluation.failure, {}};
        row.results.assign(table.keys.size(), std::numeric_limits<double>::quiet_NaN());
        if (row.feasible) {
            row.results[0] = evaluation.objective;
            for (std::size_t c = 0, k = 1; c < named.size(); ++c) {
                if (named[c]) {
                    row.results[k++] = evaluation.constraints[c];
                }
            }
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

SearchStory story_of(const DesignSearch& search, bool stages_differ) {
    SearchStory story;
    story.objective = search.goal.objective;
    story.maximise = search.goal.maximise;
    story.stages_differ = stages_differ;
    story.variables = search.problem.variables;
    story.constraints = search.problem.constraints;
    for (const SeenDesign& design : search.result.designs) {
        SearchStep step;
        step.stage = design.stage;
        if (design.evaluation.feasible) {
            step.objective = design.evaluation.objective;
            step.violation = constraint_violation(search.problem, design.evaluation);
        }
        story.steps.push_back(step);
    }
    story.result = search.result;
    return story;
}

} // namespace

std::string stamp(const Recipe& recipe) {
    return "# " + program_stamp() + ", recipe hash " + recipe.hash() + ", seed " +
           std::to_string(recipe.integer("seed")) + "\n";
}

void write_or_remove(const fs::path& file, bool exists, const std::string& text) {
    if (exists) {
        write_text_file(file, text);
    } else {
        std::error_code ignored;
        fs::remove(file, ignored);
    }
}

void write_search_pages(const DesignSearch& search, const Recipe& recipe,
                        const fs::path& directory) {
    const bool stages_differ = differ(recipe);
    DesignReport report;
    report.title = title_of(recipe);
    report.provenance = provenance(recipe);
    report.search = story_of(search, stages_differ);
    report.table = searched_designs(search, stages_differ);
    // Half the usual numbers: a search's designs crowd around its optimum, which blurs more.
    SurrogateSobolOptions sobol;
    sobol.base_count = 256;
    sobol.paths = 32;
    report.sensitivities = sensitivities(report.table, sobol);
    report.responses = responses(report.table, report.sensitivities);
    report.files.search = report.files.designs = "evaluations.csv";
    const std::string head = stamp(at_stage(recipe, Stage::search));
    write_or_remove(directory / "sensitivity.csv", !report.sensitivities.empty(),
                    head + sensitivity_csv(report.table, report.sensitivities));
    write_or_remove(directory / "response.csv", !report.responses.empty(),
                    head + response_csv(report.table, report.responses));
    write_text_file(directory / "report.html", design_report_html(report));
}

void write_exploration_page(const ExplorePlan& plan, const Exploration& done,
                            const fs::path& directory) {
    DesignReport report;
    report.title = title_of(plan.recipe);
    report.provenance = provenance(plan.recipe);
    report.table = done.analysed;
    report.numbers = done.analysed_numbers;
    report.sensitivities = done.sensitivities;
    report.responses = done.responses;
    if (done.front) {
        report.fronts = {*done.front};
    }
    report.uncertain = done.uncertain;
    write_text_file(directory / "report.html", design_report_html(report));
}

} // namespace porogen::pipeline
