#include "report/design_figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "report/svg_plot.h"

namespace porogen {

namespace {

constexpr std::size_t drawn_points = 2000;
constexpr std::size_t drawn_bars = 10;

std::vector<double> scaled(const std::vector<double>& values, double factor) {
    std::vector<double> out;
    for (const double value : values) {
        out.push_back(factor * value);
    }
    return out;
}

struct LegendEntry {
    std::string icon;
    std::string text;
};

/// `caption` is one sentence, `finding` what the picture shows in words.
struct Figure {
    std::string title;
    std::string caption;
    std::string file;
    std::string name; ///< class
    std::vector<LegendEntry> legend;
};

std::string figure(const Figure& f, const std::string& svg) {
    std::string text = "<figure" + (f.name.empty() ? "" : " class=\"" + f.name + "\"") + ">\n<h3>" +
                       escaped(f.title) + "</h3>\n" + svg;
    if (!f.legend.empty()) {
        text += "<ul class=\"legend\">";
        for (const LegendEntry& entry : f.legend) {
            text += "<li>" + entry.icon + escaped(entry.text) + "</li>";
        }
        text += "</ul>\n";
    }
    text += "<figcaption>" + escaped(f.caption);
    if (!f.file.empty()) {
        text += " <span class=\"source\">Data: <code>" + escaped(f.file) + "</code></span>";
    }
    return text + "</figcaption>\n</figure>\n";
}

const char* stage_name(Stage stage) {
    switch (stage) {
    case Stage::screen:
        return "screen";
    case Stage::search:
        return "search";
    case Stage::confirm:
        return "confirm";
    }
    return "";
}

std::string_view stage_class(Stage stage) {
    static constexpr std::array<std::string_view, 3> names{"stage0", "stage1", "stage2"};
    return names[static_cast<std::size_t>(stage)];
}

Verdict verdict_of_step(const SearchStep& step) {
    return !std::isfinite(step.objective) ? Verdict::failed
           : step.violation > 0           ? Verdict::broken
                                          : Verdict::met;
}

Mark mark_of(Verdict verdict) {
    return verdict == Verdict::met      ? Mark::disc
           : verdict == Verdict::broken ? Mark::ring
                                        : Mark::cross;
}

/// Only of the verdicts that occur.
std::vector<LegendEntry> verdict_legend(const std::array<int, 3>& counts, bool has_constraints) {
    std::vector<LegendEntry> entries;
    for (const Verdict verdict : {Verdict::met, Verdict::broken, Verdict::failed}) {
        if (counts[static_cast<std::size_t>(verdict)] > 0) {
            entries.push_back(
                {mark_icon(mark_of(verdict)), verdict == Verdict::met && !has_constraints
                                                  ? std::string("design")
                                                  : std::string(verdict_name(verdict))});
        }
    }
    return entries;
}

void shade_stages(SvgPlot& plot, const std::vector<SearchStep>& steps) {
    for (std::size_t begin = 0; begin < steps.size();) {
        std::size_t end = begin;
        while (end < steps.size() && steps[end].stage == steps[begin].stage) {
            ++end;
        }
        const double from = static_cast<double>(begin) + 0.5;
        const double to = static_cast<double>(end) + 0.5;
        const Stage stage = steps[begin].stage;
        add_area(plot, from, to, -std::numeric_limits<double>::infinity(),
                 std::numeric_limits<double>::infinity(), stage_class(stage), stage_name(stage));
        if (across(plot, to) - across(plot, from) > 52) {
            add_text(plot, (across(plot, from) + across(plot, to)) / 2, plot.top + 15,
                     stage_name(stage), "middle", "tick");
        }
        begin = end;
    }
}

/// The best of the designs so far that meet the constraints; NaN before the first of them. The
/// confirmation has other random numbers and takes no part.
std::vector<double> best_so_far(const SearchStory& story) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> line;
    double best = nan;
    for (std::size_t n = 0; n < story.steps.size(); ++n) {
        const SearchStep& step = story.steps[n];
        if (n > 0 && story.stages_differ && step.stage != story.steps[n - 1].stage) {
            best = nan;
        }
        if (step.stage == Stage::confirm) {
            line.push_back(nan);
            continue;
        }
        if (verdict_of_step(step) == Verdict::met &&
            (std::isnan(best) ||
             (story.maximise ? step.objective > best : step.objective < best))) {
            best = step.objective;
        }
        line.push_back(best);
    }
    return line;
}

bool is_finite(const MeanInterval& interval) {
    return std::isfinite(interval.low) && std::isfinite(interval.high);
}

std::string values_text(const std::vector<Quantity>& variables, const std::vector<double>& values) {
    std::string text;
    for (std::size_t v = 0; v < variables.size() && v < values.size(); ++v) {
        text += (v == 0 ? "" : ", ") + variables[v].key + " " + variables[v].text(values[v]);
    }
    return text;
}

std::size_t key_number(const DesignTable& table, const std::string& key) {
    const auto found = std::ranges::find(table.keys, key);
    return static_cast<std::size_t>(found - table.keys.begin());
}

/// Whether the search's best design has the values of the table's variables.
const Evaluation* best_of(const DesignReport& report) {
    if (!report.search || report.search->variables.size() != report.table.variables.size()) {
        return nullptr;
    }
    const SearchStory& story = *report.search;
    for (std::size_t v = 0; v < story.variables.size(); ++v) {
        if (story.variables[v].key != report.table.variables[v].key) {
            return nullptr;
        }
    }
    return story.result.best.variables.size() == story.variables.size() ? &story.result.best
                                                                        : nullptr;
}

std::string others_note(const DesignTable& table, std::size_t shown) {
    return table.variables.size() > shown
               ? "; the other variables are held at the recipe's values or in the middle of their "
                 "ranges, while the points have their own"
               : "";
}

/// The last two parts of a key: "tortuosity_factor.z".
std::string short_name(const std::string& key) {
    const std::size_t last = key.rfind('.');
    const std::size_t before =
        last == 0 || last == std::string::npos ? std::string::npos : key.rfind('.', last - 1);
    return before == std::string::npos ? key : key.substr(before + 1);
}

std::string response_map(const DesignReport& report, const ReportUnits& units,
                         const Response& response) {
    const DesignTable& table = report.table;
    const DesignVariable& x = table.variables[response.x];
    const DesignVariable& y = table.variables[response.y];
    const Quantity& qx = units.variables[response.x];
    const Quantity& qy = units.variables[response.y];
    const Quantity q = units.result(response.key);
    SvgPlot plot = begin_plot({qx.label(), qx.factor * response.x_values.front(),
                               qx.factor * response.x_values.back(), x.logarithmic},
                              {qy.label(), qy.factor * response.y_values.front(),
                               qy.factor * response.y_values.back(), y.logarithmic},
                              96);
    std::vector<double> means;
    std::size_t highest = 0;
    std::size_t lowest = 0;
    double doubt = 0;
    for (std::size_t n = 0; n < response.predictions.size(); ++n) {
        means.push_back(q.factor * response.predictions[n].mean);
        highest = means[n] > means[highest] ? n : highest;
        lowest = means[n] < means[lowest] ? n : lowest;
        doubt = std::max(doubt, response.predictions[n].standard_deviation);
    }
    add_contours(plot, scaled(response.x_values, qx.factor), scaled(response.y_values, qy.factor),
                 means, q.unit.empty() ? short_name(response.key) : q.unit);
    std::array<int, 3> counts{};
    const std::size_t key = key_number(table, response.key);
    for (const std::size_t r : evenly_chosen(table.rows.size(), drawn_points)) {
        const DesignRow& row = table.rows[r];
        const Verdict verdict = verdict_of(report, table, r);
        ++counts[static_cast<std::size_t>(verdict)];
        add_mark(plot, qx.factor * row.values[response.x], qy.factor * row.values[response.y],
                 mark_of(verdict),
                 values_text(units.variables, row.values) + ": " +
                     (key < row.results.size() ? q.text(row.results[key]) : "") + " (" +
                     verdict_name(verdict) + ")",
                 4);
    }
    const bool has_constraints = report.search && !report.search->constraints.empty();
    std::vector<LegendEntry> legend = verdict_legend(counts, has_constraints);
    if (const Evaluation* const best = best_of(report)) {
        add_mark(plot, qx.factor * best->variables[response.x],
                 qy.factor * best->variables[response.y], Mark::diamond, "best design", 5);
        legend.push_back({mark_icon(Mark::diamond), "best design"});
    }
    const std::size_t lines = response.y_values.size();
    const auto place = [&](std::size_t n) {
        return q.text(response.predictions[n].mean) + " at " + qx.key + " " +
               qx.text(response.x_values[n / lines]) + ", " + qy.key + " " +
               qy.text(response.y_values[n % lines]);
    };
    const std::string title = response.key + " over " + qx.key + " and " + qy.key;
    return figure(
        {title,
         "What the surrogate expects of " + q.label() + ", with a standard deviation of " +
             q.text(doubt) + " at most" + others_note(table, 2) + ".",
         report.files.response, "map", legend},
        finish(plot, title + ": highest " + place(highest) + "; lowest " + place(lowest) + "."));
}

std::string response_curve(const DesignReport& report, const ReportUnits& units,
                           const Response& response) {
    const DesignTable& table = report.table;
    const DesignVariable& x = table.variables[response.x];
    const Quantity& qx = units.variables[response.x];
    const Quantity q = units.result(response.key);
    const std::vector<double> xs = scaled(response.x_values, qx.factor);
    std::vector<double> means;
    std::vector<double> lows;
    std::vector<double> highs;
    std::size_t highest = 0;
    std::size_t lowest = 0;
    for (std::size_t n = 0; n < response.predictions.size(); ++n) {
        const Prediction& p = response.predictions[n];
        means.push_back(q.factor * p.mean);
        lows.push_back(q.factor * (p.mean - 2 * p.standard_deviation));
        highs.push_back(q.factor * (p.mean + 2 * p.standard_deviation));
        highest = means[n] > means[highest] ? n : highest;
        lowest = means[n] < means[lowest] ? n : lowest;
    }
    const std::size_t key = key_number(table, response.key);
    std::vector<double> all = lows;
    all.insert(all.end(), highs.begin(), highs.end());
    for (const DesignRow& row : table.rows) {
        all.push_back(key < row.results.size() && row.feasible ? q.factor * row.results[key]
                                                               : all.front());
    }
    std::vector<double> x_range = xs;
    for (const DesignRow& row : table.rows) {
        x_range.push_back(qx.factor * row.values[response.x]);
    }
    SvgAxis y = axis_around(q.label(), all);
    y.low -= 0.05 * (y.high - y.low); // designs that cannot be made stand there
    SvgPlot plot = begin_plot(axis_around(qx.label(), x_range, x.logarithmic), y);
    add_band(plot, xs, lows, highs, "band");
    add_line(plot, xs, means, "curve");
    std::array<int, 3> counts{};
    for (const std::size_t r : evenly_chosen(table.rows.size(), drawn_points)) {
        const DesignRow& row = table.rows[r];
        const Verdict verdict = verdict_of(report, table, r);
        ++counts[static_cast<std::size_t>(verdict)];
        const double value = verdict == Verdict::failed ? y.low + 0.03 * (y.high - y.low)
                             : key < row.results.size() ? q.factor * row.results[key]
                                                        : std::numeric_limits<double>::quiet_NaN();
        add_mark(plot, qx.factor * row.values[response.x], value, mark_of(verdict),
                 values_text(units.variables, row.values) + " (" + verdict_name(verdict) + ")");
    }
    const bool has_constraints = report.search && !report.search->constraints.empty();
    std::vector<LegendEntry> legend = verdict_legend(counts, has_constraints);
    legend.insert(legend.begin(), {{line_icon("curve"), "surrogate's mean"},
                                   {area_icon("band"), "two standard deviations either way"}});
    const std::string title = response.key + " over " + qx.key;
    return figure({title,
                   "What the surrogate expects of " + q.label() + others_note(table, 1) + ".",
                   report.files.response, "", legend},
                  finish(plot, title + ": highest " + q.text(response.predictions[highest].mean) +
                                   " at " + qx.text(response.x_values[highest]) + "; lowest " +
                                   q.text(response.predictions[lowest].mean) + " at " +
                                   qx.text(response.x_values[lowest]) + "."));
}

} // namespace

