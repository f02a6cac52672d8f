#pragma once

#include <memory>
#include <string>
#include <vector>

#include "porogen/io/image.h"

namespace porogen {

struct Point {
    double x = 0;
    double y = 0;
};

enum class Anchor { left, centre, right };

/// A drawing surface in pixels, origin at the upper left. Cairo is behind it and nowhere else.
class Canvas {
  public:
    /// Throws Error(io_failure) if cairo cannot hold the picture, as may paste() and image().
    Canvas(int width, int height, Rgb background);
    ~Canvas();
    Canvas(const Canvas&) = delete;
    Canvas& operator=(const Canvas&) = delete;

    /// Pastes a picture with its upper left corner at `at`.
    void paste(const Image& image, Point at);
    void fill_rectangle(Point corner, double width, double height, Rgb colour);
    void outline_rectangle(Point corner, double width, double height, Rgb colour, double stroke);
    void polyline(const std::vector<Point>& points, Rgb colour, double stroke, bool dashed = false);
    /// The middle of the text's height lies at `at.y`. `angle` in degrees, counter-clockwise.
    void text(const std::string& text, Point at, double size, Rgb colour,
              Anchor anchor = Anchor::left, double angle = 0);
    [[nodiscard]] double text_width(const std::string& text, double size) const;
    /// Shapes drawn between these two do not leave the rectangle.
    void clip(Point corner, double width, double height);
    void unclip();

    [[nodiscard]] Image image() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace porogen
