#include "report/svg_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "report/quantity.h"

namespace porogen {

namespace {

constexpr double picture_width = 560; ///< about that of a figure, so that text keeps its size
constexpr double letter = 6.7; ///< mean width of a letter of the 12 px text, on the safe side

/// UTF-8 characters.
double text_width(std::string_view text) {
    return letter * static_cast<double>(std::ranges::count_if(text, [](char c) {
               return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
           }));
}

/// A coordinate to a tenth of a pixel.
std::string px(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f", std::isfinite(value) ? value : 0.0);
    std::string_view view(text.data());
    if (view.ends_with(".0")) {
        view.remove_suffix(2);
    }
    return view == "-0" ? "0" : std::string(view);
}

std::string attribute(std::string_view name, double value) {
    return " " + std::string(name) + "=\"" + px(value) + "\"";
}

std::string class_of(std::string_view name) {
    return name.empty() ? "" : " class=\"" + std::string(name) + "\"";
}

std::string tip_of(const std::string& tip) {
    return tip.empty() ? "" : "<title>" + escaped(tip) + "</title>";
}

/// 0 at the low end of an axis, 1 at the high one.
double part_of(const SvgAxis& axis, double value) {
    const double part =
        axis.logarithmic
            ? std::log(std::max(value, std::numeric_limits<double>::min()) / axis.low) /
                  std::log(axis.high / axis.low)
            : (value - axis.low) / (axis.high - axis.low);
    return std::clamp(part, 0.0, 1.0);
}

/// 1, 2 or 5 times a power of ten, at least `least`.
double round_step(double least) {
    const double decade = std::pow(10, std::floor(std::log10(least)));
    for (const double leading : {1.0, 2.0, 5.0}) {
        if (leading * decade >= 0.9999 * least) {
            return leading * decade;
        }
    }
    return 10 * decade;
}

std::vector<double> even_ticks(double low, double high, int wanted) {
    const double step = round_step((high - low) / wanted);
    const double first = std::ceil(low / step - 1e-6);
    std::vector<double> ticks;
    for (int n = 0; n < 4 * wanted && (first + n) * step <= high + 1e-6 * step; ++n) {
        ticks.push_back((first + n) * step);
    }
    return ticks;
}

/// With as many digits as tell ticks apart.
std::vector<std::string> tick_labels(const std::vector<double>& ticks) {
    double step = std::numeric_limits<double>::infinity();
    double largest = 0;
    for (std::size_t n = 0; n < ticks.size(); ++n) {
        largest = std::max(largest, std::abs(ticks[n]));
        if (n > 0) {
            step = std::min(step, std::abs(ticks[n] - ticks[n - 1]));
        }
    }
    const double ratio = std::isfinite(step) && step > 0 ? largest / step : 1;
    const int digits = std::clamp(static_cast<int>(std::floor(std::log10(ratio))) + 2, 3, 12);
    std::vector<std::string> labels;
    for (const double tick : ticks) {
        std::string label = readable(std::abs(tick) < 1e-9 * largest ? 0 : tick, digits);
        if (label.starts_with("1\u00d7")) {
            label.erase(0, std::string_view("1\u00d7").size());
        }
        labels.push_back(std::move(label));
    }
    return labels;
}

std::string text_at(double x, double y, std::string_view text, std::string_view anchor,
                    std::string_view name) {
    return "<text" + attribute("x", x) + attribute("y", y) + " text-anchor=\"" +
           std::string(anchor) + "\"" + class_of(name) + ">" + escaped(text) + "</text>\n";
}

std::string line_between(double x0, double y0, double x1, double y1, std::string_view name) {
    return "<line" + attribute("x1", x0) + attribute("y1", y0) + attribute("x2", x1) +
           attribute("y2", y1) + class_of(name) + "/>\n";
}

std::string point(double x, double y) {
    return px(x) + " " + px(y);
}

/// An axis that a value can be placed on.
SvgAxis with_width(const SvgAxis& axis) {
    const bool has_width = std::isfinite(axis.low) && std::isfinite(axis.high) &&
                           axis.low < axis.high && (!axis.logarithmic || axis.low > 0);
    return has_width ? axis : axis_around(axis.label, {axis.low, axis.high}, axis.logarithmic);
}

void draw_frame(SvgPlot& plot) {
    plot.body += "<rect" + attribute("x", plot.left) + attribute("y", plot.top) +
                 attribute("width", plot.right - plot.left) +
                 attribute("height", plot.bottom - plot.top) + " class=\"frame\"/>\n";
}

void draw_x_axis(SvgPlot& plot) {
    const std::vector<double> ticks = axis_ticks(plot.x, plot.right - plot.left < 300 ? 4 : 6);
    const std::vector<std::string> labels = tick_labels(ticks);
    double free_from = 0;
    for (std::size_t n = 0; n < ticks.size(); ++n) {
        const double at = across(plot, ticks[n]);
        plot.body += line_between(at, plot.top, at, plot.bottom, "grid");
        const double half = text_width(labels[n]) / 2;
        if (at - half >= free_from) { // logarithmic ticks crowd
            plot.body += text_at(at, plot.bottom + 17, labels[n], "middle", "tick");
            free_from = at + half + letter;
        }
    }
    plot.body +=
        text_at((plot.left + plot.right) / 2, plot.bottom + 37, plot.x.label, "middle", "label");
}

/// The middle of a long name counts least.
std::string shortened(const std::string& name, std::size_t longest) {
    return name.size() <= longest ? name
                                  : name.substr(0, longest / 3) + "\u2026" +
                                        name.substr(name.size() - 2 * longest / 3);
}

/// Path data of a mark around a point.
std::string mark_element(double x, double y, Mark mark, double size, const std::string& tip) {
    const std::string inside = tip_of(tip);
    const auto around = [&](std::string_view name, double s) {
        return "<path d=\"M" + point(x, y - s) + "L" + point(x + s, y) + "L" + point(x, y + s) +
               "L" + point(x - s, y) + "Z\"" + class_of(name) + ">" + inside + "</path>\n";
    };
    switch (mark) {
    case Mark::disc:
    case Mark::ring:
        return "<circle" + attribute("cx", x) + attribute("cy", y) + attribute("r", size) +
               class_of(mark == Mark::disc ? "disc" : "ring") + ">" + inside + "</circle>\n";
    case Mark::cross: {
        const double s = 0.9 * size;
        const std::string path = "<path d=\"M" + point(x - s, y - s) + "L" + point(x + s, y + s) +
                                 "M" + point(x - s, y + s) + "L" + point(x + s, y - s) + "\"";
        return path + " class=\"halo\"/>" + path + " class=\"cross\">" + inside + "</path>\n";
    }
    case Mark::diamond:
        return around("diamond", 1.5 * size);
    case Mark::square:
        return "<rect" + attribute("x", x - size) + attribute("y", y - size) +
               attribute("width", 2 * size) + attribute("height", 2 * size) + " class=\"square\">" +
               inside + "</rect>\n";
    }
    return "";
}

/// Viridis (S. van der Walt, N. Smith, 2015) at eleven places: even in brightness, so it reads in
/// grey and for any colour vision.
std::string sequential_colour(double part) {
    static constexpr std::array<std::array<int, 3>, 11> places{{{68, 1, 84},
                                                                {72, 36, 117},
                                                                {65, 68, 135},
                                                                {53, 95, 141},
                                                                {42, 120, 142},
                                                                {33, 145, 140},
                                                                {34, 168, 132},
                                                                {68, 191, 112},
                                                                {122, 209, 81},
                                                                {189, 223, 38},
                                                                {253, 231, 37}}};
    const double at = std::clamp(part, 0.0, 1.0) * (places.size() - 1);
    const std::size_t n = std::min(static_cast<std::size_t>(at), places.size() - 2);
    std::array<int, 3> rgb{};
    for (std::size_t c = 0; c < 3; ++c) {
        rgb[c] = static_cast<int>(std::lround(
            places[n][c] + (at - static_cast<double>(n)) * (places[n + 1][c] - places[n][c])));
    }
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "#%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
    return text.data();
}

struct Corner {
    double x = 0;
    double y = 0;
    double value = 0;
};

/// The part of a cell where the value is at least `level` (I. E. Sutherland, G. W. Hodgman, Commun.
/// ACM 17 (1974) 32), appended to `area`, and the part of the contour in it, to `line`.
void clip_cell(const std::array<Corner, 4>& cell, double level, std::string& area,
               std::string& line) {
    std::vector<Corner> kept;
    std::vector<Corner> leaving;
    std::vector<Corner> entering;
    bool enters_first = false;
    for (std::size_t n = 0; n < 4; ++n) {
        const Corner& a = cell[n];
        const Corner& b = cell[(n + 1) % 4];
        if (a.value >= level) {
            kept.push_back(a);
        }
        if ((a.value >= level) != (b.value >= level)) {
            const double t = (level - a.value) / (b.value - a.value);
            const Corner crossing{a.x + t * (b.x - a.x), a.y + t * (b.y - a.y), level};
            kept.push_back(crossing);
            if (a.value >= level) {
                leaving.push_back(crossing);
            } else {
                enters_first = enters_first || leaving.empty();
                entering.push_back(crossing);
            }
        }
    }
    for (std::size_t n = 0; n < kept.size(); ++n) {
        area += (n == 0 ? "M" : "L") + point(kept[n].x, kept[n].y);
    }
    area += kept.empty() ? "" : "Z";
    for (std::size_t n = 0; n < leaving.size(); ++n) { // the next entrance along the edge
        const Corner& to = entering[(n + (enters_first ? 1 : 0)) % entering.size()];
        line += "M" + point(leaving[n].x, leaving[n].y) + "L" + point(to.x, to.y);
    }
}

struct Contour {
    std::string area;
    std::string line;
};

/// Whole cells above each other become one rectangle.
Contour contour(const SvgPlot& plot, const std::vector<double>& xs, const std::vector<double>& ys,
                const std::vector<double>& values, double level) {
    Contour out;
    const auto corner = [&](std::size_t i, std::size_t j) {
        return Corner{across(plot, xs[i]), along(plot, ys[j]), values[i * ys.size() + j]};
    };
    for (std::size_t i = 0; i + 1 < xs.size(); ++i) {
        std::size_t whole_from = 0;
        bool in_whole = false;
        const auto close = [&](std::size_t j) {
            if (in_whole) {
                const Corner a = corner(i, whole_from);
                const Corner b = corner(i + 1, j);
                out.area +=
                    "M" + point(a.x, a.y) + "H" + px(b.x) + "V" + px(b.y) + "H" + px(a.x) + "Z";
            }
            in_whole = false;
        };
        for (std::size_t j = 0; j + 1 < ys.size(); ++j) {
            const std::array cell{corner(i, j), corner(i + 1, j), corner(i + 1, j + 1),
                                  corner(i, j + 1)};
            const auto above =
                std::ranges::count_if(cell, [&](const Corner& c) { return c.value >= level; });
            if (above == 4) {
                whole_from = in_whole ? whole_from : j;
                in_whole = true;
                continue;
            }
            close(j);
            if (std::ranges::all_of(cell, [](const Corner& c) { return std::isfinite(c.value); })) {
                clip_cell(cell, level, out.area, out.line);
            }
        }
        close(ys.size() - 1);
    }
    return out;
}

void draw_colour_bar(SvgPlot& plot, const std::vector<double>& bounds, const std::string& label) {
    const double x = plot.right + 18;
    const auto bands = static_cast<double>(bounds.size() - 1);
    const std::vector<std::string> labels = tick_labels(bounds);
    const double height = (plot.bottom - plot.top) / bands;
    for (std::size_t n = 0; n < bounds.size(); ++n) {
        const double y = plot.bottom - static_cast<double>(n) * height;
        if (n + 1 < bounds.size()) {
            plot.body += "<rect" + attribute("x", x) + attribute("y", y - height) +
                         attribute("width", 16) + attribute("height", height) + " fill=\"" +
                         sequential_colour((static_cast<double>(n) + 0.5) / bands) + "\"/>\n";
        }
        plot.body += text_at(x + 21, y + 4, labels[n], "start", "tick");
    }
    plot.body += text_at(plot.width - 4, plot.top - 12, label, "end", "label");
}

} // namespace

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
        }
    }
    return out;
}

