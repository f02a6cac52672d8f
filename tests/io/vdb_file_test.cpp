#include "porogen/io/vdb_file.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <iterator>

#include <doctest/doctest.h>

#include "near.h"
#include <openvdb/openvdb.h>
#include <sys/mount.h>

#include "folder.h"
#include "geometry/samples.h"
#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/core/parallel.h"
#include "porogen/core/random.h"
#include "porogen/core/version.h"

using namespace porogen;
using namespace porogen::samples;
using porogen::test::Folder;

namespace {

/// A ball of two phases with a film on its upper half.
PhaseVolume coated_ball() {
    auto volume = sample({20, 24, 28}, 0.3 * um, ball({3 * um, 3.5 * um, 4 * um}, 2.4 * um));
    volume.phases = {{0, "pore"}, {1, "llto"}, {2, "binder"}};
    volume.film.thickness = Grid<float>(volume.shape());
    volume.film.sheet_conductance = Grid<float>(volume.shape());
    for (std::int64_t n = 0; n < volume.labels.size(); ++n) {
        const bool upper = n / (20 * 24) >= 14;
        if (volume.labels[n] == 1 && !upper) {
            volume.labels[n] = 2;
        }
        if (upper && std::abs(volume.distance[n]) < 0.6e-6F) {
            volume.film.thickness[n] = 25e-9F;
            volume.film.sheet_conductance[n] = 3.7e-4F;
        }
    }
    return volume;
}

template <class GridType>
typename GridType::Ptr open_grid(const std::filesystem::path& path, const std::string& name) {
    openvdb::io::File file(path.string());
    file.open(false);
    return openvdb::gridPtrCast<GridType>(file.readGrid(name));
}

/// The error that an action ends in, "" if none.
std::string complaint(ExitCode code, const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        CHECK(error.code() == code);
        return error.what();
    }
    return "";
}

const Stamp stamp{"0123abcd", 18446744073709551615U};

} // namespace

TEST_CASE("a volume comes back as it was written") {
    const Folder folder;
    const auto file = folder.path / "volume.vdb";
    const PhaseVolume volume = coated_ball();
    write_vdb(file, volume, stamp);
    CHECK(folder.count() == 1);
    const PhaseVolume back = read_vdb(file);
    CHECK(back.voxel == volume.voxel);
    CHECK(back.periodic == volume.periodic);
    REQUIRE(back.shape() == volume.shape());
    REQUIRE(back.has_distance());
    REQUIRE(back.has_film());
    REQUIRE(back.phases.size() == 3);
    CHECK(back.phases[2].name == "binder");
    bool same = true;
    for (std::int64_t n = 0; n < volume.labels.size(); ++n) {
        same = same && back.labels[n] == volume.labels[n] &&
               back.film.sheet_conductance[n] == volume.film.sheet_conductance[n] &&
               std::abs(back.distance[n] - volume.distance[n]) <=
                   3e-7F * std::abs(volume.distance[n]) &&
               std::abs(back.film.thickness[n] - volume.film.thickness[n]) <= 1e-14F;
    }
    CHECK(same);
}

TEST_CASE("the grids are what viewers and the contract expect") {
    const Folder folder;
    const auto path = folder.path / "volume.vdb";
    const PhaseVolume volume = coated_ball();
    write_vdb(path, volume, stamp);

    openvdb::io::File file(path.string());
    file.open(false);
    const auto meta = file.getMetadata();
    CHECK(meta->metaValue<std::string>("recipe_hash") == "0123abcd");
    CHECK(meta->metaValue<std::string>("seed") == "18446744073709551615");
    CHECK(meta->metaValue<std::string>("version") == std::string(version()));
    std::vector<std::string> names;
    for (auto name = file.beginName(); name != file.endName(); ++name) {
        names.push_back(name.gridName());
        const auto grid = file.readGrid(name.gridName());
        CHECK(grid->metaValue<std::string>("unit") == "um");
        CHECK(grid->metaValue<double>("voxel_size_um") == test::near(0.3));
        CHECK(grid->metaValue<std::string>("recipe_hash") == "0123abcd");
        CHECK(grid->metaValue<std::string>("commit") == std::string(commit()));
        CHECK(grid->saveFloatAsHalf() == false);
        const auto centre = grid->indexToWorld(openvdb::Coord(2, 3, 4));
        CHECK(centre.x() == test::near(0.75));
        CHECK(centre.y() == test::near(1.05));
        CHECK(centre.z() == test::near(1.35));
    }
    CHECK(names == std::vector<std::string>{"binder", "cnt_sheet_conductance", "cnt_thickness",
                                            "density", "distance", "llto", "phase"});

    const auto density = open_grid<openvdb::FloatGrid>(path, "density");
    CHECK(density->getGridClass() == openvdb::GRID_FOG_VOLUME);
    double solid = 0;
    for (auto v = density->cbeginValueOn(); v; ++v) {
        REQUIRE(*v > 0);
        REQUIRE(*v <= 1);
        solid += *v * static_cast<double>(v.getVoxelCount());
    }
    CHECK(solid * 0.027 == test::near(4.0 / 3 * 3.14159265 * 2.4 * 2.4 * 2.4).epsilon(0.005));

    const auto llto = open_grid<openvdb::FloatGrid>(path, "llto");
    CHECK(llto->getGridClass() == openvdb::GRID_LEVEL_SET);
    CHECK(llto->background() == test::near(0.9));
    CHECK(llto->tree().getValue({10, 11, 20}) < 0); // inside the upper half
    CHECK(llto->tree().getValue({10, 11, 8}) > 0);  // binder there
    CHECK(llto->tree().getValue({-5, 11, 20}) > 0); // outside the box

    const auto labels = open_grid<openvdb::Int32Grid>(path, "phase");
    CHECK(labels->background() == 0);
    CHECK(labels->activeVoxelCount() == 20 * 24 * 28); // the pore, too, so that the box is known
    CHECK(labels->tree().getValue({10, 11, 20}) == 1);

    const auto film = open_grid<openvdb::FloatGrid>(path, "cnt_thickness");
    CHECK(film->getGridClass() == openvdb::GRID_FOG_VOLUME);
    float thickest = 0;
    for (auto v = film->cbeginValueOn(); v; ++v) {
        thickest = std::max(thickest, *v);
    }
    CHECK(thickest == test::near(0.025));
}

