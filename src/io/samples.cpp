#include "io/samples.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <fstream>
#include <string_view>
#include <vector>

#include "io/label_reading.h"
#include "porogen/core/errors.h"

namespace porogen {

namespace {

using Kind = SampleFormat::Kind;

struct Dtype {
    std::string_view name;
    SampleFormat format;
};
constexpr std::array<Dtype, 8> dtypes{{{"uint8", {Kind::unsigned_integer, 1}},
                                       {"int8", {Kind::signed_integer, 1}},
                                       {"uint16", {Kind::unsigned_integer, 2}},
                                       {"int16", {Kind::signed_integer, 2}},
                                       {"uint32", {Kind::unsigned_integer, 4}},
                                       {"int32", {Kind::signed_integer, 4}},
                                       {"float32", {Kind::floating, 4}},
                                       {"float64", {Kind::floating, 8}}}};

template <class T>
T sample_at(const char* samples, std::int64_t n, bool swap) {
    std::array<char, sizeof(T)> raw;
    std::memcpy(raw.data(), samples + n * static_cast<std::int64_t>(sizeof(T)), sizeof(T));
    if (swap) {
        std::reverse(raw.begin(), raw.end());
    }
    return std::bit_cast<T>(raw);
}

template <class T>
void decode(const std::filesystem::path& file, const char* samples, bool swap, std::int64_t count,
            Grid<std::uint8_t>& labels, std::int64_t first) {
    for (std::int64_t n = 0; n < count; ++n) {
        const T sample = sample_at<T>(samples, n, swap);
        const int label = as_label(sample);
        if (label < 0) {
            const Shape& shape = labels.shape();
            const std::int64_t cell = first + n;
            throw_not_a_label(file, static_cast<double>(sample), cell % shape.x,
                              cell / shape.x % shape.y, cell / (shape.x * shape.y));
        }
        labels[first + n] = static_cast<std::uint8_t>(label);
    }
}

} // namespace

SampleFormat parse_dtype(const std::filesystem::path& file, const std::string& dtype) {
    std::string_view name = dtype;
    const bool marked = name.starts_with('<') || name.starts_with('>');
    const bool big_endian = name.starts_with('>');
    name.remove_prefix(marked ? 1 : 0);
    std::string known;
    for (const Dtype& candidate : dtypes) {
        if (candidate.name == name) {
            SampleFormat format = candidate.format;
            format.big_endian = big_endian;
            return format;
        }
        known += (known.empty() ? "" : ", ") + std::string(candidate.name);
    }
    throw_bad_input(file.string() + ": unknown dtype '" + dtype + "'; use one of " + known +
                    ", with < or > in front for the byte order");
}

void decode_labels(const std::filesystem::path& file, const SampleFormat& format,
                   const char* samples, std::int64_t count, Grid<std::uint8_t>& labels,
                   std::int64_t first) {
    const bool swap = format.big_endian != (std::endian::native == std::endian::big);
    const auto as = [&]<class T>(T) { decode<T>(file, samples, swap, count, labels, first); };
    switch (format.kind) {
    case Kind::unsigned_integer:
        return format.bytes == 1   ? as(std::uint8_t{})
               : format.bytes == 2 ? as(std::uint16_t{})
                                   : as(std::uint32_t{});
    case Kind::signed_integer:
        return format.bytes == 1   ? as(std::int8_t{})
               : format.bytes == 2 ? as(std::int16_t{})
                                   : as(std::int32_t{});
    case Kind::floating:
        return format.bytes == 4 ? as(float{}) : as(double{});
    }
}

void read_contiguous(const std::filesystem::path& file, const SampleFormat& format,
                     std::int64_t offset, Grid<std::uint8_t>& labels) {
    std::ifstream in(file, std::ios::binary);
    in.seekg(offset);
    constexpr std::int64_t chunk = 1 << 20;
    std::vector<char> buffer(static_cast<std::size_t>(chunk * format.bytes));
    for (std::int64_t first = 0; first < labels.size(); first += chunk) {
        const std::int64_t count = std::min(chunk, labels.size() - first);
        if (!in.read(buffer.data(), count * format.bytes)) {
            throw_bad_input(file.string() +
                            ": the file ends within the image (it is cut short); copy it again");
        }
        decode_labels(file, format, buffer.data(), count, labels, first);
    }
}

} // namespace porogen
