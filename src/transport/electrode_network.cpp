#include "porogen/transport/electrode_network.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "porogen/core/errors.h"
#include "porogen/transport/surface_network.h"
#include "transport/assemble.h"
#include "transport/winding_sets.h"

namespace porogen {

namespace {

constexpr int pore_slot = 0;
constexpr int solid_slot = 1;
constexpr int first_metal_slot = 2;
constexpr int ground_slot = 63;
constexpr std::uint8_t ground_carrier = 3;
constexpr std::ptrdiff_t max_patches = ground_slot - first_metal_slot;

/// Steps of the grid along the sheet count as at least this part of a voxel: the sheet is normal to
/// the step.
constexpr double least_step = 0.05;

class PlatedParts {
  public:
    PlatedParts(const PlatedStructure& structure, const PlatedConductors& conductors)
        : s_(structure), c_(conductors), voxel_(structure.framework.voxel),
          has_film_(structure.framework.has_film() && conductors.sheet_factor > 0) {}

    [[nodiscard]] std::uint8_t carrier(int slot) const {
        return slot == pore_slot     ? pore_carrier
               : slot == solid_slot  ? solid_carrier
               : slot == ground_slot ? ground_carrier
                                     : film_carrier;
    }

    template <class Visit>
    void face(Axis along, std::int64_t n, std::int64_t up, const Visit& visit) const {
        const auto a = static_cast<std::size_t>(along);
        const double open = static_cast<double>(s_.cells.aperture[a][n]);
        const double factor = geometric_factor(along);
        if (open > 0) {
            visit(pore_slot, pore_slot, factor * c_.ionic * open);
        }
        const double bare_open = static_cast<double>(s_.framework_cells.aperture[a][n]);
        const double solid = joined_solid(n, up);
        if (solid > 0 && bare_open < 1) {
            visit(solid_slot_of(n), solid_slot_of(up), factor * solid * (1 - bare_open));
        }
        if (holds_lithium(n) && holds_lithium(up) && bare_open > open) {
            visit(metal_slot(n, 0), metal_slot(up, 0), factor * c_.lithium * (bare_open - open));
        }
        if (has_film_ && film(n) > 0 && film(up) > 0) {
            film_face(along, n, up, visit);
        }
    }

    template <class Visit>
    void within(std::int64_t n, const Visit& visit) const {
        const auto patches = film_patches(n);
        const bool metal = !patches.empty() || holds_lithium(n);
        if (metal) {
            join_with_solid(n, patches, visit);
        }
        const double area = static_cast<double>(s_.cells.interface_area[n]);
        if (!(area > 0)) {
            return;
        }
        // Conductances of reaction sites are not known yet; their areas keep the places.
        if (holds_lithium(n)) {
            visit(pore_slot, metal_slot(n, 0), area);
        } else if (!patches.empty()) {
            double whole = 0;
            for (const SheetPatch& patch : patches) {
                whole += static_cast<double>(patch.area);
            }
            for (std::size_t p = 0; p < patches.size() && whole > 0; ++p) {
                visit(pore_slot, metal_slot(n, static_cast<int>(p)),
                      area * static_cast<double>(patches[p].area) / whole);
            }
        } else {
            visit(pore_slot, solid_slot_of(n), area);
        }
    }

    template <class Visit>
    void end(Axis along, bool upper, std::int64_t n, const Visit& visit) const {
        const auto open = static_cast<double>(s_.cells.aperture[static_cast<std::size_t>(along)][n]);
        if (upper && open > 0) { // the inlet's area
            visit(pore_slot, voxel_.x() * voxel_.y() * open);
        }
    }

