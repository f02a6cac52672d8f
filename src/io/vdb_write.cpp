#include "porogen/io/vdb_file.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>

#include <openvdb/io/Archive.h>
#include <openvdb/tools/ChangeBackground.h>
#include <openvdb/tools/Dense.h>

#include "geometry/level_set_data.h"
#include "io/vdb_names.h"
#include "io/vdb_seal.h"
#include "io/write_failure.h"
#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/core/version.h"
#include "porogen/volume/cut_cells.h"

namespace porogen {

namespace {

using openvdb::FloatGrid;
using openvdb::Int32Grid;

/// A grid of the box's cells; those that hold the background are inactive.
template <class GridType>
typename GridType::Ptr from_dense(const Grid<typename GridType::ValueType>& values, double voxel,
                                  typename GridType::ValueType background) {
    using Value = typename GridType::ValueType;
    auto grid = GridType::create(background);
    const Shape& n = values.shape();
    const openvdb::CoordBBox box(0, 0, 0, static_cast<int>(n.x) - 1, static_cast<int>(n.y) - 1,
                                 static_cast<int>(n.z) - 1);
    // OpenVDB's XYZ layout is ours: x fastest. It only reads, but its view has no const form.
    const openvdb::tools::Dense<Value, openvdb::tools::LayoutXYZ> dense(
        box, const_cast<Value*>(values.data()));
    openvdb::tools::copyFromDense(dense, *grid, Value{0});
    grid->setTransform(cell_transform(voxel));
    return grid;
}

/// A grid with every cell of the box active, cells beyond hold `outside`. `nowhere`: a value that
/// no cell holds.
template <class GridType>
typename GridType::Ptr box_grid(const Grid<typename GridType::ValueType>& values, double voxel,
                                typename GridType::ValueType nowhere,
                                typename GridType::ValueType outside) {
    auto grid = from_dense<GridType>(values, voxel, nowhere);
    openvdb::tools::changeBackground(grid->tree(), outside);
    return grid;
}

/// A fog: active where it is not 0.
FloatGrid::Ptr fog(const Grid<float>& values, double voxel) {
    auto grid = from_dense<FloatGrid>(values, voxel, 0.0F);
    grid->setGridClass(openvdb::GRID_FOG_VOLUME);
    return grid;
}

Grid<float> scaled(const Grid<float>& values, double factor) {
    Grid<float> result(values.shape());
    for (std::int64_t n = 0; n < values.size(); ++n) {
        result[n] = static_cast<float>(values[n] * factor);
    }
    return result;
}

Grid<std::int32_t> widened(const Grid<std::uint8_t>& labels) {
    Grid<std::int32_t> result(labels.shape());
    for (std::int64_t n = 0; n < labels.size(); ++n) {
        result[n] = labels[n];
    }
    return result;
}

void stamp_metadata(openvdb::MetaMap& meta, const PhaseVolume& volume, const Stamp& stamp) {
    const auto text = [&](const char* key, std::string_view value) {
        meta.insertMeta(key, openvdb::StringMetadata(std::string(value)));
    };
    text("program", "porogen");
    text("version", version());
    text("commit", commit());
    text("recipe_hash", stamp.recipe_hash);
    text("seed", std::to_string(stamp.seed)); // OpenVDB has no unsigned 64-bit number
    text(vdb::unit, "um");
    meta.insertMeta("voxel_size_um", openvdb::DoubleMetadata(volume.voxel.x() * micrometres));
}

/// What only the whole volume has, so that it can be read back.
void describe_volume(openvdb::MetaMap& meta, const PhaseVolume& volume) {
    const auto triple = [](auto x, auto y, auto z) {
        return openvdb::Vec3IMetadata(
            openvdb::Vec3i(static_cast<int>(x), static_cast<int>(y), static_cast<int>(z)));
    };
    meta.insertMeta(vdb::voxel_size, openvdb::DoubleMetadata(volume.voxel.x()));
    meta.insertMeta(vdb::shape, triple(volume.shape().x, volume.shape().y, volume.shape().z));
    meta.insertMeta(vdb::periodic,
                    triple(volume.periodic[0], volume.periodic[1], volume.periodic[2]));
    for (const Phase& phase : volume.phases) {
        meta.insertMeta(vdb::phase_prefix + std::to_string(phase.label),
                        openvdb::StringMetadata(phase.name));
    }
}

/// A file holds one grid of each name.
void check_names(const std::filesystem::path& file, const PhaseVolume& volume) {
    for (const Phase& phase : volume.phases) {
        if (phase.label != pore_label && std::find(vdb::own_grids.begin(), vdb::own_grids.end(),
                                                   phase.name) != vdb::own_grids.end()) {
            throw_bad_input(file.string() + ": phase " + std::to_string(phase.label) +
                            " is named '" + phase.name +
                            "' (a grid of this name holds something else); rename the phase");
        }
    }
}

/// The grids of a volume, in the order of the file.
openvdb::GridCPtrVec make_grids(const PhaseVolume& volume, const Stamp& stamp) {
    const double voxel = volume.voxel.x() * micrometres;
    openvdb::GridCPtrVec grids;
    const auto add = [&](const openvdb::GridBase::Ptr& grid, const std::string& name,
                         const char* value_unit) {
        grid->setName(name);
        stamp_metadata(*grid, volume, stamp);
        grid->insertMeta("value_unit", openvdb::StringMetadata(value_unit));
        grids.push_back(grid);
    };
    add(fog(cut_cells(volume).solid_fraction, voxel), vdb::density, "1");
    for (const Phase& phase : volume.phases) {
        if (phase.label != pore_label) {
            add(phase_level_set(volume, phase.label).data().grid->deepCopy(), phase.name, "um");
        }
    }
    if (volume.has_film()) {
        add(fog(scaled(volume.film.thickness, micrometres), voxel), vdb::film_thickness, "um");
        add(fog(volume.film.sheet_conductance, voxel), vdb::film_conductance, "S");
    }
    add(box_grid<Int32Grid>(widened(volume.labels), voxel, -1, 0), vdb::labels, "1");
    add(box_grid<FloatGrid>(scaled(volume.distance, micrometres), voxel,
                            std::numeric_limits<float>::lowest(),
                            static_cast<float>(half_width * voxel)),
        vdb::distance, "um");
    return grids;
}

void add_fields(openvdb::GridCPtrVec& grids, const PhaseVolume& volume,
                const std::vector<Field>& fields, const Stamp& stamp) {
    for (const Field& field : fields) {
        const openvdb::GridBase::Ptr grid = fog(*field.values, volume.voxel.x() * micrometres);
        grid->setName(field.name);
        stamp_metadata(*grid, volume, stamp);
        grid->insertMeta("value_unit", openvdb::StringMetadata(field.unit));
        grids.push_back(grid);
    }
}

/// OpenVDB's own file class opens its file itself and does not look whether the bytes went through;
/// this one writes the same seekable format into a stream that reports a full disk.
class StreamArchive : public openvdb::io::Archive {
  public:
    void write_to(std::ostream& out, const openvdb::GridCPtrVec& grids,
                  const openvdb::MetaMap& meta) const {
        openvdb::io::Archive::write(out, grids, /*seekable=*/true, meta);
    }
};

void write_grids(const std::filesystem::path& file, const openvdb::GridCPtrVec& grids,
                 const openvdb::MetaMap& meta) {
    AtomicFile target(file);
    try {
        std::ofstream out;
        out.exceptions(std::ios::failbit | std::ios::badbit);
        errno = 0;
        out.open(target.path(), std::ios::binary);
        StreamArchive().write_to(out, grids, meta);
        out.close();
    } catch (const std::ios_base::failure& error) {
        const std::string reason = errno != 0 ? std::strerror(errno) : error.what();
        throw_cannot_write(file, reason);
    } catch (const openvdb::Exception& error) {
        throw_cannot_write(file, error.what());
    }
    vdb::seal(target.path(), file);
    target.commit();
}

} // namespace

void write_vdb(const std::filesystem::path& file, const PhaseVolume& volume, const Stamp& stamp,
               const std::vector<Field>& fields) {
    assert(volume.has_distance());
    check_names(file, volume);
    initialize_openvdb();
    openvdb::MetaMap meta;
    stamp_metadata(meta, volume, stamp);
    describe_volume(meta, volume);
    openvdb::GridCPtrVec grids = make_grids(volume, stamp);
    add_fields(grids, volume, fields, stamp);
    write_grids(file, grids, meta);
}

void write_vdb_fields(const std::filesystem::path& file, const PhaseVolume& volume,
                      const std::vector<Field>& fields, const Stamp& stamp) {
    if (!(volume.voxel.maxCoeff() <= volume.voxel.minCoeff() * (1 + 1e-9))) {
        throw_bad_input(file.string() +
                        ": fields of long voxels (a VDB of ours has cubes); resample the image");
    }
    initialize_openvdb();
    openvdb::MetaMap meta;
    stamp_metadata(meta, volume, stamp);
    describe_volume(meta, volume);
    openvdb::GridCPtrVec grids;
    add_fields(grids, volume, fields, stamp);
    write_grids(file, grids, meta);
}

} // namespace porogen
