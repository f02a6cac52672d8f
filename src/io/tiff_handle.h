#pragma once

#include <array>
#include <cstdarg>
#include <filesystem>
#include <memory>
#include <string>

#include <tiffio.h>

namespace porogen {

/// An open TIFF whose complaints are kept instead of printed.
class TiffHandle {
  public:
    /// `mode` as for TIFFOpen. A null tiff() means that it could not be opened.
    TiffHandle(const std::filesystem::path& file, const char* mode);
    [[nodiscard]] TIFF* tiff() const { return tiff_.get(); }
    /// libtiff's last error, or `otherwise` if it said nothing.
    [[nodiscard]] std::string problem(const std::string& otherwise) const {
        return problem_[0] == '\0' ? otherwise : problem_.data();
    }
    void close() { tiff_.reset(); }
    TiffHandle(const TiffHandle&) = delete;
    TiffHandle& operator=(const TiffHandle&) = delete;

  private:
    // libtiff is C: no exception may leave what it calls, so nothing here takes memory.
    static int keep(TIFF*, void* handle, const char* module, const char* format,
                    std::va_list arguments) noexcept;
    static int ignore(TIFF*, void*, const char*, const char*, std::va_list) noexcept { return 1; }

    std::array<char, 300> problem_{};
    std::unique_ptr<TIFF, void (*)(TIFF*)> tiff_;
};

} // namespace porogen