  private:
    [[nodiscard]] double geometric_factor(Axis along) const {
        const double step = voxel_[static_cast<int>(along)];
        return voxel_.prod() / (step * step);
    }
    [[nodiscard]] bool holds_lithium(std::int64_t n) const { return s_.lithium[n] != 0; }
    [[nodiscard]] bool is_collector(std::int64_t n) const {
        return std::isinf(s_.solid_conductivity[n]);
    }
    /// Slot of the solid's electrons: the collector's own cells are at ground.
    [[nodiscard]] int solid_slot_of(std::int64_t n) const {
        return is_collector(n) ? ground_slot : solid_slot;
    }
    /// Of film patch number `patch` of a cell, or of the lithium, which shorts all film there.
    [[nodiscard]] int metal_slot(std::int64_t n, int patch) const {
        return is_collector(n) ? ground_slot : first_metal_slot + (holds_lithium(n) ? 0 : patch);
    }
    /// Conductivity between two solids: in series, half a cell each [S/m].
    [[nodiscard]] double joined_solid(std::int64_t n, std::int64_t up) const {
        const auto a = static_cast<double>(s_.solid_conductivity[n]);
        const auto b = static_cast<double>(s_.solid_conductivity[up]);
        if (!(a > 0 && b > 0) || (std::isinf(a) && std::isinf(b))) {
            return 0;
        }
        return 2 / (1 / a + 1 / b);
    }
    [[nodiscard]] double film(std::int64_t n) const {
        return c_.sheet_factor *
               static_cast<double>(s_.framework.film.sheet_conductance[n]);
    }
    [[nodiscard]] std::span<const SheetPatch> film_patches(std::int64_t n) const {
        return has_film_ && film(n) > 0 ? s_.framework_sheet.in_cell(n)
                                        : std::span<const SheetPatch>{};
    }
    [[nodiscard]] double step_in_sheet(Axis along, const Vec3f& vector) const {
        const auto cosine = static_cast<double>(vector.normalized()[static_cast<int>(along)]);
        return voxel_[static_cast<int>(along)] *
               std::sqrt(std::max(least_step * least_step, 1 - cosine * cosine));
    }

    template <class Visit>
    void film_face(Axis along, std::int64_t n, std::int64_t up, const Visit& visit) const {
        const CutSheet& sheet = s_.framework_sheet;
        const double g = std::sqrt(film(n) * film(up));
        const std::int32_t first = sheet.first[static_cast<std::size_t>(n)];
        const std::int32_t first_up = sheet.first[static_cast<std::size_t>(up)];
        for (std::int32_t p = first; p < sheet.first[static_cast<std::size_t>(n) + 1]; ++p) {
            for (const SheetJoint& joint : sheet.joints(p)) {
                if (joint.axis != along) {
                    continue;
                }
                const Vec3f vector = sheet.patch[static_cast<std::size_t>(p)].vector +
                                     sheet.patch[static_cast<std::size_t>(joint.upper)].vector;
                const int a = metal_slot(n, p - first);
                const int b = metal_slot(up, joint.upper - first_up);
                visit(a, b, g * static_cast<double>(joint.length) / step_in_sheet(along, vector));
            }
        }
    }

    /// Film and lithium on the solid of their cell, through the contact and the way to the solid's
    /// node.
    template <class Visit>
    void join_with_solid(std::int64_t n, std::span<const SheetPatch> patches,
                         const Visit& visit) const {
        const auto k = static_cast<double>(s_.solid_conductivity[n]);
        const auto area = static_cast<double>(s_.framework_cells.interface_area[n]);
        if (!(k > 0 && area > 0) || is_collector(n)) {
            return;
        }
        const auto depth = std::abs(static_cast<double>(s_.framework.distance[n]));
        const double resistance = c_.solid_metal + (depth + 0.25 * voxel_.minCoeff()) / k;
        if (patches.empty() || holds_lithium(n)) {
            visit(solid_slot, metal_slot(n, 0), area / resistance);
            return;
        }
        for (std::size_t p = 0; p < patches.size(); ++p) {
            visit(solid_slot, metal_slot(n, static_cast<int>(p)),
                  static_cast<double>(patches[p].area) / resistance);
        }
    }

