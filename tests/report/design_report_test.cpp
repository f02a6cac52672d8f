#include "porogen/report/design_report.h"

#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "porogen/report/result_keys.h"
#include "report/quantity.h"
#include "report/svg_plot.h"
#include "sample_report.h"

using namespace porogen;

namespace {

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

/// "" if the page is well-formed: every tag closed in order, attributes quoted, no stray '<' or
/// '&'.
std::string complaint(const std::string& page) {
    std::vector<std::string> open;
    std::size_t at = page.find("<html");
    while (at < page.size()) {
        if (page[at] == '&') {
            const std::size_t end = page.find(';', at);
            const std::string name = page.substr(at, end - at + 1);
            if (name != "&amp;" && name != "&lt;" && name != "&gt;" && name != "&quot;" &&
                name != "&#39;") {
                return "stray & at " + page.substr(at, 20);
            }
        }
        if (page[at] != '<') {
            ++at;
            continue;
        }
        const bool is_end = page[at + 1] == '/';
        std::size_t p = at + (is_end ? 2 : 1);
        std::string name;
        while (p < page.size() && std::isalnum(static_cast<unsigned char>(page[p])) != 0) {
            name += page[p++];
        }
        if (name.empty()) {
            return "stray < at " + page.substr(at, 20);
        }
        bool in_quotes = false;
        while (p < page.size() && (in_quotes || page[p] != '>')) {
            if (page[p] == '<') {
                return "< in a tag at " + page.substr(at, 40);
            }
            if (page[p] == '=' && !in_quotes && page[p + 1] != '"') {
                return "attribute without quotes at " + page.substr(at, 40);
            }
            in_quotes = page[p] == '"' ? !in_quotes : in_quotes;
            ++p;
        }
        if (is_end) {
            if (open.empty() || open.back() != name) {
                return "</" + name + "> closes " + (open.empty() ? "nothing" : open.back());
            }
            open.pop_back();
        } else if (page[p - 1] != '/') {
            open.push_back(name);
        }
        at = p + 1;
    }
    return open.empty() ? "" : open.back() + " is never closed";
}

bool has(const std::string& page, const std::string& text) {
    return page.find(text) != std::string::npos;
}

int count(const std::string& page, const std::string& text) {
    int found = 0;
    for (std::size_t at = page.find(text); at != std::string::npos; at = page.find(text, at + 1)) {
        ++found;
    }
    return found;
}

/// Every number of the pictures is one, and lies in its picture.
bool coordinates_are_sound(const std::string& page) {
    for (std::size_t at = page.find("<svg"); at != std::string::npos; at = page.find("<svg", at)) {
        const std::size_t end = page.find("</svg>", at);
        for (; at < end; ++at) {
            if (page[at] != '<') {
                continue;
            }
            const std::string tag = page.substr(at, page.find('>', at) - at);
            for (const char* const name : {" d=\"", " x=\"", " y=\"", " cx=\"", " cy=\"", " x1=\"",
                                           " y1=\"", " width=\"", " height=\"", " viewBox=\""}) {
                const std::size_t from = tag.find(name);
                if (from == std::string::npos) {
                    continue;
                }
                const std::size_t begin = from + std::string(name).size();
                const std::string value = tag.substr(begin, tag.find('"', begin) - begin);
                if (value.empty() ||
                    value.find_first_not_of("0123456789.- MLHVZ") != std::string::npos ||
                    value.size() > 200000) {
                    return false;
                }
            }
        }
    }
    return true;
}

void check_sound(const DesignReport& report) {
    const std::string page = design_report_html(report);
    CHECK(complaint(page) == "");
    CHECK(coordinates_are_sound(page));
    CHECK_FALSE(has(page, "http"));
    CHECK_FALSE(has(page, "url("));
    CHECK_FALSE(has(page, ">nan"));
    CHECK_FALSE(has(page, ">-nan"));
    CHECK_FALSE(has(page, ">inf"));
}

bool has_section(const std::string& page, const std::string& id) {
    const bool is_there = has(page, "<section id=\"" + id + "\"");
    CHECK(is_there == has(page, "href=\"#" + id + "\"")); // and the list of sections tells it
    return is_there;
}

} // namespace

