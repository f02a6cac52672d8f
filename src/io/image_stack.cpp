#include "porogen/io/image_stack.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <string_view>

#include "io/label_reading.h"
#include "io/samples.h"
#include "io/tiff_read.h"
#include "porogen/core/errors.h"
#include "porogen/io/vdb_file.h"

namespace porogen {

namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

enum class Format { tiff, raw, vdb, unknown };

Format format_by_content(const fs::path& file) {
    std::array<char, 8> start{};
    std::ifstream(file, std::ios::binary).read(start.data(), start.size());
    const std::string_view magic(start.data(), start.size());
    for (const std::string_view tiff : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv}) {
        if (magic.starts_with(tiff)) {
            return Format::tiff;
        }
    }
    return magic == " BDV\0\0\0\0"sv ? Format::vdb : Format::unknown;
}

Format format_by_name(const fs::path& file) {
    std::string extension = file.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto is_one_of = [&](std::initializer_list<std::string_view> names) {
        return std::find(names.begin(), names.end(), extension) != names.end();
    };
    return is_one_of({".tif", ".tiff"})          ? Format::tiff
           : is_one_of({".vdb"})                 ? Format::vdb
           : is_one_of({".raw", ".bin", ".dat"}) ? Format::raw
                                                 : Format::unknown;
}

/// By content where the name says nothing. A raw file may begin with any bytes, so there its name
/// counts.
Format format_of(const fs::path& file) {
    const Format named = format_by_name(file);
    const Format found = format_by_content(file);
    if (named == Format::raw) {
        return Format::raw;
    }
    if (found != Format::unknown) {
        return found;
    }
    if (named == Format::unknown) {
        throw_bad_input(file.string() +
                        ": neither TIFF nor VDB (by its first bytes) nor named .raw, .bin "
                        "or .dat; export the image as one of these");
    }
    throw_bad_input(
        file.string() + ": not what its name says (a " +
        (named == Format::tiff ? "TIFF begins with II or MM" : "VDB begins with ' BDV'") +
        "); export it again or name a raw file .raw");
}

Vec3 checked_voxel(const fs::path& file, const Vec3& voxel) {
    if (!(voxel.minCoeff() > 0) || !voxel.allFinite()) {
        throw_bad_input(file.string() +
                        ": the voxel size is missing (image files do not carry a reliable one); "
                        "give its edge length (--voxel \"0.39 um\")");
    }
    return voxel;
}

Grid<std::uint8_t> read_raw(const fs::path& file, const ImageOptions& options) {
    if (!options.shape) {
        throw_bad_input(file.string() +
                        ": the shape is missing (a raw file does not carry it); give the "
                        "number of cells along x, y and z (--shape nx,ny,nz)");
    }
    const Shape& shape = *options.shape;
    const SampleFormat format = parse_dtype(file, options.dtype);
    check_image_size(file, shape);
    const std::int64_t bytes = check_readable(file);
    const std::int64_t expected = shape.size() * format.bytes;
    if (bytes != expected) {
        throw_bad_input(file.string() + ": " + std::to_string(bytes) + " bytes (" +
                        std::to_string(shape.x) + " x " + std::to_string(shape.y) + " x " +
                        std::to_string(shape.z) + " cells of " + options.dtype + " take " +
                        std::to_string(expected) +
                        "); correct the shape or the dtype, or cut off a header");
    }
    Grid<std::uint8_t> labels(shape);
    read_contiguous(file, format, 0, labels);
    return labels;
}

} // namespace

PhaseVolume read_image(const std::filesystem::path& file, const ImageOptions& options) {
    check_readable(file);
    const Format format = format_of(file);
    if (format == Format::vdb) {
        return read_vdb(file, options.grid);
    }
    PhaseVolume volume;
    volume.voxel = checked_voxel(file, options.voxel);
    volume.labels = format == Format::tiff ? read_tiff(file) : read_raw(file, options);
    volume.phases = phases_present(volume.labels);
    return volume;
}

} // namespace porogen
