#include "porogen/transport/surface_network.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "porogen/core/errors.h"
#include "transport/assemble.h"

namespace porogen {

namespace {

constexpr int pore_slot = 0;
constexpr int solid_slot = 1; ///< of the first part of the solid
constexpr int first_film_slot = 9;
constexpr std::ptrdiff_t max_patches = 64 - first_film_slot;

/// A node whose resistance to what it is joined with is that of less than this part of a voxel is
/// one with it: the contrast of the links stays bounded.
constexpr double least_distance = 0.005;
/// Steps of the grid along the sheet count as at least this part of a voxel: the sheet is normal to
/// the step.
constexpr double least_step = 0.05;

enum class Side { pore, solid };

/// The potential of a node stands for the field at the centre of its cell, continued there where
/// the centre lies on the other side of the surface: with that, uniform fields solve the equations
/// of cells cut by a plane exactly. Notation: d is the distance of the centre to the surface,
/// positive on the side meant.
class SurfaceParts {
  public:
    SurfaceParts(const PhaseVolume& volume, const CutCells& cells, const CutSheet& sheet,
                 const SurfaceConductors& conductors, std::array<bool, 3> periodic)
        : volume_(volume), cells_(cells), sheet_(sheet), conductors_(conductors),
          periodic_(periodic), has_film_(volume.has_film() && conductors.sheet_factor > 0) {}

    [[nodiscard]] std::uint8_t carrier(int slot) const {
        return slot == pore_slot        ? pore_carrier
               : slot < first_film_slot ? solid_carrier
                                        : film_carrier;
    }

    template <class Visit>
    void face(Axis along, std::int64_t n, std::int64_t up, const Visit& visit) const {
        if (conductors_.pore > 0) {
            const double g = side_link(Side::pore, along, n, up);
            if (g > 0) {
                visit(slot_of(Side::pore, n), slot_of(Side::pore, up), g);
            }
        }
        if (conductors_.solid > 0) {
            solid_face(along, n, up, visit);
        }
        const double s = has_film_ ? joined(film(n), film(up)) : 0;
        if (!(s > 0)) {
            return;
        }
        const std::int32_t first = first_patch(n);
        for (std::int32_t p = first; p < first_patch(n + 1); ++p) {
            for (const SheetJoint& joint : sheet_.joints(p)) {
                if (joint.axis == along) {
                    const Vec3f vector = patch(p).vector + patch(joint.upper).vector;
                    visit(first_film_slot + p - first,
                          first_film_slot + joint.upper - first_patch(up),
                          s * static_cast<double>(joint.length) / step_in_sheet(along, vector));
                }
            }
        }
    }

    template <class Visit>
    void within(std::int64_t n, const Visit& visit) const {
        const auto patches = patches_of(n);
        if (patches.empty()) {
            return;
        }
        const auto extra = [&](Side side) {
            return make_up(side, n) / static_cast<double>(patches.size());
        };
        const bool film_here = has_film_ && film(n) > 0;
        for (const Side side : {Side::pore, Side::solid}) {
            if (!film_here && side != poorer_side()) {
                continue;
            }
            for (std::size_t p = 0; p < patches.size(); ++p) {
                const int from = slot_of(side, n, patches[p].solid);
                const int to = opposite_slot(side, film_here, patches[p], p);
                if (from != to) {
                    visit(from, to, link(side, n, patches[p]) + extra(side));
                }
            }
        }
    }

    template <class Visit>
    void end(Axis along, bool upper, std::int64_t n, const Visit& visit) const {
        const auto a = static_cast<std::size_t>(along);
        const double factor = 2 * geometric_factor(along);
        double open = static_cast<double>(cells_.aperture[a][n]);
        if (!upper) {
            const std::int64_t stride = volume_.shape().stride(along);
            const std::int64_t layer = stride * volume_.shape()[along];
            open = static_cast<double>(cells_.lower_end[a][n % stride + n / layer * stride]);
        }
        visit(slot_of(Side::pore, n), factor * conductors_.pore * open);
        const auto parts = solid_parts(n);
        if (parts.empty()) {
            visit(slot_of(Side::solid, n), factor * conductors_.solid * (1 - open));
        }
        for (std::size_t part = 0; part < parts.size(); ++part) {
            visit(slot_of(Side::solid, n, static_cast<int>(part)),
                  factor * conductors_.solid *
                      static_cast<double>(parts[part].face[2 * a + (upper ? 1 : 0)]));
        }
        if (has_film_) {
            int slot = first_film_slot;
            for (const SheetPatch& patch : patches_of(n)) {
                const double length = static_cast<double>(patch.trace[2 * a + (upper ? 1 : 0)]);
                visit(slot++, 2 * film(n) * length / step_in_sheet(along, patch.vector));
            }
        }
    }

