#pragma once

#include <filesystem>
#include <iterator>
#include <string>

#include <unistd.h>

namespace porogen::test {

/// An empty folder that goes away with the test.
struct Folder {
    std::filesystem::path path;
    explicit Folder(const std::string& name = "test")
        : path(std::filesystem::temp_directory_path() /
               ("porogen-" + name + "-" + std::to_string(::getpid()))) {
        std::filesystem::remove_all(path);
        std::filesystem::create_directories(path);
    }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    /// Files and folders in it.
    [[nodiscard]] std::ptrdiff_t count() const {
        return std::distance(std::filesystem::directory_iterator(path),
                             std::filesystem::directory_iterator());
    }
};

} // namespace porogen::test
