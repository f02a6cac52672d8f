#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "porogen/core/errors.h"
#include "porogen/core/parallel.h"
#include "porogen/transport/network.h"

namespace porogen::transport {

/// Puts a network together from what `parts` says about single cells and faces. Nodes are told apart
/// within a cell by their slot, 0..63:
///
///   std::uint8_t carrier(int slot) const;        does not descend with the slot
///   void face(Axis along, std::int64_t n, std::int64_t up, visit) const;
///       calls visit(slot in n, slot in up, g) for the links of cell n with its upper neighbour
///   void within(std::int64_t n, visit) const;    visit(slot, other slot, g)
///   void end(Axis along, bool upper, std::int64_t n, visit) const;
///       visit(slot, g) for the links with the plate at that end, half a cell away
///
/// All have to give the same whenever they are asked; what they give for one pair of nodes adds up.
/// Only slots with a link above zero become nodes, by cell, then slot. There are plates unless the network is periodic along `axis`. In a row
/// stand the links downwards (z, y, x), within the cell, upwards (x, y, z). On an axis of two cells
/// that wraps a pair has two links; on one of a single cell a node's link with itself is in `wraps`
/// alone.
template <class Parts>
ConductorNetwork assemble(const Shape& shape, Axis axis, std::array<bool, 3> periodic,
                          const Parts& parts);

namespace detail {

template <class Parts>
class Assembler {
  public:
    Assembler(const Shape& shape, Axis axis, std::array<bool, 3> periodic, const Parts& parts)
        : shape_(shape), parts_(parts), used_(static_cast<std::size_t>(shape.size()), 0),
          first_node_(used_.size() + 1, 0) {
        network_.shape = shape;
        network_.axis = axis;
        network_.periodic = periodic;
    }

    ConductorNetwork build() {
        find_nodes();
        fill_rows();
        fill_wraps();
        if (!network_.periodic[static_cast<std::size_t>(network_.axis)]) {
            fill_plate(false, network_.lower);
            fill_plate(true, network_.upper);
        }
        return std::move(network_);
    }

  private:
    struct Link {
        int slot = 0;
        std::int64_t cell = 0; ///< of the other node
        int other = 0;
        float conductance = 0;
    };

    /// Adds up what is given for the same pair of slots; pairs stay in the order they first come in.
    class Pairs {
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
                visit(pairs_[p].a, pairs_[p].b, static_cast<float>(pairs_[p].g));
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

    /// Calls visit(lower slot, upper slot, g) for the links across a face.
    template <class Visit>
    void face(Axis along, std::int64_t n, std::int64_t up, Pairs& pairs, const Visit& visit) const {
        parts_.face(along, n, up, [&](int lower, int upper, double g) { pairs.add(lower, upper, g); });
        pairs.flush(visit);
    }

    /// Upper or lower neighbour, -1 if there is none.
    [[nodiscard]] std::int64_t neighbour(std::int64_t n, Axis along, bool upper) const {
        const std::int64_t stride = shape_.stride(along);
        const std::int64_t last = shape_[along] - 1;
        const std::int64_t at = n / stride % shape_[along];
        if (upper ? at < last : at > 0) {
            return upper ? n + stride : n - stride;
        }
        if (!network_.periodic[static_cast<std::size_t>(along)]) {
            return -1;
        }
        return upper ? n - last * stride : n + last * stride;
    }

    /// Calls visit(link) for the links of the nodes of cell n, in the order of the rows. Those of a
    /// node with itself only where `with_own`.
    template <class Visit>
    void for_each_link(std::int64_t n, bool with_own, Pairs& pairs, const Visit& visit) const {
        const auto give = [&](int slot, std::int64_t cell, int other, float g) {
            if (g > 0 && (with_own || cell != n || slot != other)) {
                visit(Link{slot, cell, other, g});
            }
        };
        for (const Axis along : {Axis::z, Axis::y, Axis::x}) {
            const std::int64_t down = neighbour(n, along, false);
            if (down >= 0) {
                face(along, down, n, pairs, [&](int lower, int upper, float g) {
                    give(upper, down, lower, g);
                });
            }
        }
        parts_.within(n, [&](int a, int b, double g) { pairs.add(a, b, g); });
        pairs.flush([&](int a, int b, float g) {
            give(a, n, b, g);
            give(b, n, a, g);
        });
        for (const Axis along : all_axes) {
            const std::int64_t up = neighbour(n, along, true);
            if (up >= 0) {
                face(along, n, up, pairs, [&](int lower, int upper, float g) {
                    give(lower, up, upper, g);
                });
            }
        }
    }

    template <class Body>
    void for_each_cell(const Body& body) const {
        constexpr std::int64_t block = 8192; // cells
        parallel_blocks(shape_.size(), block, [&](std::int64_t begin, std::int64_t end) {
            Pairs pairs;
            for (std::int64_t n = begin; n < end; ++n) {
                body(n, pairs);
            }
        });
    }

