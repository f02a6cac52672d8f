#include "io/label_reading.h"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>

#include "porogen/core/errors.h"
#include "porogen/core/units.h"

namespace porogen {

void check_image_size(const std::filesystem::path& file, const Shape& shape) {
    const std::string size =
        std::to_string(shape.x) + " x " + std::to_string(shape.y) + " x " + std::to_string(shape.z);
    if (!(shape.x > 0 && shape.y > 0 && shape.z > 0)) {
        throw_bad_input(file.string() + ": the image has no cells (" + size +
                        "); give positive edge lengths");
    }
    const auto cells = [](std::int64_t n) { return static_cast<double>(n); };
    if (cells(shape.x) * cells(shape.y) * cells(shape.z) > cells(most_cells)) {
        throw_bad_input(file.string() + ": the image claims " + size +
                        " cells (more than 2^33, so the "
                        "file is probably damaged); crop or coarsen it");
    }
}

void throw_not_a_label(const std::filesystem::path& file, double sample, std::int64_t i,
                       std::int64_t j, std::int64_t k) {
    const std::string why = std::isfinite(sample) && sample == std::floor(sample)
                                ? "labels go from 0 to 255"
                                : "labels are whole numbers";
    throw_bad_input(file.string() + ": " + format_number(sample) + " at cell (" +
                    std::to_string(i) + ", " + std::to_string(j) + ", " + std::to_string(k) +
                    ") is no label (" + why + "); segment the image or relabel its phases");
}

std::int64_t check_readable(const std::filesystem::path& file) {
    std::error_code error;
    if (std::filesystem::is_directory(file, error)) {
        throw_io_failure(file.string() + ": cannot read (it is a directory; give a file)");
    }
    errno = 0;
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    if (!in) {
        throw_io_failure(file.string() + ": cannot read (" + std::strerror(errno) +
                         "); give the path of a readable file");
    }
    const auto bytes = static_cast<std::int64_t>(in.tellg());
    if (bytes <= 0) {
        throw_bad_input(file.string() + ": the file is empty (0 bytes); copy or export it again");
    }
    return bytes;
}

} // namespace porogen
