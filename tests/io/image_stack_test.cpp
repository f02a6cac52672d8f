#include "porogen/io/image_stack.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

#include <doctest/doctest.h>
#include <tiffio.h>

#include "folder.h"
#include "io/tiff_storage.h"
#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/core/random.h"

using namespace porogen;
using namespace porogen::samples;
using porogen::test::Folder;
namespace fs = std::filesystem;

namespace {

const Vec3 voxel(0.4e-6, 0.4e-6, 0.5e-6);
const ImageOptions plain{.voxel = voxel};

/// Blobs of labels from 0 to labels - 1, both among them.
Grid<std::uint8_t> blobs(const Shape& shape, int labels) {
    Grid<std::uint8_t> grid(shape);
    for (std::int64_t n = 0; n < grid.size(); ++n) {
        const auto i = static_cast<double>(n % shape.x);
        const auto j = static_cast<double>(n / shape.x % shape.y);
        const auto k = static_cast<double>(n / (shape.x * shape.y));
        const double wave = (1 + std::sin(0.7 * i) * std::cos(0.5 * j + 0.3 * k)) / 2;
        grid[n] = static_cast<std::uint8_t>(std::lround(wave * (labels - 1)));
    }
    grid[0] = 0;
    grid[1] = static_cast<std::uint8_t>(labels - 1);
    return grid;
}

bool same(const Grid<std::uint8_t>& a, const Grid<std::uint8_t>& b) {
    return a.shape() == b.shape() && std::equal(a.begin(), a.end(), b.begin());
}

/// What is wrong with a file, behind its name; "" if it can be read.
std::string complaint(const fs::path& file, const ImageOptions& options = plain,
                      ExitCode code = ExitCode::bad_input) {
    try {
        read_image(file, options);
    } catch (const Error& error) {
        CHECK(error.code() == code);
        const std::string what = error.what();
        REQUIRE(what.starts_with(file.string() + ": "));
        return what.substr(file.string().size() + 2);
    }
    return "";
}

} // namespace

TEST_CASE("our own TIFF comes back") {
    const Folder folder;
    const auto file = folder.path / "labels.tif";
    const auto labels = blobs({37, 29, 11}, 256);
    write_tiff(file, labels);
    const PhaseVolume volume = read_image(file, plain);
    CHECK(same(volume.labels, labels));
    CHECK(volume.voxel == voxel);
    CHECK(volume.periodic == std::array<bool, 3>{});
    CHECK_FALSE(volume.has_distance());
    REQUIRE(volume.phases.size() == phases_present(labels).size());
    CHECK(volume.phases[0].name == "label 0");
    CHECK(volume.phases.back().label == 255);
    CHECK(folder.count() == 1);
}

TEST_CASE("TIFFs of every storage that segmentation programs write are read") {
    const Folder folder;
    const auto file = folder.path / "labels.tiff";
    const auto check = [&](const Storage& how) {
        const auto labels =
            blobs({37, 29, 5}, how.bits < 8                                      ? 1 << how.bits
                               : how.format == SAMPLEFORMAT_INT && how.bits == 8 ? 128
                                                                                 : 256);
        INFO("mode " << how.mode << ", bits " << how.bits << ", format " << how.format
                     << ", compression " << how.compression << ", photometric " << how.photometric
                     << ", tiled " << how.tiled);
        store(file, labels, how);
        CHECK(same(read_image(file, plain).labels, labels));
    };
    for (const char* mode : {"wl", "wb", "wl8", "wb8"}) {
        for (const bool tiled : {false, true}) {
            for (const auto compression :
                 std::vector<std::uint16_t>{COMPRESSION_NONE, COMPRESSION_LZW,
                                            COMPRESSION_ADOBE_DEFLATE, COMPRESSION_PACKBITS}) {
                for (const auto bits : std::vector<std::uint16_t>{8, 16, 32}) {
                    check({mode, bits, SAMPLEFORMAT_UINT, compression, PHOTOMETRIC_MINISBLACK,
                           tiled});
                    check(
                        {mode, bits, SAMPLEFORMAT_INT, compression, PHOTOMETRIC_MINISBLACK, tiled});
                }
                check({mode, 32, SAMPLEFORMAT_IEEEFP, compression, PHOTOMETRIC_MINISBLACK, tiled});
                check({mode, 1, SAMPLEFORMAT_UINT, compression, PHOTOMETRIC_MINISBLACK, tiled});
            }
        }
    }
    check({.bits = 4, .tiled = true});
    check({.bits = 2});
    check({.bits = 1, .compression = COMPRESSION_CCITTFAX4, .photometric = PHOTOMETRIC_MINISWHITE});
    check({.photometric = PHOTOMETRIC_MINISWHITE});
    check({.photometric = PHOTOMETRIC_PALETTE});
    check({.bits = 4, .photometric = PHOTOMETRIC_PALETTE});
    check({.thumbnail = true});
}

