#include "porogen/transport/surface_network.h"

#include <algorithm>
#include <cmath>

#include "transport/assemble.h"

namespace porogen {
Knobs knobs;
namespace {

constexpr int pore_slot = 0;
constexpr int solid_slot = 1;
constexpr int film_slot = 2;

class Parts {
  public:
    Parts(const PhaseVolume& volume, const CutCells& cells, const CutSheet& sheet,
          const SurfaceConductors& c)
        : volume_(volume), cells_(cells), sheet_(sheet), c_(c),
          has_film_(volume.has_film() && c.sheet_factor > 0) {}

    std::uint8_t carrier(int slot) const { return static_cast<std::uint8_t>(std::min(slot, 2)); }

    template <class V>
    void face(Axis along, std::int64_t n, std::int64_t up, const V& visit) const {
        const auto a = static_cast<std::size_t>(along);
        const double h = volume_.voxel[static_cast<int>(a)];
        const double factor = volume_.voxel.prod() / (h * h);
        const double open = static_cast<double>(cells_.aperture[a][n]);
        visit(pore_slot, pore_slot, factor * side(c_.pore, open, n, up, a, 1));
        visit(solid_slot, solid_slot, factor * side(c_.solid, 1 - open, n, up, a, -1));
        if (!has_film_) return;
        const double s = film(n) == film(up) ? film(n) : std::sqrt(film(n) * film(up));
        if (!(s > 0)) return;
        const std::int32_t first = sheet_.first[static_cast<std::size_t>(n)];
        const std::int32_t last = sheet_.first[static_cast<std::size_t>(n) + 1];
        for (std::int32_t p = first; p < last; ++p) {
            for (const SheetJoint& joint : sheet_.joints(p)) {
                if (joint.axis != along) continue;
                const SheetPatch& lower = sheet_.patch[static_cast<std::size_t>(p)];
                const SheetPatch& upper = sheet_.patch[static_cast<std::size_t>(joint.upper)];
                double distance = 0;
                if (knobs.film == 0) {
                    const Eigen::Vector3f nn = (lower.vector + upper.vector).normalized();
                    distance = h * std::sqrt(std::max(knobs.cap * knobs.cap, 1.0 - static_cast<double>(nn[static_cast<int>(a)]) * static_cast<double>(nn[static_cast<int>(a)])));
                } else if (knobs.film == 1) {
                    Vec3 d = (upper.centroid - lower.centroid).cast<double>();
                    d[static_cast<int>(a)] += h;
                    distance = std::max(d.norm(), knobs.cap * h);
                } else {
                    const Eigen::Vector3f nl = lower.vector.normalized(), nu = upper.vector.normalized();
                    Vec3 d = (nu * nu.dot(upper.centroid) - nl * nl.dot(lower.centroid)).cast<double>();
                    d[static_cast<int>(a)] += h;
                    distance = std::max(d.norm(), knobs.cap * h);
                }
                visit(film_slot + p - first,
                      film_slot + joint.upper - sheet_.first[static_cast<std::size_t>(up)],
                      s * static_cast<double>(joint.length) / distance);
            }
        }
    }

    template <class V>
    void within(std::int64_t n, const V& visit) const {
        const auto patches = sheet_.in_cell(n);
        double direct = 0;
        int slot = film_slot;
        for (const SheetPatch& patch : patches) {
            const double d = distance(n, patch);
            const double h = knobs.eps * volume_.voxel.minCoeff();
            const double area = static_cast<double>(patch.area);
            if (has_film_ && film(n) > 0) {
                if (c_.pore > 0 && std::isfinite(c_.film_pore))
                    visit(pore_slot, slot, area / (c_.film_pore + std::max(d, h) / c_.pore));
                if (c_.solid > 0 && std::isfinite(c_.film_solid))
                    visit(solid_slot, slot, area / (c_.film_solid + std::max(-d, h) / c_.solid));
            } else if (c_.pore > 0 && c_.solid > 0 && std::isfinite(c_.pore_solid)) {
                const double k_max = std::max(c_.pore, c_.solid);
                double r = c_.pore_solid;
                if (knobs.link == 0) r += d * (1 / c_.pore - 1 / c_.solid);
                direct += area / std::max(r, h / k_max);
            }
            ++slot;
        }
        if (direct > 0) visit(pore_slot, solid_slot, direct);
    }

