#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace porogen {

struct Rgb {
    std::uint8_t r = 0;
    std::uint8_t g = 0;
    std::uint8_t b = 0;
    friend bool operator==(const Rgb&, const Rgb&) = default;
};

/// A picture, row 0 at the top.
struct Image {
    int width = 0;
    int height = 0;
    std::vector<Rgb> pixels;
    Image() = default;
    Image(int w, int h, Rgb fill)
        : width(w), height(h),
          pixels(static_cast<std::size_t>(w) * static_cast<std::size_t>(h), fill) {}
    [[nodiscard]] Rgb& at(int x, int y) {
        return pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                      static_cast<std::size_t>(x)];
    }
    [[nodiscard]] const Rgb& at(int x, int y) const {
        return pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                      static_cast<std::size_t>(x)];
    }
};

/// PNG with text entries (Software, Description, …). Atomic. Throws Error(io_failure).
void write_png(const std::filesystem::path& file, const Image& image,
               const std::map<std::string, std::string>& text);

} // namespace porogen
