#include "porogen/io/image.h"

#include <array>
#include <csetjmp>
#include <cstdio>
#include <new>
#include <string>
#include <vector>

#include <png.h>

#include "porogen/core/errors.h"
#include "porogen/core/files.h"

namespace porogen {

namespace {

/// What libpng writes into, and its last word if it gives up. libpng is C: no exception may leave
/// the functions that it calls, so its word is kept without taking memory.
struct Target {
    std::string bytes;
    std::array<char, 200> problem{};
};

bool append(std::string& bytes, png_bytep data, png_size_t size) noexcept {
    try {
        bytes.append(reinterpret_cast<const char*>(data), size);
        return true;
    } catch (const std::bad_alloc&) {
        return false;
    }
}

void append_bytes(png_structp png, png_bytep data, png_size_t size) {
    if (!append(static_cast<Target*>(png_get_io_ptr(png))->bytes, data, size)) {
        png_error(png, "out of memory");
    }
}

void no_flush(png_structp) {}

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
    auto& problem = static_cast<Target*>(png_get_error_ptr(png))->problem;
    std::snprintf(problem.data(), problem.size(), "%s", message);
    png_longjmp(png, 1);
}

void ignore_warning(png_structp, png_const_charp) {}

/// All calls that may end in on_error's longjmp, which runs no destructors: so nothing here has
/// one.
bool encode(png_structp png, png_infop info, const Image& image, png_textp text, int text_count) {
    if (setjmp(png_jmpbuf(png)) != 0) {
        return false;
    }
    png_set_IHDR(png, info, static_cast<png_uint_32>(image.width),
                 static_cast<png_uint_32>(image.height), 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
    png_set_text(png, info, text, text_count);
    png_write_info(png, info);
    for (int y = 0; y < image.height; ++y) {
        png_write_row(png, reinterpret_cast<png_const_bytep>(&image.at(0, y)));
    }
    png_write_end(png, info);
    return true;
}

static_assert(sizeof(Rgb) == 3, "rows of pixels are handed over as bytes");

/// Text entries, pointing into `text`.
std::vector<png_text> text_entries(const std::map<std::string, std::string>& text) {
    std::vector<png_text> entries;
    for (const auto& [key, value] : text) {
        png_text entry{};
        entry.compression = PNG_TEXT_COMPRESSION_NONE;
        entry.key = const_cast<png_charp>(key.c_str());
        entry.text = const_cast<png_charp>(value.c_str());
        entry.text_length = value.size();
        entries.push_back(entry);
    }
    return entries;
}

} // namespace

void write_png(const std::filesystem::path& file, const Image& image,
               const std::map<std::string, std::string>& text) {
    if (image.pixels.empty()) {
        throw_io_failure(file.string() +
                         ": cannot write (the picture has no pixels); give one of 1 x 1 or more");
    }
    Target target;
    std::vector<png_text> entries = text_entries(text);
    png_structp png =
        png_create_write_struct(PNG_LIBPNG_VER_STRING, &target, on_error, ignore_warning);
    png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
    if (info == nullptr) {
        png_destroy_write_struct(&png, nullptr);
        throw_io_failure(file.string() +
                         ": cannot write (libpng did not start: out of memory); free memory");
    }
    png_set_write_fn(png, &target, append_bytes, no_flush);
    const bool done = encode(png, info, image, entries.data(), static_cast<int>(entries.size()));
    png_destroy_write_struct(&png, &info);
    if (!done) {
        throw_io_failure(file.string() + ": cannot write (" + target.problem.data() +
                         "); free memory or ask for a smaller picture");
    }
    write_text_file(file, target.bytes);
}

} // namespace porogen
