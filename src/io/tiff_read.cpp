#include "io/tiff_read.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include "io/label_reading.h"
#include "io/samples.h"
#include "io/tiff_handle.h"
#include "porogen/core/errors.h"
#include "porogen/core/progress.h"

namespace porogen {

namespace {

namespace fs = std::filesystem;

/// What the tags of a page say about it.
struct Page {
    std::int64_t width = 0;
    std::int64_t height = 0;
    int bits = 1;
    SampleFormat format; ///< as libtiff hands the samples over: in the order of this machine
    bool tiled = false;
    std::uint16_t compression = COMPRESSION_NONE;

    [[nodiscard]] std::int64_t row_bytes(std::int64_t samples) const {
        return (samples * bits + 7) / 8;
    }
};

/// The open file, with errors that name it and the page.
class Stack {
  public:
    explicit Stack(const fs::path& file)
        : file_(file), bytes_(check_readable(file)),
          handle_(file, "rm") { // m: not mapped into memory
        if (handle_.tiff() == nullptr) {
            throw_bad_input(file.string() + ": not a sound TIFF (" +
                            handle_.problem("unreadable header") + "); export or copy it again");
        }
    }
    [[nodiscard]] TIFF* tiff() const { return handle_.tiff(); }
    [[nodiscard]] const fs::path& file() const { return file_; }
    [[nodiscard]] std::int64_t bytes() const { return bytes_; }
    [[noreturn]] void fail(std::int64_t page, const std::string& problem) const {
        throw_bad_input(file_.string() + ": page " + std::to_string(page + 1) + " " + problem);
    }
    [[noreturn]] void fail_damaged(std::int64_t page) const {
        fail(page,
             "is damaged (" + handle_.problem("data missing") + "); export or copy the file again");
    }
    template <class T>
    [[nodiscard]] T tag(std::uint32_t name, T otherwise) const {
        T value = otherwise;
        return TIFFGetFieldDefaulted(tiff(), name, &value) != 0 ? value : otherwise;
    }