SvgAxis axis_around(std::string label, const std::vector<double>& values, bool logarithmic) {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const double value : values) {
        if (std::isfinite(value) && (!logarithmic || value > 0)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    }
    if (!(low <= high)) {
        low = logarithmic ? 0.1 : 0;
        high = 1;
    }
    if (logarithmic) {
        const double room = high > low ? std::pow(high / low, 0.04) : 2;
        return {std::move(label), low / room, high * room, true};
    }
    // Round-off of a constant is no range to show.
    const bool is_constant = !(high - low > 1e-9 * std::max(std::abs(low), std::abs(high)));
    const double room = is_constant ? (low != 0 ? 0.5 * std::abs(low) : 0.5) : 0.05 * (high - low);
    return {std::move(label), low - room, high + room, false};
}

std::vector<double> axis_ticks(const SvgAxis& axis, int wanted) {
    if (!axis.logarithmic) {
        return even_ticks(axis.low, axis.high, wanted);
    }
    const double first = std::floor(std::log10(axis.low));
    const double last = std::ceil(std::log10(axis.high));
    const double every = std::ceil((last - first) / (wanted + 1));
    const bool is_short = last - first <= 3;
    std::vector<double> ticks;
    for (double decade = first; decade <= last; decade += every) {
        for (const double leading : {1.0, 2.0, 5.0}) {
            const double tick = leading * std::pow(10, decade);
            if ((leading == 1 || is_short) && tick >= 0.9999 * axis.low &&
                tick <= 1.0001 * axis.high) {
                ticks.push_back(tick);
            }
        }
    }
    return ticks.size() >= 2 ? ticks : even_ticks(axis.low, axis.high, wanted);
}

