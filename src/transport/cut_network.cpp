#include <cmath>
#include <numbers>

#include "porogen/core/errors.h"
#include "transport/network_frame.h"

namespace porogen {

namespace {

using transport::NetworkFrame;

void check(const PhaseVolume& volume, const CutCells& cells, double conductivity) {
    if (!volume.has_distance() || cells.solid_fraction.shape() != volume.shape()) {
        throw_bad_input(
            "conductor network: cut cells need a volume with a distance, of the same shape (its "
            "surface decides what is open); build the network from labels instead");
    }
    if (!(conductivity >= 0) || std::isinf(conductivity)) {
        throw_bad_input(
            "conductor network: " + std::to_string(conductivity) +
            " S/m is no conductivity (negative, infinite or not a number); give a finite value "
            ">= 0");
    }
}

/// Conductance of the film across a face, per area of the face and times the distance of the cells,
/// from the distances and sheet conductances beside it [S/m].
class SheetLayer {
  public:
    SheetLayer(const PhaseVolume& volume, double factor)
        : volume_(volume), factor_(volume.has_film() ? factor : 0),
          cubic_(volume.voxel.maxCoeff() <= volume.voxel.minCoeff() * (1 + 1e-9)) {
        if (!(factor >= 0) || std::isinf(factor)) {
            throw_bad_input("conductor network: sheet factor " + std::to_string(factor) +
                            " (negative, infinite or not a number); give a finite value >= 0");
        }
    }

    /// Between the cells n and up.
    [[nodiscard]] double between(std::int64_t n, std::int64_t up) const {
        if (factor_ == 0) {
            return 0;
        }
        return delta(0.5 * (distance(n) + distance(up)), n) * joined(sheet(n), sheet(up));
    }
    /// At the end of the box beside cell n; `inner` is the next cell inwards.
    [[nodiscard]] double beyond(std::int64_t n, std::int64_t inner) const {
        if (factor_ == 0) {
            return 0;
        }
        return delta(1.5 * distance(n) - 0.5 * distance(inner), n) * sheet(n);
    }

  private:
    [[nodiscard]] double distance(std::int64_t n) const {
        return static_cast<double>(volume_.distance[n]);
    }
    [[nodiscard]] double sheet(std::int64_t n) const {
        return factor_ * static_cast<double>(volume_.film.sheet_conductance[n]);
    }

    /// Sheet conductance between two cells of film: the geometric mean keeps the symmetry between
    /// conducting and insulating films in the plane (Dykhne's duality). A bare cell lets no current
    /// through, however narrow.
    [[nodiscard]] static double joined(double a, double b) { return a == b ? a : std::sqrt(a * b); }

    /// delta_h(d) = (1 + cos(pi d / h)) / (2 h) for |d| < h. Sampled at points a step h apart
    /// across the surface it sums to 1 / h exactly: a flat sheet keeps its conductance wherever it
    /// lies.
    [[nodiscard]] double delta(double d, std::int64_t n) const {
        const double h = cubic_ ? volume_.voxel.x() : step_across(n);
        return std::abs(d) < h ? (1 + std::cos(std::numbers::pi * d / h)) / (2 * h) : 0;
    }

    /// Step of the grid along the normal of the surface near cell n: each edge as far as the normal
    /// points along it.
    [[nodiscard]] double step_across(std::int64_t n) const {
        Vec3 normal;
        for (const Axis axis : all_axes) {
            const std::int64_t stride = volume_.shape().stride(axis);
            const std::int64_t extent = volume_.shape()[axis];
            const std::int64_t at = n / stride % extent;
            const std::int64_t up = at + 1 < extent ? stride : 0;
            const std::int64_t down = at > 0 ? stride : 0;
            const auto a = static_cast<int>(axis);
            const double span = volume_.voxel[a] * static_cast<double>((up + down) / stride);
            normal[a] = span > 0 ? (distance(n + up) - distance(n - down)) / span : 0;
        }
        const double length = normal.norm();
        return length > 0 ? normal.cwiseProduct(volume_.voxel).norm() / length
                          : volume_.voxel.minCoeff();
    }

    const PhaseVolume& volume_;
    double factor_;
    bool cubic_;
};

/// Open area fraction of the faces, or its complement.
struct Apertures {
    const CutCells& cells;
    bool of_solid;

    [[nodiscard]] double face(Axis along, std::int64_t n) const {
        return part(cells.aperture[static_cast<std::size_t>(along)][n]);
    }
    [[nodiscard]] double lower_end(Axis along, std::int64_t m) const {
        return part(cells.lower_end[static_cast<std::size_t>(along)][m]);
    }

  private:
    [[nodiscard]] double part(float open) const {
        return of_solid ? 1 - static_cast<double>(open) : static_cast<double>(open);
    }
};

/// Faces conduct by the part of their area that belongs to the phase, plus the sheet.
ConductorNetwork cut_network(const PhaseVolume& volume, const Apertures& apertures,
                             double conductivity, const SheetLayer& sheet, Axis axis) {
    const NetworkFrame frame(volume, axis, volume.periodic);
    ConductorNetwork network = frame.empty_network();
    for (const Axis along : all_axes) {
        const double factor = frame.geometric_factor(along);
        Grid<float>& face = network.face[static_cast<std::size_t>(along)];
        frame.for_each_face(along, [&](std::int64_t n, std::int64_t up) {
            face[n] = static_cast<float>(
                factor * (conductivity * apertures.face(along, n) + sheet.between(n, up)));
        });
    }

    const double factor = 2 * frame.geometric_factor(axis); // the plate is half a cell away
    const transport::EndLayer& ends = frame.ends();
    const bool repeats = volume.periodic[static_cast<std::size_t>(axis)];
    const std::int64_t inwards = volume.shape()[axis] > 1 ? volume.shape().stride(axis) : 0;
    for (std::int64_t m = 0; m < ends.size(); ++m) {
        const std::int64_t first = ends.lower(m);
        const std::int64_t last = ends.upper(m);
        const double sheet_first =
            repeats ? sheet.between(last, first) : sheet.beyond(first, first + inwards);
        const double sheet_last = repeats ? sheet_first : sheet.beyond(last, last - inwards);
        const double open_first = apertures.lower_end(axis, m);
        const double open_last = apertures.face(axis, last);
        network.end_lower[static_cast<std::size_t>(m)] =
            static_cast<float>(factor * (conductivity * open_first + sheet_first));
        network.end_upper[static_cast<std::size_t>(m)] =
            static_cast<float>(factor * (conductivity * open_last + sheet_last));
    }
    return network;
}

} // namespace

ConductorNetwork pore_network(const PhaseVolume& volume, const CutCells& cells,
                              double pore_conductivity, Axis axis) {
    check(volume, cells, pore_conductivity);
    return cut_network(volume, {cells, false}, pore_conductivity, SheetLayer(volume, 0), axis);
}

ConductorNetwork solid_network(const PhaseVolume& volume, const CutCells& cells,
                               double solid_conductivity, double sheet_factor, Axis axis) {
    check(volume, cells, solid_conductivity);
    return cut_network(volume, {cells, true}, solid_conductivity, SheetLayer(volume, sheet_factor),
                       axis);
}

} // namespace porogen
