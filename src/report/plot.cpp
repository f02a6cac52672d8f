#include "report/plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace porogen {

namespace {

struct Range {
    double low = 0;
    double high = 1;
};

Range range_of(const std::vector<Series>& series, double Point::*coordinate) {
    Range range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
    for (const Series& s : series) {
        for (const Point& p : s.points) {
            range.low = std::min(range.low, p.*coordinate);
            range.high = std::max(range.high, p.*coordinate);
        }
    }
    return range.low <= range.high ? range : Range{};
}

std::string tick_label(double value, double step) {
    const int digits = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", digits, std::abs(value) < 1e-9 * step ? 0.0 : value);
    return text;
}

constexpr double letter = 20;

/// Where the entries of the legend begin, of the series that have a name.
std::vector<Point> legend_places(const Canvas& canvas, const std::vector<Series>& series,
                                 double left, double right, double first_row) {
    std::vector<Point> places;
    Point at{left, first_row};
    for (const Series& s : series) {
        if (s.name.empty()) {
            continue;
        }
        const double width = 50 + canvas.text_width(s.name, letter);
        if (at.x > left && at.x + width > right) {
            at = {left, at.y + 1.5 * letter};
        }
        places.push_back(at);
        at.x += width + 30;
    }
    return places;
}

} // namespace

double round_length(double longest) {
    const double decade = std::pow(10, std::floor(std::log10(longest)));
    const double leading = longest / decade;
    return decade * (leading >= 5 ? 5 : leading >= 2 ? 2 : 1);
}

void draw_plot(Canvas& canvas, Point corner, double width, double height, const Axes& axes,
               const std::vector<Series>& series) {
    const double left = corner.x + 100;
    const double right = corner.x + width - 24;
    const std::vector<Point> legend = legend_places(canvas, series, left, right, corner.y + 64);
    const double top = (legend.empty() ? corner.y + 64 : legend.back().y) + 32;
    const double bottom = corner.y + height - 80;

    Range xs = range_of(series, &Point::x);
    if (!(xs.high > xs.low)) { // a single point still needs an axis to stand on
        const double half = xs.low != 0 ? 0.5 * std::abs(xs.low) : 0.5;
        xs = {xs.low - half, xs.low + half};
    }
    Range ys = range_of(series, &Point::y);
    ys.low = std::min(0.0, ys.low);
    if (!(ys.high > ys.low)) { // nothing but zeros
        ys.high = ys.low + 1;
    }
    const double step = round_length(std::max(ys.high - ys.low, 1e-12) / 3);
    ys.low = step * std::floor(ys.low / step + 1e-9);
    ys.high = step * std::ceil(ys.high / step - 1e-9);
    const double x_span = xs.high - xs.low;
    const auto place = [&](Point p) {
        return Point{left + (p.x - xs.low) / x_span * (right - left),
                     bottom - (p.y - ys.low) / (ys.high - ys.low) * (bottom - top)};
    };

    canvas.text(axes.title, {left, corner.y + 24}, 1.2 * letter, palette::ink);
    for (std::size_t n = 0, named = 0; n < series.size(); ++n) {
        const Series& s = series[n];
        if (s.name.empty()) {
            continue;
        }
        const Point at = legend[named++];
        canvas.polyline({at, {at.x + 40, at.y}}, s.colour, 4, s.dashed);
        canvas.text(s.name, {at.x + 50, at.y}, letter, palette::ink);
    }
    const auto ticks = static_cast<int>(std::lround((ys.high - ys.low) / step));
    for (int n = 0; n <= ticks; ++n) {
        const double y = ys.low + n * step;
        const double at = place({xs.low, y}).y;
        canvas.polyline({{left, at}, {right, at}}, palette::faint, 1);
        canvas.text(tick_label(y, step), {left - 10, at}, letter, palette::ink, Anchor::right);
    }
    const double x_step = round_length(x_span / 4);
    const double first = x_step * std::ceil(xs.low / x_step - 1e-9);
    for (int n = 0; first + n * x_step < xs.high + 1e-9 * x_step; ++n) {
        const double at = place({first + n * x_step, ys.low}).x;
        canvas.polyline({{at, bottom}, {at, bottom + 8}}, palette::ink, 2);
        canvas.text(tick_label(first + n * x_step, x_step), {at, bottom + 24}, letter, palette::ink,
                    Anchor::centre);
    }
    canvas.text(axes.x_label, {(left + right) / 2, bottom + 58}, letter, palette::ink,
                Anchor::centre);
    canvas.text(axes.y_label, {corner.x + 18, (top + bottom) / 2}, letter, palette::ink,
                Anchor::centre, 90);
    canvas.outline_rectangle({left, top}, right - left, bottom - top, palette::ink, 2);
    canvas.clip({left, top - 2}, right - left, bottom - top + 4);
    for (const Series& s : series) {
        std::vector<Point> points(s.points.size());
        std::transform(s.points.begin(), s.points.end(), points.begin(), place);
        canvas.polyline(points, s.colour, 4, s.dashed);
    }
    canvas.unclip();
}

} // namespace porogen
