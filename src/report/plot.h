#pragma once

#include <string>
#include <vector>

#include "report/canvas.h"

namespace porogen {

/// Colours that people with any colour vision tell apart (Okabe & Ito,
/// Color Universal Design, 2008).
namespace palette {
inline constexpr Rgb ink{38, 38, 42};
inline constexpr Rgb faint{205, 208, 212};
inline constexpr Rgb white{255, 255, 255};
inline constexpr Rgb blue{0, 114, 178};
inline constexpr Rgb vermilion{213, 94, 0};
inline constexpr Rgb green{0, 158, 115};
inline constexpr Rgb purple{204, 121, 167};
inline constexpr Rgb orange{230, 159, 0};
inline constexpr Rgb sky{86, 180, 233};
} // namespace palette

/// One curve of a plot.
struct Series {
    std::string name;
    std::vector<Point> points;
    Rgb colour;
    bool dashed = false;
};

struct Axes {
    std::string title;
    std::string x_label;
    std::string y_label;
};

/// Draws curves into a rectangle of the canvas, with round ticks, labels
/// and a legend above the frame, in as many rows as it takes.
void draw_plot(Canvas& canvas, Point corner, double width, double height, const Axes& axes,
               const std::vector<Series>& series);

/// A length of 1, 2 or 5 times a power of ten, at most `longest`.
double round_length(double longest);

} // namespace porogen
