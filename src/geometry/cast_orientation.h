#pragma once

#include <vector>

#include "porogen/geometry/cast.h"
#include "relax.h"

namespace porogen {

/// Part of r by which a casting may miss it and be done, and beyond which it has failed.
inline constexpr double on_target = 0.05;
inline constexpr double off_target = 0.15;

/// Keeps the orientation of the host's flakes and discs at an asked r; does nothing where none is
/// asked, or there are none.
class Steering {
  public:
    /// `r`: March-Dollase parameter [1]; 0: any.
    Steering(double r, const Packing& packing);

    /// Strains the orientations towards the asked r, by the difference and what has added up of it.
    /// An even squeeze by 1 + s along z takes r to (1 + s)^(-2/3) r (March 1932).
    void steer(Relaxation& relaxation);

    /// Is r the asked one, within a part of it?
    [[nodiscard]] bool is_oriented(const std::vector<Body>& bodies, double tolerance) const;

  private:
    [[nodiscard]] double orientation(const std::vector<Body>& bodies) const;

    double asked_;
    std::vector<bool> platelets_; ///< which bodies have a normal that r speaks of
    bool active_;
    int sweeps_ = 0;
    double bias_ = 0;   ///< what holds against the lid and the contacts, per sweep [1]
    double strain_ = 0; ///< per sweep [1]
};

/// Fills in the orientation of the platelets, or else of the fibres.
void measure_orientation(const Packing& packing, CastReport& report);

/// An orientation that is asked for is a promise: what misses it, or keeps it only by pressing the
/// particles into each other, is refused. Throws Error(infeasible).
void require_orientation(const CastOptions& options, const CastReport& report);

} // namespace porogen