TEST_CASE("the checker of the pages finds what is wrong") {
    CHECK(complaint("<html><p>a &amp; b</p><br/></html>") == "");
    CHECK(complaint("<html><p>a & b</p></html>") != "");
    CHECK(complaint("<html><p>a < b</p></html>") != "");
    CHECK(complaint("<html><p><b></p></b></html>") != "");
    CHECK(complaint("<html><p class=a></p></html>") != "");
    CHECK(complaint("<html><p></html>") != "");
    CHECK_FALSE(coordinates_are_sound("<svg><path d=\"M0 nanL1 1\"/></svg>"));
}

TEST_CASE("the page of a search is well-formed, stands alone and says what was found") {
    const DesignReport report = test::sample_report();
    check_sound(report);
    const std::string page = design_report_html(report);
    CHECK(has(page, "<title>Uniform plating in LLTO@CNT</title>"));
    CHECK(has(page, "0.19\u00a0wt%"));                       // the best design, in its unit
    CHECK(has(page, "0.9902 \u00b1 0.0080"));                // its mean and interval
    CHECK(has(page, "+0.1270 \u00b1 0.0040"));               // its margin
    CHECK(has(page, "5 of 5"));                              // and how often it kept to the bounds
    CHECK(has(page, "0.85 \u2264 plating.metrics.fill"));    // what was asked for
    CHECK(has(page, "performance.energy_per_mass [Wh/kg]")); // not in J/kg
    CHECK(count(page, "<tr><td>") == 40);
    CHECK(count(page, "role=\"img\"") ==
          count(page, "aria-label=\"") - count(page, "<nav") - count(page, "class=\"scroll\""));
    CHECK(page.size() < 200000);
}

TEST_CASE("a page has a section if, and only if, there is something to say in it") {
    const std::vector<std::string> ids{"result",      "convergence", "contenders",  "responses",
                                       "sensitivity", "pareto",      "uncertainty", "designs",
                                       "keys",        "provenance"};
    const std::string full = design_report_html(test::sample_report());
    for (const std::string& id : ids) {
        CAPTURE(id);
        CHECK(has_section(full, id));
    }
    const std::string empty = design_report_html({});
    CHECK(complaint(empty) == "");
    for (const std::string& id : ids) {
        CAPTURE(id);
        CHECK_FALSE(has_section(empty, id));
    }
    CHECK_FALSE(has(empty, "<script"));

    const auto without = [](auto&& change) {
        DesignReport report = test::sample_report();
        change(report);
        check_sound(report);
        return design_report_html(report);
    };
    const std::string no_search = without([](DesignReport& r) { r.search.reset(); });
    CHECK_FALSE(has_section(no_search, "convergence"));
    CHECK_FALSE(has_section(no_search, "contenders"));
    CHECK(has_section(no_search, "result"));
    CHECK_FALSE(has_section(without([](DesignReport& r) { r.responses.clear(); }), "responses"));
    CHECK_FALSE(
        has_section(without([](DesignReport& r) { r.sensitivities.clear(); }), "sensitivity"));
    CHECK_FALSE(has_section(without([](DesignReport& r) { r.fronts.clear(); }), "pareto"));
    CHECK_FALSE(has_section(without([](DesignReport& r) { r.uncertain.clear(); }), "uncertainty"));
    CHECK_FALSE(has_section(without([](DesignReport& r) { r.provenance.clear(); }), "provenance"));
    CHECK_FALSE(has_section(without([](DesignReport& r) { r.search->result.contenders.clear(); }),
                            "contenders"));
}

TEST_CASE("designs are told apart by shape: made, breaking a constraint, impossible") {
    DesignReport report;
    report.search.emplace();
    report.search->objective = "plating.metrics.uniformity";
    report.search->steps = {{Stage::screen, 0.5, 0},
                            {Stage::screen, no_number, 0},
                            {Stage::search, 0.9, 0.2},
                            {Stage::search, 0.7, 0}};
    const std::string page = design_report_html(report);
    // Once in the plot, once in the legend.
    CHECK(count(page, "class=\"disc\"") == 3);
    CHECK(count(page, "class=\"ring\"") == 2);
    CHECK(count(page, "class=\"cross\"") == 2);
    // The one that breaks a constraint is not the best, however good.
    CHECK(has(page, "the best so far went from 0.5 to 0.7, reached at evaluation 4"));
}

TEST_CASE("a surrogate that does not predict is not to be trusted, and the page says so") {
    DesignReport report = test::sample_report();
    const std::string page = design_report_html(report);
    CHECK(count(page, "do not trust these bars") == 1);
    CHECK(has(page, "<code>plating.metrics.uniformity</code> depends most on "
                    "<code>cast.porosity</code>: 82 %"));
    CHECK_FALSE(has(page, "<code>geometry.pore_diameter.d50</code> depends most"));
    report.sensitivities[1].q2 = no_number; // NaN is no proof either
    CHECK(count(design_report_html(report), "do not trust these bars") == 1);
}