TEST_CASE("a bare volume has no film grids") {
    const Folder folder;
    const auto file = folder.path / "volume.vdb";
    write_vdb(file, sample({16, 16, 16}, um, ball({8 * um, 8 * um, 8 * um}, 5 * um)), stamp);
    CHECK_FALSE(read_vdb(file).has_film());
}

TEST_CASE("a phase named like one of our own grids is refused") {
    const Folder folder;
    const auto file = folder.path / "volume.vdb";
    for (const char* name :
         {"density", "phase", "distance", "cnt_thickness", "cnt_sheet_conductance"}) {
        auto volume = coated_ball();
        volume.phases[2].name = name;
        CHECK(complaint(ExitCode::bad_input, [&] { write_vdb(file, volume, stamp); }) ==
              file.string() + ": phase 2 is named '" + name +
                  "' (a grid of this name holds something else); rename the phase");
    }
    CHECK(folder.count() == 0);
}

TEST_CASE("a film without one of its fields or the distance is refused") {
    const Folder folder;
    const auto path = folder.path / "volume.vdb";
    write_vdb(path, coated_ball(), stamp);
    openvdb::io::File whole(path.string());
    whole.open(false);
    const auto grids = *whole.getGrids();
    const auto meta = *whole.getMetadata();
    whole.close();
    const auto without = [&](const std::string& left_out) {
        openvdb::GridPtrVec kept;
        std::copy_if(grids.begin(), grids.end(), std::back_inserter(kept),
                     [&](const auto& grid) { return grid->getName() != left_out; });
        openvdb::io::File(path.string()).write(kept, meta);
        return complaint(ExitCode::bad_input, [&] { read_vdb(path); });
    };
    CHECK(without("density").empty()); // nobody reads it back
    for (const std::string missing : {"cnt_thickness", "cnt_sheet_conductance", "distance"}) {
        CHECK(without(missing) == path.string() + ": grid '" + missing +
                                      "' is missing though there is a film (the file is damaged); "
                                      "write it anew");
    }
}

TEST_CASE("files of the same volume differ in their UUID alone, for any number of threads") {
    const Folder folder;
    const auto volume = crowd({40, 40, 40}, 0.25 * um, 20, 5);
    const auto bytes = [&](int threads) {
        const ThreadLimit limit(threads);
        write_vdb(folder.path / "v.vdb", volume, stamp);
        std::string text = read_text_file(folder.path / "v.vdb");
        // Magic number, file and library version and the flag of grid offsets come before the UUID.
        text.replace(8 + 4 + 4 + 4 + 1, 36, 36, '-');
        return text;
    };
    const std::string one = bytes(1);
    CHECK(one == bytes(1));
    CHECK(one == bytes(2));
}

TEST_CASE("labels of another program are read around their active cells") {
    const Folder folder;
    openvdb::initialize();
    auto grid = openvdb::Int32Grid::create(0);
    grid->setName("segmented");
    grid->setTransform(openvdb::math::Transform::createLinearTransform(0.5));
    grid->fill(openvdb::CoordBBox(3, 4, 5, 6, 8, 10), 2);
    grid->tree().setValueOn({3, 4, 6}, 7);
    const auto path = folder.path / "other.vdb";
    const auto save = [&] { openvdb::io::File(path.string()).write({grid}); };
    save();
    CHECK(complaint(ExitCode::bad_input, [&] {
              read_vdb(path, "segmented");
          }).find("does not say that its unit is um") != std::string::npos);
    CHECK(complaint(ExitCode::bad_input, [&] {
              read_vdb(path);
          }).find("no grid 'phase' (it has: segmented)") != std::string::npos);
    grid->insertMeta("unit", openvdb::StringMetadata("um"));
    save();
    const PhaseVolume volume = read_vdb(path, "segmented");
    CHECK(volume.shape() == Shape{4, 5, 6});
    CHECK(volume.voxel.isApprox(Vec3::Constant(0.5e-6)));
    CHECK(volume.labels(0, 0, 1) == 7);
    CHECK(volume.labels(3, 4, 5) == 2);
    CHECK_FALSE(volume.has_distance());
    grid->tree().setValueOn({5, 6, 8}, 300);
    save();
    CHECK(complaint(ExitCode::bad_input, [&] { read_vdb(path, "segmented"); }) ==
          path.string() +
              ": 300 at cell (2, 2, 3) is no label (labels go from 0 to 255); segment the image or "
              "relabel its phases");
}

