#include "porogen/transport/electrode_network.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/transport/surface_network.h"
#include "transport/assemble.h"

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
          has_film_(structure.framework.has_film() && conductors.sheet_factor > 0) {
        for (int a = 0; a < 3; ++a) {
            geometric_factor_[static_cast<std::size_t>(a)] =
                voxel_.prod() / (voxel_[a] * voxel_[a]);
        }
    }

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
        const double factor = geometric_factor_[a];
        if (open > 0) {
            visit(pore_slot, pore_slot, factor * c_.ionic * open);
        }
        const double bare_open = static_cast<double>(s_.framework_cells.aperture[a][n]);
        if (bare_open < 1) {
            const double solid = joined_solid(n, up);
            if (solid > 0) {
                visit(solid_slot_of(n), solid_slot_of(up), factor * solid * (1 - bare_open));
            }
        }
        if (bare_open > open && holds_lithium(n) && holds_lithium(up)) {
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
        const auto open =
            static_cast<double>(s_.cells.aperture[static_cast<std::size_t>(along)][n]);
        if (upper && open > 0) { // the inlet's area
            visit(pore_slot, voxel_.x() * voxel_.y() * open);
        }
    }

  private:
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
        return is_collector(n) || s_.lithium[n] == 2
                   ? ground_slot
                   : first_metal_slot + (holds_lithium(n) ? 0 : patch);
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
        return c_.sheet_factor * static_cast<double>(s_.framework.film.sheet_conductance[n]);
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
    std::array<double, 3> geometric_factor_{}; ///< face area / distance of the cell centres [m]
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

/// Nodes of a task where the nodes themselves are worked on.
constexpr std::int64_t node_block = 1 << 15;

/// Which clusters of ohmic links reach the collector, and which the inlets. The number of a cluster
/// is that of its first node.
class Reach {
  public:
    explicit Reach(const ConductorNetwork& network)
        : first_(index(network.nodes())), reached_(first_.size(), 0) {
        join_all(network);
        for (std::int32_t n = 0; n < network.nodes(); ++n) {
            first_[index(n)] = first_[index(first_[index(n)])]; // that of a node before it
            if (network.carrier[index(n)] == ground_carrier) {
                reached_[index(first_[index(n)])] = 1;
            }
        }
        for (const ConductorNetwork::PlateLink& inlet : network.upper) {
            reached_[index(first_[index(inlet.node)])] = 1;
        }
    }
    [[nodiscard]] bool operator()(std::int32_t n) const { return reached_[index(cluster(n))] != 0; }
    [[nodiscard]] std::int32_t cluster(std::int32_t n) const { return first_[index(n)]; }

  private:
    using NodePair = std::pair<std::int32_t, std::int32_t>;

    /// Each block of nodes for itself, then the blocks with each other.
    void join_all(const ConductorNetwork& network) {
        constexpr std::int64_t most_blocks = 16;
        const std::int64_t block = std::max(node_block, network.nodes() / most_blocks + 1);
        std::vector<std::vector<NodePair>> across(index(network.nodes() / block + 1));
        parallel_blocks(network.nodes(), block, [&](std::int64_t begin, std::int64_t end) {
            for (auto n = static_cast<std::int32_t>(begin); n < end; ++n) {
                first_[index(n)] = n;
                for (std::int64_t e = network.first[index(n)]; e < network.first[index(n) + 1];
                     ++e) {
                    const std::int32_t m = network.neighbour[index(e)];
                    if (m < n && network.conductance[index(e)] > 0 && !is_reaction(network, n, m)) {
                        if (m < begin) {
                            across[index(begin / block)].emplace_back(m, n);
                        } else {
                            join(m, n);
                        }
                    }
                }
            }
        });
        for (const std::vector<NodePair>& pairs : across) {
            for (const auto& [m, n] : pairs) {
                join(m, n);
            }
        }
    }
    void join(std::int32_t m, std::int32_t n) {
        const std::int32_t a = root(m);
        const std::int32_t b = root(n);
        first_[index(std::max(a, b))] = std::min(a, b);
    }
    /// Halves the path on the way.
    std::int32_t root(std::int32_t n) {
        while (first_[index(n)] != n) {
            first_[index(n)] = first_[index(first_[index(n)])];
            n = first_[index(n)];
        }
        return n;
    }

