#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/transport/network.h"

namespace porogen::transport {

/// Puts a network together from what `parts` says about single cells and faces. Nodes are told
/// apart within a cell by their slot, 0..63:
///
///   std::uint8_t carrier(int slot) const;        does not descend with the slot
///   void face(Axis along, std::int64_t n, std::int64_t up, visit) const;
///       calls visit(slot in n, slot in up, g) for the links of cell n with its upper neighbour
///   void within(std::int64_t n, visit) const;    visit(slot, other slot, g)
///   void end(Axis along, bool upper, std::int64_t n, visit) const;
///       visit(slot, g) for the links with the plate at that end, half a cell away
///
/// What they give for one pair of nodes adds up; the ends are asked twice, and have to give the
/// same. Only slots with a link above zero become nodes, by cell, then slot. There are plates
/// unless the network is periodic along `axis`. In a row stand the links downwards (z, y, x),
/// within the cell, upwards (x, y, z). On an axis of two cells that wraps a pair has two links; on
/// one of a single cell a node's link with itself is in `wraps` alone.
template <class Parts>
ConductorNetwork assemble(const Shape& shape, Axis axis, std::array<bool, 3> periodic,
                          const Parts& parts);

namespace detail {

/// Adds up what is given for the same pair of slots; pairs stay in the order they first come in.
class SlotPairs {
  public:
    void add(int a, int b, double g) {
        if (!(g > 0)) {
            return;
        }
        for (std::size_t p = 0; p < count_; ++p) {
            if (pairs_[p].a == a && pairs_[p].b == b) {
                pairs_[p].g += g;
                return;
            }
        }
        if (count_ == pairs_.size()) {
            pairs_.emplace_back();
        }
        pairs_[count_++] = {a, b, g};
    }
    /// Calls visit(a, b, g) for the pairs, and forgets them.
    template <class Visit>
    void flush(const Visit& visit) {
        for (std::size_t p = 0; p < count_; ++p) {
            const auto g = static_cast<float>(pairs_[p].g);
            if (g > 0) {
                visit(pairs_[p].a, pairs_[p].b, g);
            }
        }
        count_ = 0;
    }

  private:
    struct Pair {
        int a = 0;
        int b = 0;
        double g = 0;
    };
    std::size_t count_ = 0;
    std::vector<Pair> pairs_;
};

template <class Parts>
class Assembler {
  public:
    Assembler(const Shape& shape, Axis axis, std::array<bool, 3> periodic, const Parts& parts)
        : shape_(shape), has_plates_(!periodic[static_cast<std::size_t>(axis)]), parts_(parts),
          used_(static_cast<std::size_t>(shape.size()), 0), first_node_(used_.size(), 0),
          of_cell_(used_.size()),
          pairs_(static_cast<std::size_t>((shape.size() + block - 1) / block)) {
        network_.shape = shape;
        network_.axis = axis;
        network_.periodic = periodic;
    }

    ConductorNetwork build() {
        ask_parts();
        find_nodes();
        fill_rows();
        fill_wraps();
        if (has_plates_) {
            fill_plate(false, network_.lower);
            fill_plate(true, network_.upper);
        }
        return std::move(network_);
    }

  private:
    static constexpr std::int64_t block = 8192; ///< cells of a task

    struct Cell {
        std::int64_t n = 0;
        std::array<std::int64_t, 3> at{};
    };
    struct Link {
        int slot = 0;
        std::int64_t cell = 0; ///< of the other node
        int other = 0;
        float conductance = 0;
    };

    /// Two slots that are linked: of a cell and its upper neighbour, or within a cell.
    struct Pair {
        std::uint8_t lower = 0;
        std::uint8_t upper = 0;
        float conductance = 0;
    };
    /// Where the pairs of a cell are within those of its block: those of its upper faces along x, y
    /// and z, then those within it.
    struct CellPairs {
        std::uint32_t first = 0;
        std::array<std::uint16_t, 4> count{};
    };
    static constexpr std::size_t inside = 3;

    /// Calls body(cell) for the cells [begin, end).
    template <class Body>
    void for_cells(std::int64_t begin, std::int64_t end, const Body& body) const {
        Cell cell{begin,
                  {begin % shape_.x, begin / shape_.x % shape_.y, begin / (shape_.x * shape_.y)}};
        for (; cell.n < end; ++cell.n) {
            body(cell);
            if (++cell.at[0] == shape_.x) {
                cell.at[0] = 0;
                if (++cell.at[1] == shape_.y) {
                    cell.at[1] = 0;
                    ++cell.at[2];
                }
            }
        }
    }

    /// Calls visit(cell) for the cells of the first or last layer along an axis, ascending.
    template <class Visit>
    void for_end_cells(Axis along, bool upper, const Visit& visit) const {
        const std::int64_t stride = shape_.stride(along);
        const std::int64_t layer = stride * shape_[along];
        const std::int64_t offset = upper ? layer - stride : 0;
        for (std::int64_t outer = 0; outer < shape_.size(); outer += layer) {
            for (std::int64_t inner = 0; inner < stride; ++inner) {
                visit(outer + offset + inner);
            }
        }
    }

