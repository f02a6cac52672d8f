#pragma once

#include <array>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/core/vec.h"
#include "porogen/transport/image_network.h"
#include "transport/buffer.h"

namespace porogen::transport {

/// Where a node lies on its grid.
struct Place {
    std::int64_t i = 0;
    std::int64_t j = 0;
    std::int64_t k = 0;

    [[nodiscard]] std::int64_t operator[](Axis axis) const {
        return axis == Axis::x ? i : axis == Axis::y ? j : k;
    }
};

/// What a sweep has just computed.
struct Latest {
    std::int64_t node = -1;
    float value = 0;
};

/// How the conducting cells of an image are joined.
struct ImageCells {
    std::int64_t conducting = 0; ///< cells of conducting labels
    std::int64_t joining = 0;    ///< in clusters that join both ends: the nodes
    std::int64_t dead_end = 0;   ///< in clusters that reach one end only
    std::int64_t floating = 0;   ///< in clusters that reach neither end
};

/// The matrix of an image, compressed: nodes are the cells of conducting labels in clusters that
/// carry current (that join both ends, lead around the periodic box, or reach the upper end, as the
/// drive has it), numbered in the order of the grid. Rows
/// of the grid hold runs of such cells; the neighbours of a cell follow from the runs of the rows
/// beside it, the conductances from the labels. Nothing is stored for empty space, and of a node no
/// more than 9 bytes (one conductor) or 14 (several).
///
/// Conductances are in units of the largest bulk one, `scale` [S]. Row n of the matrix:
///   (A v)_n = sum over six faces g (v_n - v_neighbour) + plate v_n.
class ImageRows {
  public:
    explicit ImageRows(const ImageNetwork& network);

    [[nodiscard]] std::int64_t nodes() const { return nodes_; }
    [[nodiscard]] const Shape& shape() const { return shape_; }
    [[nodiscard]] const ImageCells& cells() const { return cells_; }
    [[nodiscard]] double scale() const { return scale_; }
    /// First node of plane k, for k up to the number of planes.
    [[nodiscard]] std::int64_t plane(std::int64_t k) const {
        return run_node_[static_cast<std::size_t>(
            row_run_[static_cast<std::size_t>(k * shape_.y)])];
    }

    /// Calls f(links) for the nodes of planes [begin, end), in their order or backwards. `links`
    /// knows its node, its place and its neighbours; see Links.
    template <class F>
    void forward(std::int64_t begin, std::int64_t end, const F& f) const;
    template <class F>
    void backward(std::int64_t begin, std::int64_t end, const F& f) const;

    /// The neighbour of a node across a face without a link is the node itself.
    static constexpr std::size_t faces = 6; ///< x-, x+, y-, y+, z-, z+
    /// Bits of a node's code beside those of its faces.
    static constexpr unsigned lower_end = 0x40;
    static constexpr unsigned upper_end = 0x80;

    template <bool several>
    struct Links {
        const ImageRows& a;
        std::int64_t n;
        std::array<std::int32_t, faces> m;
        Place at_cell;
        std::array<float, 3> g; ///< of the faces along each axis, for one conductor

