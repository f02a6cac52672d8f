#pragma once

#include <filesystem>

namespace porogen::vdb {

/// Appends a checksum of the file, which readers of OpenVDB do not look at. Throws
/// Error(io_failure) that names `target`.
void seal(const std::filesystem::path& file, const std::filesystem::path& target);

/// False if the file carries a checksum and it does not fit. OpenVDB itself trusts what it reads
/// and can crash on a flipped bit, so this is asked first.
bool seal_fits(const std::filesystem::path& file);

} // namespace porogen::vdb
