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
                         "/proc/porogen.txt: cannot write (No such file or directory); "
                         "free some space or write elsewhere",
                         Error);
}

TEST_CASE("a missing file and a directory are named") {
    const Folder folder;
    CHECK_THROWS_WITH_AS(read_text_file("no-such-file"),
                         "no-such-file: cannot read (No such file or directory); check the path "
                         "and its permissions",
                         Error);
    CHECK_THROWS_WITH_AS(
        read_text_file(folder.path),
        (folder.path.string() + ": cannot read (it is a directory); give a file").c_str(), Error);
}

TEST_CASE("a file longer than any buffer comes back whole") {
    const Folder folder;
    std::string text;
    for (int n = 0; n < 60000; ++n) {
        text += std::to_string(n) + '\n';
    }
    write_text_file(folder.path / "long.txt", text);
    CHECK(read_text_file(folder.path / "long.txt") == text);
    write_text_file(folder.path / "empty.txt", "");
    CHECK(read_text_file(folder.path / "empty.txt").empty());
}

TEST_CASE("a file that stops being readable is refused, not cut short") {
    // The first page of a process's own memory is mapped nowhere: the file opens and then fails.
    CHECK_THROWS_WITH_AS(read_text_file("/proc/self/mem"),
                         "/proc/self/mem: cannot read (Input/output error); check the path and its "
                         "permissions",
                         Error);
}

TEST_CASE("a directory that cannot be made is named, with what to do") {
    const Folder folder;
    write_text_file(folder.path / "a.txt", "text");
    CHECK_THROWS_WITH_AS(make_writable_directory(folder.path / "a.txt" / "b"),
                         ((folder.path / "a.txt" / "b").string() +
                          ": cannot make this directory (Not a directory); name another")
                             .c_str(),
                         Error);
}

TEST_CASE("a device or a pipe is refused instead of read for ever") {
    CHECK_THROWS_WITH_AS(read_text_file("/dev/zero"),
                         "/dev/zero: cannot read (it is no regular file); save it to one first",
                         Error);
}