TEST_CASE("a search that failed says so first") {
    DesignReport report = test::sample_report();
    report.search->result.constraints_met = false;
    report.search->result.found_better = false;
    CHECK(has(design_report_html(report), "no design was found that meets every constraint"));
    report.search->result.constraints_met = true;
    CHECK(has(design_report_html(report), "no design was found that beats the reference"));
    report.search->result.stopped = true;
    CHECK(has(design_report_html(report), "was stopped before its end"));
}

TEST_CASE("hostile text stays text") {
    const std::string evil = "</title><script>alert('x')</script> & \"quotes\" \x01\n";
    DesignReport report = test::sample_report();
    report.title = evil;
    report.provenance.emplace_back(evil, evil);
    report.table.variables[0].key = evil;
    report.search->variables[0].key = evil;
    report.table.keys[0] = evil;
    report.search->objective = evil;
    report.sensitivities[0].key = evil;
    report.responses[0].key = evil;
    report.uncertain[0].key = evil;
    report.table.rows[4].failure = evil;
    report.files.designs = evil;
    report.files.response = evil;
    const std::string page = design_report_html(report);
    CHECK(complaint(page) == "");
    CHECK(count(page, "<script>") == 1); // our own
    CHECK_FALSE(has(page, "\x01"));
    CHECK_FALSE(has(page, "alert('x')"));
}

TEST_CASE("pages of next to nothing are drawn all the same") {
    DesignReport report;
    report.table.variables = {{"coat.mass_fraction", 1e-3, 2e-2, true, 5e-3}};
    report.table.keys = {"plating.metrics.uniformity"};
    SUBCASE("a single design") {
        report.table.rows = {{{2e-3}, 0, true, "", {0.9}}};
    }
    SUBCASE("constant values") {
        report.table.rows = {{{2e-3}, 0, true, "", {0.9}}, {{2e-3}, 0, true, "", {0.9}}};
    }
    SUBCASE("nothing but zeros") {
        report.table.rows = {{{1e-3}, 0, true, "", {0}}, {{2e-2}, 0, true, "", {0}}};
    }
    SUBCASE("nothing that can be made") {
        report.table.rows = {{{2e-3}, 0, false, "no", {no_number}},
                             {{3e-3}, 0, false, "no", {no_number}}};
    }
    SUBCASE("a result that does not exist") {
        report.table.rows = {{{2e-3}, 0, true, "", {no_number}}, {{3e-3}, 0, true, "", {0.9}}};
    }
    SUBCASE("values out of all proportion") {
        report.table.rows = {{{2e-3}, 0, true, "", {1e300}}, {{3e-3}, 0, true, "", {-1e300}}};
    }
    report.fronts = {{{0, 0}, {Sense::maximise, Sense::maximise}, {0}}};
    report.responses = {{"plating.metrics.uniformity",
                         0,
                         0,
                         {1e-3, 4e-3, 2e-2},
                         {},
                         {{0.9, 0.1}, {0.9, no_number}, {0.9, 0.1}}}};
    report.sensitivities = {{"plating.metrics.uniformity",
                             1,
                             {},
                             no_number,
                             {{no_number, no_number, no_number, 0, 0, 0}}}};
    report.uncertain = {{"plating.metrics.uniformity",
                         no_number,
                         0,
                         no_number,
                         no_number,
                         no_number,
                         {{0, no_number, no_number}}}};
    report.search.emplace();
    report.search->objective = "plating.metrics.uniformity";
    report.search->steps = {{Stage::screen, report.table.rows[0].results[0], 0}};
    Contender lonely;
    lonely.objective = {0.9, no_number, -INFINITY, INFINITY};
    lonely.margin = {no_number, no_number, no_number, no_number};
    report.search->result.contenders = {lonely};
    check_sound(report);
}

