#pragma once

namespace porogen {

/// What drives the current.
enum class Drive {
    /// Plates at both ends along the axis, at potential 1 (lower) and 0 (upper).
    fixed_potential,
    /// The same total current, spread over both ends in proportion to the conductivity there
    /// (evenly
    /// over one conductor). Dissipates at least as much as plates do: the conductance is a lower
    /// bound of theirs.
    fixed_current,
    /// The box repeats along the axis too, and the potential falls by 1 from one period to the
    /// next.
    periodic,
    /// An electrode: current enters with the same density everywhere on the conductor's walls and
    /// leaves through a plate at the upper end; the lower end is closed. The resistance is a third
    /// of
    /// that of a straight conductor of the same volume and as long as the box, or more.
    walls,
};

} // namespace porogen
