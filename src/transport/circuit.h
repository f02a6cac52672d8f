#pragma once

#include <cstdint>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/transport/solve.h"
#include "transport/conjugate_gradients.h"

namespace porogen::transport {

/// How a network is driven: what feeds it beside its matrix. Conductances in units of the matrix.
struct Circuit {
    Axis axis = Axis::z;
    Drive drive = Drive::fixed_potential;

    struct End {
        std::int32_t node = 0;
        double conductance = 0;
    };
    /// Half a cell each; sorted by node.
    std::vector<End> lower;
    std::vector<End> upper;

    /// The links around the box along the axis; the potential falls by 1 across the box, so the
    /// current is g (v_last - v_first + 1).
    struct Wrap {
        std::int32_t last = 0;
        std::int32_t first = 0;
        double conductance = 0;
    };
    std::vector<Wrap> wraps;

    /// Area of the wall at each node, sorted by node, in any unit; for Drive::walls.
    struct Wall {
        std::int32_t node = 0;
        double area = 0;
    };
    std::vector<Wall> walls;
};

/// The current is given, not the potential.
inline bool has_given_current(Drive drive) {
    return drive == Drive::fixed_current || drive == Drive::walls;
}

/// The right side b of the network's equations, sorted by node.
std::vector<Source> sources(const Circuit& circuit);

/// Solves and fills in the report, all but what concerns nodes left out and the time. `x` is where
/// to start from and becomes the potentials. Conductances of the report are in units of the matrix.
template <class Rows>
void solve_circuit(const Rows& matrix, const Circuit& circuit, const SolveOptions& options,
                   Progress& progress, Buffer<double>& x, SolveReport& report);

} // namespace porogen::transport
