#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/core/vec.h"
#include "porogen/volume/bodies.h"

namespace porogen {

/// A conducting film on the surface of the solid, far thinner than a voxel: a sheet,
/// not a phase. Both fields live on the cells within two voxels of the surface and are 0
/// elsewhere and on bare surface.
struct SurfaceFilm {
    Grid<float> thickness;         ///< film thickness at the nearest surface point [m]
    Grid<float> sheet_conductance; ///< conductance of a square of the film, in its plane [S]
};

/// One label of a PhaseVolume.
struct Phase {
    std::uint8_t label = 0;
    std::string name; ///< "pore", "llto", …; of an image without names "label 85"
};

/// The narrow waist of Porogen: what casting writes, an imported tomogram enters as, and transport
/// and plating read. Shape (nx, ny, nz), x fastest; z = 0 is the collector, z = L the separator.
struct PhaseVolume {
    Grid<std::uint8_t> labels;      ///< phase of each cell, by its centre
    Vec3 voxel{0, 0, 0};            ///< edge lengths of a cell [m]
    std::vector<Phase> phases;      ///< every label that may occur, ascending
    std::array<bool, 3> periodic{}; ///< the structure repeats along this axis

    /// Signed distance from the cell centre to the surface of the solid, negative inside [m]. Empty
    /// for images: then only labels exist, and every algorithm falls back to whole voxels. With a
    /// distance, label 0 is the pore and every other label is solid.
    Grid<float> distance;

    /// What the solid is the union of, if that is known: then `distance` is the least of their
    /// distances less `bodies_offset`, and cut cells are those of the union. Whatever else changes
    /// `distance` must reset this, and the cut cells are made from the distance alone.
    std::shared_ptr<const Bodies> bodies;
    double bodies_offset = 0; ///< how far their surfaces were moved outwards [m]

    /// Film on the surface; both grids empty if there is none. Needs `distance`.
    SurfaceFilm film;

    [[nodiscard]] const Shape& shape() const { return labels.shape(); }
    [[nodiscard]] bool has_distance() const { return !distance.empty(); }
    [[nodiscard]] bool has_film() const { return !film.thickness.empty(); }
    /// Edge lengths of the whole box [m].
    [[nodiscard]] Vec3 size() const {
        return {voxel.x() * static_cast<double>(shape().x),
                voxel.y() * static_cast<double>(shape().y),
                voxel.z() * static_cast<double>(shape().z)};
    }
};

/// Label of the pore space in every volume that Porogen makes itself.
inline constexpr std::uint8_t pore_label = 0;

/// Number of cells of each label.
std::array<std::int64_t, 256> count_labels(const Grid<std::uint8_t>& labels);

/// Phases present in an image, ascending by label, named "label N".
std::vector<Phase> phases_present(const Grid<std::uint8_t>& labels);

} // namespace porogen