    template <class V>
    void end(Axis along, bool upper, std::int64_t n, const V& visit) const {
        const auto a = static_cast<std::size_t>(along);
        const double h = volume_.voxel[static_cast<int>(a)];
        const double factor = 2 * volume_.voxel.prod() / (h * h);
        const Shape& shape = volume_.shape();
        double open = 0;
        if (upper) {
            open = static_cast<double>(cells_.aperture[a][n]);
        } else {
            const std::int64_t stride = shape.stride(along);
            const std::int64_t m = n % stride + n / (stride * shape[along]) * stride;
            open = static_cast<double>(cells_.lower_end[a][m]);
        }
        visit(pore_slot, factor * c_.pore * open);
        visit(solid_slot, factor * c_.solid * (1 - open));
        if (!has_film_) return;
        int slot = film_slot;
        for (const SheetPatch& patch : sheet_.in_cell(n)) {
            const Eigen::Vector3f nn = patch.vector.normalized();
            const double distance = h / 2 * std::sqrt(std::max(knobs.cap * knobs.cap, 1.0 - static_cast<double>(nn[static_cast<int>(a)]) * static_cast<double>(nn[static_cast<int>(a)])));
            visit(slot++, film(n) * static_cast<double>(patch.trace[2 * a + (upper ? 1 : 0)]) / distance);
        }
    }

  private:
    double film(std::int64_t n) const {
        return c_.sheet_factor * static_cast<double>(volume_.film.sheet_conductance[n]);
    }
    double distance(std::int64_t n, const SheetPatch& patch) const {
        if (knobs.dist == 1) return static_cast<double>(volume_.distance[n]);
        return -static_cast<double>(patch.vector.normalized().dot(patch.centroid));
    }
    /// conductivity times open, of a face on one side; sign 1: pore
    double side(double k, double open, std::int64_t n, std::int64_t up, std::size_t a, int sign) const {
        if (k * open <= 0) return 0;
        if (knobs.shorten == 0) return k * open;
        const double dn = sign * static_cast<double>(volume_.distance[n]);
        const double du = sign * static_cast<double>(volume_.distance[up]);
        if ((dn > 0) == (du > 0)) return k * open;
        const double in = std::max(dn, du), out = std::max(-std::min(dn, du), 0.0);
        double theta = std::max(in / (in + out), knobs.cap);
        const double other = has_film_ ? std::numeric_limits<double>::infinity() : sign > 0 ? c_.solid : c_.pore;
        const double joint = has_film_ ? (sign > 0 ? c_.film_pore : c_.film_solid) : c_.pore_solid;
        if (!(joint == 0) || other <= k) return k * open;
        // resistance per area x k / h
        const double ratio = theta + (1 - theta) * k / other;
        double w = 1;
        const double ne = std::abs(dn - du) / volume_.voxel[static_cast<int>(a)];
        if (knobs.shorten == 2) w = std::min(1.0, ne * ne);
        if (knobs.shorten == 3) w = std::min(1.0, ne);
        if (knobs.shorten == 4) return k * open / (1 - w * 0 - std::min(1.0, ne * ne) * (1 - ratio));
        return k * open * (1 + w * (1 / ratio - 1));
    }

    const PhaseVolume& volume_;
    const CutCells& cells_;
    const CutSheet& sheet_;
    const SurfaceConductors& c_;
    bool has_film_;
};

} // namespace

ConductorNetwork surface_network(const PhaseVolume& volume, const CutCells& cells, const CutSheet& sheet,
                                 const SurfaceConductors& conductors, Axis axis, Ends ends) {
    std::array<bool, 3> periodic = volume.periodic;
    periodic[static_cast<std::size_t>(axis)] = ends == Ends::periodic;
    return transport::assemble(volume.shape(), axis, periodic, Parts(volume, cells, sheet, conductors));
}
}
