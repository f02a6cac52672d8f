#include "porogen/core/files.h"

#include <filesystem>

#include <doctest/doctest.h>

#include "folder.h"
#include "porogen/core/errors.h"

using namespace porogen;
using porogen::test::Folder;
namespace fs = std::filesystem;

TEST_CASE("a text file comes back as it was written") {
    const Folder folder;
    const std::string text("first\nsecond\0third", 18);
    write_text_file(folder.path / "a.txt", text);
    CHECK(read_text_file(folder.path / "a.txt") == text);
}

TEST_CASE("an abandoned file leaves nothing, and the old one stays") {
    const Folder folder;
    write_text_file(folder.path / "a.txt", "old");
    try {
        const AtomicFile file(folder.path / "a.txt");
        write_text_file(file.path(), "half of the n");
        throw std::runtime_error("power cut");
    } catch (const std::runtime_error&) {
    }
    CHECK(read_text_file(folder.path / "a.txt") == "old");
    CHECK(folder.count() == 1);
}

TEST_CASE("a target that cannot be written is named, with the reason") {
    CHECK_THROWS_WITH_AS(write_text_file("/proc/porogen.txt", "text"),
                         "/proc/porogen.txt: cannot write (No such file or directory)", Error);
}

TEST_CASE("a missing file and a directory are named") {
    const Folder folder;
    CHECK_THROWS_WITH_AS(read_text_file("no-such-file"),
                         "no-such-file: cannot read (No such file or directory)", Error);
    CHECK_THROWS_WITH_AS(
        read_text_file(folder.path),
        (folder.path.string() + ": cannot read (it is a directory; give a file)").c_str(), Error);
}
