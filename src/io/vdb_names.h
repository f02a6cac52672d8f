#pragma once

#include <array>

/// Names of grids and metadata that are both written and read.
namespace porogen::vdb {

inline constexpr const char* density = "density";
inline constexpr const char* labels = "phase";
inline constexpr const char* distance = "distance";
inline constexpr const char* film_thickness = "cnt_thickness";
inline constexpr const char* film_conductance = "cnt_sheet_conductance";

inline constexpr const char* lithium = "lithium";

/// Grids that are no phase: no phase may be named like one.
inline constexpr std::array<const char*, 6> own_grids{density,        labels,           distance,
                                                      film_thickness, film_conductance, lithium};

inline constexpr const char* unit = "unit"; ///< of length: "um"
inline constexpr const char* voxel_size =
    "voxel_size"; ///< [m], exact where the one in [um] is rounded
inline constexpr const char* shape = "shape";
inline constexpr const char* periodic = "periodic";
inline constexpr const char* phase_prefix = "phase_"; ///< "phase_1" names label 1

} // namespace porogen::vdb
