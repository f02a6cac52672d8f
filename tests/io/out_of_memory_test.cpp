#include <cstdlib>
#include <new>
#include <string>

#include <doctest/doctest.h>

#include "folder.h"
#include "porogen/core/errors.h"
#include "porogen/io/image.h"

using namespace porogen;
using porogen::test::Folder;

namespace {

/// The next allocation of this thread that is larger fails, once [bytes]; none does at 0.
thread_local std::size_t largest = 0;

} // namespace

// The array forms end in these.
void* operator new(std::size_t bytes) {
    void* memory = nullptr;
    if (largest > 0 && bytes > largest) {
        largest = 0;
    } else {
        memory = std::malloc(bytes > 0 ? bytes : 1);
    }
    return memory != nullptr ? memory : throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

TEST_CASE("memory that runs out inside libpng is an io failure and leaves nothing") {
    const Folder folder;
    const auto file = folder.path / "noise.png";
    Image noise(64, 64, {});
    std::uint32_t state = 1;
    for (Rgb& pixel : noise.pixels) {
        state = state * 1664525U + 1013904223U;
        pixel = {static_cast<std::uint8_t>(state >> 24), static_cast<std::uint8_t>(state >> 16),
                 static_cast<std::uint8_t>(state >> 8)};
    }
    std::string what;
    largest = 4000; // libpng hands over 8 kB at a time
    try {
        write_png(file, noise, {});
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::io_failure);
        what = error.what();
    }
    CHECK(largest == 0);
    CHECK(what == file.string() +
                      ": cannot write (out of memory); free memory or ask for a smaller picture");
    CHECK(folder.count() == 0);
    write_png(file, noise, {});
    CHECK(folder.count() == 1);
}
