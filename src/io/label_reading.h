#pragma once

#include <cstdint>
#include <filesystem>

#include "porogen/core/grid.h"

namespace porogen {

/// More cells than this are taken for a damaged header rather than an image.
inline constexpr std::int64_t most_cells = std::int64_t{1} << 33;

/// Throws Error(bad_input) unless every edge is positive and the image
/// has at most `most_cells` cells.
void check_image_size(const std::filesystem::path& file, const Shape& shape);

/// A sample as a label, or -1 if it is none: not whole, or outside 0..255, or NaN.
template <class T>
int as_label(T sample) {
    const auto value = static_cast<double>(sample);
    if (!(value >= 0 && value <= 255)) {
        return -1;
    }
    const int label = static_cast<int>(value);
    return label == value ? label : -1;
}

/// Error(bad_input) that names the first sample that is no label, and where it stands.
[[noreturn]] void throw_not_a_label(const std::filesystem::path& file, double sample,
                                    std::int64_t i, std::int64_t j, std::int64_t k);

/// Throws Error(io_failure) with the reason if the file cannot be opened for reading,
/// Error(bad_input) if it is empty. Returns its size in bytes.
std::int64_t check_readable(const std::filesystem::path& file);

} // namespace porogen