    std::vector<std::int32_t>
        first_; ///< of each node's cluster; while they are joined, a way to it
    std::vector<std::uint8_t> reached_; ///< by cluster
};

/// Which nodes stay: all others are out of reach, or tied together as the collector.
enum class Fate : std::uint8_t { dropped, kept, collector };

/// Numbers of the nodes that are kept, -1 for all others.
std::vector<std::int32_t> numbers_of(const std::vector<Fate>& fate) {
    std::vector<std::int32_t> number(fate.size(), -1);
    std::int32_t next = 0;
    for (std::size_t n = 0; n < fate.size(); ++n) {
        number[n] = fate[n] == Fate::kept ? next++ : -1;
    }
    return number;
}

/// Where what is left of each block of nodes starts in the reduced network.
struct BlockStart {
    std::int64_t node = 0;
    std::int64_t link = 0;
    std::int64_t site = 0;
};

/// What is left of an assembled network. Links with the collector become ties to ground, reaction
/// links become sites.
class Reduction {
  public:
    Reduction(const ConductorNetwork& whole, const std::vector<Fate>& fate,
              const std::vector<std::int32_t>& number)
        : whole_(whole), fate_(fate), number_(number) {}

    ElectrodeNetwork build(const Grid<float>& distance) {
        find_starts();
        ConductorNetwork& network = electrode_.network;
        network.shape = whole_.shape;
        network.axis = whole_.axis;
        network.periodic = whole_.periodic;
        const BlockStart& size = starts_.back();
        network.cell.resize(index(size.node));
        network.carrier.resize(index(size.node));
        network.first.resize(index(size.node) + 1);
        network.first.back() = size.link;
        network.neighbour.resize(index(size.link));
        network.conductance.resize(index(size.link));
        electrode_.ground.assign(index(size.node), 0.0F);
        electrode_.sites.resize(index(size.site));
        parallel_blocks(whole_.nodes(), node_block, [&](std::int64_t begin, std::int64_t end) {
            BlockStart at = starts_[index(begin / node_block)];
            for (auto n = static_cast<std::int32_t>(begin); n < end; ++n) {
                if (fate_[index(n)] == Fate::kept) {
                    fill_row(n, distance, at);
                }
            }
        });
        parallel_blocks(size.site, node_block, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t s = begin; s < end; ++s) {
                ReactionSite& site = electrode_.sites[index(s)];
                if (site.electron != ReactionSite::at_collector) {
                    site.of_electron = entry_of(network, site.electron, site.pore);
                }
            }
        });
        return std::move(electrode_);
    }

  private:
    [[nodiscard]] bool is_site(std::int32_t n, std::int32_t m) const {
        return fate_[index(m)] != Fate::dropped && whole_.carrier[index(n)] == pore_carrier &&
               is_reaction(whole_, n, m);
    }

    void find_starts() {
        starts_.resize(index((whole_.nodes() + node_block - 1) / node_block) + 1);
        parallel_blocks(whole_.nodes(), node_block, [&](std::int64_t begin, std::int64_t end) {
            BlockStart count;
            for (auto n = static_cast<std::int32_t>(begin); n < end; ++n) {
                if (fate_[index(n)] != Fate::kept) {
                    continue;
                }
                ++count.node;
                for (std::int64_t e = whole_.first[index(n)]; e < whole_.first[index(n) + 1]; ++e) {
                    const std::int32_t m = whole_.neighbour[index(e)];
                    count.link += fate_[index(m)] == Fate::kept ? 1 : 0;
                    count.site += is_site(n, m) ? 1 : 0;
                }
            }
            starts_[index(begin / node_block) + 1] = count;
        });
        for (std::size_t b = 1; b < starts_.size(); ++b) {
            starts_[b].node += starts_[b - 1].node;
            starts_[b].link += starts_[b - 1].link;
            starts_[b].site += starts_[b - 1].site;
        }
    }

    void fill_row(std::int32_t n, const Grid<float>& distance, BlockStart& at) {
        ConductorNetwork& network = electrode_.network;
        const std::int64_t cell = whole_.cell[index(n)];
        network.cell[index(at.node)] = cell;
        network.carrier[index(at.node)] = whole_.carrier[index(n)];
        network.first[index(at.node)] = at.link;
        for (std::int64_t e = whole_.first[index(n)]; e < whole_.first[index(n) + 1]; ++e) {
            const std::int32_t m = whole_.neighbour[index(e)];
            const float g = whole_.conductance[index(e)];
            const bool reaction = is_reaction(whole_, n, m);
            const Fate other = fate_[index(m)];
            if (other == Fate::kept) {
                network.neighbour[index(at.link)] = number_[index(m)];
                network.conductance[index(at.link)] = reaction ? 0 : g;
                ++at.link;
            } else if (other == Fate::collector && !reaction) {
                electrode_.ground[index(at.node)] += g;
            }
            if (is_site(n, m)) {
                electrode_.sites[index(at.site)] = {
                    cell,
                    static_cast<std::int32_t>(at.node),
                    other == Fate::collector ? ReactionSite::at_collector : number_[index(m)],
                    g,
                    distance[cell],
                    at.link - 1,
                    -1};
                ++at.site;
            }
        }
        ++at.node;
    }

    const ConductorNetwork& whole_;
    const std::vector<Fate>& fate_;
    const std::vector<std::int32_t>& number_;
    std::vector<BlockStart> starts_;
    ElectrodeNetwork electrode_;
};

