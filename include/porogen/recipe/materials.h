#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace porogen {

/// How far a material value can be trusted.
enum class Trust {
    found,   ///< seen in the named source
    memory,  ///< from memory, the citation believed right but not read again
    derived, ///< arithmetic given in the source
    choice,  ///< an engineering assumption
};

/// The word for it in data/materials.toml. A C string too: it ends with a zero.
std::string_view trust_name(Trust trust);

/// One value of data/materials.toml.
struct MaterialValue {
    std::string key;     ///< "llto.density"
    double value = 0;    ///< SI
    double low = 0;      ///< SI
    double high = 0;     ///< SI
    std::string unit;    ///< the SI unit, "1" for a pure number
    std::string written; ///< value and unit as they stand in the file: "225 mAh/g"
    Trust trust = Trust::choice;
    std::string source;
};

/// Every value, in the order of the file, which is built into the program.
const std::vector<MaterialValue>& materials();

} // namespace porogen