  private:
    /// A joint of one side with what lies at or behind the surface.
    struct Joint {
        double resistance = not_joined; ///< [ohm m^2]
        /// 1 / k of the side, less that of the other one where it is the other one's node that this
        /// side's node is joined with [ohm m].
        double slope = 0;
    };

    /// Face area / distance of the cell centres [m].
    [[nodiscard]] double geometric_factor(Axis along) const {
        const double step = volume_.voxel[static_cast<int>(along)];
        return volume_.voxel.prod() / (step * step);
    }
    [[nodiscard]] double conductivity(Side side) const {
        return side == Side::pore ? conductors_.pore : conductors_.solid;
    }
    [[nodiscard]] double film(std::int64_t n) const {
        return conductors_.sheet_factor * static_cast<double>(volume_.film.sheet_conductance[n]);
    }
    /// Sheet conductance between two cells of film: the geometric mean keeps the symmetry between
    /// conducting and insulating films in the plane (Dykhne's duality). A bare cell lets no current
    /// through, however narrow.
    [[nodiscard]] static double joined(double a, double b) { return a == b ? a : std::sqrt(a * b); }

    [[nodiscard]] std::int32_t first_patch(std::int64_t n) const {
        return sheet_.first[static_cast<std::size_t>(n)];
    }
    [[nodiscard]] const SheetPatch& patch(std::int32_t p) const {
        return sheet_.patch[static_cast<std::size_t>(p)];
    }
    [[nodiscard]] std::span<const SheetPatch> patches_of(std::int64_t n) const {
        return sheet_.first.empty() ? std::span<const SheetPatch>{} : sheet_.in_cell(n);
    }

    [[nodiscard]] double open(Side side, Axis along, std::int64_t n) const {
        const auto aperture =
            static_cast<double>(cells_.aperture[static_cast<std::size_t>(along)][n]);
        return side == Side::pore ? aperture : 1 - aperture;
    }
    /// Distance of a cell's centre to the surface, positive on the side.
    [[nodiscard]] double centre_depth(Side side, std::int64_t n) const {
        const auto d = static_cast<double>(volume_.distance[n]);
        return side == Side::pore ? d : -d;
    }
    /// The same to one of the patches.
    [[nodiscard]] double centre_depth(Side side, std::int64_t n, const SheetPatch& patch) const {
        if (patches_of(n).size() == 1) {
            return centre_depth(side, n);
        }
        const auto d = -static_cast<double>(patch.vector.normalized().dot(patch.centroid));
        return side == Side::pore ? d : -d;
    }

    /// Of two points one step of the grid apart, the distance of the points of the sheet below them
    /// [m]. Traces weighted by the inverse of it make the sheet of a plane of any tilt conduct
    /// alike in all its directions: the flux through a trace goes across it, and so does the step.
    [[nodiscard]] double step_in_sheet(Axis along, const Vec3f& vector) const {
        const auto cosine = static_cast<double>(vector.normalized()[static_cast<int>(along)]);
        return volume_.voxel[static_cast<int>(along)] *
               std::sqrt(std::max(least_step * least_step, 1 - cosine * cosine));
    }

    [[nodiscard]] Joint joint(Side side, std::int64_t n) const {
        const double k = conductivity(side);
        if (!(k > 0)) {
            return {};
        }
        if (has_film_ && film(n) > 0) {
            return {side == Side::pore ? conductors_.film_pore : conductors_.film_solid, 1 / k};
        }
        const double other = side == Side::pore ? conductors_.solid : conductors_.pore;
        if (!(other > 0)) {
            return {};
        }
        return {conductors_.pore_solid, 1 / k - 1 / other};
    }

    /// Resistance between the node of a side and what it is joined with [ohm m^2]: as the flux
    /// across the surface changes the potential along the normal, it depends on where the centre
    /// is. Negative where the side's own node is a continuation by more than the joint's
    /// resistance.
    [[nodiscard]] static double across(const Joint& joint, double depth) {
        return joint.resistance + depth * joint.slope;
    }
    /// The negative part of it, that no link can represent [ohm m^2].
    [[nodiscard]] double missing(Side side, std::int64_t n) const {
        if (side == Side::solid && !solid_parts(n).empty()) {
            return 0; // which part is meant is not known
        }
        const Joint there = joint(side, n);
        return there.slope > 0 ? std::max(0.0, -across(there, centre_depth(side, n))) : 0;
    }

