#include "report/canvas.h"

#include <cmath>
#include <cstring>
#include <numbers>

#include <cairo.h>

#include "porogen/core/errors.h"

namespace porogen {

namespace {

constexpr const char* font = "DejaVu Sans";

void set_colour(cairo_t* context, Rgb colour) {
    cairo_set_source_rgb(context, colour.r / 255.0, colour.g / 255.0, colour.b / 255.0);
}

} // namespace

struct Canvas::State {
    cairo_surface_t* surface;
    cairo_t* context;

    State(int width, int height)
        : surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height)),
          context(cairo_create(surface)) {
        if (cairo_status(context) != CAIRO_STATUS_SUCCESS) {
            throw_io_failure("cannot make a picture of " + std::to_string(width) + " x " +
                             std::to_string(height) + " pixels (" +
                             cairo_status_to_string(cairo_status(context)) + ")");
        }
    }
    ~State() {
        cairo_destroy(context);
        cairo_surface_destroy(surface);
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
};

Canvas::Canvas(int width, int height, Rgb background)
    : state_(std::make_unique<State>(width, height)) {
    set_colour(state_->context, background);
    cairo_paint(state_->context);
    cairo_select_font_face(state_->context, font, CAIRO_FONT_SLANT_NORMAL,
                           CAIRO_FONT_WEIGHT_NORMAL);
}

Canvas::~Canvas() = default;

void Canvas::paste(const Image& image, Point at) {
    cairo_surface_t* source =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, image.width, image.height);
    cairo_surface_flush(source);
    unsigned char* bytes = cairo_image_surface_get_data(source);
    const int stride = cairo_image_surface_get_stride(source);
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            const Rgb c = image.at(x, y);
            const std::uint32_t word = (static_cast<std::uint32_t>(c.r) << 16) |
                                       (static_cast<std::uint32_t>(c.g) << 8) | c.b;
            std::memcpy(bytes + static_cast<std::ptrdiff_t>(y) * stride + 4 * x, &word,
                        sizeof word);
        }
    }
    cairo_surface_mark_dirty(source);
    cairo_set_source_surface(state_->context, source, at.x, at.y);
    cairo_paint(state_->context);
    cairo_surface_destroy(source);
}

void Canvas::fill_rectangle(Point corner, double width, double height, Rgb colour) {
    set_colour(state_->context, colour);
    cairo_rectangle(state_->context, corner.x, corner.y, width, height);
    cairo_fill(state_->context);
}

void Canvas::outline_rectangle(Point corner, double width, double height, Rgb colour,
                               double stroke) {
    set_colour(state_->context, colour);
    cairo_set_line_width(state_->context, stroke);
    cairo_rectangle(state_->context, corner.x, corner.y, width, height);
    cairo_stroke(state_->context);
}

void Canvas::polyline(const std::vector<Point>& points, Rgb colour, double stroke, bool dashed) {
    if (points.size() < 2) {
        return;
    }
    cairo_t* const context = state_->context;
    set_colour(context, colour);
    cairo_set_line_width(context, stroke);
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND);
    const double pattern = 4 * stroke;
    cairo_set_dash(context, &pattern, dashed ? 1 : 0, 0);
    cairo_move_to(context, points[0].x, points[0].y);
    for (const Point& p : points) {
        cairo_line_to(context, p.x, p.y);
    }
    cairo_stroke(context);
    cairo_set_dash(context, nullptr, 0, 0);
}

double Canvas::text_width(const std::string& text, double size) const {
    cairo_set_font_size(state_->context, size);
    cairo_text_extents_t extents;
    cairo_text_extents(state_->context, text.c_str(), &extents);
    return extents.x_advance;
}

void Canvas::text(const std::string& text, Point at, double size, Rgb colour, Anchor anchor,
                  double angle) {
    const double width = text_width(text, size);
    const double shift = anchor == Anchor::left ? 0 : anchor == Anchor::centre ? width / 2 : width;
    cairo_t* const context = state_->context;
    set_colour(context, colour);
    cairo_save(context);
    cairo_translate(context, at.x, at.y);
    cairo_rotate(context, -angle * std::numbers::pi / 180);
    cairo_move_to(context, -shift, 0.36 * size); // half the height of capitals
    cairo_show_text(context, text.c_str());
    cairo_restore(context);
}

void Canvas::clip(Point corner, double width, double height) {
    cairo_save(state_->context);
    cairo_rectangle(state_->context, corner.x, corner.y, width, height);
    cairo_clip(state_->context);
}

void Canvas::unclip() {
    cairo_restore(state_->context);
}

Image Canvas::image() const {
    cairo_surface_flush(state_->surface);
    const unsigned char* const bytes = cairo_image_surface_get_data(state_->surface);
    const int stride = cairo_image_surface_get_stride(state_->surface);
    Image image(cairo_image_surface_get_width(state_->surface),
                cairo_image_surface_get_height(state_->surface), Rgb{});
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            std::uint32_t word = 0;
            std::memcpy(&word, bytes + static_cast<std::ptrdiff_t>(y) * stride + 4 * x,
                        sizeof word);
            image.at(x, y) = {static_cast<std::uint8_t>(word >> 16),
                              static_cast<std::uint8_t>(word >> 8),
                              static_cast<std::uint8_t>(word)};
        }
    }
    return image;
}

} // namespace porogen
