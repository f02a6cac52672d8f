#include "io/tiff_handle.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace porogen {

namespace {

/// No honest strip, tile or table of a labelled image is larger [bytes].
constexpr tmsize_t largest_allocation = tmsize_t{1} << 32;

} // namespace

int TiffHandle::keep(TIFF*, void* handle, const char* /*module*/, const char* format,
                     std::va_list arguments) noexcept {
    auto& problem = static_cast<TiffHandle*>(handle)->problem_;
    std::vsnprintf(problem.data(), problem.size(), format, arguments);
    std::size_t length = std::strlen(problem.data());
    std::replace(problem.data(), problem.data() + length, '\n', ' ');
    while (length > 0 && (problem[length - 1] == '.' || problem[length - 1] == ' ')) {
        problem[--length] = '\0';
    }
    return 1;
}

TiffHandle::TiffHandle(const std::filesystem::path& file, const char* mode)
    : tiff_(nullptr, &TIFFClose) {
    const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(
        TIFFOpenOptionsAlloc(), &TIFFOpenOptionsFree);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), largest_allocation);
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), &TiffHandle::keep, this);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), &TiffHandle::ignore, this);
    tiff_.reset(TIFFOpenExt(file.c_str(), mode, options.get()));
}

} // namespace porogen
