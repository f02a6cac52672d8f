#pragma once

#include <array>
#include <cstdint>

#include "porogen/core/grid.h"
#include "porogen/core/parallel.h"
#include "porogen/volume/redistance.h"

namespace porogen {

namespace line_sweeps {

/// Runs along one line of rows (or cells) of a pass, forwards and back: `visit(from, to)` tells
/// whether anything changed. On a periodic line the run goes on beyond the end for as long as it
/// changes anything.
template <class Visit>
void along_line(std::int64_t count, bool periodic, const Visit& visit) {
    for (std::int64_t n = 1; n < count; ++n) {
        visit(n - 1, n);
    }
    for (std::int64_t n = 0; periodic && n < count; ++n) {
        if (!visit(n == 0 ? count - 1 : n - 1, n)) {
            break;
        }
    }
    for (std::int64_t n = count - 1; n > 0; --n) {
        visit(n, n - 1);
    }
    for (std::int64_t n = count - 1; periodic && n >= 0; --n) {
        if (!visit(n == count - 1 ? 0 : n + 1, n)) {
            break;
        }
    }
}

} // namespace line_sweeps

/// Spreads the sources already set in `near` over the grid: every cell takes over the source of a
/// neighbour along an axis if that is nearer, axis after axis, twice. Lines of a pass are
/// independent and each is run through in order, so the result does not depend on the number of
/// threads. Nearly exact, as the cells nearest to one source hang together (Danielsson, Comput.
/// Graph. Image Process. 1980, 14, 227). `square_of(i, j, k, source)`: squared distance from the
/// centre of a cell; sources farther than that of `limit` are not taken.
template <class SquareOf>
void spread_sources(NearestSource& near, std::array<bool, 3> periodic, float limit,
                    const SquareOf& square_of) {
    const Shape shape = near.source.shape();
    const auto take = [&](std::int64_t from, std::int64_t to, std::int64_t i, std::int64_t j,
                          std::int64_t k) {
        const std::int32_t source = near.source[from];
        if (source < 0 || source == near.source[to]) {
            return false;
        }
        const float square = square_of(i, j, k, source);
        if (!(square < near.square[to]) || !(square <= limit)) {
            return false;
        }
        near.source[to] = source;
        near.square[to] = square;
        return true;
    };
    for (int round = 0; round < 2; ++round) {
        parallel_blocks(shape.y * shape.z, 64, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t row = begin; row < end; ++row) {
                const std::int64_t first = row * shape.x;
                line_sweeps::along_line(
                    shape.x, periodic[0], [&](std::int64_t from, std::int64_t to) {
                        return take(first + from, first + to, to, row % shape.y, row / shape.y);
                    });
            }
        });
        const auto take_row = [&](std::int64_t from, std::int64_t to, std::int64_t j,
                                  std::int64_t k) {
            bool changed = false;
            for (std::int64_t i = 0; i < shape.x; ++i) {
                changed |= take(from + i, to + i, i, j, k);
            }
            return changed;
        };
        parallel_blocks(shape.z, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t k = begin; k < end; ++k) {
                line_sweeps::along_line(
                    shape.y, periodic[1], [&](std::int64_t from, std::int64_t to) {
                        return take_row(shape.index(0, from, k), shape.index(0, to, k), to, k);
                    });
            }
        });
        parallel_blocks(shape.y, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t j = begin; j < end; ++j) {
                line_sweeps::along_line(
                    shape.z, periodic[2], [&](std::int64_t from, std::int64_t to) {
                        return take_row(shape.index(0, j, from), shape.index(0, j, to), j, to);
                    });
            }
        });
    }
}

} // namespace porogen
