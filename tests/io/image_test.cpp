#include "porogen/io/image.h"

#include <cstring>

#include <doctest/doctest.h>
#include <png.h>

#include "folder.h"
#include "porogen/core/errors.h"
#include "porogen/core/files.h"

using namespace porogen;
using porogen::test::Folder;

namespace {

Image test_card() {
    Image image(7, 5, {255, 255, 255});
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            image.at(x, y) = {static_cast<std::uint8_t>(40 * x), static_cast<std::uint8_t>(60 * y),
                              static_cast<std::uint8_t>(x * y)};
        }
    }
    return image;
}

} // namespace

TEST_CASE("a picture is read back pixel for pixel by libpng") {
    const Folder folder;
    const auto file = folder.path / "card.png";
    const Image card = test_card();
    write_png(file, card, {});
    png_image reader{};
    reader.version = PNG_IMAGE_VERSION;
    REQUIRE(png_image_begin_read_from_file(&reader, file.c_str()) != 0);
    CHECK(reader.width == 7);
    CHECK(reader.height == 5);
    reader.format = PNG_FORMAT_RGB;
    Image back(7, 5, {});
    REQUIRE(png_image_finish_read(&reader, nullptr, back.pixels.data(), 0, nullptr) != 0);
    CHECK(back.pixels == card.pixels);
    CHECK(folder.count() == 1);
}

TEST_CASE("text entries stand in the file as tEXt chunks") {
    const Folder folder;
    const auto file = folder.path / "card.png";
    write_png(file, test_card(), {{"Software", "porogen 1"}, {"Description", "a card"}});
    const std::string bytes = read_text_file(file);
    using namespace std::string_literals;
    CHECK(bytes.find("tEXtSoftware\0porogen 1"s) != std::string::npos);
    CHECK(bytes.find("tEXtDescription\0a card"s) != std::string::npos);
}

TEST_CASE("a picture that cannot be written is an io failure and leaves nothing") {
    const Folder folder;
    CHECK_THROWS_AS(write_png(folder.path / "no" / "a.png", test_card(), {}), Error);
    try {
        write_png(folder.path / "empty.png", Image{}, {});
        FAIL("an empty picture was written");
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::io_failure);
        CHECK(std::string(error.what()) ==
              (folder.path / "empty.png").string() +
                  ": cannot write (the picture has no pixels); give one of 1 x 1 or more");
    }
    CHECK(folder.count() == 0);
}
