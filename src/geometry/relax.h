#pragma once

#include <vector>

#include "contact.h"
#include "neighbours.h"
#include "porogen/core/random.h"

namespace porogen {

/// How much bodies overlap.
struct OverlapState {
    double deepest = 0; ///< deepest contact / thickness of the thinner body [1]
    double energy = 0;  ///< of all contacts [m^2]
};

/// Bodies between a floor at z = 0 and a lid, periodic in x and y, and two ways to move them under
/// their contact forces (and the joints of fibres): downhill in energy, or coasting, shaken now and
/// then, as hard bodies in a shaker do. One sweep is evaluate() and then descend() or coast(). All
/// sums have a fixed order, so the path is the same for any number of threads.
class Relaxation {
  public:
    /// `slack`: depth that contacts are allowed before they push / thickness
    /// of the thinner body [1]. `jointed[n]`: body n hangs on body n - 1 by the ends of their
    /// cores, at the angle that they have now; empty: none does.
    Relaxation(std::vector<Body> bodies, const Box& box, double slack,
               std::vector<bool> jointed = {});

    /// The contacts now, and the forces for the next step. Throws Error(not_converged) where a
    /// place or a depth is no longer a number.
    OverlapState evaluate();
    /// One step of the fast inertial relaxation engine (FIRE; Bitzek et al.,
    /// Phys. Rev. Lett. 2006, 97, 170201).
    void descend();
    /// One step of plain dynamics.
    void coast();
    /// Draws all translational velocities anew, so that a contact at rest would be pressed in by
    /// about `amplitude` [m]. Nothing spins at first.
    void shake(RandomStream& random, double amplitude);
    /// Moves the lid and carries the bodies along evenly over the height, as the shrinking slurry
    /// would; flakes turn with that flow.
    void squeeze_to(double height);

    /// Shears the slurry by a small strain, as a blade that moves along x does: every body moves by
    /// strain x z and turns as its shape does in that flow.
    void shear(double strain);
    /// Moves every body by its own part of `height` along z.
    void sink(const std::vector<double>& parts, double height);
    /// Squeezes (> 0) or stretches the orientations of some bodies along z by a small strain, and
    /// leaves their places.
    void incline(const std::vector<bool>& which, double strain);

    [[nodiscard]] const std::vector<Body>& bodies() const { return bodies_; }
    [[nodiscard]] double height() const { return box_.size.z(); }

  private:
    /// Something of a body's centre and of its rotation; rotation vectors are
    /// multiplied by the body's arm.
    struct Motion {
        Vec3 shift{0, 0, 0};
        Vec3 turn{0, 0, 0};
    };
    struct Mass {
        double shift = 1;
        double turn = 1;
    };

    /// A joint of two links and the angle it wants to keep.
    struct Joint {
        bool exists = false;
        Vec3 rest{0, 0, 1}; ///< axis of the link, in the local frame of the one before
    };

    void check_places() const;
    void update_neighbours();
    void index_pairs();
    void evaluate_pairs();
    void evaluate_walls();
    void gather(std::size_t n);
    [[nodiscard]] ContactForce joint_force(std::size_t n) const;
    [[nodiscard]] bool are_jointed(const NeighbourPair& pair) const;
    [[nodiscard]] OverlapState overlap_state() const;
    void accelerate();
    void steer();
    void move();

    std::vector<Body> bodies_;
    Box box_;
    double slack_ = 0;
    double skin_ = 0; ///< of the neighbour list [m]

    std::vector<Joint> joints_; ///< between body n - 1 and body n
    std::vector<NeighbourPair> pairs_;
    std::vector<ContactForce> pair_forces_;
    std::vector<ContactForce> wall_forces_;
    std::vector<int> incident_start_; ///< where body n's part of incident_ begins
    std::vector<int> incident_;       ///< pair number x 2, plus 1 if the body is the pair's b
    std::vector<Vec3> listed_at_;     ///< centres when the list was made

    std::vector<Mass> mass_;
    std::vector<Motion> force_;
    std::vector<Motion> velocity_;
    double time_step_;
    double steering_;
    int downhill_ = 0; ///< steps since the energy last rose
};

} // namespace porogen