TEST_CASE("a stack that ImageJ wrote as one run behind one page is read whole") {
    const Folder folder;
    const auto file = folder.path / "stack.tif";
    const auto labels = blobs({19, 13, 7}, 200);
    for (const bool big_endian : {true, false}) {
        write_text_file(
            file, imagej_run(labels, "ImageJ=1.54f\nimages=7\nslices=7\nloop=false\n", big_endian));
        CHECK(same(read_image(file, plain).labels, labels));
    }
    write_text_file(file, imagej_run(labels, "ImageJ=1.54f\nimages=8\nslices=8\n", true));
    CHECK(complaint(file).starts_with("page 1 announces 8 images (more than the file holds"));
    write_text_file(file, imagej_run(labels, "ImageJ=1.54f\nimages=7\nchannels=7\n", true));
    CHECK(complaint(file).starts_with("page 1 belongs to a hyperstack of 7 channels"));
    write_text_file(file, imagej_run(labels, "a description of another program\nimages=7\n", true));
    CHECK(read_image(file, plain).shape().z == 1);
}

TEST_CASE("raw files of every number format and byte order are read") {
    const Folder folder;
    const auto file = folder.path / "labels.raw";
    const auto labels = blobs({9, 8, 7}, 100);
    const auto write = [&]<class T>(T, bool big) {
        std::string bytes;
        for (const std::uint8_t label : labels) {
            const T value = static_cast<T>(label);
            std::string raw(sizeof(T), '\0');
            std::memcpy(raw.data(), &value, sizeof(T));
            bytes += big ? std::string(raw.rbegin(), raw.rend()) : raw;
        }
        write_text_file(file, bytes);
    };
    const auto reads = [&](const std::string& dtype) {
        return same(
            read_image(file, {.voxel = voxel, .shape = labels.shape(), .dtype = dtype}).labels,
            labels);
    };
    write(std::uint8_t{}, false);
    CHECK(reads("uint8"));
    CHECK(reads(">int8"));
    write(std::uint16_t{}, false);
    CHECK(reads("uint16"));
    CHECK(reads("<int16"));
    write(std::int16_t{}, true);
    CHECK(reads(">int16"));
    write(std::int32_t{}, true);
    CHECK(reads(">int32"));
    write(float{}, false);
    CHECK(reads("float32"));
    write(float{}, true);
    CHECK(reads(">float32"));
}

TEST_CASE("raw files that do not fit their description are refused") {
    const Folder folder;
    const auto file = folder.path / "labels.raw";
    write_text_file(file, std::string(60, '\1'));
    CHECK(complaint(file, plain).starts_with("the shape is missing"));
    CHECK(complaint(file, {.voxel = voxel, .shape = Shape{3, 4, 4}}) ==
          "60 bytes (3 x 4 x 4 cells of uint8 take 48); correct the shape or the dtype, or cut off "
          "a header");
    CHECK(complaint(file, {.voxel = voxel, .shape = Shape{3, 4, 5}}).empty());
    CHECK(complaint(file, {.voxel = voxel, .shape = Shape{3, 0, 5}})
              .starts_with("the image has no cells"));
    CHECK(complaint(file, {.voxel = voxel, .shape = Shape{1L << 40, 1L << 40, 5}})
              .starts_with("the image claims"));
    CHECK(complaint(file, {.voxel = voxel, .shape = Shape{3, 4, 5}, .dtype = "uint7"})
              .starts_with("unknown dtype 'uint7'; use one of uint8,"));
    CHECK(complaint(file, {.shape = Shape{3, 4, 5}}).starts_with("the voxel size is missing"));
    CHECK(complaint(file, {.voxel = {1e-6, std::nan(""), 1e-6}, .shape = Shape{3, 4, 5}})
              .starts_with("the voxel size is missing"));
}

TEST_CASE("values that are no labels are named with their place") {
    const Folder folder;
    const auto file = folder.path / "labels.raw";
    const auto reading = [&](auto bad, const std::string& dtype) {
        std::vector<decltype(bad)> values(60, decltype(bad){1});
        values[17] = bad;
        write_text_file(file, std::string(reinterpret_cast<const char*>(values.data()),
                                          values.size() * sizeof(bad)));
        return complaint(file, {.voxel = voxel, .shape = Shape{3, 4, 5}, .dtype = dtype});
    };
    CHECK(reading(std::uint16_t{256}, "uint16") ==
          "256 at cell (2, 1, 1) is no label (labels go from 0 to 255); segment the image or "
          "relabel its phases");
    CHECK(reading(std::int8_t{-1}, "int8")
              .starts_with("-1 at cell (2, 1, 1) is no label (labels go from"));
    CHECK(reading(0.5F, "float32")
              .starts_with("0.5 at cell (2, 1, 1) is no label (labels are whole"));
    CHECK(reading(std::numeric_limits<float>::quiet_NaN(), "float32")
              .starts_with("nan at cell (2, 1, 1)"));
    CHECK(reading(1e30F, "float32").find("at cell (2, 1, 1) is no label") != std::string::npos);
}