  private:
    fs::path file_;
    std::int64_t bytes_;
    TiffHandle handle_;
};

/// Bytes that a stored byte may unfold into. Deflate reaches 1032; the others have no bound of
/// their own.
std::int64_t most_unfolding(std::uint16_t compression) {
    switch (compression) {
    case COMPRESSION_NONE:
        return 1;
    case COMPRESSION_ADOBE_DEFLATE:
    case COMPRESSION_DEFLATE:
    case COMPRESSION_PACKBITS:
        return 1100;
    default:
        return 50000;
    }
}

SampleFormat format_of(const Stack& stack, std::int64_t page, int bits) {
    SampleFormat format;
    format.bytes = std::max(bits / 8, 1);
    format.big_endian = std::endian::native == std::endian::big;
    const auto kind = stack.tag<std::uint16_t>(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
    format.kind = kind == SAMPLEFORMAT_INT      ? SampleFormat::Kind::signed_integer
                  : kind == SAMPLEFORMAT_IEEEFP ? SampleFormat::Kind::floating
                                                : SampleFormat::Kind::unsigned_integer;
    const bool floating = format.kind == SampleFormat::Kind::floating;
    const bool known =
        floating ? bits == 32 || bits == 64
                 : bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16 || bits == 32;
    if (!known) {
        stack.fail(page, "has " + std::to_string(bits) +
                             (floating ? "-bit floats" : "-bit samples") +
                             " (unknown format); export labels as 8-bit integers");
    }
    return format;
}

void check_single_channel(const Stack& stack, std::int64_t page) {
    const auto channels = stack.tag<std::uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1);
    const auto meaning = stack.tag<std::uint16_t>(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    if (channels != 1 || meaning == PHOTOMETRIC_RGB || meaning == PHOTOMETRIC_YCBCR) {
        stack.fail(page, "has " + std::to_string(channels) +
                             " channels (a colour image); export the labels as one grey channel");
    }
}

/// The tags of the current page, checked against what its data could hold.
Page read_tags(const Stack& stack, std::int64_t index) {
    Page page;
    page.width = stack.tag<std::uint32_t>(TIFFTAG_IMAGEWIDTH, 0);
    page.height = stack.tag<std::uint32_t>(TIFFTAG_IMAGELENGTH, 0);
    check_image_size(stack.file(), {page.width, page.height, 1});
    check_single_channel(stack, index);
    page.bits = stack.tag<std::uint16_t>(TIFFTAG_BITSPERSAMPLE, 1);
    page.format = format_of(stack, index, page.bits);
    page.tiled = TIFFIsTiled(stack.tiff()) != 0;
    page.compression = stack.tag<std::uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE);
    if (TIFFIsCODECConfigured(page.compression) == 0) {
        stack.fail(index, "uses compression " + std::to_string(page.compression) +
                              " (unknown to this libtiff); export it with deflate or none");
    }
    if (page.row_bytes(page.width) * page.height / most_unfolding(page.compression) >
        stack.bytes()) {
        stack.fail(index, "claims " + std::to_string(page.width) + " x " +
                              std::to_string(page.height) + " cells (more than a file of " +
                              std::to_string(stack.bytes()) +
                              " bytes can hold); copy the file again");
    }
    return page;
}

bool is_reduced(const Stack& stack) {
    return (stack.tag<std::uint32_t>(TIFFTAG_SUBFILETYPE, 0) & FILETYPE_REDUCEDIMAGE) != 0;
}

/// Labels of one row of decoded bytes, into cells first, first + 1, …
void decode_row(const Stack& stack, const Page& page, const char* row, std::int64_t count,
                Grid<std::uint8_t>& labels, std::int64_t first) {
    if (page.bits >= 8) {
        decode_labels(stack.file(), page.format, row, count, labels, first);
        return;
    }
    const auto mask = static_cast<unsigned>((1 << page.bits) - 1);
    for (std::int64_t n = 0; n < count; ++n) {
        const std::int64_t bit = n * page.bits; // the first sample stands in the highest bits
        const auto byte = static_cast<unsigned char>(row[bit / 8]);
        labels[first + n] = static_cast<std::uint8_t>((byte >> (8 - page.bits - bit % 8)) & mask);
    }
}

void read_strips(const Stack& stack, const Page& page, std::int64_t z, Grid<std::uint8_t>& labels) {
    const std::int64_t rows = std::min<std::int64_t>(
        stack.tag<std::uint32_t>(TIFFTAG_ROWSPERSTRIP, UINT32_MAX), page.height);
    if (rows <= 0) {
        stack.fail_damaged(z);
    }
    const std::int64_t row_bytes = page.row_bytes(page.width);
    std::vector<char> strip(static_cast<std::size_t>(rows * row_bytes));
    for (std::int64_t y = 0; y < page.height; y += rows) {
        const std::int64_t count = std::min(rows, page.height - y);
        const auto read = TIFFReadEncodedStrip(stack.tiff(), static_cast<std::uint32_t>(y / rows),
                                               strip.data(), count * row_bytes);
        if (read != count * row_bytes) {
            stack.fail_damaged(z);
        }
        for (std::int64_t r = 0; r < count; ++r) {
            decode_row(stack, page, strip.data() + r * row_bytes, page.width, labels,
                       labels.shape().index(0, y + r, z));
        }
    }
}

void read_tiles(const Stack& stack, const Page& page, std::int64_t z, Grid<std::uint8_t>& labels) {
    const auto width = static_cast<std::int64_t>(stack.tag<std::uint32_t>(TIFFTAG_TILEWIDTH, 0));
    const auto height = static_cast<std::int64_t>(stack.tag<std::uint32_t>(TIFFTAG_TILELENGTH, 0));
    const auto tile_bytes = static_cast<std::int64_t>(TIFFTileSize64(stack.tiff()));
    const std::int64_t row_bytes = page.row_bytes(width);
    const bool sound = width > 0 && height > 0 && tile_bytes == row_bytes * height &&
                       tile_bytes / most_unfolding(page.compression) <= stack.bytes();
    if (!sound) {
        stack.fail_damaged(z);
    }
    std::vector<char> tile(static_cast<std::size_t>(tile_bytes));
    for (std::int64_t y = 0; y < page.height; y += height) {
        for (std::int64_t x = 0; x < page.width; x += width) {
            const auto number = TIFFComputeTile(stack.tiff(), static_cast<std::uint32_t>(x),
                                                static_cast<std::uint32_t>(y), 0, 0);
            if (TIFFReadEncodedTile(stack.tiff(), number, tile.data(), tile_bytes) != tile_bytes) {
                stack.fail_damaged(z);
            }
            for (std::int64_t r = 0; r < std::min(height, page.height - y); ++r) {
                decode_row(stack, page, tile.data() + r * row_bytes,
                           std::min(width, page.width - x), labels,
                           labels.shape().index(x, y + r, z));
            }
        }
    }
}

/// The number behind "key=" in an ImageJ description, one per line.
std::optional<std::int64_t> description_number(std::string_view text, std::string_view key) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        if (line.starts_with(key) && line.substr(key.size()).starts_with('=')) {
            std::int64_t number = 0;
            const std::string_view digits = line.substr(key.size() + 1);
            const auto parsed =
                std::from_chars(digits.data(), digits.data() + digits.size(), number);
            return parsed.ec == std::errc{} ? std::optional(number) : std::nullopt;
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return std::nullopt;
}

/// The ImageJ description of the current page, "" if it has none.
std::string_view imagej_description(const Stack& stack) {
    const char* text = nullptr;
    const bool found =
        TIFFGetField(stack.tiff(), TIFFTAG_IMAGEDESCRIPTION, &text) != 0 && text != nullptr;
    return found && std::string_view(text).starts_with("ImageJ=") ? text : std::string_view();
}

void check_not_hyperstack(const Stack& stack) {
    const std::string_view text = imagej_description(stack);
    for (const char* kind : {"channels", "frames"}) {
        if (const auto count = description_number(text, kind); count && *count > 1) {
            stack.fail(0, "belongs to a hyperstack of " + std::to_string(*count) + " " + kind +
                              " (an image has one); duplicate one of them in ImageJ");
        }
    }
}

/// ImageJ writes stacks beyond 4 GB with the tags of the first page only, and all pages behind it
/// in one run without compression. Nothing if the file is not of that kind.
std::optional<Grid<std::uint8_t>> read_imagej_run(const Stack& stack, const Page& page) {
    const std::int64_t images = description_number(imagej_description(stack), "images").value_or(1);
    if (images <= 1 || page.compression != COMPRESSION_NONE || page.tiled || page.bits < 8) {
        return std::nullopt;
    }
    const Shape shape{page.width, page.height, images};
    check_image_size(stack.file(), shape);
    const std::uint64_t* offsets = nullptr;
    if (TIFFGetField(stack.tiff(), TIFFTAG_STRIPOFFSETS, &offsets) == 0 || offsets == nullptr) {
        stack.fail_damaged(0);
    }
    const auto start = static_cast<std::int64_t>(offsets[0]);
    if (start < 0 || start > stack.bytes() ||
        shape.size() * page.format.bytes > stack.bytes() - start) {
        stack.fail(0, "announces " + std::to_string(images) +
                          " images (more than the file holds: it is cut short); copy it again");
    }
    SampleFormat format = page.format;
    format.big_endian = TIFFIsBigEndian(stack.tiff()) != 0;
    Grid<std::uint8_t> labels(shape);
    read_contiguous(stack.file(), format, start, labels);
    return labels;
}

/// Numbers of the pages that belong to the image.
std::vector<std::uint32_t> image_pages(const Stack& stack) {
    std::vector<std::uint32_t> pages;
    for (std::uint32_t index = 0;; ++index) {
        if (!is_reduced(stack)) {
            pages.push_back(index);
        }
        if (TIFFLastDirectory(stack.tiff()) != 0) {
            return pages;
        }
        if (TIFFReadDirectory(stack.tiff()) == 0) {
            stack.fail_damaged(index + 1);
        }
    }
}

void go_to(const Stack& stack, std::uint32_t page) {
    if (TIFFSetDirectory(stack.tiff(), page) == 0) {
        stack.fail_damaged(page);
    }
}

} // namespace

Grid<std::uint8_t> read_tiff(const std::filesystem::path& file) {
    const Stack stack(file);
    check_not_hyperstack(stack);
    const std::vector<std::uint32_t> pages = image_pages(stack);
    if (pages.empty()) {
        stack.fail(0, "and all others are thumbnails (reduced images); export the full image");
    }
    go_to(stack, pages.front());
    const Page first = read_tags(stack, 0);
    if (pages.size() == 1) {
        if (auto labels = read_imagej_run(stack, first)) {
            return std::move(*labels);
        }
    }
    const Shape shape{first.width, first.height, static_cast<std::int64_t>(pages.size())};
    check_image_size(file, shape);
    if (first.row_bytes(first.width) * first.height / most_unfolding(first.compression) >
        stack.bytes() / shape.z) {
        stack.fail(0, "and " + std::to_string(shape.z - 1) +
                          " more claim more cells than a file of " + std::to_string(stack.bytes()) +
                          " bytes can hold; copy the file again");
    }
    Grid<std::uint8_t> labels(shape);
    for (std::int64_t z = 0; z < shape.z; ++z) {
        throw_if_interrupted();
        go_to(stack, pages[static_cast<std::size_t>(z)]);
        const Page page = read_tags(stack, z);
        if (page.width != first.width || page.height != first.height) {
            stack.fail(z, "has " + std::to_string(page.width) + " x " +
                              std::to_string(page.height) + " cells (the first " +
                              std::to_string(first.width) + " x " + std::to_string(first.height) +
                              "); give a stack of pages of one size");
        }
        page.tiled ? read_tiles(stack, page, z, labels) : read_strips(stack, page, z, labels);
    }
    return labels;
}

} // namespace porogen
