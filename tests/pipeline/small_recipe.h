#pragma once

#include <string>

namespace porogen::test {

/// An electrode of a dozen flakes: everything the big one has, in a second.
inline const std::string small_recipe = R"(
seed = 3
[domain]
size_x = "10 um"
size_y = "10 um"
thickness = "12 um"
voxel = "0.5 um"
[flakes]
diameter = "3.5 um"
diameter_min = "2.5 um"
diameter_max = "4.5 um"
[porogen]
diameter_min = "3 um"
diameter_max = "4.5 um"
[cast]
porosity = 0.5
wall_porosity = 0.4
[plating]
capacity = "1 mAh/cm^2"
)";

} // namespace porogen::test