Quantity ReportUnits::result(const std::string& key) const {
    const auto found = std::ranges::find(results, key, &Quantity::key);
    return found != results.end() ? *found : result_quantity(key, {});
}

ReportUnits units_of(const DesignReport& report) {
    ReportUnits units;
    for (const DesignVariable& variable : report.table.variables) {
        units.variables.push_back(recipe_quantity(variable.key, {variable.low, variable.high}));
    }
    for (std::size_t k = 0; k < report.table.keys.size(); ++k) {
        std::vector<double> values;
        for (const DesignRow& row : report.table.rows) {
            values.push_back(row.results[k]);
        }
        units.results.push_back(result_quantity(report.table.keys[k], values));
    }
    const auto known = [&](const std::string& key) {
        return std::ranges::find(units.results, key, &Quantity::key) != units.results.end();
    };
    if (report.search && !known(report.search->objective)) {
        std::vector<double> values;
        for (const SearchStep& step : report.search->steps) {
            values.push_back(step.objective);
        }
        units.results.push_back(result_quantity(report.search->objective, values));
    }
    for (const UncertainResult& of : report.uncertain) {
        if (!known(of.key)) {
            units.results.push_back(result_quantity(of.key, {of.nominal, of.low, of.high}));
        }
    }
    for (const Response& response : report.responses) {
        if (!known(response.key)) {
            std::vector<double> values;
            for (const Prediction& prediction : response.predictions) {
                values.push_back(prediction.mean);
            }
            units.results.push_back(result_quantity(response.key, values));
        }
    }
    return units;
}

