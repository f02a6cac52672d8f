#pragma once

#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "porogen/core/grid.h"
#include "transport/buffer.h"
#include "transport/image_rows.h"

namespace porogen::transport {

/// A matrix stored row by row, nodes sorted by their cell. Row n:
///   (A v)_n = sum over links g (v_n - v_neighbour) + plate v_n.
/// A view: who makes it keeps the arrays.
class GraphRows {
  public:
    Shape grid;
    std::span<const std::int64_t> cell;
    std::span<const std::int64_t> first;
    std::span<const std::int32_t> neighbour;
    std::span<const float> conductance;
    std::span<const float> plates; ///< sum of the conductances to the plates, of each node
    /// 0 for nodes without any link.
    std::span<const float> inverse_diagonal;
    std::span<const std::int64_t> plane_first; ///< first node of each plane, and one past the last

    [[nodiscard]] std::int64_t nodes() const { return static_cast<std::int64_t>(cell.size()); }
    [[nodiscard]] const Shape& shape() const { return grid; }
    [[nodiscard]] std::int64_t plane(std::int64_t k) const {
        return plane_first[static_cast<std::size_t>(k)];
    }

    static constexpr std::size_t within_cell = 3;
    /// Axis along which two cells are neighbours, around the box included.
    [[nodiscard]] std::size_t axis_between(std::int64_t cell_a, std::int64_t cell_b) const {
        if (cell_a == cell_b) {
            return within_cell;
        }
        const std::int64_t apart = std::abs(cell_a - cell_b);
        return apart < grid.x ? 0 : apart < grid.x * grid.y ? 1 : 2;
    }
    /// Of a node's cell along an axis.
    [[nodiscard]] std::int64_t layer(std::int64_t n, Axis axis) const {
        return cell[static_cast<std::size_t>(n)] / grid.stride(axis) % grid[axis];
    }

    struct Links {
        const GraphRows& a;
        std::int64_t n;

        template <class T>
        [[nodiscard]] T inflow(const T* v) const {
            const T v_n = v[n];
            const auto from = [&](std::size_t e) {
                return static_cast<T>(a.conductance[e]) * (v[a.neighbour[e]] - v_n);
            };
            T even = 0; // two sums, because one alone would wait for itself
            T odd = 0;
            std::size_t e = begin();
            const std::size_t last = end();
            for (; e + 1 < last; e += 2) {
                even += from(e);
                odd += from(e + 1);
            }
            return e < last ? (even + odd) + from(e) : even + odd;
        }
        [[nodiscard]] float relaxed(const float* b, const float* v, bool, const Latest&) const {
            return v[n] + inverse_diagonal() * (b[n] + inflow(v) - plate<float>() * v[n]);
        }
        template <class T>
        [[nodiscard]] T plate() const {
            return static_cast<T>(a.plates[at()]);
        }
        [[nodiscard]] float inverse_diagonal() const { return a.inverse_diagonal[at()]; }
        [[nodiscard]] double dissipation(const double* v) const {
            double sum = 0;
            for (auto e = begin(); e < end(); ++e) {
                const double drop = v[a.neighbour[e]] - v[n];
                sum += static_cast<double>(a.conductance[e]) * drop * drop;
            }
            return 0.5 * sum;
        }
        [[nodiscard]] double flow_up(Axis axis, const double* v) const {
            const std::int64_t layer = a.layer(n, axis);
            double sum = 0;
            for (auto e = begin(); e < end(); ++e) {
                if (a.layer(a.neighbour[e], axis) == layer + 1) {
                    sum += static_cast<double>(a.conductance[e]) * (v[n] - v[a.neighbour[e]]);
                }
            }
            return sum;
        }
        /// f(m, g) for the links within blocks of `factor` cells, 1 or 2 along each axis.
        template <class F>
        void each_in_block(const Place& place, const std::array<std::int64_t, 3>& factor,
                           const F& f) const {
            const std::int64_t own = a.cell[this->at()];
            for (auto e = begin(); e < end(); ++e) {
                const std::int32_t m = a.neighbour[e];
                const std::int64_t other = a.cell[static_cast<std::size_t>(m)];
                const std::size_t axis = a.axis_between(own, other);
                const bool joined =
                    axis == within_cell ||
                    (factor[axis] == 2 && std::abs(other - own) == a.grid.stride(Axis(axis)) &&
                     (place[all_axes[axis]] % 2 == 0) == (other > own));
                if (joined) {
                    f(m, a.conductance[e]);
                }
            }
        }
        /// f(m, g, axis) for every link; the axis is `within_cell` for those of one cell.
        template <class F>
        void each(const F& f) const {
            const std::int64_t own = a.cell[at()];
            for (auto e = begin(); e < end(); ++e) {
                const std::int32_t m = a.neighbour[e];
                f(m, a.conductance[e], a.axis_between(own, a.cell[static_cast<std::size_t>(m)]));
            }
        }
        [[nodiscard]] Place place() const {
            const std::int64_t c = a.cell[at()];
            return {c % a.grid.x, c / a.grid.x % a.grid.y, c / (a.grid.x * a.grid.y)};
        }

      private:
        [[nodiscard]] std::size_t at() const { return static_cast<std::size_t>(n); }
        [[nodiscard]] std::size_t begin() const { return static_cast<std::size_t>(a.first[at()]); }
        [[nodiscard]] std::size_t end() const {
            return static_cast<std::size_t>(a.first[at() + 1]);
        }
    };

    template <class F>
    void forward(std::int64_t begin, std::int64_t end, const F& f) const {
        for (std::int64_t n = plane(begin); n < plane(end); ++n) {
            f(Links{*this, n});
        }
    }
    template <class F>
    void backward(std::int64_t begin, std::int64_t end, const F& f) const {
        for (std::int64_t n = plane(end) - 1; n >= plane(begin); --n) {
            f(Links{*this, n});
        }
    }
};

/// The arrays behind a GraphRows, of coarse levels.
struct Graph {
    Shape shape;
    Buffer<std::int64_t> cell;
    Buffer<std::int64_t> first;
    Buffer<std::int32_t> neighbour;
    Buffer<float> conductance;
    Buffer<float> plates;
    Buffer<float> inverse_diagonal;
    std::vector<std::int64_t> plane_first;

    [[nodiscard]] GraphRows rows() const {
        return {shape, cell, first, neighbour, conductance, plates, inverse_diagonal, plane_first};
    }
};

/// 1 / (sum of a row's links and plates), and where each plane starts, read off the other arrays.
void finish(Graph& graph);
void inverse_diagonals(std::span<const std::int64_t> first, std::span<const float> conductance,
                       std::span<const float> plates, Buffer<float>& inverse);
std::vector<std::int64_t> plane_starts(const Shape& shape, std::span<const std::int64_t> cell);

} // namespace porogen::transport
