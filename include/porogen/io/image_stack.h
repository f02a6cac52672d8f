#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "porogen/volume/phase_volume.h"

namespace porogen {

/// What a reader needs to know that the file does not say.
struct ImageOptions {
    /// Edge lengths of a voxel [m].
    Vec3 voxel{0, 0, 0};
    /// Raw files: nx, ny, nz (x fastest).
    std::optional<Shape> shape = std::nullopt;
    /// Raw files: uint8, int8, uint16, int16, int32, float32; "<" or ">" in front sets
    /// the byte order (little by default).
    std::string dtype = "uint8";
    /// VDB files: name of the grid that holds the labels.
    std::string grid = "phase";
};

/// Reads a segmented image: a multi-page TIFF (pages along z; 8, 16 or 32 bit integers or 32 bit
/// floats with whole values, any compression libtiff knows, tiled or stripped, single channel), a
/// raw file (.raw, .bin, .dat: needs `shape`), or a VDB written by Porogen. Labels must be whole
/// and 0..255. Throws Error(bad_input), message "file: what (why); what to do": missing voxel size,
/// a truncated or empty file, pages of different size, colour images, labels outside 0..255 (the
/// first is named with its position), a size that does not match the shape. Error(io_failure) if
/// the file cannot be opened.
PhaseVolume read_image(const std::filesystem::path& file, const ImageOptions& options);

/// Writes labels as an 8-bit deflate-compressed multi-page TIFF.
void write_tiff(const std::filesystem::path& file, const Grid<std::uint8_t>& labels);

} // namespace porogen