Verdict verdict_of(const DesignReport& report, const DesignTable& table, std::size_t row) {
    if (!table.rows[row].feasible) {
        return Verdict::failed;
    }
    if (report.search) {
        for (const DesignConstraint& constraint : report.search->constraints) {
            const std::size_t key = key_number(table, constraint.key);
            if (key < table.keys.size()) {
                const double value = table.rows[row].results[key];
                if (!(value >= constraint.low && value <= constraint.high)) {
                    return Verdict::broken;
                }
            }
        }
    }
    return Verdict::met;
}

const char* verdict_name(Verdict verdict) {
    switch (verdict) {
    case Verdict::met:
        return "meets the constraints";
    case Verdict::broken:
        return "breaks a constraint";
    case Verdict::failed:
        return "cannot be made";
    }
    return "";
}

std::vector<std::size_t> evenly_chosen(std::size_t count, std::size_t most) {
    std::vector<std::size_t> chosen;
    const std::size_t kept = std::min(count, most);
    for (std::size_t n = 0; n < kept; ++n) {
        chosen.push_back(n * count / kept);
    }
    return chosen;
}

std::string contender_name(std::size_t number) {
    return number == 0 ? "reference" : "design " + std::to_string(number);
}

std::string convergence_figure(const SearchStory& story, const Quantity& objective,
                               const std::string& file) {
    std::vector<double> numbers;
    std::vector<double> values;
    for (std::size_t n = 0; n < story.steps.size(); ++n) {
        numbers.push_back(static_cast<double>(n + 1));
        values.push_back(objective.factor * story.steps[n].objective);
    }
    SvgAxis y = axis_around(objective.label(), values);
    y.high += 0.1 * (y.high - y.low); // the stages' names stand there
    y.low -= 0.04 * (y.high - y.low); // and designs that do not exist, here
    SvgPlot plot =
        begin_plot({"evaluation", 0.5, static_cast<double>(numbers.size()) + 0.5}, y, 16, true);
    shade_stages(plot, story.steps);

    std::vector<double> step_x;
    std::vector<double> step_y;
    const std::vector<double> best = best_so_far(story);
    for (std::size_t n = 0; n < best.size(); ++n) {
        step_x.insert(step_x.end(), {numbers[n] - 0.5, numbers[n] + 0.5});
        step_y.insert(step_y.end(), {objective.factor * best[n], objective.factor * best[n]});
    }
    add_line(plot, step_x, step_y, "best");

    std::array<int, 3> counts{};
    for (std::size_t n = 0; n < story.steps.size(); ++n) {
        ++counts[static_cast<std::size_t>(verdict_of_step(story.steps[n]))];
    }
    for (const std::size_t n : evenly_chosen(story.steps.size(), drawn_points)) {
        const SearchStep& step = story.steps[n];
        const Verdict verdict = verdict_of_step(step);
        add_mark(plot, numbers[n],
                 verdict == Verdict::failed ? y.low + 0.025 * (y.high - y.low) : values[n],
                 mark_of(verdict),
                 "evaluation " + std::to_string(n + 1) + " (" + stage_name(step.stage) +
                     "): " + objective.text(step.objective) + ", " + verdict_name(verdict));
    }
    std::vector<LegendEntry> legend = verdict_legend(counts, !story.constraints.empty());
    legend.push_back(
        {line_icon("best"), story.stages_differ ? "best so far of its stage" : "best so far"});
    std::string finding = std::to_string(story.steps.size()) + " evaluations of " + objective.key +
                          ": " + std::to_string(counts[1]) + " break a constraint, " +
                          std::to_string(counts[2]) + " cannot be made";
    const auto first = std::ranges::find_if(best, [](double b) { return std::isfinite(b); });
    const auto last =
        std::ranges::find_if(best.rbegin(), best.rend(), [](double b) { return std::isfinite(b); });
    if (first != best.end()) {
        const auto found = std::ranges::find(best, *last);
        finding += "; the best so far went from " + objective.text(*first) + " to " +
                   objective.text(*last) + ", reached at evaluation " +
                   std::to_string(found - best.begin() + 1);
    }
    return figure({"Objective of every evaluation",
                   "The search wants the " +
                       std::string(story.maximise ? "largest " : "smallest ") + objective.key +
                       "; the confirmation repeats the best designs with fresh random numbers and "
                       "does not count for the best so far.",
                   file, "wide", legend},
                  finish(plot, finding + "."));
}