double across(const SvgPlot& plot, double x) {
    return plot.left + part_of(plot.x, x) * (plot.right - plot.left);
}

double along(const SvgPlot& plot, double y) {
    const double part = part_of(plot.y, y);
    return plot.has_rows ? plot.top + part * (plot.bottom - plot.top)
                         : plot.bottom - part * (plot.bottom - plot.top);
}

SvgPlot begin_plot(const SvgAxis& x, const SvgAxis& y, double margin, bool is_wide) {
    SvgPlot plot;
    plot.width = is_wide ? 1.5 * picture_width : picture_width;
    plot.height = 400;
    plot.x = with_width(x);
    plot.y = with_width(y);
    plot.top = 34;
    plot.bottom = plot.height - 48;
    plot.right = plot.width - margin;
    const std::vector<double> ticks = axis_ticks(plot.y);
    const std::vector<std::string> labels = tick_labels(ticks);
    double widest = 0;
    for (const std::string& label : labels) {
        widest = std::max(widest, text_width(label));
    }
    plot.left = widest + 16;
    draw_frame(plot);
    draw_x_axis(plot);
    for (std::size_t n = 0; n < ticks.size(); ++n) {
        const double at = along(plot, ticks[n]);
        plot.body += line_between(plot.left, at, plot.right, at, "grid");
        plot.body += text_at(plot.left - 7, at + 4, labels[n], "end", "tick");
    }
    plot.body += text_at(4, plot.top - 12, y.label, "start", "label");
    return plot;
}

