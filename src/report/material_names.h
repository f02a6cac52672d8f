#pragma once

#include <cstdint>
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

/// The name of a label.
inline std::string phase_name(const PhaseVolume& volume, std::uint8_t label) {
    for (const Phase& phase : volume.phases) {
        if (phase.label == label) {
            return phase.name;
        }
    }
    return "label " + std::to_string(label);
}

inline std::string host_name(const RunResult& result) {
    return material_name(result.recipe.text("host.material"));
}

inline std::string film_name(const RunResult& result) {
    return material_name(result.recipe.text("coat.material"));
}

} // namespace porogen
