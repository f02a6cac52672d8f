#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace porogen {

/// A file that appears under its final name only when it is complete. Write to path(),
/// then commit(); if the object dies before that (an error, an interrupt),
/// the half-written file is removed.
class AtomicFile {
  public:
    explicit AtomicFile(std::filesystem::path target);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    /// Where to write meanwhile: beside the target, same extension.
    [[nodiscard]] const std::filesystem::path& path() const { return temporary_; }
    /// Flushes to the disk and renames. Throws Error(io_failure).
    void commit();

  private:
    std::filesystem::path target_;
    std::filesystem::path temporary_;
    bool committed_ = false;
};

/// Writes a whole text file atomically. Throws Error(io_failure), also when the disk is full.
void write_text_file(const std::filesystem::path& path, std::string_view text);

/// Reads a whole file. Throws Error(io_failure) that names the file and the reason.
std::string read_text_file(const std::filesystem::path& path);

/// Makes a directory and its parents. Throws Error(io_failure) if that fails
/// or it cannot be written to.
void make_writable_directory(const std::filesystem::path& path);

} // namespace porogen
