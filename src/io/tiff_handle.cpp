#include "io/tiff_handle.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace porogen {

namespace {

/// No honest strip, tile or table of a labelled image is larger [bytes].
constexpr tmsize_t largest_allocation = tmsize_t{1} << 32;

} // namespace

int TiffHandle::keep(TIFF*, void* handle, const char* /*module*/, const char* format,
                     std::va_list arguments) {
    std::array<char, 300> text{};
    std::vsnprintf(text.data(), text.size(), format, arguments);
    std::string& problem = static_cast<TiffHandle*>(handle)->problem_;
    problem = text.data();
    std::replace(problem.begin(), problem.end(), '\n', ' ');
    while (problem.ends_with('.') || problem.ends_with(' ')) {
        problem.pop_back();
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
