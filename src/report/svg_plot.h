#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace porogen {

// Plots as SVG to stand inline in an HTML page whose style sheet is svg_style(): colours follow the
// page's, light or dark, and text stays text. What is not finite is not drawn, so that no NaN can
// get into a coordinate.

/// For text between tags and in attributes; what XML forbids becomes a space.
std::string escaped(std::string_view text);

struct SvgAxis {
    std::string label;
    double low = 0;
    double high = 1;
    bool logarithmic = false;
};

/// Around all finite values with some room at either end; a single value still gets a width.
SvgAxis axis_around(std::string label, const std::vector<double>& values, bool logarithmic = false);

/// The values that get a tick.
std::vector<double> axis_ticks(const SvgAxis& axis, int wanted = 6);

/// A plot under construction: what is drawn later lies on top.
struct SvgPlot {
    double width = 0;
    double height = 0;
    double left = 0; ///< edges of the frame [px]
    double right = 0;
    double top = 0;
    double bottom = 0;
    SvgAxis x;
    SvgAxis y; ///< of a plot of rows: 0 to the number of rows, downwards
    bool has_rows = false;
    std::string body;
};

/// With ticks, grid lines and labels; `margin` is free room right of the frame [px].
SvgPlot begin_plot(const SvgAxis& x, const SvgAxis& y, double margin = 16, bool is_wide = false);

/// A row per name, from the top down.
SvgPlot begin_rows(const SvgAxis& x, const std::vector<std::string>& names, double row_height);

/// Where a value lies in the picture [px]; values out of the axis lie at its end.
double across(const SvgPlot& plot, double x);
double along(const SvgPlot& plot, double y);

enum class Mark { disc, ring, cross, diamond, square };

/// All marks differ by shape, not only by colour. `tip` shows under the pointer.
void add_mark(SvgPlot& plot, double x, double y, Mark mark, const std::string& tip,
              double size = 4.5);

/// Through the points, broken where a value is not finite. `name` is a class of svg_style().
void add_line(SvgPlot& plot, const std::vector<double>& xs, const std::vector<double>& ys,
              std::string_view name);

/// The area between two curves.
void add_band(SvgPlot& plot, const std::vector<double>& xs, const std::vector<double>& lows,
              const std::vector<double>& highs, std::string_view name);

/// A rectangle between values; infinite ends reach the frame.
void add_area(SvgPlot& plot, double x0, double x1, double y0, double y1, std::string_view name,
              const std::string& tip = "");

/// A horizontal line with caps from x0 to x1 at the height y.
void add_whisker(SvgPlot& plot, double x0, double x1, double y);

/// At a place in the picture [px]; `anchor` is start, middle or end.
void add_text(SvgPlot& plot, double x, double y, std::string_view text, std::string_view anchor,
              std::string_view name = "");

/// Filled contours of values on the grid of xs and ys, y changing fastest, lines between them and a
/// bar of the colours in the right margin, 90 px of it. `label` stands over the bar.
void add_contours(SvgPlot& plot, const std::vector<double>& xs, const std::vector<double>& ys,
                  const std::vector<double>& values, const std::string& label);

/// The <svg> element; `finding` is what a screen reader says in its place.
std::string finish(const SvgPlot& plot, const std::string& finding);

/// A mark alone, for a legend.
std::string mark_icon(Mark mark);
/// A piece of a line or an area, for a legend.
std::string line_icon(std::string_view name);
std::string area_icon(std::string_view name);

/// CSS of all classes.
std::string svg_style();

} // namespace porogen