    [[nodiscard]] Side poorer_side() const {
        return conductors_.pore <= conductors_.solid ? Side::pore : Side::solid;
    }
    [[nodiscard]] static int own_slot(Side side, int part) {
        return side == Side::pore ? pore_slot : solid_slot + part;
    }
    /// Slot of what a side is joined with along patch number p of a cell.
    [[nodiscard]] static int opposite_slot(Side side, bool film_here, const SheetPatch& patch,
                                           std::size_t p) {
        return film_here            ? first_film_slot + static_cast<int>(p)
               : side == Side::pore ? solid_slot + patch.solid
                                    : pore_slot;
    }
    /// Parts of the solid of a cell; none if it is undivided.
    [[nodiscard]] std::span<const SolidPart> solid_parts(std::int64_t n) const {
        return patches_of(n).size() > 1 ? sheet_.solid_parts(n) : std::span<const SolidPart>{};
    }
    [[nodiscard]] double least(const Joint& joint) const {
        return least_distance * volume_.voxel.minCoeff() * std::max(0.0, joint.slope);
    }
    /// Slot of the node that stands for a side (or a part of the solid) in a cell: its own, or
    /// where the resistance between them vanishes or would be negative, that of what it is joined
    /// with.
    [[nodiscard]] int slot_of(Side side, std::int64_t n, int part = 0) const {
        const auto patches = patches_of(n);
        const bool film_here = has_film_ && !patches.empty() && film(n) > 0;
        int slot = own_slot(side, part);
        if (patches.empty() || !(film_here || side == poorer_side())) {
            return slot;
        }
        const Joint here = joint(side, n);
        double lowest = least(here);
        for (std::size_t p = 0; p < patches.size(); ++p) {
            if (side == Side::solid && patches[p].solid != part) {
                continue;
            }
            const double resistance = across(here, centre_depth(side, n, patches[p]));
            if (resistance <= lowest) {
                lowest = resistance;
                slot = opposite_slot(side, film_here, patches[p], p);
            }
        }
        return slot;
    }

    /// Conductance in a cell between the node of a side and what it is joined with along a patch.
    [[nodiscard]] double link(Side side, std::int64_t n, const SheetPatch& patch) const {
        const Joint here = joint(side, n);
        return std::isinf(here.resistance)
                   ? 0
                   : static_cast<double>(patch.area) /
                         std::max(across(here, centre_depth(side, n, patch)), least(here));
    }

    /// Extra conductance from a side's node in a cell, with its centre on that side, to what it is
    /// joined with. It carries the current that its links with neighbours on the
    /// other side miss, because the negative resistances there are left out. (The same current
    /// through those links themselves would disturb fields along the surface.)
    [[nodiscard]] double make_up(Side side, std::int64_t n) const {
        if (side == Side::solid && !solid_parts(n).empty()) {
            return 0;
        }
        const Joint here = joint(side, n);
        const double resistance = std::max(across(here, centre_depth(side, n)), least(here));
        if (std::isinf(resistance) || !(centre_depth(side, n) > 0)) {
            return 0;
        }
        double sum = 0;
        for (const Axis along : all_axes) {
            for (const bool upper : {false, true}) {
                const std::int64_t m = neighbour(n, along, upper);
                const double ratio = m < 0 ? 0 : missing(side, m) / resistance;
                if (ratio > 0) {
                    sum += geometric_factor(along) * conductivity(side) *
                           open(side, along, upper ? n : m) * ratio;
                }
            }
        }
        return sum;
    }

    [[nodiscard]] double side_link(Side side, Axis along, std::int64_t n, std::int64_t up) const {
        const double k = conductivity(side);
        const double part = k > 0 ? open(side, along, n) : 0;
        if (!(part > 0)) {
            return 0;
        }
        const double bare = geometric_factor(along) * k * part;
        const double depth_n = centre_depth(side, n);
        const double depth_up = centre_depth(side, up);
        if ((depth_n > 0) == (depth_up > 0)) {
            return bare;
        }
        // Where the cell inside holds no surface, nothing within it can make up for what misses.
        const std::int64_t inside = depth_n > 0 ? n : up;
        if (!patches_of(inside).empty()) {
            return bare;
        }
        const double miss = missing(side, inside == n ? up : n);
        const double rest = std::abs(depth_n - depth_up) / k - miss;
        return miss > 0 ? bare * (1 + miss / rest) : bare;
    }

    template <class Visit>
    void solid_face(Axis along, std::int64_t n, std::int64_t up, const Visit& visit) const {
        if (!solid_parts(n).empty() || !solid_parts(up).empty()) {
            for (const SolidJoint& joint : sheet_.solid_joints(n, along)) {
                visit(slot_of(Side::solid, n, joint.lower), slot_of(Side::solid, up, joint.upper),
                      geometric_factor(along) * conductors_.solid *
                          static_cast<double>(joint.fraction));
            }
            return;
        }
        const double g = side_link(Side::solid, along, n, up);
        if (g > 0) {
            visit(slot_of(Side::solid, n), slot_of(Side::solid, up), g);
        }
    }

