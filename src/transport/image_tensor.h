#pragma once

#include <array>
#include <functional>

#include "porogen/core/vec.h"
#include "porogen/transport/solve.h"

namespace porogen::transport {

/// The potentials in double, NaN in cells that carry no current.
Grid<double> solve_precisely(const ImageNetwork& network, const SolveOptions& options,
                             Progress& progress, SolveReport& report);

/// Of a box that repeats along all axes: power of the fields that fall by 1 along a and b,
/// conductance(a, b) = sum over links of g dv_a dv_b [S]. Symmetric by construction, its error is
/// the square of that of the potentials.
struct ImageTensor {
    Mat3 conductance = Mat3::Zero();
    std::array<SolveReport, 3> report{};
};

/// `next` is called after each of the three solutions.
ImageTensor image_tensor(const PhaseVolume& volume, const std::array<double, 256>& conductivity,
                         const SolveOptions& options, Progress& progress,
                         const std::function<void()>& next);

} // namespace porogen::transport