        [[nodiscard]] Place place() const { return at_cell; }
        /// Sum over the links of g (v_m - v_n), without the plates.
        template <class T>
        [[nodiscard]] T inflow(const T* v) const {
            const T v_n = v[n];
            if constexpr (several) {
                const auto at = [&](std::size_t s) {
                    return a.template pair<T>(s / 2, n, m[s]) * (v[m[s]] - v_n);
                };
                return (at(0) + at(1)) + (at(2) + at(3)) + (at(4) + at(5));
            } else {
                const auto both = [&](std::size_t s) {
                    return (v[m[s]] - v_n) + (v[m[s + 1]] - v_n);
                };
                return face<T>(0) * both(0) + face<T>(1) * both(2) + face<T>(2) * both(4);
            }
        }
        /// The node's potential that its row asks for, given those of its neighbours. That of the
        /// neighbour before it in the sweep, which has just been computed, is handed over and
        /// enters last: the sweep can go no faster than from one to the next.
        [[nodiscard]] float relaxed(const float* b, const float* v, bool reversed,
                                    const Latest& latest) const {
            const float v_n = v[n];
            const std::size_t side = reversed ? 1 : 0;
            const float inverse = inverse_diagonal();
            const auto from = [&](std::size_t s) { return conductance(s) * (v[m[s]] - v_n); };
            const float others =
                ((from(2) + from(3)) + (from(4) + from(5))) + (from(1 - side) + b[n]);
            const float weight = inverse * conductance(side);
            const float own = v_n + (inverse * (others - plate<float>() * v_n) - weight * v_n);
            return own + weight * (m[side] == latest.node ? latest.value : v[m[side]]);
        }
        /// To the plates.
        template <class T>
        [[nodiscard]] T plate() const {
            const unsigned at = a.code_[static_cast<std::size_t>(n)] & a.plates_;
            return at == 0 ? T(0)
                           : static_cast<T>(end()) * static_cast<T>((at >> 6U & 1U) + (at >> 7U));
        }
        [[nodiscard]] bool at_lower() const {
            return (a.code_[static_cast<std::size_t>(n)] & lower_end) != 0;
        }
        [[nodiscard]] bool at_upper() const {
            return (a.code_[static_cast<std::size_t>(n)] & upper_end) != 0;
        }
        /// Conductance from the node to the end of the box, half a cell away.
        [[nodiscard]] double end() const {
            return a.end_[several ? a.rank_[static_cast<std::size_t>(n)] : 0];
        }
        [[nodiscard]] float inverse_diagonal() const {
            const auto at = static_cast<std::size_t>(n);
            return several ? a.inverse_[at] : a.inverse_of_code_[a.code_[at]];
        }
        /// Sum over the links of g (v_m - v_n)^2 / 2: half of each, the other half is its other
        /// node's.
        [[nodiscard]] double dissipation(const double* v) const {
            double sum = 0;
            for (std::size_t s = 0; s < faces; ++s) {
                const double drop = v[m[s]] - v[n];
                sum += exact_conductance(s) * drop * drop;
            }
            return 0.5 * sum;
        }
        /// Current to the next layer along an axis, 0 from the last one.
        [[nodiscard]] double flow_up(Axis axis, const double* v) const {
            const auto s = static_cast<std::size_t>(axis) * 2 + 1;
            return at_cell[axis] + 1 < a.shape_[axis] ? exact_conductance(s) * (v[n] - v[m[s]]) : 0;
        }
        template <class T>
        [[nodiscard]] T face(std::size_t axis) const {
            if constexpr (std::is_same_v<T, float>) {
                return g[axis];
            } else {
                return a.face_[axis];
            }
        }
        /// f(m, g) for the links within blocks of `factor` cells, 1 or 2 along each axis.
        template <class F>
        void each_in_block(const Place& place, const std::array<std::int64_t, 3>& factor,
                           const F& f) const {
            for (std::size_t axis = 0; axis < 3; ++axis) {
                const std::int64_t at = place[all_axes[axis]];
                const bool up = at % 2 == 0;
                if (factor[axis] == 1 || (up && at + 1 == a.shape_[all_axes[axis]])) {
                    continue;
                }
                const std::size_t s = 2 * axis + (up ? 1 : 0);
                if (m[s] != n) {
                    f(m[s], conductance(s));
                }
            }
        }
        /// f(m, g, axis) for every link.
        template <class F>
        void each(const F& f) const {
            for (std::size_t s = 0; s < faces; ++s) {
                if (m[s] != n) {
                    f(m[s], conductance(s), s / 2);
                }
            }
        }
        [[nodiscard]] float conductance(std::size_t s) const {
            return several ? a.template pair<float>(s / 2, n, m[s]) : g[s / 2];
        }
        [[nodiscard]] double exact_conductance(std::size_t s) const {
            return several ? a.template pair<double>(s / 2, n, m[s]) : a.face_[s / 2];
        }
    };

  private:
    void find_runs(const ImageNetwork& network);
    void keep_joining_runs(const ImageNetwork& network);
    void set_offsets();
    void set_tables(const ImageNetwork& network);
    void set_codes(const ImageNetwork& network);

    template <class T>
    [[nodiscard]] T pair(std::size_t axis, std::int64_t n, std::int64_t m) const {
        const std::size_t at = (axis * ranks_ + rank_[static_cast<std::size_t>(n)]) * ranks_ +
                               rank_[static_cast<std::size_t>(m)];
        if constexpr (std::is_same_v<T, float>) {
            return pair_float_[at];
        } else {
            return pair_[at];
        }
    }

    /// The four rows beside one, in the order y-, y+, z-, z+; -1 where there is none.
    [[nodiscard]] std::array<std::int64_t, 4> rows_beside(std::int64_t row) const;
    [[nodiscard]] std::int32_t first_node(std::int64_t row) const {
        return run_node_[static_cast<std::size_t>(row_run_[static_cast<std::size_t>(row)])];
    }
    template <bool several, bool reversed, class F>
    void visit(std::int64_t begin, std::int64_t end, const F& f) const;

