#pragma once

/// Names of grids and metadata that are both written and read.
namespace porogen::vdb {

inline constexpr const char* labels = "phase";
inline constexpr const char* distance = "distance";
inline constexpr const char* film_thickness = "cnt_thickness";
inline constexpr const char* film_conductance = "cnt_sheet_conductance";

/// Of length: "um".
inline constexpr const char* unit = "unit";
/// [m], exact where the one in [um] is rounded.
inline constexpr const char* voxel_size = "voxel_size";
inline constexpr const char* shape = "shape";
inline constexpr const char* periodic = "periodic";
/// "phase_1" names label 1.
inline constexpr const char* phase_prefix = "phase_";

} // namespace porogen::vdb
