#include <algorithm>
#include <cerrno>
#include <cstring>

#include "io/tiff_handle.h"
#include "io/write_failure.h"
#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/core/version.h"
#include "porogen/io/image_stack.h"

namespace porogen {

namespace {

/// Strips of about this size compress well and can be read piece by piece [bytes].
constexpr std::int64_t strip_bytes = 1 << 16;

bool set_tags(TIFF* tiff, const Shape& shape, std::int64_t rows_per_strip) {
    const std::string software = "porogen " + std::string(version());
    return TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(shape.x)) != 0 &&
           TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(shape.y)) != 0 &&
           TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8) != 0 &&
           TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1) != 0 &&
           TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT) != 0 &&
           TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK) != 0 &&
           TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) != 0 &&
           TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE) != 0 &&
           TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, static_cast<std::uint32_t>(rows_per_strip)) !=
               0 &&
           TIFFSetField(tiff, TIFFTAG_SOFTWARE, software.c_str()) != 0;
}

bool write_page(TIFF* tiff, const Grid<std::uint8_t>& labels, std::int64_t z) {
    const Shape& shape = labels.shape();
    const std::int64_t rows = std::clamp<std::int64_t>(strip_bytes / shape.x, 1, shape.y);
    if (!set_tags(tiff, shape, rows)) {
        return false;
    }
    std::vector<std::uint8_t> strip; // libtiff may change what it is given
    for (std::int64_t y = 0; y < shape.y; y += rows) {
        const std::int64_t bytes = std::min(rows, shape.y - y) * shape.x;
        const std::uint8_t* from = labels.data() + shape.index(0, y, z);
        strip.assign(from, from + bytes);
        if (TIFFWriteEncodedStrip(tiff, static_cast<std::uint32_t>(y / rows), strip.data(),
                                  bytes) != bytes) {
            return false;
        }
    }
    return TIFFWriteDirectory(tiff) != 0;
}

} // namespace

void write_tiff(const std::filesystem::path& file, const Grid<std::uint8_t>& labels) {
    if (labels.empty()) {
        throw_io_failure(file.string() +
                         ": cannot write (the image has no cells); give one of at least one");
    }
    AtomicFile target(file);
    errno = 0;
    // Classic TIFF ends at 4 GB; deflate can make labels slightly larger, never by a quarter.
    const bool big = labels.size() > std::int64_t{3} << 30;
    TiffHandle handle(target.path(), big ? "w8" : "w");
    bool done = handle.tiff() != nullptr;
    for (std::int64_t z = 0; done && z < labels.shape().z; ++z) {
        done = write_page(handle.tiff(), labels, z);
    }
    if (!done) {
        const std::string reason =
            errno != 0 ? std::strerror(errno) : handle.problem("unknown reason");
        throw_cannot_write(file, reason);
    }
    handle.close();
    target.commit();
}

} // namespace porogen
