#pragma once

// TIFFs as other programs write them.

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <tiffio.h>

#include "porogen/core/grid.h"

namespace porogen::samples {

/// How to store an image with libtiff.
struct Storage {
    const char* mode = "w";
    std::uint16_t bits = 8;
    std::uint16_t format = SAMPLEFORMAT_UINT;
    std::uint16_t compression = COMPRESSION_NONE;
    std::uint16_t photometric = PHOTOMETRIC_MINISBLACK;
    bool tiled = false;
    bool thumbnail = false; ///< put a reduced page in front
};

/// Samples of one row, from x to x + count, beyond the image 0.
inline std::string row_of(const Grid<std::uint8_t>& labels, const Storage& how, std::int64_t x,
                          std::int64_t y, std::int64_t z, std::int64_t count) {
    const Shape& shape = labels.shape();
    std::string row(static_cast<std::size_t>((count * how.bits + 7) / 8), '\0');
    for (std::int64_t n = 0; n < count && x + n < shape.x && y < shape.y; ++n) {
        const std::uint8_t label = labels(x + n, y, z);
        if (how.bits < 8) {
            const std::int64_t bit = n * how.bits;
            char& byte = row[static_cast<std::size_t>(bit / 8)];
            byte = static_cast<char>(byte | (label << (8 - how.bits - bit % 8)));
        } else if (how.format == SAMPLEFORMAT_IEEEFP) {
            const auto value = static_cast<float>(label);
            std::memcpy(row.data() + 4 * n, &value, 4);
        } else {
            const std::uint32_t value = label;
            std::memcpy(row.data() + n * how.bits / 8, &value, how.bits / 8);
        }
    }
    return row;
}

inline void store_page(TIFF* tiff, const Grid<std::uint8_t>& labels, const Storage& how,
                       std::int64_t z) {
    const Shape& shape = labels.shape();
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(shape.x));
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(shape.y));
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, how.bits);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
    TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, how.format);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, how.photometric);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, how.compression);
    if (how.photometric == PHOTOMETRIC_PALETTE) {
        std::vector<std::uint16_t> map(1U << how.bits, 77);
        TIFFSetField(tiff, TIFFTAG_COLORMAP, map.data(), map.data(), map.data());
    }
    if (how.tiled) {
        constexpr std::int64_t edge = 16;
        TIFFSetField(tiff, TIFFTAG_TILEWIDTH, edge);
        TIFFSetField(tiff, TIFFTAG_TILELENGTH, edge);
        for (std::int64_t y = 0; y < shape.y; y += edge) {
            for (std::int64_t x = 0; x < shape.x; x += edge) {
                std::string tile;
                for (std::int64_t r = 0; r < edge; ++r) {
                    tile += row_of(labels, how, x, y + r, z, edge);
                }
                REQUIRE(TIFFWriteTile(tiff, tile.data(), static_cast<std::uint32_t>(x),
                                      static_cast<std::uint32_t>(y), 0, 0) > 0);
            }
        }
    } else {
        TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 5);
        for (std::int64_t y = 0; y < shape.y; ++y) {
            std::string row = row_of(labels, how, 0, y, z, shape.x);
            REQUIRE(TIFFWriteScanline(tiff, row.data(), static_cast<std::uint32_t>(y), 0) == 1);
        }
    }
    REQUIRE(TIFFWriteDirectory(tiff) == 1);
}

inline void store(const std::filesystem::path& file, const Grid<std::uint8_t>& labels,
                  const Storage& how) {
    TIFF* tiff = TIFFOpen(file.c_str(), how.mode);
    REQUIRE(tiff != nullptr);
    if (how.thumbnail) {
        TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE);
        store_page(tiff, Grid<std::uint8_t>({4, 4, 1}), {}, 0);
    }
    for (std::int64_t z = 0; z < labels.shape().z; ++z) {
        store_page(tiff, labels, how, z);
    }
    TIFFClose(tiff);
}

/// A TIFF of one tag block whose data lies behind it, as ImageJ writes stacks beyond 4 GB.
inline std::string imagej_run(const Grid<std::uint8_t>& labels, const std::string& description,
                              bool big_endian) {
    std::string bytes = big_endian ? std::string("MM\0*", 4) : std::string("II*\0", 4);
    const auto put = [&](std::uint32_t value, int count) {
        for (int n = 0; n < count; ++n) {
            bytes += static_cast<char>(value >> 8 * (big_endian ? count - 1 - n : n));
        }
    };
    const Shape& s = labels.shape();
    put(8, 4);
    struct Entry {
        std::uint32_t tag, type, count, value;
    };
    const std::uint32_t behind = 8 + 2 + 9 * 12 + 4;
    const auto text = static_cast<std::uint32_t>(description.size() + 1);
    const auto page_bytes = static_cast<std::uint32_t>(s.x * s.y * 2);
    const std::vector<Entry> entries{{256, 4, 1, static_cast<std::uint32_t>(s.x)},
                                     {257, 4, 1, static_cast<std::uint32_t>(s.y)},
                                     {258, 3, 1, 16},
                                     {262, 3, 1, 1},
                                     {270, 2, text, behind},
                                     {273, 4, 1, behind + text},
                                     {277, 3, 1, 1},
                                     {278, 4, 1, static_cast<std::uint32_t>(s.y)},
                                     {279, 4, 1, page_bytes}};
    put(static_cast<std::uint32_t>(entries.size()), 2);
    for (const Entry& e : entries) {
        put(e.tag, 2);
        put(e.type, 2);
        put(e.count, 4);
        if (e.type == 3) { // a short stands at the left of its field
            put(e.value, 2);
            put(0, 2);
        } else {
            put(e.value, 4);
        }
    }
    put(0, 4);
    bytes += description + '\0';
    for (const std::uint8_t label : labels) {
        put(label, 2);
    }
    return bytes;
}

} // namespace porogen::samples