    /// -1 where there is none.
    [[nodiscard]] std::int64_t neighbour(std::int64_t n, Axis along, bool upper) const {
        const std::int64_t stride = volume_.shape().stride(along);
        const std::int64_t last = volume_.shape()[along] - 1;
        const std::int64_t at = n / stride % (last + 1);
        if (upper ? at < last : at > 0) {
            return upper ? n + stride : n - stride;
        }
        const std::int64_t around = upper ? n - last * stride : n + last * stride;
        return periodic_[static_cast<std::size_t>(along)] ? around : -1;
    }

    const PhaseVolume& volume_;
    const CutCells& cells_;
    const CutSheet& sheet_;
    const SurfaceConductors& conductors_;
    std::array<bool, 3> periodic_;
    bool has_film_;
};

void check_value(double value, bool may_be_infinite, const char* what) {
    if (!(value >= 0) || (std::isinf(value) && !may_be_infinite)) {
        throw_bad_input(std::string("conductor network: ") + what + " " + std::to_string(value) +
                        " (negative, " + (may_be_infinite ? "" : "infinite ") +
                        "or not a number); give a " + (may_be_infinite ? "" : "finite ") +
                        "value >= 0");
    }
}

void check(const PhaseVolume& volume, const CutCells& cells, const SurfaceConductors& conductors,
           Axis axis, Drive drive) {
    if (!volume.has_distance() || cells.solid_fraction.shape() != volume.shape()) {
        throw_bad_input(
            "conductor network: cut cells need a volume with a distance, of the same shape (its "
            "surface decides what is open); build the network from labels instead");
    }
    if (!((volume.voxel.array() > 0).all() && volume.voxel.array().isFinite().all())) {
        throw_bad_input(
            "conductor network: the voxel size is not positive (conductances need lengths); set "
            "all three edges in metres");
    }
    if (drive == Drive::periodic && !volume.periodic[static_cast<std::size_t>(axis)]) {
        throw_bad_input("conductor network: the volume does not repeat along " +
                        std::string(1, axis_names[static_cast<std::size_t>(axis)]) +
                        " (its ends do not fit together); put plates there");
    }
    check_value(conductors.pore, false, "conductivity of the pores [S/m]");
    check_value(conductors.solid, false, "conductivity of the solid [S/m]");
    check_value(conductors.sheet_factor, false, "sheet factor");
    check_value(conductors.pore_solid, true, "resistance of pore and solid [ohm m^2]");
    check_value(conductors.film_pore, true, "resistance of film and pore [ohm m^2]");
    check_value(conductors.film_solid, true, "resistance of film and solid [ohm m^2]");
}

ConductorNetwork build(const PhaseVolume& volume, const CutCells& cells, const CutSheet& sheet,
                       const SurfaceConductors& conductors, Axis axis, Drive drive) {
    check(volume, cells, conductors, axis, drive);
    std::array<bool, 3> periodic = volume.periodic;
    periodic[static_cast<std::size_t>(axis)] = drive == Drive::periodic;
    ConductorNetwork network = transport::assemble(
        volume.shape(), axis, periodic, SurfaceParts(volume, cells, sheet, conductors, periodic));
    network.drive = drive;
    if (drive == Drive::walls) {
        for (std::int32_t n = 0; n < network.nodes(); ++n) {
            const float area = cells.interface_area[network.cell[static_cast<std::size_t>(n)]];
            if (area > 0) {
                network.walls.push_back({n, area});
            }
        }
    }
    return network;
}

} // namespace

ConductorNetwork surface_network(const PhaseVolume& volume, const CutCells& cells,
                                 const CutSheet& sheet, const SurfaceConductors& conductors,
                                 Axis axis, Drive drive) {
    if (sheet.first.size() != static_cast<std::size_t>(volume.shape().size()) + 1) {
        throw_bad_input("conductor network: the sheet is not that of the volume (it has other "
                        "cells); make it with cut_sheet()");
    }
    for (std::int64_t n = 0; n < volume.shape().size(); ++n) {
        if (std::ssize(sheet.in_cell(n)) > max_patches) {
            throw_bad_input("conductor network: more than 55 pieces of surface in one cell (the "
                            "structure is finer than the voxels); take smaller voxels");
        }
    }
    return build(volume, cells, sheet, conductors, axis, drive);
}

ConductorNetwork pore_network(const PhaseVolume& volume, const CutCells& cells, double conductivity,
                              Axis axis, Drive drive) {
    return build(volume, cells, {}, {.pore = conductivity}, axis, drive);
}

ConductorNetwork solid_network(const PhaseVolume& volume, const CutCells& cells,
                               double conductivity, Axis axis, Drive drive) {
    return build(volume, cells, {}, {.solid = conductivity}, axis, drive);
}

} // namespace porogen