std::string contender_figure(const SearchStory& story, const Quantity& objective,
                             const std::string& file) {
    std::vector<std::string> names;
    std::vector<double> all;
    std::string finding;
    for (std::size_t n = 0; n < story.result.contenders.size(); ++n) {
        const Contender& contender = story.result.contenders[n];
        names.push_back(contender_name(n));
        for (const Evaluation& repeat : contender.repeats) {
            all.push_back(repeat.feasible ? objective.factor * repeat.objective
                                          : std::numeric_limits<double>::quiet_NaN());
        }
        const MeanInterval& mean = contender.objective;
        all.push_back(objective.factor * mean.mean);
        if (is_finite(mean)) {
            all.insert(all.end(), {objective.factor * mean.low, objective.factor * mean.high});
        }
        finding +=
            (n == 0 ? "" : "; ") + names.back() + " " +
            plus_minus(objective.factor * mean.mean, objective.factor * (mean.high - mean.mean));
    }
    SvgPlot plot = begin_rows(axis_around(objective.label(), all), names, 34);
    for (std::size_t n = 0; n < story.result.contenders.size(); ++n) {
        const Contender& contender = story.result.contenders[n];
        const double middle = static_cast<double>(n) + 0.5;
        for (const Evaluation& repeat : contender.repeats) {
            if (repeat.feasible) {
                add_mark(plot, objective.factor * repeat.objective, middle + 0.22, Mark::disc,
                         objective.text(repeat.objective), 3);
            }
        }
        const MeanInterval& mean = contender.objective;
        add_whisker(plot, objective.factor * mean.low, objective.factor * mean.high, middle - 0.1);
        add_mark(plot, objective.factor * mean.mean, middle - 0.1, Mark::diamond,
                 names[n] + ": " + objective.text(mean.mean), 4);
    }
    return figure(
        {"The best designs again, with fresh random numbers",
         "Means and their 95 % intervals of " + objective.label() +
             " over repeats that have the same random numbers for every design.",
         file,
         "",
         {{mark_icon(Mark::diamond), "mean and 95 % interval"}, {mark_icon(Mark::disc), "repeat"}}},
        finish(plot, "Means with 95 % intervals: " + finding + "."));
}

