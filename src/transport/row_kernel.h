#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "transport/stencil.h"

namespace porogen::transport {

/// A row of potentials and of its links along x, copied with one more entry at each end,
/// so that the kernels below run over whole rows without special first and last cells.
/// The copy costs nothing beside the memory traffic, and it frees the compiler to vectorise:
/// the row being written is not the one read.
class RowCopy {
  public:
    explicit RowCopy(std::int64_t cells)
        : potential_(static_cast<std::size_t>(cells + 2)),
          link_(static_cast<std::size_t>(cells + 1)) {}

    void load(const Stencil& a, std::int64_t first, const float* x) {
        const std::int64_t cells = a.shape.x;
        const float wrap = wrap_link(a, first);
        std::copy_n(x + first, cells, potential_.begin() + 1);
        potential_.front() = x[first + cells - 1];
        potential_.back() = x[first];
        std::copy_n(a.face[0] + first, cells - 1, link_.begin() + 1);
        link_.front() = wrap;
        link_.back() = wrap;
    }
    /// potential()[i + 1] is that of cell i.
    [[nodiscard]] const float* potential() const { return potential_.data(); }
    /// link()[i] joins the cells i - 1 and i.
    [[nodiscard]] const float* link() const { return link_.data(); }

  private:
    std::vector<float> potential_;
    std::vector<float> link_;
};

} // namespace porogen::transport
