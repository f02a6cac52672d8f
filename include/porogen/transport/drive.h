#pragma once

namespace porogen {

/// What drives the current.
enum class Drive {
    /// Plates at both ends along the axis, at potential 1 (lower) and 0 (upper).
    fixed_potential,
    /// The same total current with the same density everywhere on the conducting part of both ends:
    /// dissipates at least as much, so the conductance is a lower bound of that between plates.
    fixed_current,
    /// The box repeats along the axis too, and the potential falls by 1 from one to the next.
    periodic,
};

} // namespace porogen