std::string response_figure(const DesignReport& report, const ReportUnits& units,
                            const Response& response) {
    return response.y_values.empty() ? response_curve(report, units, response)
                                     : response_map(report, units, response);
}

std::string sensitivity_figure(const DesignReport& report, const Sensitivity& of) {
    std::vector<std::size_t> order(of.indices.size());
    for (std::size_t v = 0; v < order.size(); ++v) {
        order[v] = v;
    }
    std::ranges::stable_sort(order, std::ranges::greater{},
                             [&](std::size_t v) { return of.indices[v].total; });
    const bool is_cut = order.size() > drawn_bars;
    order.resize(std::min(order.size(), drawn_bars));

    std::vector<std::string> names;
    double high = 1;
    double low = 0;
    for (const std::size_t v : order) {
        names.push_back(report.table.variables[v].key);
        for (const double end : {of.indices[v].first_high, of.indices[v].total_high}) {
            high = std::isfinite(end) ? std::max(high, end) : high;
        }
        for (const double end : {of.indices[v].first_low, of.indices[v].total_low}) {
            low = std::isfinite(end) ? std::min(low, end) : low;
        }
    }
    SvgPlot plot = begin_rows({"part of the variance", low, high + 0.02, false}, names, 40);
    std::string finding;
    for (std::size_t n = 0; n < order.size(); ++n) {
        const SobolIndex& index = of.indices[order[n]];
        const double row = static_cast<double>(n);
        add_area(plot, 0, index.first, row + 0.14, row + 0.47, "first",
                 "alone: " + readable(index.first, 3));
        add_whisker(plot, index.first_low, index.first_high, row + 0.305);
        add_area(plot, 0, index.total, row + 0.53, row + 0.86, "total",
                 "with interactions: " + readable(index.total, 3));
        add_whisker(plot, index.total_low, index.total_high, row + 0.695);
        finding += (n == 0 ? "" : "; ") + names[n] + " " + readable(index.first, 3) + " alone, " +
                   readable(index.total, 3) + " with interactions";
    }
    const bool is_trusted = of.q2 >= trusted_q2;
    std::string text = figure(
        {"What " + of.key + " depends on",
         "Sobol indices with 95 % intervals, from a surrogate through " + std::to_string(of.rows) +
             " evaluations that predicts left-out ones with Q\u00b2 = " + readable(of.q2, 3) +
             (is_cut ? "; only the " + std::to_string(drawn_bars) + " largest are drawn" : "") +
             ".",
         report.files.sensitivity,
         "",
         {{area_icon("first"), "the variable alone (first order)"},
          {area_icon("total"), "with its interactions (total)"}}},
        finish(plot, "Parts of the variance of " + of.key + ": " + finding + "." +
                         (is_trusted ? "" : " Not to be trusted.")));
    if (!is_trusted) {
        const std::size_t end = text.find("</h3>\n") + 6;
        text.insert(end, "<p class=\"warning\"><strong>Warning:</strong> Q\u00b2 = " +
                             readable(of.q2, 3) + " is below " + readable(trusted_q2) +
                             ": the surrogate does not describe this quantity, do not trust these "
                             "bars. More designs may help.</p>\n");
    }
    return text;
}