    /// Calls visit(n) for the cells of the first or last layer along an axis, ascending.
    template <class Visit>
    void for_each_end_cell(Axis along, bool upper, const Visit& visit) const {
        const std::int64_t stride = shape_.stride(along);
        const std::int64_t layer = stride * shape_[along];
        const std::int64_t offset = upper ? layer - stride : 0;
        for (std::int64_t outer = 0; outer < shape_.size(); outer += layer) {
            for (std::int64_t inner = 0; inner < stride; ++inner) {
                visit(outer + offset + inner);
            }
        }
    }

    void find_nodes() {
        for_each_cell([&](std::int64_t n, Pairs& pairs) {
            std::uint64_t& used = used_[static_cast<std::size_t>(n)];
            for_each_link(n, true, pairs,
                          [&](const Link& link) { used |= std::uint64_t{1} << link.slot; });
        });
        if (!network_.periodic[static_cast<std::size_t>(network_.axis)]) {
            for (const bool upper : {false, true}) {
                for_each_end_cell(network_.axis, upper, [&](std::int64_t n) {
                    parts_.end(network_.axis, upper, n, [&](int slot, double g) {
                        if (static_cast<float>(g) > 0) {
                            used_[static_cast<std::size_t>(n)] |= std::uint64_t{1} << slot;
                        }
                    });
                });
            }
        }
        std::int64_t count = 0;
        for (std::size_t n = 0; n < used_.size(); ++n) {
            first_node_[n] = static_cast<std::int32_t>(count);
            count += std::popcount(used_[n]);
            if (count > std::numeric_limits<std::int32_t>::max()) {
                throw_bad_input("conductor network: more than 2147483647 nodes (they are numbered "
                                "in 32 bit); crop the volume or take larger voxels");
            }
        }
        first_node_.back() = static_cast<std::int32_t>(count);
        network_.cell.resize(static_cast<std::size_t>(count));
        network_.carrier.resize(static_cast<std::size_t>(count));
        for_each_cell([&](std::int64_t n, Pairs&) {
            auto node = static_cast<std::size_t>(first_node_[static_cast<std::size_t>(n)]);
            for (std::uint64_t left = used_[static_cast<std::size_t>(n)]; left != 0;
                 left &= left - 1) {
                network_.cell[node] = n;
                network_.carrier[node++] = parts_.carrier(std::countr_zero(left));
            }
        });
    }

    [[nodiscard]] std::int32_t node(std::int64_t n, int slot) const {
        const auto at = static_cast<std::size_t>(n);
        const std::uint64_t before = (std::uint64_t{1} << slot) - 1;
        return first_node_[at] + static_cast<std::int32_t>(std::popcount(used_[at] & before));
    }

    void fill_rows() {
        std::vector<std::int64_t>& first = network_.first;
        first.assign(network_.cell.size() + 1, 0);
        for_each_cell([&](std::int64_t n, Pairs& pairs) {
            for_each_link(n, false, pairs, [&](const Link& link) {
                ++first[static_cast<std::size_t>(node(n, link.slot)) + 1];
            });
        });
        for (std::size_t m = 1; m < first.size(); ++m) {
            first[m] += first[m - 1];
        }
        network_.neighbour.resize(static_cast<std::size_t>(first.back()));
        network_.conductance.resize(static_cast<std::size_t>(first.back()));
        for_each_cell([&](std::int64_t n, Pairs& pairs) {
            std::array<std::int64_t, 64> next{};
            const std::int32_t base = first_node_[static_cast<std::size_t>(n)];
            const std::int32_t end = first_node_[static_cast<std::size_t>(n) + 1];
            for (std::int32_t m = base; m < end; ++m) {
                next[static_cast<std::size_t>(m - base)] = first[static_cast<std::size_t>(m)];
            }
            for_each_link(n, false, pairs, [&](const Link& link) {
                const auto at = static_cast<std::size_t>(
                    next[static_cast<std::size_t>(node(n, link.slot) - base)]++);
                network_.neighbour[at] = node(link.cell, link.other);
                network_.conductance[at] = link.conductance;
            });
        });
    }

    void fill_wraps() {
        Pairs pairs;
        for (const Axis along : all_axes) {
            if (!network_.periodic[static_cast<std::size_t>(along)]) {
                continue;
            }
            for_each_end_cell(along, true, [&](std::int64_t n) {
                const std::int64_t up = neighbour(n, along, true);
                face(along, n, up, pairs, [&](int lower, int upper, float g) {
                    if (g > 0) {
                        network_.wraps.push_back({along, node(n, lower), node(up, upper), g});
                    }
                });
            });
        }
    }

    void fill_plate(bool upper, std::vector<ConductorNetwork::PlateLink>& plate) {
        for_each_end_cell(network_.axis, upper, [&](std::int64_t n) {
            parts_.end(network_.axis, upper, n, [&](int slot, double g) {
                if (static_cast<float>(g) > 0) {
                    plate.push_back({node(n, slot), static_cast<float>(g)});
                }
            });
        });
    }

    Shape shape_;
    const Parts& parts_;
    std::vector<std::uint64_t> used_; ///< slots of each cell that are nodes
    std::vector<std::int32_t> first_node_;
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
