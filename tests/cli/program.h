#pragma once

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <sys/wait.h>

namespace porogen::test {

/// What a call of the program gave back.
struct Outcome {
    int code = -1;
    std::string out;
    std::string err;
};

/// An empty directory that goes away with its owner.
struct Folder {
    std::filesystem::path path;
    explicit Folder(const std::string& name)
        : path(std::filesystem::temp_directory_path() / ("porogen-cli-" + name)) {
        std::filesystem::remove_all(path);
        std::filesystem::create_directories(path);
    }
    ~Folder() { std::filesystem::remove_all(path); }
};

inline std::string slurp(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// Runs `porogen <arguments>` (a shell line) in a directory.
inline Outcome porogen(const std::string& arguments, const std::filesystem::path& directory = ".") {
    const Folder streams("streams");
    const std::string line = "cd '" + directory.string() + "' && '" POROGEN_PROGRAM "' " +
                             arguments + " >'" + (streams.path / "out").string() + "' 2>'" +
                             (streams.path / "err").string() + "'";
    const int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            slurp(streams.path / "out"), slurp(streams.path / "err")};
}

} // namespace porogen::test
