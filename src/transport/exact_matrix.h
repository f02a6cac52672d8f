#pragma once

#include "porogen/core/grid.h"
#include "porogen/transport/network.h"
#include "transport/coarsen.h"

namespace porogen::transport {

/// What the conjugate gradients need of the matrix in double: products, with the differences of
/// neighbours taken before they are scaled. Vectors are 0 in cells left out, products too.
/// `level` is the finest one.

/// q = A p; returns p . q.
double multiply(const Level& level, const Grid<float>& p, Grid<double>& q);

/// r = b - A x, where b is the current that plates at potential 1 (lower) and 0 (upper) would drive
/// into cells at potential 0; returns r . r.
double residual(const Level& level, const Grid<double>& x, Grid<double>& r);

/// |b|^2
double source_norm2(const Level& level);

/// What flows through a network at potentials x.
struct Currents {
    /// Sum of g (potential difference)^2 [S], with the exact values of g where known.
    double power = 0;
    /// From the lower plate [S].
    double in = 0;
    /// Into the upper plate [S].
    double out = 0;
};
Currents currents(const ConductorNetwork& network, const Level& level, const Grid<double>& x);

} // namespace porogen::transport