std::string pareto_figure(const DesignReport& report, const ReportUnits& units,
                          const DesignTable& designs, const ParetoFront& front) {
    const auto [kx, ky] = front.keys;
    const Quantity& qx = units.results[kx];
    const Quantity& qy = units.results[ky];
    std::vector<double> xs;
    std::vector<double> ys;
    for (const DesignRow& row : designs.rows) {
        if (row.feasible && std::isfinite(row.results[kx]) && std::isfinite(row.results[ky])) {
            xs.push_back(qx.factor * row.results[kx]);
            ys.push_back(qy.factor * row.results[ky]);
        }
    }
    SvgPlot plot = begin_plot(axis_around(qx.label(), xs), axis_around(qy.label(), ys));
    std::vector<double> front_x;
    std::vector<double> front_y;
    std::vector<bool> is_on_front(designs.rows.size(), false);
    for (const std::size_t r : front.rows) {
        const double x = qx.factor * designs.rows[r].results[kx];
        const double y = qy.factor * designs.rows[r].results[ky];
        if (!front_x.empty()) { // what lies beyond the corner is not dominated by either
            front_x.push_back(x);
            front_y.push_back(front_y.back());
        }
        front_x.push_back(x);
        front_y.push_back(y);
        is_on_front[r] = true;
    }
    std::array<int, 3> counts{};
    const auto mark = [&](std::size_t r, Mark shape) {
        const DesignRow& row = designs.rows[r];
        add_mark(plot, qx.factor * row.results[kx], qy.factor * row.results[ky], shape,
                 qx.text(row.results[kx]) + ", " + qy.text(row.results[ky]) + " (" +
                     values_text(units.variables, row.values) + "; " +
                     verdict_name(verdict_of(report, designs, r)) + ")");
    };
    for (const std::size_t r : evenly_chosen(designs.rows.size(), drawn_points)) {
        const Verdict verdict = verdict_of(report, designs, r);
        if (verdict != Verdict::failed && !is_on_front[r]) {
            ++counts[static_cast<std::size_t>(verdict)];
            mark(r, mark_of(verdict));
        }
    }
    add_line(plot, front_x, front_y, "front");
    for (const std::size_t r : front.rows) {
        mark(r, Mark::diamond);
    }
    std::vector<LegendEntry> legend =
        verdict_legend(counts, report.search && !report.search->constraints.empty());
    legend.insert(legend.begin(), {mark_icon(Mark::diamond), "on the front"});
    legend.push_back({line_icon("front"), "front"});
    const auto sense = [](Sense s) { return s == Sense::maximise ? "large" : "small"; };
    std::string finding = std::to_string(front.rows.size()) + " of " + std::to_string(xs.size()) +
                          " designs are on the front";
    if (!front.rows.empty()) {
        const auto place = [&](std::size_t r) {
            return qx.text(designs.rows[r].results[kx]) + " and " +
                   qy.text(designs.rows[r].results[ky]);
        };
        finding += ", from " + place(front.rows.front()) + " to " + place(front.rows.back());
    }
    return figure({"Best compromises between " + qx.key + " and " + qy.key,
                   "No other design is better in one quantity and as good in the other, where " +
                       qx.key + " is to be " + sense(front.senses[0]) + " and " + qy.key +
                       " is to be " + sense(front.senses[1]) + ".",
                   report.files.pareto, "", legend},
                  finish(plot, finding + "."));
}

