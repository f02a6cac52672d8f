#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "porogen/core/grid.h"

namespace porogen {

/// How numbers lie in an image file.
struct SampleFormat {
    enum class Kind { unsigned_integer, signed_integer, floating };
    Kind kind = Kind::unsigned_integer;
    int bytes = 1;
    bool big_endian = false;
};

/// "uint8", "<int16", ">float32", … Throws Error(bad_input) that lists the formats known.
SampleFormat parse_dtype(const std::filesystem::path& file, const std::string& dtype);

/// Turns `count` samples into the labels of cells first, first + 1, …
/// Throws Error(bad_input) with the position of the first that is none.
void decode_labels(const std::filesystem::path& file, const SampleFormat& format,
                   const char* samples, std::int64_t count, Grid<std::uint8_t>& labels,
                   std::int64_t first);

/// Reads a run of samples of an image, contiguous from byte `offset` of a file, into all cells of
/// `labels`. Throws Error(bad_input) if the file ends too early.
void read_contiguous(const std::filesystem::path& file, const SampleFormat& format,
                     std::int64_t offset, Grid<std::uint8_t>& labels);

} // namespace porogen
