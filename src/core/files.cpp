#include "porogen/core/files.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "porogen/core/errors.h"

namespace porogen {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const fs::path& path, const std::string& what, const std::string& why,
                       const std::string& remedy) {
    throw_io_failure(path.string() + ": " + what + " (" + why + "); " + remedy);
}

[[noreturn]] void fail_to_read(const fs::path& path, const std::string& why) {
    fail(path, "cannot read", why, "check the path and its permissions");
}

[[noreturn]] void fail_to_write(const fs::path& path, const std::string& why) {
    fail(path, "cannot write", why, "free some space or write elsewhere");
}

std::string last_error() {
    return errno != 0 ? std::strerror(errno) : "unknown reason";
}

} // namespace

AtomicFile::AtomicFile(fs::path target) : target_(std::move(target)) {
    temporary_ = target_;
    temporary_.replace_filename("." + target_.stem().string() + ".partial-" +
                                std::to_string(::getpid()) + target_.extension().string());
}

AtomicFile::~AtomicFile() {
    if (!committed_) {
        std::error_code ignored;
        fs::remove(temporary_, ignored);
    }
}

void AtomicFile::commit() {
    errno = 0;
    const int descriptor = ::open(temporary_.c_str(), O_RDONLY);
    if (descriptor < 0) {
        fail_to_write(target_, last_error());
    }
    const bool flushed = ::fsync(descriptor) == 0;
    const std::string reason = last_error();
    ::close(descriptor);
    if (!flushed) {
        fail_to_write(target_, reason);
    }
    std::error_code error;
    fs::rename(temporary_, target_, error);
    if (error) {
        fail_to_write(target_, error.message());
    }
    committed_ = true;
}

void write_text_file(const fs::path& path, std::string_view text) {
    AtomicFile file(path);
    {
        errno = 0;
        std::ofstream out(file.path(), std::ios::binary);
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
        out.close();
        if (!out) {
            fail_to_write(path, last_error());
        }
    }
    file.commit();
}

std::string read_text_file(const fs::path& path) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
        fail(path, "cannot read", "it is a directory", "give a file");
    }
    if (fs::exists(path, error) && !fs::is_regular_file(path, error)) {
        // A pipe nobody writes to would block for ever, a device may never end.
        fail(path, "cannot read", "it is no regular file", "save it to one first");
    }
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        fail_to_read(path, last_error());
    }
    std::string text;
    std::array<char, 1 << 16> chunk{};
    while (in) {
        in.read(chunk.data(), chunk.size());
        text.append(chunk.data(), static_cast<std::size_t>(in.gcount()));
    }
    if (in.bad()) { // not at the end but stopped on the way
        fail_to_read(path, last_error());
    }
    return text;
}

void make_writable_directory(const fs::path& path) {
    std::error_code error;
    fs::create_directories(path, error);
    if (error) {
        fail(path, "cannot make this directory", error.message(), "name another");
    }
    if (::access(path.c_str(), W_OK | X_OK) != 0) {
        fail(path, "cannot write into this directory", last_error(),
             "name another or change its permissions");
    }
}

} // namespace porogen
