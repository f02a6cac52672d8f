#pragma once

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <sys/wait.h>

#include "folder.h"

namespace porogen::test {

/// What a call of the program gave back.
struct Outcome {
    int code = -1;
    std::string out;
    std::string err;
};

inline std::string slurp(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// Runs `porogen <arguments>` (a shell line) in a directory.
inline Outcome run_porogen(const std::string& arguments,
                           const std::filesystem::path& directory = ".") {
    const Folder streams("cli-streams");
    const std::string line = "cd '" + directory.string() + "' && '" POROGEN_PROGRAM "' " +
                             arguments + " >'" + (streams.path / "out").string() + "' 2>'" +
                             (streams.path / "err").string() + "'";
    const int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            slurp(streams.path / "out"), slurp(streams.path / "err")};
}

} // namespace porogen::test