    const PlatedStructure& s_;
    const PlatedConductors& c_;
    Vec3 voxel_;
    bool has_film_;
};

std::size_t index(std::int64_t n) {
    return static_cast<std::size_t>(n);
}

bool is_reaction(const ConductorNetwork& network, std::int32_t n, std::int32_t m) {
    return (network.carrier[index(n)] == pore_carrier) !=
           (network.carrier[index(m)] == pore_carrier);
}

std::int64_t entry_of(const ConductorNetwork& network, std::int32_t n, std::int32_t m) {
    for (std::int64_t e = network.first[index(n)]; e < network.first[index(n) + 1]; ++e) {
        if (network.neighbour[index(e)] == m) {
            return e;
        }
    }
    return -1;
}

/// Which clusters of ohmic links reach the collector, and which the inlets.
class Reach {
  public:
    explicit Reach(const ConductorNetwork& network)
        : sets_(index(network.nodes())), reached_(index(network.nodes()), 0) {
        for (std::int32_t n = 0; n < network.nodes(); ++n) {
            for (std::int64_t e = network.first[index(n)]; e < network.first[index(n) + 1]; ++e) {
                const std::int32_t m = network.neighbour[index(e)];
                if (m < n && network.conductance[index(e)] > 0 && !is_reaction(network, n, m)) {
                    sets_.join(n, m);
                }
            }
        }
        for (std::int32_t n = 0; n < network.nodes(); ++n) {
            if (network.carrier[index(n)] == ground_carrier) {
                mark(n);
            }
        }
        for (const ConductorNetwork::PlateLink& inlet : network.upper) {
            mark(inlet.node);
        }
    }
    [[nodiscard]] bool operator()(std::int32_t n) { return reached_[index(sets_.root(n))] != 0; }
    [[nodiscard]] std::int32_t cluster(std::int32_t n) { return sets_.root(n); }

  private:
    void mark(std::int32_t n) { reached_[index(sets_.root(n))] = 1; }

