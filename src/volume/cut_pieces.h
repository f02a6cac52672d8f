#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/volume/phase_volume.h"
#include "volume/lattice_distance.h"
#include "volume/union_cut.h"

namespace porogen {

/// What has to be known of a slab of layers to cut its cells.
struct SlabPieces {
    std::int64_t first_layer = 0;
    std::int64_t last_layer = 0;     ///< one beyond
    std::vector<std::uint8_t> solid; ///< of each cell: a body fills it
    std::vector<std::int64_t>
        first; ///< of each cell, the first of its pieces; ends with their number
    std::vector<NodeValues> pieces; ///< of the bodies whose surfaces cross a cell, by cell

    /// The pieces of cell n of the slab; none if it is all solid or all pore.
    [[nodiscard]] std::span<const NodeValues> of(std::int64_t n) const {
        const auto at = static_cast<std::size_t>(n);
        return std::span(pieces).subspan(static_cast<std::size_t>(first[at]),
                                         static_cast<std::size_t>(first[at + 1] - first[at]));
    }
};

/// Makes the pieces that cut cells consist of: of the volume's bodies, or, without bodies, of its
/// distance as if of one body.
class PieceMaker {
  public:
    /// Precondition: volume.has_distance().
    explicit PieceMaker(const PhaseVolume& volume);

    /// Number of slabs; they depend on the shape alone.
    [[nodiscard]] std::int64_t slabs() const;
    /// Slab `s`, with all surfaces that a uniform move by up to `margin` [m] either way can bring
    /// into its cells.
    [[nodiscard]] SlabPieces slab(std::int64_t s, double margin) const;

  private:
    const PhaseVolume* volume_;
    LatticeDistance lattice_; ///< without bodies, else empty
};

} // namespace porogen
