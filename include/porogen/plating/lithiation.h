#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "porogen/core/grid.h"
#include "porogen/core/vec.h"

namespace porogen {

/// The front of lithiation in a host that conducts electrons only where it holds lithium: it starts
/// where electrons reach the host from outside and runs at one speed, by the shortest way through
/// host (geodesic distance, by fast marching). Two cells are joined where both hold host and share
/// a face: gaps below about a voxel are not seen. The front has a clock of its own, which stands
/// still while no lithium is supplied.
///
/// Holds 17 bytes per cell, and about 40 per cell at the front. Copying it is the way to try
/// something out. Deterministic, serial.
class LithiationFront {
  public:
    /// `host`: part of each cell that is host [1], 0 where there is none. `voxel`: edges of a cell
    /// [m]. `speed`: of the front, at most D_chem / thickness of a particle [m/s].
    LithiationFront(const Grid<float>& host, const Vec3& voxel, std::array<bool, 3> periodic,
                    double speed);

    /// From now on electrons reach the host of this cell from outside (film, collector, lithium).
    /// The front enters through the face of the cell; host that fills it to a part only is taken
    /// as a layer on its far side. Harmless where repeated, and where there is no host.
    void supply(std::int64_t cell);

    struct Advance {
        double volume = 0; ///< host lithiated [m^3]
        double time = 0;   ///< that the front ran [s]
    };
    /// Runs for at most `time` [s], and stops once `volume` [m^3] more host is lithiated (either
    /// may be infinite). Where the volume is met it is returned as it was asked for; what the
    /// rounding of the clock leaves over (rate x time() x 1e-16) the next run makes good.
    Advance advance(double time, double volume);

    /// Host that would be lithiated by running for `time` [s] [m^3]. Works on a copy.
    [[nodiscard]] double reachable(double time) const;

    /// Lithiated part of the host of each cell, 0 to 1, partial at the front. Its sum over
    /// host x voxel is lithiated_volume() but for the rounding of one value.
    [[nodiscard]] const Grid<float>& lithiated() const { return lithiated_; }

    /// Host lithiated so far [m^3].
    [[nodiscard]] double lithiated_volume() const;

    /// What the front's clock shows: the time that it ran [s].
    [[nodiscard]] double time() const { return now_; }

  private:
    struct Arrival {
        double time; ///< of the front at the centre of the cell [s]
        std::int64_t cell;
    };
    struct Passage {
        double end; ///< the front leaves the cell [s]
        double begin;
        std::int64_t cell;
    };
    using Place = std::array<std::int64_t, 3>;

    [[nodiscard]] Place place_of(std::int64_t cell) const;
    [[nodiscard]] std::int64_t cell_at(Place place) const;
    [[nodiscard]] double marched(const Place& place) const;
    [[nodiscard]] double lithiated_cells() const;
    [[nodiscard]] double rate() const;
    [[nodiscard]] double part_of(const Passage& passage) const;
    [[nodiscard]] double rate_of(const Passage& passage) const;
    void propose(std::int64_t cell, double time);
    void drop_stale_arrivals();
    double enter_next();
    void spread_across_faces(std::int64_t cell);
    void spread_across_edges(std::int64_t cell);
    double leave_next();
    void write_front();

    std::shared_ptr<const Grid<float>> host_;
    Vec3 voxel_;
    std::array<bool, 3> periodic_;
    double speed_;
    double half_passage_; ///< time from entering a cell to its centre [s]
    double now_ = 0;
    double passed_ = 0;    ///< host that the front has left behind, in cells
    double delivered_ = 0; ///< host that advance() returned so far, in cells
    Grid<float> lithiated_;
    Grid<double> arrival_;          ///< best known, infinite where the front is far
    Grid<std::uint8_t> entered_;    ///< the front has entered; its arrival is final
    std::vector<Arrival> arrivals_; ///< heap, earliest first; worse ones of a cell are stale
    std::vector<Passage> passages_; ///< heap of the cells at the front, the first to end first
};

/// Electronic conductivity of LLTO whose sites are filled to a part y (0 to 1), between that of the
/// pristine and that of the lithiated material, on a logarithmic scale: most of the way is gone
/// with the first tenth [S/m].
double llto_electronic_conductivity(double pristine, double lithiated, double y);

} // namespace porogen
