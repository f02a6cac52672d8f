#include "porogen/io/vdb_file.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <new>
#include <optional>

#include <openvdb/io/Stream.h>
#include <openvdb/openvdb.h>

#include "geometry/level_set_data.h"
#include "io/label_reading.h"
#include "io/vdb_names.h"
#include "io/vdb_seal.h"
#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"

namespace porogen {

namespace {

namespace fs = std::filesystem;
using openvdb::Coord;

/// Where the cells of the image lie in the index space of its grid.
struct Window {
    Coord origin{0, 0, 0};
    Shape shape;
    [[nodiscard]] Coord cell(std::int64_t n) const {
        return origin.offsetBy(static_cast<int>(n % shape.x),
                               static_cast<int>(n / shape.x % shape.y),
                               static_cast<int>(n / (shape.x * shape.y)));
    }
};

constexpr std::int64_t block = 1 << 16;

template <class GridType>
Grid<float> read_values(const GridType& grid, const Window& window, double factor) {
    Grid<float> values(window.shape);
    parallel_blocks(values.size(), block, [&](std::int64_t begin, std::int64_t end) {
        const auto access = grid.getConstAccessor();
        for (std::int64_t n = begin; n < end; ++n) {
            values[n] = static_cast<float>(access.getValue(window.cell(n)) * factor);
        }
    });
    return values;
}

template <class GridType>
Grid<std::uint8_t> read_labels(const fs::path& file, const GridType& grid, const Window& window) {
    Grid<std::uint8_t> labels(window.shape);
    std::atomic<std::int64_t> first_bad = labels.size();
    parallel_blocks(labels.size(), block, [&](std::int64_t begin, std::int64_t end) {
        const auto access = grid.getConstAccessor();
        for (std::int64_t n = begin; n < end; ++n) {
            const int label = as_label(access.getValue(window.cell(n)));
            labels[n] = static_cast<std::uint8_t>(label);
            if (label < 0) {
                for (auto seen = first_bad.load();
                     n < seen && !first_bad.compare_exchange_weak(seen, n);) {
                }
                return;
            }
        }
    });
    if (const std::int64_t n = first_bad; n < labels.size()) {
        const Coord cell = window.cell(n);
        throw_not_a_label(file, static_cast<double>(grid.getConstAccessor().getValue(cell)),
                          cell.x() - window.origin.x(), cell.y() - window.origin.y(),
                          cell.z() - window.origin.z());
    }
    return labels;
}

/// Labels of a grid of any type that can hold them; nothing for the other types.
std::optional<Grid<std::uint8_t>> labels_of(const fs::path& file, const openvdb::GridBase& grid,
                                            const Window& window) {
    if (grid.isType<openvdb::Int32Grid>()) {
        return read_labels(file, static_cast<const openvdb::Int32Grid&>(grid), window);
    }
    if (grid.isType<openvdb::Int64Grid>()) {
        return read_labels(file, static_cast<const openvdb::Int64Grid&>(grid), window);
    }
    if (grid.isType<openvdb::FloatGrid>()) {
        return read_labels(file, static_cast<const openvdb::FloatGrid&>(grid), window);
    }
    return std::nullopt;
}

/// The content of a file. OpenVDB's exceptions become bad_input: whatever it stumbles over is in
/// the file.
class Reader {
  public:
    explicit Reader(const fs::path& file) : path_(file) {
        try {
            // OpenVDB's own file class takes a file cut short for one full of zeros, or maps it and
            // ends the program later. A stream that throws at its end does neither.
            std::ifstream in(file, std::ios::binary);
            in.exceptions(std::ios::failbit | std::ios::badbit | std::ios::eofbit);
            openvdb::io::Stream stream(in, /*delayLoad=*/false);
            meta_ = stream.getMetadata();
            grids_ = *stream.getGrids();
        } catch (const std::bad_alloc&) {
            throw; // says nothing about the file
        } catch (const std::exception& error) {
            fail(std::string("not a sound OpenVDB file (") + error.what() +
                 "); export or copy it again");
        }
    }
    [[nodiscard]] const openvdb::MetaMap& meta() const { return *meta_; }
    /// Null if there is none of this name.
    [[nodiscard]] openvdb::GridBase::ConstPtr grid(const std::string& name) const {
        const auto found = std::find_if(grids_.begin(), grids_.end(),
                                        [&](const auto& grid) { return grid->getName() == name; });
        return found != grids_.end() ? *found : nullptr;
    }
    [[nodiscard]] std::string grid_names() const {
        std::string names;
        for (const auto& grid : grids_) {
            names += (names.empty() ? "" : ", ") + grid->getName();
        }
        return names;
    }
    [[noreturn]] void fail(const std::string& problem) const {
        throw_bad_input(path_.string() + ": " + problem);
    }

