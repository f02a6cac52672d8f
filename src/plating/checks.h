#pragma once

#include <cmath>
#include <string>

#include "porogen/core/errors.h"
#include "porogen/core/units.h"

namespace porogen::plating {

/// Throws Error(bad_input) "where: the name is value unit; give a finite value demand" unless the
/// value is finite and valid.
inline void check_value(const char* where, double value, bool valid, const char* name,
                        const char* demand, const char* unit) {
    if (!(valid && std::isfinite(value))) {
        throw_bad_input(std::string(where) + ": the " + name + " is " + format_number(value) +
                        (*unit == '\0' ? "" : " ") + unit + "; give a finite value " + demand);
    }
}

} // namespace porogen::plating
