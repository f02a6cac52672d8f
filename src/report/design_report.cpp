#include "porogen/report/design_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <set>
#include <stdexcept>

#include "report/design_figures.h"
#include "report/quantity.h"
#include "report/svg_plot.h"

namespace porogen {

namespace {

constexpr std::size_t listed_designs = 500;
constexpr std::size_t listed_front = 30;
constexpr const char* status_column = "status";

struct Section {
    std::string id;
    std::string title;
    std::string body;
};

void check(const DesignReport& report, const DesignTable& designs) {
    const auto demand = [](bool fits, const char* what) {
        if (!fits) {
            throw std::logic_error(std::string("design_report_html: ") + what);
        }
    };
    const DesignTable& table = report.table;
    for (const DesignRow& row : table.rows) {
        demand(row.values.size() == table.variables.size() &&
                   row.results.size() == table.keys.size(),
               "a row does not fit the table's variables and keys");
    }
    demand(report.numbers.empty() || report.numbers.size() == table.rows.size(),
           "not one number per row");
    for (const Sensitivity& of : report.sensitivities) {
        demand(of.indices.size() == table.variables.size(),
               "a sensitivity has not one index per variable");
    }
    for (const Response& r : report.responses) {
        demand(r.x < table.variables.size() && r.y < table.variables.size() &&
                   !r.x_values.empty() &&
                   r.predictions.size() ==
                       r.x_values.size() * std::max<std::size_t>(1, r.y_values.size()),
               "a response does not fit the table's variables or its own values");
    }
    for (const ParetoFront& front : report.fronts) {
        demand(front.keys[0] < table.keys.size() && front.keys[1] < table.keys.size() &&
                   std::ranges::all_of(front.rows,
                                       [&](std::size_t r) { return r < designs.rows.size(); }),
               "a front does not fit the averaged table");
    }
    for (const UncertainResult& of : report.uncertain) {
        demand(std::ranges::all_of(
                   of.tornado,
                   [&](const TornadoBar& bar) { return bar.variable < table.variables.size(); }),
               "a bar of a tornado is of no variable");
    }
}

/// A cell that sorts by its number.
std::string number_cell(const Quantity& quantity, double value) {
    std::array<char, 32> exact{};
    std::snprintf(exact.data(), exact.size(), "%.12g", value);
    return "<td" +
           (std::isfinite(value) ? " data-v=\"" + std::string(exact.data()) + "\""
                                 : std::string()) +
           ">" + readable(quantity.factor * value) + "</td>";
}

std::string text_cell(const std::string& text) {
    return "<td class=\"text\">" + escaped(text) + "</td>";
}

/// Column heads; long keys may break after their dots.
std::string head(const std::vector<std::string>& names) {
    std::string text = "<thead><tr>";
    for (const std::string& name : names) {
        std::string broken;
        for (const char c : escaped(name)) {
            broken += c;
            broken += c == '.' || c == '_' ? "<wbr/>" : "";
        }
        text += std::string("<th scope=\"col\"") +
                (name == status_column ? " class=\"text\"" : "") + ">" + broken + "</th>";
    }
    return text + "</tr></thead>\n";
}

/// Scrolls by itself where the page is narrow, by keyboard too.
std::string table_of(const std::string& caption, const std::string& name,
                     const std::vector<std::string>& columns, const std::string& rows) {
    return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" + escaped(caption) +
           "\"><table" + (name.empty() ? "" : " class=\"" + name + "\"") + "><caption>" +
           escaped(caption) + "</caption>\n" + head(columns) + "<tbody>\n" + rows +
           "</tbody></table></div>\n";
}

std::string half_width_text(const Quantity& q, const MeanInterval& interval, bool has_sign) {
    const std::string text =
        plus_minus(q.factor * interval.mean, q.factor * (interval.high - interval.mean));
    const std::string unit =
        q.unit.empty() || !std::isfinite(interval.mean) ? "" : "\u00a0" + q.unit;
    return (has_sign && interval.mean > 0 ? "+" : "") + text + unit;
}

std::string counted(std::size_t count, const std::string& one) {
    return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

std::vector<Quantity> story_variables(const SearchStory& story) {
    std::vector<Quantity> all;
    for (const DesignVariable& variable : story.variables) {
        all.push_back(recipe_quantity(variable.key, {variable.low, variable.high}));
    }
    return all;
}

/// The contender with the values of the best design; nullptr without a confirmation.
const Contender* best_contender(const SearchResult& result) {
    const auto found = std::ranges::find_if(result.contenders, [&](const Contender& contender) {
        return contender.found.variables == result.best.variables;
    });
    return found != result.contenders.end() ? &*found : nullptr;
}

std::string constraint_text(const Quantity& q, const DesignConstraint& constraint) {
    std::string text = q.key;
    if (std::isfinite(constraint.low)) {
        text = q.text(constraint.low) + " \u2264 " + text;
    }
    if (std::isfinite(constraint.high)) {
        text += " \u2264 " + q.text(constraint.high);
    }
    return text;
}

struct Card {
    std::string name;
    std::string value;
    std::string note;
};

std::string cards(const std::vector<Card>& all) {
    std::string text = "<dl class=\"cards\">\n";
    for (const Card& card : all) {
        text += "<div><dt>" + escaped(card.name) + "</dt><dd><strong>" + escaped(card.value) +
                "</strong>" + (card.note.empty() ? "" : "<span>" + escaped(card.note) + "</span>") +
                "</dd></div>\n";
    }
    return text + "</dl>\n";
}

std::string warning(const std::string& text) {
    return "<p class=\"warning\"><strong>Warning:</strong> " + escaped(text) + "</p>\n";
}

std::string search_headline(const SearchStory& story, const Quantity& objective,
                            const ReportUnits& units) {
    const SearchResult& result = story.result;
    std::string text = "<p class=\"lead\">Sought: the " +
                       std::string(story.maximise ? "largest" : "smallest") + " <code>" +
                       escaped(objective.key) + "</code>" + " by changing " +
                       counted(story.variables.size(), "variable");
    for (std::size_t c = 0; c < story.constraints.size(); ++c) {
        text +=
            (c == 0 ? ", where " : " and ") +
            escaped(constraint_text(units.result(story.constraints[c].key), story.constraints[c]));
    }
    text += ". Looked at " +
            counted(static_cast<std::size_t>(std::max(0, result.evaluations)), "design");
    if (result.failed > 0) {
        text += ", of which " + std::to_string(result.failed) + " cannot be made";
    }
    text += ".</p>\n";
    if (!objective.doc.empty()) {
        text += "<p>" + escaped(objective.doc) + "</p>\n";
    }
    if (result.stopped) {
        text += warning("the search was stopped before its end; this is the best so far.");
    }
    if (!result.constraints_met) {
        text +=
            warning("no design was found that meets every constraint; the best below is the one "
                    "that breaks them least.");
    } else if (!result.found_better) {
        text += warning("no design was found that beats the reference.");
    }
    std::vector<Card> all;
    const std::vector<Quantity> variables = story_variables(story);
    for (std::size_t v = 0; v < variables.size() && v < result.best.variables.size(); ++v) {
        const bool has_reference = v < result.reference.variables.size();
        all.push_back(
            {variables[v].key, variables[v].text(result.best.variables[v]),
             has_reference ? "reference " + variables[v].text(result.reference.variables[v]) : ""});
    }
    if (const Contender* const best = best_contender(result)) {
        const std::size_t repeats = best->repeats.size();
        all.push_back({objective.key, half_width_text(objective, best->objective, false),
                       "mean and 95 % interval of " + counted(repeats, "repeat")});
        if (best != result.contenders.data()) {
            all.push_back({"better than the reference by",
                           half_width_text(objective, best->margin, true),
                           "with the same random numbers, 95 % interval"});
        }
        if (!story.constraints.empty()) {
            all.push_back({"constraints met",
                           std::to_string(best->met) + " of " + std::to_string(repeats),
                           "repeats of the best design"});
        }
    } else if (result.best.feasible) {
        all.push_back({objective.key, objective.text(result.best.objective),
                       result.reference.feasible
                           ? "reference " + objective.text(result.reference.objective)
                           : "the reference cannot be made"});
    }
    return text + "<h3>Best design</h3>\n" + cards(all);
}

/// "X depends most on Y" of the surrogates that can be trusted.
std::string sensitivity_findings(const DesignReport& report) {
    std::string items;
    for (const Sensitivity& of : report.sensitivities) {
        if (of.indices.empty() || !(of.q2 >= trusted_q2)) {
            continue;
        }
        const auto most = std::ranges::max_element(of.indices, {}, &SobolIndex::total);
        const std::string& variable =
            report.table.variables[static_cast<std::size_t>(most - of.indices.begin())].key;
        items += "<li><code>" + escaped(of.key) + "</code> depends most on <code>" +
                 escaped(variable) +
                 "</code>: " + readable(100 * std::clamp(most->total, 0.0, 1.0), 2) +
                 " % of its variance, interactions included</li>\n";
    }
    return items.empty() ? "" : "<ul>\n" + items + "</ul>\n";
}

std::string table_headline(const DesignReport& report, const DesignTable& designs) {
    const auto failed = static_cast<std::size_t>(
        std::ranges::count_if(designs.rows, [](const DesignRow& row) { return !row.feasible; }));
    std::string text = "<p class=\"lead\">" + counted(designs.rows.size(), "design") + " over " +
                       counted(report.table.variables.size(), "variable");
    if (report.table.rows.size() > designs.rows.size()) {
        text += ", evaluated " + counted(report.table.rows.size(), "time") + " in all";
    }
    if (failed > 0) {
        text += "; " + std::to_string(failed) + " cannot be made";
    }
    return text + ".</p>\n";
}

std::string contenders_table(const SearchStory& story, const Quantity& objective,
                             const ReportUnits& units) {
    const std::vector<Quantity> variables = story_variables(story);
    std::vector<std::string> columns{"design"};
    for (const Quantity& q : variables) {
        columns.push_back(q.label());
    }
    columns.push_back(objective.label());
    columns.emplace_back("better than the reference by");
    std::vector<Quantity> constraints;
    for (const DesignConstraint& constraint : story.constraints) {
        constraints.push_back(units.result(constraint.key));
        columns.push_back(constraints.back().label());
    }
    if (!constraints.empty()) {
        columns.emplace_back("repeats that meet the constraints");
    }
    const auto interval = [&](const MeanInterval& i) {
        return "<td>" +
               plus_minus(objective.factor * i.mean, objective.factor * (i.high - i.mean)) +
               "</td>";
    };
    std::string rows;
    for (std::size_t n = 0; n < story.result.contenders.size(); ++n) {
        const Contender& contender = story.result.contenders[n];
        const bool is_best = &contender == best_contender(story.result);
        rows += std::string(is_best ? "<tr class=\"chosen\">" : "<tr>") + "<th scope=\"row\">" +
                contender_name(n) + (is_best ? " (best)" : "") + "</th>";
        for (std::size_t v = 0; v < variables.size() && v < contender.found.variables.size(); ++v) {
            rows += number_cell(variables[v], contender.found.variables[v]);
        }
        rows += interval(contender.objective) +
                (n == 0 ? "<td>\u2013</td>" : interval(contender.margin));
        for (std::size_t c = 0; c < constraints.size(); ++c) {
            rows += c < contender.constraints.size()
                        ? number_cell(constraints[c], contender.constraints[c])
                        : "<td>\u2013</td>";
        }
        if (!constraints.empty()) {
            rows += "<td>" + std::to_string(contender.met) + " of " +
                    std::to_string(contender.repeats.size()) + "</td>";
        }
        rows += "</tr>\n";
    }
    return table_of("Means and 95 % intervals over fresh random numbers", "", columns, rows);
}

std::string front_table(const DesignReport& report, const ReportUnits& units,
                        const DesignTable& designs, const ParetoFront& front) {
    std::vector<std::string> columns;
    for (const std::size_t key : front.keys) {
        columns.push_back(units.results[key].label());
    }
    for (const Quantity& q : units.variables) {
        columns.push_back(q.label());
    }
    const bool has_constraints = report.search && !report.search->constraints.empty();
    if (has_constraints) {
        columns.emplace_back(status_column);
    }
    std::string rows;
    for (const std::size_t n : evenly_chosen(front.rows.size(), listed_front)) {
        const DesignRow& row = designs.rows[front.rows[n]];
        rows += "<tr>";
        for (const std::size_t key : front.keys) {
            rows += number_cell(units.results[key], row.results[key]);
        }
        for (std::size_t v = 0; v < units.variables.size(); ++v) {
            rows += number_cell(units.variables[v], row.values[v]);
        }
        if (has_constraints) {
            rows += text_cell(verdict_name(verdict_of(report, designs, front.rows[n])));
        }
        rows += "</tr>\n";
    }
    std::string caption = "Designs on the front";
    if (front.rows.size() > listed_front) {
        caption += ", " + std::to_string(listed_front) + " of " +
                   std::to_string(front.rows.size()) +
                   (report.files.pareto.empty() ? "" : ", the rest in " + report.files.pareto);
    }
    return table_of(caption, "sortable", columns, rows);
}

std::string uncertain_table(const DesignReport& report, const ReportUnits& units) {
    std::string rows;
    for (const UncertainResult& of : report.uncertain) {
        const Quantity q = units.result(of.key);
        rows += "<tr><th scope=\"row\">" + escaped(q.label()) + "</th>" +
                number_cell(q, of.nominal) + number_cell(q, of.median) + number_cell(q, of.low) +
                number_cell(q, of.high) + "<td>" + std::to_string(of.draws) + "</td></tr>\n";
    }
    const std::string& file = report.files.uncertain;
    return table_of("Results under uncertain inputs" + (file.empty() ? "" : " (" + file + ")"), "",
                    {"result", "nominal", "median", "5 %", "95 %", "draws"}, rows);
}

std::string designs_table(const DesignReport& report, const ReportUnits& units) {
    const DesignTable& table = report.table;
    const bool has_replicates =
        std::ranges::any_of(table.rows, [](const DesignRow& row) { return row.replicate != 0; });
    std::vector<std::string> columns{"point"};
    if (has_replicates) {
        columns.emplace_back("replicate");
    }
    for (const Quantity& q : units.variables) {
        columns.push_back(q.label());
    }
    for (std::size_t k = 0; k < table.keys.size(); ++k) {
        columns.push_back(units.results[k].label());
    }
    columns.emplace_back(status_column);
    std::string rows;
    for (const std::size_t r : evenly_chosen(table.rows.size(), listed_designs)) {
        const DesignRow& row = table.rows[r];
        rows += "<tr><td>" +
                std::to_string(report.numbers.empty() ? static_cast<int>(r) : report.numbers[r]) +
                "</td>";
        if (has_replicates) {
            rows += "<td>" + std::to_string(row.replicate) + "</td>";
        }
        for (std::size_t v = 0; v < row.values.size(); ++v) {
            rows += number_cell(units.variables[v], row.values[v]);
        }
        for (std::size_t k = 0; k < row.results.size(); ++k) {
            rows += number_cell(units.results[k], row.results[k]);
        }
        const Verdict verdict = verdict_of(report, table, r);
        std::string status = verdict_name(verdict);
        if (verdict == Verdict::failed && !row.failure.empty()) {
            status += ": " + row.failure;
        } else if (verdict == Verdict::met &&
                   (!report.search || report.search->constraints.empty())) {
            status = "made";
        }
        rows += text_cell(status) + "</tr>\n";
    }
    std::string caption = "Every evaluated design";
    if (table.rows.size() > listed_designs) {
        caption = std::to_string(listed_designs) + " of " + std::to_string(table.rows.size()) +
                  " evaluated designs, evenly chosen";
    }
    const std::string& file = report.files.designs;
    return table_of(caption + (file.empty() ? "" : "; in full and in SI in " + file), "sortable",
                    columns, rows);
}

/// What the keys on the page mean, as far as the references know.
std::string glossary(const DesignReport& report, const ReportUnits& units) {
    std::vector<Quantity> all = units.variables;
    if (report.search) {
        for (const Quantity& q : story_variables(*report.search)) {
            all.push_back(q);
        }
        all.push_back(units.result(report.search->objective));
        for (const DesignConstraint& constraint : report.search->constraints) {
            all.push_back(units.result(constraint.key));
        }
    }
    all.insert(all.end(), units.results.begin(), units.results.end());
    std::set<std::string> told;
    std::string text;
    for (const Quantity& q : all) {
        if (!q.doc.empty() && told.insert(q.key).second) {
            text +=
                "<dt><code>" + escaped(q.label()) + "</code></dt><dd>" + escaped(q.doc) + "</dd>\n";
        }
    }
    return text.empty() ? "" : "<dl class=\"glossary\">\n" + text + "</dl>\n";
}

std::string provenance_list(const DesignReport& report) {
    std::string text = "<dl class=\"glossary\">\n";
    for (const auto& [name, value] : report.provenance) {
        text += "<dt>" + escaped(name) + "</dt><dd>" + escaped(value) + "</dd>\n";
    }
    return text + "</dl>\n";
}

std::vector<Section> sections(const DesignReport& report) {
    const DesignTable designs = averaged(report.table);
    check(report, designs);
    const ReportUnits units = units_of(report);
    std::vector<Section> all;
    const auto add = [&](const char* id, const char* title, std::string body) {
        if (!body.empty()) {
            all.push_back({id, title, std::move(body)});
        }
    };
    std::string headline;
    if (report.search) {
        headline += search_headline(*report.search, units.result(report.search->objective), units);
    } else if (!report.table.rows.empty()) {
        headline += table_headline(report, designs);
    }
    headline += sensitivity_findings(report);
    add("result", "Result", headline);
    if (report.search) {
        const SearchStory& story = *report.search;
        const Quantity objective = units.result(story.objective);
        if (!story.steps.empty()) {
            add("convergence", "Convergence",
                convergence_figure(story, objective, report.files.search));
        }
        if (!story.result.contenders.empty()) {
            add("contenders", "Confirmation",
                contenders_table(story, objective, units) +
                    contender_figure(story, objective, report.files.search));
        }
    }
    const auto grid = [](const std::string& figures) {
        return figures.empty() ? "" : "<div class=\"grid\">\n" + figures + "</div>\n";
    };
    std::string figures;
    for (const Response& response : report.responses) {
        figures += response_figure(report, units, response);
    }
    add("responses", "Response to the variables", grid(figures));
    figures.clear();
    for (const Sensitivity& of : report.sensitivities) {
        figures += of.indices.empty() ? "" : sensitivity_figure(report, of);
    }
    add("sensitivity", "What matters", grid(figures));
    std::string fronts;
    for (const ParetoFront& front : report.fronts) {
        fronts += grid(pareto_figure(report, units, designs, front)) +
                  front_table(report, units, designs, front);
    }
    add("pareto", "Compromises", fronts);
    if (!report.uncertain.empty()) {
        figures.clear();
        for (const UncertainResult& of : report.uncertain) {
            figures += tornado_figure(report, units, of);
        }
        add("uncertainty", "Uncertain inputs", uncertain_table(report, units) + grid(figures));
    }
    if (!report.table.rows.empty()) {
        add("designs", "Designs", designs_table(report, units));
    }
    add("keys", "What the names mean", glossary(report, units));
    if (!report.provenance.empty()) {
        add("provenance", "Provenance", provenance_list(report));
    }
    return all;
}

/// Dark only on screens: paper is white. Colours after Okabe & Ito, lighter on dark.
constexpr const char* page_style =
    R"(:root{color-scheme:light dark;--font:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
--page:#fff;--panel:#f6f7f9;--ink:#26262a;--muted:#5b5e66;--faint:#cdd0d4;--grid:#e9ebee;--link:#005a8f;--warn:#fff3d6;--warn-ink:#5c3d00;
--blue:#0072b2;--vermilion:#d55e00;--green:#009e73;--purple:#cc79a7;--orange:#e69f00;--sky:#56b4e9}
@media screen and (prefers-color-scheme:dark){:root{
--page:#15171b;--panel:#1e2127;--ink:#e8e9ec;--muted:#a5a9b3;--faint:#3c4049;--grid:#2a2d34;--link:#7cc4f2;--warn:#3a2e10;--warn-ink:#ffe0a3;
--blue:#4aa8e0;--vermilion:#ff8540;--green:#2cc598;--purple:#dc96bc;--orange:#f0b53a;--sky:#86cbf2}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 var(--font)}
header,main,nav{max-width:74rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:1.5rem}
h1{font-size:1.9rem;line-height:1.2;margin:.4rem 0;overflow-wrap:anywhere}
h2{font-size:1.35rem;margin:2.6rem 0 .8rem;padding-bottom:.3rem;border-bottom:1px solid var(--faint)}
h3{font-size:1rem;margin:.2rem 0 .6rem;overflow-wrap:anywhere}
a{color:var(--link)}
a:focus-visible,button:focus-visible,.scroll:focus-visible{outline:3px solid var(--blue);outline-offset:2px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--page);padding:.5rem 1rem;z-index:1}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;padding:0;margin:.6rem 0 0}
.lead{font-size:1.1rem;max-width:56rem}
p{max-width:56rem}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.warning{background:var(--warn);color:var(--warn-ink);border-left:5px solid var(--orange);padding:.6rem .9rem;border-radius:4px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));gap:.8rem;margin:0}
.cards div{background:var(--panel);border:1px solid var(--faint);border-radius:8px;padding:.7rem .9rem}
.cards dt{color:var(--muted);font-size:.85rem;overflow-wrap:anywhere}
.cards dd{margin:0}
.cards strong{display:block;font-size:1.3rem;font-variant-numeric:tabular-nums}
.cards span{color:var(--muted);font-size:.85rem}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(28rem,100%),1fr));gap:1.2rem;align-items:start;margin-top:1rem}
figure{margin:1rem 0 0;padding:.9rem;border:1px solid var(--faint);border-radius:8px;max-width:38rem;break-inside:avoid}
figure.wide{max-width:56rem}
.grid figure{margin:0}
figcaption{font-size:.88rem;color:var(--muted);margin-top:.5rem}
.source{white-space:nowrap}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;padding:0;margin:.4rem 0 0;font-size:.88rem}
.scroll{overflow:auto;max-height:40rem;border:1px solid var(--faint);border-radius:8px;margin-top:1rem}
table{border-collapse:collapse;width:100%;font-size:.88rem;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:.5rem .7rem;color:var(--muted)}
th,td{padding:.3rem .7rem;text-align:right;border-top:1px solid var(--grid);white-space:nowrap}
thead th{position:sticky;top:0;background:var(--panel);white-space:normal;vertical-align:bottom;min-width:6.5rem}
tbody th,thead th:first-child,.text,th.text{text-align:left}
.sortable thead th:first-child{text-align:right}
.text{white-space:normal;min-width:16rem}
.chosen td,.chosen th{font-weight:700;background:var(--panel)}
th button{all:unset;cursor:pointer;font:inherit}
th button::after{content:" \2195";color:var(--muted)}
th[aria-sort=ascending] button::after{content:" \2191"}
th[aria-sort=descending] button::after{content:" \2193"}
.glossary{display:grid;grid-template-columns:minmax(10rem,max-content) 1fr;gap:.3rem 1.2rem}
.glossary dd{margin:0;max-width:52rem;overflow-wrap:anywhere}
@media (max-width:40rem){.glossary{display:block}.glossary dd{margin:0 0 .6rem}}
@media print{body{font-size:10.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}nav,.skip{display:none}
.scroll{max-height:none;overflow:visible;border:0}thead th{position:static}h2{break-after:avoid}th button{display:contents}th button::after{content:""}
.grid{grid-template-columns:1fr}}
)";