  private:
    fs::path path_;
    openvdb::MetaMap::Ptr meta_;
    openvdb::GridPtrVec grids_;
};

Shape shape_of(const openvdb::Vec3i& edges) {
    return {edges.x(), edges.y(), edges.z()};
}

/// The box of a volume of ours; of other files, the box around the active cells.
Window window_of(const Reader& reader, const openvdb::GridBase& grid) {
    if (const auto shape = reader.meta().getMetadata<openvdb::Vec3IMetadata>(vdb::shape)) {
        return {Coord(0, 0, 0), shape_of(shape->value())};
    }
    const openvdb::CoordBBox box = grid.evalActiveVoxelBoundingBox();
    if (box.empty()) {
        reader.fail("grid '" + grid.getName() +
                    "' has no active cells (so the image has no size); export "
                    "it with its labels active");
    }
    const Coord edges = box.dim();
    return {box.min(), {edges.x(), edges.y(), edges.z()}};
}

/// Edge lengths of a cell [m].
Vec3 voxel_of(const Reader& reader, const openvdb::GridBase& grid) {
    const auto unit = grid.getMetadata<openvdb::StringMetadata>(vdb::unit);
    if (!unit || unit->value() != "um") {
        reader.fail("grid '" + grid.getName() +
                    "' does not say that its unit is um (it was not written by "
                    "Porogen); set its metadata 'unit' to \"um\" or convert it to TIFF");
    }
    const openvdb::Vec3d size = grid.voxelSize();
    const Vec3 voxel = Vec3(size.x(), size.y(), size.z()) / micrometres;
    if (!(voxel.minCoeff() > 0) || !voxel.allFinite()) {
        reader.fail("grid '" + grid.getName() +
                    "' has no voxel size; export it with a linear transform");
    }
    const auto exact = reader.meta().getMetadata<openvdb::DoubleMetadata>(vdb::voxel_size);
    const bool agrees = exact && (voxel.array() / exact->value() - 1).abs().maxCoeff() < 1e-9;
    return agrees ? Vec3::Constant(exact->value()) : voxel;
}

void name_phases(PhaseVolume& volume, const openvdb::MetaMap& meta) {
    std::vector<Phase> named;
    for (int label = 0; label < 256; ++label) {
        const auto name =
            meta.getMetadata<openvdb::StringMetadata>(vdb::phase_prefix + std::to_string(label));
        if (name) {
            named.push_back({static_cast<std::uint8_t>(label), name->value()});
        }
    }
    const std::vector<Phase> present = phases_present(volume.labels);
    const bool all_named = std::all_of(present.begin(), present.end(), [&](const Phase& phase) {
        return std::any_of(named.begin(), named.end(),
                           [&](const Phase& other) { return other.label == phase.label; });
    });
    volume.phases = all_named ? named : present;
}

/// A field of floats [um or S] times `factor`; empty if the file does not hold it.
Grid<float> field_of(const Reader& reader, const char* name, const Window& window, double factor) {
    const auto any = reader.grid(name);
    if (!any) {
        return {};
    }
    const auto grid = openvdb::gridConstPtrCast<openvdb::FloatGrid>(any);
    if (!grid) {
        reader.fail(std::string("grid '") + name +
                    "' holds no floats (the file is damaged); write it anew");
    }
    return read_values(*grid, window, factor);
}

/// Whoever sees a film counts on both of its fields and on the distance.
void check_complete(const Reader& reader, const PhaseVolume& volume) {
    const bool thickness = !volume.film.thickness.empty();
    const bool conductance = !volume.film.sheet_conductance.empty();
    const auto demand = [&](bool given, const char* missing) {
        if ((thickness || conductance) && !given) {
            reader.fail(std::string("grid '") + missing +
                        "' is missing though there is a film (the file is damaged); write it anew");
        }
    };
    demand(thickness, vdb::film_thickness);
    demand(conductance, vdb::film_conductance);
    demand(volume.has_distance(), vdb::distance);
}

} // namespace

PhaseVolume read_vdb(const std::filesystem::path& file, const std::string& grid_name) {
    check_readable(file);
    if (!vdb::seal_fits(file)) {
        throw_bad_input(
            file.string() +
            ": the checksum does not fit (the file is damaged); write or copy it again");
    }
    initialize_openvdb();
    const Reader reader(file);
    const auto grid = reader.grid(grid_name);
    if (!grid) {
        reader.fail("no grid '" + grid_name + "' (it has: " + reader.grid_names() +
                    "); name the one that "
                    "holds the labels");
    }
    const Window window = window_of(reader, *grid);
    check_image_size(file, window.shape);
    PhaseVolume volume;
    volume.voxel = voxel_of(reader, *grid);
    auto labels = labels_of(file, *grid, window);
    if (!labels) {
        reader.fail("grid '" + grid_name + "' holds " + grid->valueType() +
                    " (labels are int32, int64 or "
                    "float); name the one that holds the labels");
    }
    volume.labels = std::move(*labels);
    name_phases(volume, reader.meta());
    if (const auto periodic = reader.meta().getMetadata<openvdb::Vec3IMetadata>(vdb::periodic)) {
        for (int axis = 0; axis < 3; ++axis) {
            volume.periodic[static_cast<std::size_t>(axis)] = periodic->value()[axis] != 0;
        }
    }
    if (grid_name != vdb::labels || !reader.meta()[vdb::shape]) {
        return volume;
    }
    volume.distance = field_of(reader, vdb::distance, window, 1 / micrometres);
    volume.film.thickness = field_of(reader, vdb::film_thickness, window, 1 / micrometres);
    volume.film.sheet_conductance = field_of(reader, vdb::film_conductance, window, 1);
    check_complete(reader, volume);
    return volume;
}

} // namespace porogen