TEST_CASE("TIFFs that are no labelled stack are refused with the page") {
    const Folder folder;
    const auto file = folder.path / "labels.tif";
    TIFF* tiff = TIFFOpen(file.c_str(), "w");
    store_page(tiff, blobs({8, 8, 1}, 5), {}, 0);
    store_page(tiff, blobs({8, 9, 1}, 5), {}, 0);
    TIFFClose(tiff);
    CHECK(complaint(file) ==
          "page 2 has 8 x 9 cells (the first 8 x 8); give a stack of pages of one size");

    tiff = TIFFOpen(file.c_str(), "w");
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, 4);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, 1);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 3);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    std::string row(12, 'a');
    TIFFWriteScanline(tiff, row.data(), 0, 0);
    TIFFClose(tiff);
    CHECK(complaint(file) ==
          "page 1 has 3 channels (a colour image); export the labels as one grey channel");

    store(file, blobs({8, 8, 1}, 5), {});
    CHECK(complaint(file, {}).starts_with("the voxel size is missing"));
}

TEST_CASE("the format follows the content, and the name of raw files") {
    const Folder folder;
    const auto labels = blobs({8, 8, 2}, 5);
    const auto odd = folder.path / "labels.image";
    store(odd, labels, {});
    CHECK(same(read_image(odd, plain).labels, labels));
    write_text_file(odd, "some text");
    CHECK(complaint(odd).starts_with("neither TIFF nor VDB"));
    write_text_file(folder.path / "a.tif", "some text");
    CHECK(
        complaint(folder.path / "a.tif").starts_with("not what its name says (a TIFF begins with"));
    write_text_file(folder.path / "a.vdb", "some text");
    CHECK(
        complaint(folder.path / "a.vdb").starts_with("not what its name says (a VDB begins with"));
    write_text_file(folder.path / "a.tif", "");
    CHECK(complaint(folder.path / "a.tif").starts_with("the file is empty"));
    CHECK(complaint(folder.path / "b.tif", plain, ExitCode::io_failure) ==
          "cannot read (No such file or directory); give the path of a readable file");
    CHECK(complaint(folder.path, plain, ExitCode::io_failure)
              .starts_with("cannot read (it is a directory"));
}

TEST_CASE("a TIFF cut short anywhere is refused, not read in part") {
    const Folder folder;
    const auto file = folder.path / "labels.tif";
    for (const auto compression :
         std::vector<std::uint16_t>{COMPRESSION_NONE, COMPRESSION_ADOBE_DEFLATE}) {
        store(file, blobs({37, 29, 6}, 20), {.compression = compression});
        const std::string whole = read_text_file(file);
        for (std::size_t part = 0; part < 60; ++part) {
            write_text_file(file, whole.substr(0, whole.size() * part / 60));
            CHECK_FALSE(complaint(file).empty());
        }
    }
}

TEST_CASE("damaged TIFFs are read or refused, never worse") {
    const Folder folder;
    const auto file = folder.path / "labels.tif";
    constexpr std::uint64_t seed = 5;
    INFO("seed " << seed);
    RandomStream random(seed, "damage");
    int refused = 0;
    for (const bool tiled : {false, true}) {
        store(file, blobs({37, 29, 6}, 20), {.compression = COMPRESSION_LZW, .tiled = tiled});
        const std::string whole = read_text_file(file);
        for (int n = 0; n < 200; ++n) {
            std::string bytes = whole;
            for (int hits = 0; hits < 4; ++hits) {
                bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
            }
            write_text_file(file, bytes);
            refused += !complaint(file).empty();
        }
    }
    MESSAGE(refused << " of 400 damaged files refused");
    CHECK(refused > 20);
}

TEST_CASE("a TIFF that cannot be written is an io failure and leaves nothing") {
    const Folder folder;
    const auto labels = blobs({8, 8, 2}, 5);
    const auto failure = [&](const fs::path& file, const Grid<std::uint8_t>& image) -> std::string {
        try {
            write_tiff(file, image);
        } catch (const Error& error) {
            CHECK(error.code() == ExitCode::io_failure);
            return error.what();
        }
        return "";
    };
    const auto nowhere = folder.path / "no" / "labels.tif";
    CHECK(failure(nowhere, labels) ==
          nowhere.string() +
              ": cannot write (No such file or directory); free space or choose another folder");
    CHECK(failure(folder.path / "a.tif", {})
              .ends_with("cannot write (the image has no cells); give one of at least one"));
    CHECK(folder.count() == 0);
}