    /// Upper or lower neighbour, -1 if there is none.
    [[nodiscard]] std::int64_t neighbour(const Cell& cell, Axis along, bool upper) const {
        const std::int64_t stride = shape_.stride(along);
        const std::int64_t last = shape_[along] - 1;
        const std::int64_t at = cell.at[static_cast<std::size_t>(along)];
        if (upper ? at < last : at > 0) {
            return upper ? cell.n + stride : cell.n - stride;
        }
        const std::int64_t around = upper ? cell.n - last * stride : cell.n + last * stride;
        return network_.periodic[static_cast<std::size_t>(along)] ? around : -1;
    }

    /// Calls visit(lower slot, upper slot, g) for the links across a face.
    template <class Visit>
    void for_face(Axis along, std::int64_t n, std::int64_t up, SlotPairs& pairs,
                  const Visit& visit) const {
        parts_.face(along, n, up,
                    [&](int lower, int upper, double g) { pairs.add(lower, upper, g); });
        pairs.flush(visit);
    }

    /// Asks the parts once for each face and cell: what they say takes longer than to read it
    /// again.
    void ask_parts() {
        parallel_blocks(shape_.size(), block, [&](std::int64_t begin, std::int64_t end) {
            std::vector<Pair>& of_block = pairs_[static_cast<std::size_t>(begin / block)];
            of_block.reserve(static_cast<std::size_t>(3 * (end - begin)));
            SlotPairs pairs;
            for_cells(begin, end, [&](const Cell& cell) {
                CellPairs& own = of_cell_[static_cast<std::size_t>(cell.n)];
                own.first = static_cast<std::uint32_t>(of_block.size());
                std::size_t place = 0;
                const auto keep = [&](int lower, int upper, float g) {
                    of_block.push_back(
                        {static_cast<std::uint8_t>(lower), static_cast<std::uint8_t>(upper), g});
                    ++own.count[place];
                };
                for (const Axis along : all_axes) {
                    place = static_cast<std::size_t>(along);
                    const std::int64_t up = neighbour(cell, along, true);
                    if (up >= 0) {
                        for_face(along, cell.n, up, pairs, keep);
                    }
                }
                place = inside;
                parts_.within(cell.n, [&](int a, int b, double g) { pairs.add(a, b, g); });
                pairs.flush(keep);
            });
        });
    }

    /// The pairs of a cell across its upper face along an axis, or within it.
    [[nodiscard]] std::span<const Pair> pairs_of(std::int64_t n, std::size_t place) const {
        const CellPairs& own = of_cell_[static_cast<std::size_t>(n)];
        std::size_t first = own.first;
        for (std::size_t before = 0; before < place; ++before) {
            first += own.count[before];
        }
        return {pairs_[static_cast<std::size_t>(n / block)].data() + first, own.count[place]};
    }

    /// Calls visit(link) for the links of the nodes of a cell, those of a node with itself
    /// included, in the order of the rows.
    template <class Visit>
    void for_links(const Cell& cell, const Visit& visit) const {
        for (const Axis along : {Axis::z, Axis::y, Axis::x}) {
            const std::int64_t down = neighbour(cell, along, false);
            if (down >= 0) {
                for (const Pair& pair : pairs_of(down, static_cast<std::size_t>(along))) {
                    visit(Link{pair.upper, down, pair.lower, pair.conductance});
                }
            }
        }
        for (const Pair& pair : pairs_of(cell.n, inside)) {
            visit(Link{pair.lower, cell.n, pair.upper, pair.conductance});
            visit(Link{pair.upper, cell.n, pair.lower, pair.conductance});
        }
        for (const Axis along : all_axes) {
            const std::int64_t up = neighbour(cell, along, true);
            if (up >= 0) {
                for (const Pair& pair : pairs_of(cell.n, static_cast<std::size_t>(along))) {
                    visit(Link{pair.lower, up, pair.upper, pair.conductance});
                }
            }
        }
    }

    /// Of the slots of a set: nearly always none or one, which takes no call.
    static int count(std::uint64_t slots) {
        return (slots & (slots - 1)) != 0 ? std::popcount(slots) : slots != 0 ? 1 : 0;
    }
    static bool is_own(const Cell& cell, const Link& link) {
        return link.cell == cell.n && link.other == link.slot;
    }