SvgPlot begin_rows(const SvgAxis& x, const std::vector<std::string>& names, double row_height) {
    SvgPlot plot;
    const auto rows = static_cast<double>(std::max<std::size_t>(1, names.size()));
    plot.has_rows = true;
    plot.width = picture_width;
    plot.top = 8;
    plot.bottom = plot.top + row_height * rows;
    plot.height = plot.bottom + 48;
    plot.x = with_width(x);
    plot.y = {"", 0, rows, false};
    plot.right = plot.width - 24;
    double widest = 0;
    std::vector<std::string> labels;
    for (const std::string& name : names) {
        labels.push_back(shortened(name, 38));
        widest = std::max(widest, text_width(labels.back()));
    }
    plot.left = widest + 14;
    draw_frame(plot);
    draw_x_axis(plot);
    for (std::size_t n = 0; n < labels.size(); ++n) {
        plot.body += text_at(plot.left - 8, along(plot, static_cast<double>(n) + 0.5) + 4,
                             labels[n], "end", "tick");
    }
    return plot;
}

void add_mark(SvgPlot& plot, double x, double y, Mark mark, const std::string& tip, double size) {
    if (std::isfinite(x) && std::isfinite(y)) {
        plot.body += mark_element(across(plot, x), along(plot, y), mark, size, tip);
    }
}

