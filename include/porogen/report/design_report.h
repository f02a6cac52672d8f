#pragma once

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "porogen/optimize/analysis.h"
#include "porogen/optimize/search.h"

namespace porogen {

/// One evaluation of a search.
struct SearchStep {
    Stage stage = Stage::search;
    double objective = std::numeric_limits<double>::quiet_NaN(); ///< NaN: no such design
    double violation = 0; ///< of the constraints, see constraint_violation() [1]
};

/// What happened in a search.
struct SearchStory {
    std::string objective; ///< key of result.json
    bool maximise = true;
    /// Stages look at designs in different ways, so that their objectives are not to be compared:
    /// each has a best of its own.
    bool stages_differ = false;
    std::vector<DesignVariable> variables;
    std::vector<DesignConstraint> constraints;
    std::vector<SearchStep> steps; ///< in the order of the search, the confirmation included
    SearchResult result;           ///< its visits are not read
};

/// Names of the files beside the page that hold the data of its figures; "": there is none.
struct ReportFiles {
    std::string search = "history.db";
    std::string designs = "explore.csv";
    std::string sensitivity = "sensitivity.csv";
    std::string response = "response.csv";
    std::string pareto = "pareto.csv";
    std::string uncertain = "uncertain.csv";
    std::string tornado = "tornado.csv";
};

/// What is known of designs. Each part may be empty, and is then left out of the page.
struct DesignReport {
    std::string title;
    /// Where it comes from: program, commit, recipe, hash, seed ..., as names and values.
    std::vector<std::pair<std::string, std::string>> provenance;
    std::optional<SearchStory> search;
    DesignTable table;
    std::vector<int> numbers;               ///< of the table's points; empty: counted from 0
    std::vector<Sensitivity> sensitivities; ///< of the variables of the table
    std::vector<Response> responses;        ///< the same
    std::vector<ParetoFront> fronts;        ///< rows of averaged(table)
    std::vector<UncertainResult> uncertain; ///< inputs: the variables of the table
    ReportFiles files;
};

/// The page: one file of HTML that is also well-formed XML, with its plots in it as SVG. Reads
/// without a network, on paper, in the dark, without a mouse, and by a screen reader. Values stand
/// in units that people use; at most 500 designs are listed and 2000 drawn in a plot, evenly out of
/// them all. Throws std::logic_error if rows, responses or fronts do not fit the table.
std::string design_report_html(const DesignReport& report);

} // namespace porogen