TEST_CASE("a map of a constant has one colour, of a slope several") {
    SvgPlot plot = begin_plot({"x", 0, 1}, {"y", 0, 1}, 90);
    add_contours(plot, {0, 1}, {0, 1}, {3, 3, 3, 3}, "c");
    CHECK_FALSE(has(plot.body, "class=\"contour\""));
    SvgPlot slope = begin_plot({"x", 0, 1}, {"y", 0, 1}, 90);
    add_contours(slope, {0, 1}, {0, 1}, {0, 0, 1, 1}, "c");
    CHECK(has(slope.body, "class=\"contour\""));
    // That of 0.4 runs straight up where x is 0.4.
    std::array<char, 64> start{};
    std::snprintf(start.data(), start.size(), "M%.4g ", across(slope, 0.4));
    CHECK(has(slope.body.substr(0, slope.body.find("class=\"contour\"")), start.data()));
}

TEST_CASE("a logarithmic axis puts decades at equal distances, with round ticks") {
    const SvgPlot plot = begin_plot({"x", 1e-3, 1e1, true}, {"y", 0, 1});
    CHECK(across(plot, 1e-1) - across(plot, 1e-2) ==
          doctest::Approx(across(plot, 1e1) - across(plot, 1)));
    CHECK(across(plot, -1) == plot.left); // what has no logarithm lies at the end
    for (const SvgAxis& axis : {SvgAxis{"", 1e-3, 1e1, true}, SvgAxis{"", 0.1, 2, true},
                                SvgAxis{"", 0.5, 0.6, true}, SvgAxis{"", 1e-17, 1e-3, true}}) {
        const std::vector<double> ticks = axis_ticks(axis);
        CHECK(ticks.size() >= 2);
        CHECK(ticks.size() <= 12);
        for (const double tick : ticks) {
            CHECK(tick >= 0.999 * axis.low);
            CHECK(tick <= 1.001 * axis.high);
        }
    }
}

TEST_CASE("numbers have few digits and units that people use") {
    CHECK(readable(0.531234) == "0.5312");
    CHECK(readable(-1.2e-9) == "\u22121.2\u00d710\u207b\u2079");
    CHECK(readable(0) == "0");
    CHECK(readable(9999.9) == "10000");
    CHECK(readable(no_number) == "\u2013");
    CHECK(plus_minus(0.97123, 0.0031) == "0.9712 \u00b1 0.0031");
    CHECK(plus_minus(1.234e-9, 1e-11) == "(1.234 \u00b1 0.010)\u00d710\u207b\u2079");
    CHECK(plus_minus(2, INFINITY) == "2");
    CHECK(pretty_unit("mAh/cm^2") == "mAh/cm\u00b2");
    CHECK(pretty_unit("ohm m^2") == "\u03a9 m\u00b2");
    CHECK(pretty_unit("ug/cm^2") == "\u00b5g/cm\u00b2");
    CHECK(recipe_quantity("domain.thickness", {42e-6}).text(42e-6) == "42\u00a0\u00b5m");
    CHECK(recipe_quantity("plating.current", {5}).text(5) == "0.5\u00a0mA/cm\u00b2");
    CHECK(recipe_quantity("coat.mass_fraction", {0.02}).text(0.02) == "2\u00a0wt%");
    CHECK(recipe_quantity("no.such.key", {1}).label() == "no.such.key");
    CHECK(result_quantity("performance.energy_per_volume", {3.6e9}).text(3.6e9) ==
          "1000\u00a0Wh/L");
    // Every unit that a result can have is one that the page can write.
    for (const ResultKey& key : result_reference()) {
        if (!key.unit.empty()) {
            CHECK_NOTHROW(result_quantity(result_key_instances(key).front(), {1e-6, 2}));
        }
    }
}

TEST_CASE("a page that does not fit its table is refused") {
    DesignReport report = test::sample_report();
    SUBCASE("a row") {
        report.table.rows[3].results.pop_back();
    }
    SUBCASE("a front") {
        report.fronts[0].rows = {40};
    }
    SUBCASE("a response") {
        report.responses[0].predictions.pop_back();
    }
    SUBCASE("numbers") {
        report.numbers = {1};
    }
    CHECK_THROWS_AS(design_report_html(report), std::logic_error);
}

TEST_CASE("of very many designs a page shows some, evenly, and says so") {
    DesignReport report;
    report.table.variables = {{"cast.porosity", 0.4, 0.6}};
    report.table.keys = {"plating.metrics.uniformity"};
    for (int n = 0; n < 6000; ++n) {
        report.table.rows.push_back({{0.4 + 0.2 * n / 6000}, 0, true, "", {0.5}});
    }
    const std::string page = design_report_html(report);
    CHECK(count(page, "<tr><td>") == 500);
    CHECK(has(page, "500 of 6000 evaluated designs"));
    CHECK(has(page, "<tr><td>5988</td>"));
}