void add_line(SvgPlot& plot, const std::vector<double>& xs, const std::vector<double>& ys,
              std::string_view name) {
    std::string path;
    bool is_open = false;
    for (std::size_t n = 0; n < xs.size(); ++n) {
        if (!std::isfinite(xs[n]) || !std::isfinite(ys[n])) {
            is_open = false;
            continue;
        }
        path += (is_open ? "L" : "M") + point(across(plot, xs[n]), along(plot, ys[n]));
        is_open = true;
    }
    if (!path.empty()) {
        plot.body += "<path d=\"" + path + "\"" + class_of(name) + "/>\n";
    }
}

void add_band(SvgPlot& plot, const std::vector<double>& xs, const std::vector<double>& lows,
              const std::vector<double>& highs, std::string_view name) {
    std::string upper;
    std::string lower;
    for (std::size_t n = 0; n < xs.size(); ++n) {
        if (!std::isfinite(xs[n]) || !std::isfinite(lows[n]) || !std::isfinite(highs[n])) {
            continue;
        }
        const double x = across(plot, xs[n]);
        upper += (upper.empty() ? "M" : "L") + point(x, along(plot, highs[n]));
        lower = "L" + point(x, along(plot, lows[n])) + lower;
    }
    if (!upper.empty()) {
        plot.body += "<path d=\"" + upper + lower + "Z\"" + class_of(name) + "/>\n";
    }
}

void add_area(SvgPlot& plot, double x0, double x1, double y0, double y1, std::string_view name,
              const std::string& tip) {
    if (std::isnan(x0) || std::isnan(x1) || std::isnan(y0) || std::isnan(y1)) {
        return;
    }
    const auto [left, right] = std::minmax({across(plot, x0), across(plot, x1)});
    const auto [top, bottom] = std::minmax({along(plot, y0), along(plot, y1)});
    plot.body += "<rect" + attribute("x", left) + attribute("y", top) +
                 attribute("width", right - left) + attribute("height", bottom - top) +
                 class_of(name) + ">" + tip_of(tip) + "</rect>\n";
}

void add_whisker(SvgPlot& plot, double x0, double x1, double y) {
    if (!std::isfinite(x0) || !std::isfinite(x1) || !std::isfinite(y)) {
        return;
    }
    const double a = across(plot, x0);
    const double b = across(plot, x1);
    const double at = along(plot, y);
    plot.body += "<path d=\"M" + point(a, at) + "H" + px(b) + "M" + point(a, at - 4) + "V" +
                 px(at + 4) + "M" + point(b, at - 4) + "V" + px(at + 4) +
                 "\" class=\"whisker\"/>\n";
}

void add_text(SvgPlot& plot, double x, double y, std::string_view text, std::string_view anchor,
              std::string_view name) {
    plot.body += text_at(x, y, text, anchor, name);
}