    /// Which slots are nodes, and how many links each has.
    void find_nodes() {
        const std::int64_t blocks = (shape_.size() + block - 1) / block;
        std::vector<std::vector<std::uint16_t>> degrees(static_cast<std::size_t>(blocks));
        parallel_blocks(shape_.size(), block, [&](std::int64_t begin, std::int64_t end) {
            std::vector<std::uint16_t>& of_block = degrees[static_cast<std::size_t>(begin / block)];
            of_block.reserve(static_cast<std::size_t>(end - begin));
            std::array<std::uint16_t, 64> degree{};
            for_cells(begin, end, [&](const Cell& cell) {
                std::uint64_t used = 0;
                for_links(cell, [&](const Link& link) {
                    used |= std::uint64_t{1} << link.slot;
                    if (!is_own(cell, link)) {
                        ++degree[static_cast<std::size_t>(link.slot)];
                    }
                });
                const std::int64_t at = cell.at[static_cast<std::size_t>(network_.axis)];
                for (const bool upper : {false, true}) {
                    if (has_plates_ && at == (upper ? shape_[network_.axis] - 1 : 0)) {
                        parts_.end(network_.axis, upper, cell.n, [&](int slot, double g) {
                            used |= std::uint64_t{static_cast<float>(g) > 0} << slot;
                        });
                    }
                }
                used_[static_cast<std::size_t>(cell.n)] = used;
                for (std::uint64_t left = used; left != 0; left &= left - 1) {
                    std::uint16_t& of_slot =
                        degree[static_cast<std::size_t>(std::countr_zero(left))];
                    of_block.push_back(of_slot);
                    of_slot = 0;
                }
            });
        });
        std::int64_t nodes = 0;
        for (std::size_t n = 0; n < used_.size(); ++n) {
            first_node_[n] = static_cast<std::int32_t>(nodes);
            nodes += count(used_[n]);
            if (nodes > std::numeric_limits<std::int32_t>::max()) {
                throw_bad_input("conductor network: more than 2147483647 nodes (they are numbered "
                                "in 32 bit); crop the volume or take larger voxels");
            }
        }
        network_.first.reserve(static_cast<std::size_t>(nodes) + 1);
        network_.first.push_back(0);
        for (const std::vector<std::uint16_t>& of_block : degrees) {
            for (const std::uint16_t degree : of_block) {
                network_.first.push_back(network_.first.back() + degree);
            }
        }
    }

    [[nodiscard]] std::int32_t node(std::int64_t n, int slot) const {
        const auto at = static_cast<std::size_t>(n);
        const std::uint64_t before = used_[at] & ((std::uint64_t{1} << slot) - 1);
        return first_node_[at] + count(before);
    }

    void fill_rows() {
        network_.cell.resize(network_.first.size() - 1);
        network_.carrier.resize(network_.cell.size());
        network_.neighbour.resize(static_cast<std::size_t>(network_.first.back()));
        network_.conductance.resize(network_.neighbour.size());
        parallel_blocks(shape_.size(), block, [&](std::int64_t begin, std::int64_t end) {
            for_cells(begin, end, [&](const Cell& cell) {
                const std::uint64_t used = used_[static_cast<std::size_t>(cell.n)];
                std::array<std::int64_t, 64> next; // entry of each slot's row
                auto m = static_cast<std::size_t>(first_node_[static_cast<std::size_t>(cell.n)]);
                for (std::uint64_t left = used; left != 0; left &= left - 1, ++m) {
                    const int slot = std::countr_zero(left);
                    network_.cell[m] = cell.n;
                    network_.carrier[m] = parts_.carrier(slot);
                    next[static_cast<std::size_t>(slot)] = network_.first[m];
                }
                if (used == 0) {
                    return;
                }
                for_links(cell, [&](const Link& link) {
                    if (!is_own(cell, link)) {
                        const auto at =
                            static_cast<std::size_t>(next[static_cast<std::size_t>(link.slot)]++);
                        network_.neighbour[at] = node(link.cell, link.other);
                        network_.conductance[at] = link.conductance;
                    }
                });
            });
        });
    }

    void fill_wraps() {
        for (const Axis along : all_axes) {
            if (!network_.periodic[static_cast<std::size_t>(along)]) {
                continue;
            }
            for_end_cells(along, true, [&](std::int64_t n) {
                const std::int64_t up = n - (shape_[along] - 1) * shape_.stride(along);
                for (const Pair& pair : pairs_of(n, static_cast<std::size_t>(along))) {
                    network_.wraps.push_back(
                        {along, node(n, pair.lower), node(up, pair.upper), pair.conductance});
                }
            });
        }
    }

    void fill_plate(bool upper, std::vector<ConductorNetwork::PlateLink>& plate) {
        for_end_cells(network_.axis, upper, [&](std::int64_t n) {
            parts_.end(network_.axis, upper, n, [&](int slot, double g) {
                if (static_cast<float>(g) > 0) {
                    plate.push_back({node(n, slot), static_cast<float>(g)});
                }
            });
        });
    }

    Shape shape_;
    bool has_plates_;
    const Parts& parts_;
    std::vector<std::uint64_t> used_; ///< slots of each cell that are nodes
    std::vector<std::int32_t> first_node_;
    std::vector<CellPairs> of_cell_;
    std::vector<std::vector<Pair>> pairs_; ///< of each block of cells
    ConductorNetwork network_;
};

} // namespace detail

template <class Parts>
ConductorNetwork assemble(const Shape& shape, Axis axis, std::array<bool, 3> periodic,
                          const Parts& parts) {
    if (shape.size() <= 0) {
        throw_bad_input("conductor network: the volume has no cells (nothing to conduct); give it "
                        "some");
    }
    return detail::Assembler<Parts>(shape, axis, periodic, parts).build();
}

} // namespace porogen::transport