    transport::WindingSets sets_;
    std::vector<std::uint8_t> reached_;
};

void find_sites(const PlatedStructure& structure, ElectrodeNetwork& electrode, Reach& reach) {
    ConductorNetwork& network = electrode.network;
    for (std::int32_t n = 0; n < network.nodes(); ++n) {
        if (network.carrier[index(n)] != pore_carrier) {
            continue;
        }
        for (std::int64_t e = network.first[index(n)]; e < network.first[index(n) + 1]; ++e) {
            const std::int32_t m = network.neighbour[index(e)];
            if (!is_reaction(network, n, m)) {
                continue;
            }
            const float area = network.conductance[index(e)];
            electrode.open_area += static_cast<double>(area);
            if (reach(n) && reach(m)) {
                const bool collector = network.carrier[index(m)] == ground_carrier;
                const std::int64_t cell = network.cell[index(n)];
                electrode.sites.push_back({cell, n, collector ? ReactionSite::at_collector : m,
                                           area, structure.distance[cell], e,
                                           entry_of(network, m, n)});
            }
        }
    }
}

/// Links with the collector's nodes become ties to ground; those of reaction sites carry nothing.
void tie_to_ground(ElectrodeNetwork& electrode) {
    ConductorNetwork& network = electrode.network;
    electrode.ground.assign(index(network.nodes()), 0.0F);
    for (std::int32_t n = 0; n < network.nodes(); ++n) {
        const bool collector = network.carrier[index(n)] == ground_carrier;
        for (std::int64_t e = network.first[index(n)]; e < network.first[index(n) + 1]; ++e) {
            const std::int32_t m = network.neighbour[index(e)];
            float& g = network.conductance[index(e)];
            const bool other = network.carrier[index(m)] == ground_carrier;
            if (is_reaction(network, n, m)) {
                g = 0;
            } else if (collector || other) {
                electrode.ground[index(n)] += collector ? 0 : g;
                g = 0;
            }
        }
    }
}

void find_inlets(ElectrodeNetwork& electrode, double depth, Reach& reach) {
    std::vector<std::uint8_t> reacts(index(electrode.network.nodes()), 0);
    for (const ReactionSite& site : electrode.sites) {
        reacts[index(reach.cluster(site.pore))] = 1;
    }
    for (const ConductorNetwork::PlateLink& inlet : electrode.network.upper) {
        if (reacts[index(reach.cluster(inlet.node))] != 0) {
            electrode.inlets.push_back({inlet.node, static_cast<double>(inlet.conductance), depth});
        }
    }
    electrode.network.upper.clear();
    electrode.network.lower.clear();
}

void check(const PlatedStructure& s, const PlatedConductors& c) {
    const Shape& shape = s.framework.shape();
    if (!s.framework.has_distance() || s.distance.shape() != shape ||
        s.cells.solid_fraction.shape() != shape ||
        s.framework_cells.solid_fraction.shape() != shape || s.lithium.shape() != shape ||
        s.solid_conductivity.shape() != shape) {
        throw_bad_input("electrode network: the grids differ in shape, or the framework has no "
                        "distance (its surface decides where ions meet electrons); give all of "
                        "one shape");
    }
    if (!(c.ionic > 0 && std::isfinite(c.ionic)) || !(c.sheet_factor >= 0) ||
        !(c.lithium > 0 && std::isfinite(c.lithium)) ||
        !(c.solid_metal >= 0 && std::isfinite(c.solid_metal))) {
        throw_bad_input("electrode network: conductivities must be positive and resistances not "
                        "negative, all finite; correct them");
    }
    for (std::int64_t n = 0; s.framework.has_film() && n < shape.size(); ++n) {
        if (std::ssize(s.framework_sheet.in_cell(n)) > max_patches) {
            throw_bad_input("electrode network: more than 61 pieces of surface in one cell (the "
                            "structure is finer than the voxels); take smaller voxels");
        }
    }
}

} // namespace

ElectrodeNetwork electrode_network(const PlatedStructure& structure,
                                   const PlatedConductors& conductors) {
    check(structure, conductors);
    std::array<bool, 3> periodic = structure.framework.periodic;
    periodic[static_cast<std::size_t>(Axis::z)] = false;
    ElectrodeNetwork electrode;
    electrode.network = transport::assemble(structure.framework.shape(), Axis::z, periodic,
                                            PlatedParts(structure, conductors));
    Reach reach(electrode.network);
    find_sites(structure, electrode, reach);
    find_inlets(electrode, 0.5 * structure.framework.voxel.z(), reach);
    electrode.reached.resize(index(electrode.network.nodes()));
    for (std::int32_t n = 0; n < electrode.network.nodes(); ++n) {
        electrode.reached[index(n)] = reach(n) ? 1 : 0;
    }
    tie_to_ground(electrode);
    return electrode;
}

ElectrodeNetwork with_grounded_electrons(const ElectrodeNetwork& electrode) {
    const ConductorNetwork& whole = electrode.network;
    ElectrodeNetwork pores;
    pores.open_area = electrode.open_area;
    ConductorNetwork& network = pores.network;
    network.shape = whole.shape;
    network.axis = whole.axis;
    network.periodic = whole.periodic;
    std::vector<std::int32_t> number(index(whole.nodes()), -1);
    for (std::int32_t n = 0; n < whole.nodes(); ++n) {
        if (whole.carrier[index(n)] == pore_carrier) {
            number[index(n)] = static_cast<std::int32_t>(network.nodes());
            network.cell.push_back(whole.cell[index(n)]);
            pores.reached.push_back(electrode.reached[index(n)]);
        }
    }
    network.carrier.assign(network.cell.size(), pore_carrier);
    network.first.reserve(network.cell.size() + 1);
    network.first.push_back(0);
    for (std::int32_t n = 0; n < whole.nodes(); ++n) {
        if (number[index(n)] < 0) {
            continue;
        }
        for (std::int64_t e = whole.first[index(n)]; e < whole.first[index(n) + 1]; ++e) {
            const std::int32_t m = number[index(whole.neighbour[index(e)])];
            if (m >= 0) {
                network.neighbour.push_back(m);
                network.conductance.push_back(whole.conductance[index(e)]);
            }
        }
        network.first.push_back(static_cast<std::int64_t>(network.neighbour.size()));
    }
    pores.ground.assign(network.cell.size(), 0.0F);
    for (ReactionSite site : electrode.sites) {
        site.pore = number[index(site.pore)];
        site.electron = ReactionSite::at_collector;
        pores.sites.push_back(site);
    }
    for (const ElectrodeNetwork::Inlet& inlet : electrode.inlets) {
        pores.inlets.push_back({number[index(inlet.node)], inlet.area, inlet.depth});
    }
    return pores;
}

} // namespace porogen