/// Only sorts tables; without it the page lacks nothing else. Neither '<' nor '&', for XML.
constexpr const char* page_script =
    R"(document.querySelectorAll('table.sortable').forEach(function(table){
var body=table.tBodies[0];
table.querySelectorAll('thead th').forEach(function(head,column){
var button=document.createElement('button');
button.type='button';
while(head.firstChild){button.appendChild(head.firstChild);}
head.appendChild(button);
button.addEventListener('click',function(){
var up=head.getAttribute('aria-sort')!=='ascending';
table.querySelectorAll('th').forEach(function(h){h.removeAttribute('aria-sort');});
head.setAttribute('aria-sort',up?'ascending':'descending');
function value(row){
var cell=row.cells[column];
return cell.dataset.v!==undefined?Number(cell.dataset.v):cell.textContent;}
function compare(a,b){
var x=value(a),y=value(b);
if(typeof x==='number'){if(typeof y==='number'){return up?x-y:y-x;}return -1;}
if(typeof y==='number'){return 1;}
return (up?1:-1)*x.localeCompare(y,undefined,{numeric:true});}
Array.from(body.rows).sort(compare).forEach(function(row){body.appendChild(row);});
});});});
)";

} // namespace

std::string design_report_html(const DesignReport& report) {
    const std::vector<Section> all = sections(report);
    const std::string title = escaped(report.title.empty() ? "Designs" : report.title);
    std::string page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                       "<title>" +
                       title + "</title>\n<style>\n" + page_style + svg_style() +
                       "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#content\">Skip to the "
                       "content</a>\n<header><h1>" +
                       title + "</h1></header>\n<nav aria-label=\"Sections\"><ul>";
    for (const Section& section : all) {
        page += "<li><a href=\"#" + section.id + "\">" + section.title + "</a></li>";
    }
    page += "</ul></nav>\n<main id=\"content\">\n";
    for (const Section& section : all) {
        page += "<section id=\"" + section.id + "\" aria-labelledby=\"" + section.id +
                "-title\">\n<h2 id=\"" + section.id + "-title\">" + section.title + "</h2>\n" +
                section.body + "</section>\n";
    }
    page += "</main>\n";
    if (page.find("class=\"sortable\"") != std::string::npos) {
        page += "<script>\n" + std::string(page_script) + "</script>\n";
    }
    return page + "</body>\n</html>\n";
}

} // namespace porogen
