#pragma once

#include <cstdint>
#include <filesystem>

#include "porogen/core/grid.h"

namespace porogen {

/// Labels of a TIFF, pages along z; thumbnails (reduced pages) are skipped. Values are taken as
/// stored, also of palettes and of images where white is 0. See read_image for the errors.
Grid<std::uint8_t> read_tiff(const std::filesystem::path& file);

} // namespace porogen
