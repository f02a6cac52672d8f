#include "report/plot.h"

#include <string>

#include <doctest/doctest.h>

#include "porogen/core/errors.h"

using namespace porogen;

TEST_CASE("scale bars have round lengths that fit") {
    CHECK(round_length(12) == doctest::Approx(10));
    CHECK(round_length(49) == doctest::Approx(20));
    CHECK(round_length(50) == doctest::Approx(50));
    CHECK(round_length(0.7) == doctest::Approx(0.5));
    CHECK(round_length(1e-7) == doctest::Approx(1e-7));
}

TEST_CASE("what is drawn is what is read back") {
    Canvas canvas(40, 20, palette::white);
    canvas.fill_rectangle({10, 5}, 20, 10, palette::blue);
    const Image image = canvas.image();
    REQUIRE(image.width == 40);
    REQUIRE(image.height == 20);
    int blue = 0;
    int white = 0;
    for (const Rgb& pixel : image.pixels) {
        blue += pixel == palette::blue;
        white += pixel == palette::white;
    }
    CHECK(blue == 200);
    CHECK(white == 600);
    CHECK(image.at(10, 5) == palette::blue);
    CHECK(image.at(9, 5) == palette::white);
}

TEST_CASE("a plot of a straight line runs from corner to corner of its frame") {
    Canvas canvas(600, 500, palette::white);
    draw_plot(canvas, {0, 0}, 600, 500, {"t", "x", "y"},
              {{"", {{0, 0}, {1, 3}}, palette::blue, false}});
    const Image image = canvas.image();
    const auto is_blue = [&](int x, int y) { return image.at(x, y) == palette::blue; };
    CHECK(is_blue(102, 419)); // lower left of the frame: (100, 420)
    CHECK(is_blue(574, 97));  // upper right: (576, 96), the highest tick is the highest value
    CHECK_FALSE(is_blue(102, 97));
}

TEST_CASE("a plot of a single point, anywhere, ends") {
    Canvas canvas(600, 500, palette::white);
    for (const double x : {0.0, 1e-12, 5.3, -7e8}) {
        draw_plot(canvas, {0, 0}, 600, 500, {"t", "x", "y"},
                  {{"", {{x, 1}}, palette::blue, false}});
    }
    draw_plot(canvas, {0, 0}, 600, 500, {"t", "x", "y"}, {{"", {}, palette::blue, false}});
    CHECK(canvas.image().at(300, 96) == palette::ink); // the frame was drawn
}

TEST_CASE("a picture that cairo cannot hold is refused, also when it is pasted") {
    const auto complaint = [](const auto& action) -> std::string {
        try {
            action();
        } catch (const Error& error) {
            CHECK(error.code() == ExitCode::io_failure);
            return error.what();
        }
        return "";
    };
    CHECK(complaint([] { const Canvas canvas(40000, 2, palette::white); }) ==
          "cannot draw a picture of 40000 x 2 pixels (invalid value (typically too big) for the "
          "size of the input (surface, pattern, etc.)); ask for a smaller one or free memory");
    Canvas canvas(4, 4, palette::white);
    CHECK(complaint([&] {
              canvas.paste(Image(1, 40000, palette::blue), {0, 0});
          }).starts_with("cannot draw a picture of 1 x 40000 pixels ("));
    CHECK(canvas.image().at(0, 0) == palette::white); // and the canvas can still be used
}
