#include "porogen/volume/topology.h"

#include <algorithm>
#include <array>
#include <vector>

#include "porogen/core/parallel.h"
#include "volume/phase_components.h"

namespace porogen {

namespace {

/// What a cube of 2 x 2 x 2 cells adds to the Euler characteristic of its members: the one at its
/// lowest corner, less the pairs, plus the squares, less the cube that start from there. Bit
/// 4 x + 2 z + y of the index tells whether cell (x, y, z) is a member.
std::array<std::int8_t, 256> euler_table() {
    // Cells, pairs, squares and the cube, as sets of bits.
    constexpr std::array<std::pair<unsigned, int>, 8> parts{{{0x01, 1},
                                                             {0x03, -1},
                                                             {0x05, -1},
                                                             {0x11, -1},
                                                             {0x0F, 1},
                                                             {0x33, 1},
                                                             {0x55, 1},
                                                             {0xFF, -1}}};
    std::array<std::int8_t, 256> table{};
    for (unsigned members = 0; members < 256; ++members) {
        int sum = 0;
        for (const auto& [cells, sign] : parts) {
            sum += (members & cells) == cells ? sign : 0;
        }
        table[members] = static_cast<std::int8_t>(sum);
    }
    return table;
}

/// Which of the four cells (i, j..j+1, k..k+1) are pores, and which are solid, for each i of a row.
struct Columns {
    std::vector<unsigned> pore;
    std::vector<unsigned> solid;
};

void find_columns(const PhaseVolume& volume, std::int64_t j, std::int64_t k, Columns& columns) {
    const Shape& shape = volume.shape();
    std::fill(columns.pore.begin(), columns.pore.end(), 0U);
    std::fill(columns.solid.begin(), columns.solid.end(), 0U);
    for (unsigned bit = 0; bit < 4; ++bit) {
        std::int64_t y = j + (bit & 1);
        std::int64_t z = k + (bit >> 1);
        if ((y == shape.y && !volume.periodic[1]) || (z == shape.z && !volume.periodic[2])) {
            continue; // beyond the end there is neither
        }
        y %= shape.y;
        z %= shape.z;
        const std::uint8_t* const labels = volume.labels.data() + shape.index(0, y, z);
        for (std::int64_t i = 0; i < shape.x; ++i) {
            const unsigned pore = labels[i] == pore_label ? 1 : 0;
            columns.pore[static_cast<std::size_t>(i)] |= pore << bit;
            columns.solid[static_cast<std::size_t>(i)] |= (1 - pore) << bit;
        }
    }
    const bool wraps = volume.periodic[0];
    columns.pore.back() = wraps ? columns.pore.front() : 0;
    columns.solid.back() = wraps ? columns.solid.front() : 0;
}

double euler_of_row(const std::vector<unsigned>& columns,
                    const std::array<std::int8_t, 256>& table) {
    int sum = 0;
    for (std::size_t i = 0; i + 1 < columns.size(); ++i) {
        sum += table[columns[i] | columns[i + 1] << 4];
    }
    return sum;
}

/// Euler characteristics of the pores and of the solid.
struct Euler {
    double pore = 0;
    double solid = 0;
};

Euler euler_characteristics(const PhaseVolume& volume) {
    const Shape& shape = volume.shape();
    const std::array<std::int8_t, 256> table = euler_table();
    std::vector<Euler> layers(static_cast<std::size_t>(shape.z));
    parallel_blocks(shape.z, 4, [&](std::int64_t begin, std::int64_t end) {
        const auto length = static_cast<std::size_t>(shape.x) + 1; // the first comes again
        Columns columns{std::vector<unsigned>(length), std::vector<unsigned>(length)};
        for (std::int64_t k = begin; k < end; ++k) {
            Euler& layer = layers[static_cast<std::size_t>(k)];
            for (std::int64_t j = 0; j < shape.y; ++j) {
                find_columns(volume, j, k, columns);
                layer.pore += euler_of_row(columns.pore, table);
                layer.solid += euler_of_row(columns.solid, table);
            }
        }
    });
    Euler sum;
    for (const Euler& layer : layers) {
        sum.pore += layer.pore;
        sum.solid += layer.solid;
    }
    return sum;
}

bool joins_sides(const Components& components, Axis axis) {
    const std::vector<std::uint8_t> ends = touches_ends(components, axis);
    return std::find(ends.begin(), ends.end(), std::uint8_t{3}) != ends.end();
}

SpaceTopology join(const PhaseVolume& volume, const CutCells& cells, Space space) {
    SpaceTopology result;
    const Components components = phase_components(volume, cells, space, volume.periodic);
    // Rounding must not cost a component that fills just its one cell.
    constexpr double least = 1 - 1e-6;
    for (const double cells_filled : component_volumes(volume, cells, components, space)) {
        result.components += cells_filled >= least ? 1 : 0;
    }
    for (const Axis axis : all_axes) {
        const auto a = static_cast<std::size_t>(axis);
        std::array<bool, 3> periodic = volume.periodic;
        periodic[a] = false;
        result.percolates[a] =
            periodic == volume.periodic
                ? joins_sides(components, axis)
                : joins_sides(phase_components(volume, cells, space, periodic), axis);
    }
    return result;
}

} // namespace

Topology measure_topology(const PhaseVolume& volume, const CutCells& cells) {
    Topology result;
    if (volume.labels.empty()) {
        return result;
    }
    result.pore = join(volume, cells, Space::pore);
    result.solid = join(volume, cells, Space::solid);
    const Euler euler = euler_characteristics(volume);
    result.pore.euler = euler.pore / volume.size().prod();
    result.solid.euler = euler.solid / volume.size().prod();
    return result;
}

} // namespace porogen
