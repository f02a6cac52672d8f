#include "io/vdb_seal.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "io/write_failure.h"

namespace porogen::vdb {

namespace {

constexpr std::string_view tag = "porogen checksum ";
constexpr std::size_t digits = 16;
constexpr std::int64_t seal_bytes = static_cast<std::int64_t>(tag.size() + digits);
/// The random UUID of every file, behind the magic number, two versions and a flag. Left out, so
/// that the same volume has the same checksum.
constexpr std::int64_t uuid_begin = 21;
constexpr std::int64_t uuid_end = uuid_begin + 36;

/// FNV-1a, 64 bit, of the first `bytes` of a file without its UUID.
std::uint64_t checksum(std::istream& in, std::int64_t bytes) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    std::vector<char> buffer(1 << 20);
    for (std::int64_t at = 0; at < bytes;) {
        const auto wanted = std::min(bytes - at, static_cast<std::int64_t>(buffer.size()));
        in.read(buffer.data(), wanted);
        const std::int64_t got = in.gcount();
        for (std::int64_t n = 0; n < got; ++n) {
            if (at + n < uuid_begin || at + n >= uuid_end) {
                hash = (hash ^ static_cast<unsigned char>(buffer[static_cast<std::size_t>(n)])) *
                       0x100000001b3U;
            }
        }
        if (got < wanted) {
            break;
        }
        at += got;
    }
    return hash;
}

std::string as_text(std::uint64_t hash) {
    std::array<char, digits> hex{};
    const auto end = std::to_chars(hex.data(), hex.data() + hex.size(), hash, 16).ptr;
    const std::string text(hex.data(), end);
    return std::string(tag) + std::string(digits - text.size(), '0') + text;
}

} // namespace

void seal(const std::filesystem::path& file, const std::filesystem::path& target) {
    errno = 0;
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out | std::ios::ate);
    const auto bytes = static_cast<std::int64_t>(stream.tellg());
    stream.seekg(0);
    const std::string text = as_text(checksum(stream, bytes));
    stream.seekp(0, std::ios::end);
    stream << text;
    stream.close();
    if (!stream) {
        throw_cannot_write(target, errno != 0 ? std::strerror(errno) : "unknown reason");
    }
}

bool seal_fits(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    const std::int64_t bytes = static_cast<std::int64_t>(in.tellg()) - seal_bytes;
    if (bytes < uuid_end) {
        return true;
    }
    std::string found(static_cast<std::size_t>(seal_bytes), '\0');
    in.seekg(bytes);
    in.read(found.data(), seal_bytes);
    if (!found.starts_with(tag)) {
        return true;
    }
    in.seekg(0);
    return as_text(checksum(in, bytes)) == found;
}

} // namespace porogen::vdb
