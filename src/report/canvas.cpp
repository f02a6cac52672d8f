#include "report/canvas.h"

#include <cstdint>
#include <cstring>
#include <memory>
#include <numbers>

#include <cairo.h>

#include "porogen/core/errors.h"

namespace porogen {

namespace {

constexpr const char* font = "DejaVu Sans";

struct Destroy {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
    void operator()(cairo_t* context) const { cairo_destroy(context); }
};
using Surface = std::unique_ptr<cairo_surface_t, Destroy>;
using Context = std::unique_ptr<cairo_t, Destroy>;

/// Cairo reports failures by handing out an object without pixels.
void check(cairo_status_t status, int width, int height) {
    if (status != CAIRO_STATUS_SUCCESS) {
        throw_io_failure("cannot draw a picture of " + std::to_string(width) + " x " +
                         std::to_string(height) + " pixels (" + cairo_status_to_string(status) +
                         "); ask for a smaller one or free memory");
    }
}

Surface make_surface(int width, int height) {
    Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
    check(cairo_surface_status(surface.get()), width, height);
    return surface;
}

void set_colour(cairo_t* context, Rgb colour) {
    cairo_set_source_rgb(context, colour.r / 255.0, colour.g / 255.0, colour.b / 255.0);
}

} // namespace

struct Canvas::State {
    Surface surface;
    Context context;

    State(int width, int height)
        : surface(make_surface(width, height)), context(cairo_create(surface.get())) {
        check(cairo_status(context.get()), width, height);
    }
};

Canvas::Canvas(int width, int height, Rgb background)
    : state_(std::make_unique<State>(width, height)) {
    set_colour(state_->context.get(), background);
    cairo_paint(state_->context.get());
    cairo_select_font_face(state_->context.get(), font, CAIRO_FONT_SLANT_NORMAL,
                           CAIRO_FONT_WEIGHT_NORMAL);
}

Canvas::~Canvas() = default;

void Canvas::paste(const Image& image, Point at) {
    const Surface source = make_surface(image.width, image.height);
    cairo_surface_flush(source.get());
    unsigned char* bytes = cairo_image_surface_get_data(source.get());
    const int stride = cairo_image_surface_get_stride(source.get());
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            const Rgb c = image.at(x, y);
            const std::uint32_t word = (static_cast<std::uint32_t>(c.r) << 16) |
                                       (static_cast<std::uint32_t>(c.g) << 8) | c.b;
            std::memcpy(bytes + static_cast<std::ptrdiff_t>(y) * stride + 4 * x, &word,
                        sizeof word);
        }
    }
    cairo_surface_mark_dirty(source.get());
    cairo_set_source_surface(state_->context.get(), source.get(), at.x, at.y);
    cairo_paint(state_->context.get());
    check(cairo_status(state_->context.get()), image.width, image.height);
}

void Canvas::fill_rectangle(Point corner, double width, double height, Rgb colour) {
    set_colour(state_->context.get(), colour);
    cairo_rectangle(state_->context.get(), corner.x, corner.y, width, height);
    cairo_fill(state_->context.get());
}

void Canvas::outline_rectangle(Point corner, double width, double height, Rgb colour,
                               double stroke) {
    set_colour(state_->context.get(), colour);
    cairo_set_line_width(state_->context.get(), stroke);
    cairo_rectangle(state_->context.get(), corner.x, corner.y, width, height);
    cairo_stroke(state_->context.get());
}

void Canvas::polyline(const std::vector<Point>& points, Rgb colour, double stroke, bool dashed) {
    if (points.size() < 2) {
        return;
    }
    cairo_t* const context = state_->context.get();
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
    cairo_set_font_size(state_->context.get(), size);
    cairo_text_extents_t extents;
    cairo_text_extents(state_->context.get(), text.c_str(), &extents);
    return extents.x_advance;
}

void Canvas::text(const std::string& text, Point at, double size, Rgb colour, Anchor anchor,
                  double angle) {
    const double width = text_width(text, size);
    const double shift = anchor == Anchor::left ? 0 : anchor == Anchor::centre ? width / 2 : width;
    cairo_t* const context = state_->context.get();
    set_colour(context, colour);
    cairo_save(context);
    cairo_translate(context, at.x, at.y);
    cairo_rotate(context, -angle * std::numbers::pi / 180);
    cairo_move_to(context, -shift, 0.36 * size); // half the height of capitals
    cairo_show_text(context, text.c_str());
    cairo_restore(context);
}

void Canvas::clip(Point corner, double width, double height) {
    cairo_save(state_->context.get());
    cairo_rectangle(state_->context.get(), corner.x, corner.y, width, height);
    cairo_clip(state_->context.get());
}

void Canvas::unclip() {
    cairo_restore(state_->context.get());
}

Image Canvas::image() const {
    cairo_surface_t* const surface = state_->surface.get();
    cairo_surface_flush(surface);
    const int width = cairo_image_surface_get_width(surface);
    const int height = cairo_image_surface_get_height(surface);
    check(cairo_status(state_->context.get()), width, height);
    check(cairo_surface_status(surface), width, height);
    const unsigned char* const bytes = cairo_image_surface_get_data(surface);
    const int stride = cairo_image_surface_get_stride(surface);
    Image image(width, height, Rgb{});
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
