#pragma once

#include <string>

#include "porogen/report/run_result.h"

namespace porogen {

/// A material of data/materials.toml as people write it.
inline std::string material_name(const std::string& section) {
    return section == "llto"           ? "LLTO"
           : section == "cnt"          ? "CNT"
           : section == "zno"          ? "ZnO"
           : section == "cu2s"         ? "Cu2S"
           : section == "carbon_fibre" ? "carbon fibre"
                                       : section;
}

inline std::string host_name(const RunResult& result) {
    return material_name(result.recipe.text("host.material"));
}

inline std::string film_name(const RunResult& result) {
    return material_name(result.recipe.text("coat.material"));
}

} // namespace porogen
