#pragma once

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
        return problem_.empty() ? otherwise : problem_;
    }
    void close() { tiff_.reset(); }
    TiffHandle(const TiffHandle&) = delete;
    TiffHandle& operator=(const TiffHandle&) = delete;

  private:
    static int keep(TIFF*, void* handle, const char* module, const char* format,
                    std::va_list arguments);
    static int ignore(TIFF*, void*, const char*, const char*, std::va_list) { return 1; }

    std::string problem_;
    std::unique_ptr<TIFF, void (*)(TIFF*)> tiff_;
};

} // namespace porogen