/// The upper ends of clusters of pores that hold a site; `depth`: from them to the cells' centres
/// [m].
void find_inlets(const ConductorNetwork& whole, const std::vector<std::int32_t>& number,
                 double depth, const Reach& reach, ElectrodeNetwork& electrode) {
    std::vector<std::uint8_t> has_site(electrode.network.cell.size(), 0);
    for (const ReactionSite& site : electrode.sites) {
        has_site[index(site.pore)] = 1;
    }
    std::vector<std::uint8_t> reacts(number.size(), 0); // by cluster
    for (std::int32_t n = 0; n < whole.nodes(); ++n) {
        if (number[index(n)] >= 0 && has_site[index(number[index(n)])] != 0) {
            reacts[index(reach.cluster(n))] = 1;
        }
    }
    for (const ConductorNetwork::PlateLink& inlet : whole.upper) {
        if (reacts[index(reach.cluster(inlet.node))] != 0) {
            electrode.inlets.push_back(
                {number[index(inlet.node)], static_cast<double>(inlet.conductance), depth});
        }
    }
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
                                   const PlatedConductors& conductors, Electrons electrons) {
    check(structure, conductors);
    std::array<bool, 3> periodic = structure.framework.periodic;
    periodic[static_cast<std::size_t>(Axis::z)] = false;
    const ConductorNetwork whole = transport::assemble(
        structure.framework.shape(), Axis::z, periodic, PlatedParts(structure, conductors));
    const Reach reach(whole);
    std::vector<Fate> fate(index(whole.nodes()), Fate::dropped);
    parallel_blocks(whole.nodes(), node_block, [&](std::int64_t begin, std::int64_t end) {
        for (auto n = static_cast<std::int32_t>(begin); n < end; ++n) {
            const std::uint8_t carrier = whole.carrier[index(n)];
            if (carrier == ground_carrier) {
                fate[index(n)] = Fate::collector;
            } else if (reach(n)) {
                fate[index(n)] = carrier == pore_carrier || electrons == Electrons::resolved
                                     ? Fate::kept
                                     : Fate::collector;
            }
        }
    });
    const std::vector<std::int32_t> number = numbers_of(fate);
    ElectrodeNetwork electrode = Reduction(whole, fate, number).build(structure.distance);
    find_inlets(whole, number, 0.5 * structure.framework.voxel.z(), reach, electrode);
    return electrode;
}

} // namespace porogen