TEST_CASE("a file cut short anywhere, or something else, is refused") {
    const Folder folder;
    const auto path = folder.path / "v.vdb";
    write_vdb(path, crowd({24, 24, 24}, 0.25 * um, 10, 5), stamp);
    const std::string whole = read_text_file(path);
    for (std::size_t part = 0; part < 40; ++part) {
        write_text_file(path, whole.substr(0, whole.size() * part / 40));
        CHECK_FALSE(complaint(ExitCode::bad_input, [&] { read_vdb(path); }).empty());
    }
    write_text_file(path, "II*\0 not a VDB at all, but long enough to hold a header of one");
    CHECK(complaint(ExitCode::bad_input, [&] {
              read_vdb(path);
          }).starts_with(path.string() + ": not a sound OpenVDB file ("));
    CHECK(complaint(ExitCode::io_failure, [&] { read_vdb(folder.path / "none.vdb"); }) ==
          (folder.path / "none.vdb").string() +
              ": cannot read (No such file or directory); give the path of a readable file");
}

TEST_CASE("a flipped bit in our files is refused, anywhere but in the random UUID") {
    const Folder folder;
    const auto path = folder.path / "v.vdb";
    write_vdb(path, crowd({16, 16, 16}, 0.25 * um, 5, 5), stamp);
    const std::string whole = read_text_file(path);
    constexpr std::uint64_t seed = 9;
    INFO("seed " << seed);
    RandomStream random(seed, "bits");
    for (int n = 0; n < 200; ++n) {
        std::string bytes = whole;
        std::size_t at = random.below(bytes.size() - 36 - 33); // nor in the checksum's own bytes
        at += at >= 21 ? 36 : 0;                               // behind the UUID
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
        write_text_file(path, bytes);
        INFO("byte " << at);
        CHECK_FALSE(complaint(ExitCode::bad_input, [&] { read_vdb(path); }).empty());
    }
}

TEST_CASE("a full disk is reported with the reason and leaves nothing") {
    const Folder folder;
    const auto disk = folder.path / "disk";
    std::filesystem::create_directory(disk);
    if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64k") != 0) {
        MESSAGE("skipped: mounting a small disk needs root");
        return;
    }
    const std::string what = complaint(ExitCode::io_failure, [&] {
        write_vdb(disk / "v.vdb", crowd({40, 40, 40}, 0.25 * um, 20, 5), stamp);
    });
    CHECK(what ==
          (disk / "v.vdb").string() +
              ": cannot write (No space left on device); free space or choose another folder");
    CHECK(std::filesystem::is_empty(disk));
    ::umount(disk.c_str());
}

TEST_CASE(
    "a field stands beside the volume, taller than it, and the volume comes back without it") {
    const Folder folder;
    const auto path = folder.path / "volume.vdb";
    const PhaseVolume volume = coated_ball();
    Grid<float> lithium({20, 24, 31});
    lithium(3, 4, 5) = 0.25F;
    lithium(19, 23, 30) = 1; // three layers above the box
    write_vdb(path, volume, stamp, {{"lithium", "1", &lithium}});
    const auto grid = open_grid<openvdb::FloatGrid>(path, "lithium");
    REQUIRE(grid);
    CHECK(grid->getGridClass() == openvdb::GRID_FOG_VOLUME);
    CHECK(grid->activeVoxelCount() == 2);
    CHECK(grid->getConstAccessor().getValue({3, 4, 5}) == 0.25F);
    CHECK(grid->getConstAccessor().getValue({19, 23, 30}) == 1);
    CHECK(grid->transform() ==
          open_grid<openvdb::FloatGrid>(path, "distance")->transform()); // the same origin, too
    CHECK(grid->metaValue<std::string>("recipe_hash") == "0123abcd");
    const PhaseVolume back = read_vdb(path);
    CHECK(back.shape() == volume.shape());
    CHECK(std::equal(back.labels.begin(), back.labels.end(), volume.labels.begin()));

    write_vdb_fields(folder.path / "lithium.vdb", volume, {{"lithium_1", "1", &lithium}}, stamp);
    CHECK(open_grid<openvdb::FloatGrid>(folder.path / "lithium.vdb", "lithium_1")
              ->metaValue<std::string>("recipe_hash") == "0123abcd");
    PhaseVolume misnamed = volume;
    misnamed.phases[1].name = "lithium";
    CHECK(complaint(ExitCode::bad_input, [&] {
              write_vdb(folder.path / "v.vdb", misnamed, stamp);
          }).find("is named 'lithium'") != std::string::npos);
}
