#pragma once

#include <vector>

#include "transport/coarsen.h"

namespace porogen::transport {

/// One multigrid V-cycle as an approximate inverse of a network's matrix: symmetric positive
/// definite, in float. Keeps the hierarchy: about 25 bytes per cell.
class Multigrid {
  public:
    Multigrid(Level finest, int sweeps);

    /// The vector to apply the cycle to. Cells left out must be 0.
    [[nodiscard]] Grid<float>& rhs() { return levels_.front().rhs; }
    /// Runs the cycle and returns the result, 0 in cells left out.
    Grid<float>& apply();

    [[nodiscard]] const Level& finest() const { return levels_.front(); }
    [[nodiscard]] const std::vector<Level>& levels() const { return levels_; }

  private:
    void cycle(std::size_t level);

    std::vector<Level> levels_;
    int sweeps_;
};

} // namespace porogen::transport
