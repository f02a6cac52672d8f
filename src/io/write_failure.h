#pragma once

#include <filesystem>
#include <string>

#include "porogen/core/errors.h"

namespace porogen {

/// Error(io_failure) of a file that the system does not take.
[[noreturn]] inline void throw_cannot_write(const std::filesystem::path& file,
                                            const std::string& reason) {
    throw_io_failure(file.string() + ": cannot write (" + reason +
                     "); free space or choose another folder");
}

} // namespace porogen