std::string tornado_figure(const DesignReport& report, const ReportUnits& units,
                           const UncertainResult& of) {
    const Quantity q = units.result(of.key);
    std::vector<TornadoBar> bars;
    for (const TornadoBar& bar : of.tornado) {
        if (bars.size() < drawn_bars) {
            bars.push_back(bar);
        }
    }
    std::vector<std::string> names{"all inputs together"};
    std::vector<double> all{q.factor * of.nominal, q.factor * of.low, q.factor * of.high,
                            q.factor * of.median};
    for (const TornadoBar& bar : bars) {
        names.push_back(report.table.variables[bar.variable].key);
        all.insert(all.end(), {q.factor * bar.low, q.factor * bar.high});
    }
    SvgPlot plot = begin_rows(axis_around(q.label(), all), names, 26);
    const double nominal = q.factor * of.nominal;
    add_whisker(plot, q.factor * of.low, q.factor * of.high, 0.5);
    add_mark(plot, q.factor * of.median, 0.5, Mark::diamond, "median " + q.text(of.median), 4);
    std::size_t missing = 0;
    for (std::size_t n = 0; n < bars.size(); ++n) {
        const TornadoBar& bar = bars[n];
        const Quantity& input = units.variables[bar.variable];
        const DesignVariable& range = report.table.variables[bar.variable];
        const double row = static_cast<double>(n) + 1;
        const auto half = [&](double result, double value, std::string_view name, double from,
                              double to) {
            if (std::isfinite(result) && std::isfinite(nominal)) {
                add_area(plot, nominal, q.factor * result, row + from, row + to, name,
                         q.text(result) + " at " + input.text(value));
            } else {
                ++missing;
            }
        };
        // Both ends on one side of the nominal value would hide each other.
        half(bar.low, range.low, "low", 0.14, 0.5);
        half(bar.high, range.high, "high", 0.5, 0.86);
    }
    add_line(plot, {nominal, nominal}, {0, static_cast<double>(names.size())}, "reference");
    std::string caption =
        "Above, the median and 5 to 95 % of " + std::to_string(of.draws) +
        " draws of all inputs; below, each input alone at either end of its range, the others at "
        "their nominal values";
    if (of.tornado.size() > bars.size()) {
        caption += ", for the " + std::to_string(bars.size()) + " widest of " +
                   std::to_string(of.tornado.size());
    }
    if (missing > 0) {
        caption += "; where a bar is missing, the result does not exist";
    }
    std::string finding = of.key + ": nominal " + q.text(of.nominal) + ", median " +
                          q.text(of.median) + ", 5 to 95 % from " + q.text(of.low) + " to " +
                          q.text(of.high);
    if (!bars.empty()) {
        finding += "; widest for " + names[1] + ", from " + q.text(bars.front().low) + " to " +
                   q.text(bars.front().high);
    }
    return figure({"How sure " + of.key + " is",
                   caption + ".",
                   report.files.tornado,
                   "",
                   {{line_icon("reference"), "nominal"},
                    {mark_icon(Mark::diamond), "median"},
                    {area_icon("low"), "input at its low end"},
                    {area_icon("high"), "input at its high end"}}},
                  finish(plot, finding + "."));
}

} // namespace porogen