    Shape shape_;
    std::array<bool, 3> periodic_{};
    std::int64_t nodes_ = 0;
    ImageCells cells_;
    double scale_ = 1;
    /// Which ends have a plate, as the bits of a code.
    unsigned plates_ = 0;

    std::vector<std::int32_t> row_run_;   ///< first run of each row (j, k), and one past the last
    std::vector<std::int32_t> run_begin_; ///< x of the first cell of each run
    std::vector<std::int32_t> run_node_;  ///< first node of each run, and one past the last

    /// Of each node's neighbours across y-, y+, z-, z+: how many nodes of its row come before it.
    static constexpr std::uint16_t none = 0xFFFF;
    Buffer<std::array<std::uint16_t, 4>> offset_;
    /// Of each node: bit s is set if face s has a link, bit 6 at the lower plate, 7 at the upper.
    Buffer<std::uint8_t> code_;
    std::array<double, 3> face_{};
    std::array<float, 3> face_float_{};
    std::array<float, 256> inverse_of_code_{};
    /// Several conductors: number of the node's, conductances between them along each axis.
    std::size_t ranks_ = 1;
    Buffer<std::uint8_t> rank_;
    std::vector<double> pair_;
    std::vector<float> pair_float_;
    std::vector<double> end_;
    Buffer<float> inverse_;
};

template <bool several, bool reversed, class F>
void ImageRows::visit(std::int64_t begin, std::int64_t end, const F& f) const {
    const std::int64_t rows = (end - begin) * shape_.y;
    const std::array<float, 3> g = face_float_; // here no store of a caller can change it
    for (std::int64_t r = 0; r < rows; ++r) {
        const std::int64_t row = begin * shape_.y + (reversed ? rows - 1 - r : r);
        const std::int32_t first_run = row_run_[static_cast<std::size_t>(row)];
        const std::int32_t last_run = row_run_[static_cast<std::size_t>(row + 1)];
        if (first_run == last_run) {
            continue;
        }
        const std::int64_t j = row % shape_.y;
        const std::int64_t k = row / shape_.y;
        std::array<std::int32_t, 4> base{};
        const std::array<std::int64_t, 4> beside = rows_beside(row);
        for (std::size_t side = 0; side < 4; ++side) {
            base[side] = beside[side] < 0 ? 0 : first_node(beside[side]);
        }
        const std::int32_t first = run_node_[static_cast<std::size_t>(first_run)];
        const std::int32_t last = run_node_[static_cast<std::size_t>(last_run)] - 1;
        // The row closes upon itself if both its end cells are nodes.
        const std::int32_t final_begin = run_begin_[static_cast<std::size_t>(last_run - 1)];
        const bool closes =
            periodic_[0] && shape_.x > 1 && run_begin_[static_cast<std::size_t>(first_run)] == 0 &&
            final_begin + (last + 1 - run_node_[static_cast<std::size_t>(last_run - 1)]) ==
                shape_.x;
        for (std::int32_t q = 0; q < last_run - first_run; ++q) {
            const auto run = static_cast<std::size_t>(reversed ? last_run - 1 - q : first_run + q);
            const std::int32_t run_first = run_node_[run];
            const std::int32_t run_last = run_node_[run + 1] - 1;
            for (std::int32_t t = 0; t <= run_last - run_first; ++t) {
                const std::int32_t n = reversed ? run_last - t : run_first + t;
                const std::int32_t left = n > run_first ? n - 1 : (closes && n == first ? last : n);
                const std::int32_t right = n < run_last ? n + 1 : (closes && n == last ? first : n);
                const auto& offset = offset_[static_cast<std::size_t>(n)];
                const auto across = [&](std::size_t side) {
                    return offset[side] == none ? n : base[side] + offset[side];
                };
                f(Links<several>{*this,
                                 n,
                                 {left, right, across(0), across(1), across(2), across(3)},
                                 {run_begin_[run] + (n - run_first), j, k},
                                 g});
            }
        }
    }
}

template <class F>
void ImageRows::forward(std::int64_t begin, std::int64_t end, const F& f) const {
    if (ranks_ > 1) {
        visit<true, false>(begin, end, f);
    } else {
        visit<false, false>(begin, end, f);
    }
}

template <class F>
void ImageRows::backward(std::int64_t begin, std::int64_t end, const F& f) const {
    if (ranks_ > 1) {
        visit<true, true>(begin, end, f);
    } else {
        visit<false, true>(begin, end, f);
    }
}

} // namespace porogen::transport