void add_contours(SvgPlot& plot, const std::vector<double>& xs, const std::vector<double>& ys,
                  const std::vector<double>& values, const std::string& label) {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const double value : values) {
        if (std::isfinite(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    }
    if (!(low <= high)) {
        return;
    }
    // Round numbers, the outermost of which hold all values.
    std::vector<double> bounds{low, high};
    if (high - low > 1e-9 * std::max(std::abs(low), std::abs(high))) {
        const double step = round_step((high - low) / 8);
        const double first = std::floor(low / step + 1e-6);
        const double last = std::ceil(high / step - 1e-6);
        bounds.clear();
        for (int n = 0; n <= 20 && first + n <= last; ++n) {
            bounds.push_back((first + n) * step);
        }
    } else {
        bounds = {low - 0.5 * std::max(std::abs(low), 1.0),
                  low + 0.5 * std::max(std::abs(low), 1.0)};
    }
    const auto bands = static_cast<double>(bounds.size() - 1);
    std::string lines;
    for (std::size_t n = 0; n + 1 < bounds.size(); ++n) {
        const Contour part =
            contour(plot, xs, ys, values, n == 0 ? std::min(low, bounds[0]) : bounds[n]);
        if (!part.area.empty()) {
            plot.body += "<path d=\"" + part.area + "\" fill=\"" +
                         sequential_colour((static_cast<double>(n) + 0.5) / bands) + "\"/>\n";
        }
        lines += part.line;
    }
    if (!lines.empty()) {
        plot.body += "<path d=\"" + lines + "\" class=\"contour\"/>\n";
    }
    draw_frame(plot);
    draw_colour_bar(plot, bounds, label);
}

std::string finish(const SvgPlot& plot, const std::string& finding) {
    return "<svg viewBox=\"0 0 " + px(plot.width) + " " + px(plot.height) +
           "\" role=\"img\" aria-label=\"" + escaped(finding) + "\">\n" + plot.body + "</svg>\n";
}

namespace {

std::string icon(const std::string& body) {
    return "<svg class=\"icon\" viewBox=\"0 0 22 16\" width=\"22\" height=\"16\" "
           "aria-hidden=\"true\">" +
           body + "</svg>";
}

} // namespace

std::string mark_icon(Mark mark) {
    return icon(mark_element(11, 8, mark, 4.5, ""));
}

std::string line_icon(std::string_view name) {
    return icon("<path d=\"M1 8H21\"" + class_of(name) + "/>");
}

std::string area_icon(std::string_view name) {
    return icon("<rect x=\"2\" y=\"2\" width=\"18\" height=\"12\"" + class_of(name) + "/>");
}

std::string svg_style() {
    return R"(svg{display:block;width:100%;height:auto}
svg.icon{display:inline-block;width:22px;height:16px;vertical-align:-3px;margin-right:4px}
svg text{fill:var(--ink);font:12px var(--font)}
svg .tick{fill:var(--muted);font-variant-numeric:tabular-nums}
svg .grid{stroke:var(--grid);stroke-width:1}
svg .frame{fill:none;stroke:var(--muted);stroke-width:1}
svg .disc{fill:var(--blue);stroke:var(--page);stroke-width:1}
svg .ring{fill:var(--page);fill-opacity:.55;stroke:var(--vermilion);stroke-width:1.8}
svg .cross{fill:none;stroke:var(--ink);stroke-width:1.8}
svg .diamond{fill:var(--orange);stroke:var(--ink);stroke-width:1.2}
svg .square{fill:var(--purple);stroke:var(--page);stroke-width:1}
svg .best{fill:none;stroke:var(--green);stroke-width:2.4}
svg .curve{fill:none;stroke:var(--blue);stroke-width:2.2}
svg .front{fill:none;stroke:var(--vermilion);stroke-width:2;stroke-dasharray:6 3}
svg .reference{fill:none;stroke:var(--ink);stroke-width:1.4;stroke-dasharray:4 3}
svg .whisker{fill:none;stroke:var(--ink);stroke-width:1.5}
svg .contour{fill:none;stroke:#fff;stroke-opacity:.75;stroke-width:1}
svg .band{fill:var(--blue);fill-opacity:.18}
svg .stage0{fill:var(--sky);fill-opacity:.13}
svg .stage1{fill:var(--muted);fill-opacity:.04}
svg .stage2{fill:var(--orange);fill-opacity:.16}
svg .first{fill:var(--blue)}
svg .total{fill:var(--orange);fill-opacity:.55;stroke:var(--orange);stroke-width:1.4}
svg .low{fill:var(--sky)}
svg .high{fill:var(--vermilion)}
svg .halo{fill:none;stroke:var(--page);stroke-width:4.5}
.map svg .disc{fill:#111;stroke:#fff;stroke-width:1.2}
.map svg .ring{fill:#fff;fill-opacity:1;stroke:#111;stroke-width:1.6}
.map svg .cross{stroke:#111}
.map svg .halo{stroke:#fff}
.map svg .diamond{stroke:#111}
.map svg.icon{background:#21918c;border-radius:3px}
)";
}

} // namespace porogen
