#pragma once

#include "porogen/plating/porous_electrode.h"

namespace porogen::plating {

/// What a cell does whose drive is negative.
enum class Stripping {
    allowed,   ///< dissolves lithium, as the rate law says
    forbidden, ///< nothing: there may be no lithium to dissolve
};

/// distribute_current with the choice of what happens at a negative drive.
CurrentDistribution distribute(const DepthProfile& profile, const Kinetics& kinetics,
                               double current, Stripping stripping);

} // namespace porogen::plating
