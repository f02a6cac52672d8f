#include "recipe/si_units.h"

#include <array>
#include <charconv>

#include "porogen/core/errors.h"
#include "porogen/core/units.h"

namespace porogen {

namespace {

struct SiUnit {
    std::string_view unit;
    std::string_view name;
};

/// Coherent units only, so a value converted to one of them is in base SI whatever the letters.
constexpr std::array si_units{
    SiUnit{"1", "a pure number or a percentage"},
    SiUnit{"m", "a length"},
    SiUnit{"m^2", "an area"},
    SiUnit{"m^3", "a volume"},
    SiUnit{"1/m", "a surface per volume"},
    SiUnit{"m^-2", "a number per area"},
    SiUnit{"s", "a time"},
    SiUnit{"kg", "a mass"},
    SiUnit{"K", "a temperature"},
    SiUnit{"A", "a current"},
    SiUnit{"V", "a voltage"},
    SiUnit{"S", "a conductance"},
    SiUnit{"ohm", "a resistance"},
    SiUnit{"S/m", "a conductivity"},
    SiUnit{"ohm m", "a resistivity"},
    SiUnit{"ohm m^2", "an area resistance"},
    SiUnit{"A/m^2", "a current density"},
    SiUnit{"C/m^2", "a charge per area"},
    SiUnit{"C/kg", "a charge per mass"},
    SiUnit{"C/mol", "a charge per amount"},
    SiUnit{"kg/m^3", "a density"},
    SiUnit{"kg/m^2", "a mass per area"},
    SiUnit{"kg/mol", "a molar mass"},
    SiUnit{"m^3/mol", "a molar volume"},
    SiUnit{"mol/m^3", "a concentration"},
    SiUnit{"m^2/s", "a diffusivity"},
    SiUnit{"J", "an energy"},
    SiUnit{"J/mol", "a molar energy"},
    SiUnit{"J/(mol K)", "a molar entropy"},
    SiUnit{"J/m^2", "a surface energy"},
    SiUnit{"Pa", "a pressure"},
    SiUnit{"Pa s", "a viscosity"},
};

} // namespace

bool is_unit(std::string_view unit) {
    return same_dimension(unit, unit);
}

bool same_dimension(std::string_view from, std::string_view to) {
    try {
        convert(0, from, to);
        return true;
    } catch (const Error&) {
        return false;
    }
}

std::string si_unit_of(std::string_view unit) {
    for (const SiUnit& candidate : si_units) {
        if (same_dimension(unit, candidate.unit)) {
            return std::string(candidate.unit);
        }
    }
    throw_bad_input("'" + std::string(unit) + "' is no unit of any quantity known here");
}

double rounded(double value, int digits) {
    // Not printf and strtod: a program with a German locale reads the same recipes.
    std::array<char, 48> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                            std::chars_format::scientific, digits - 1);
    double result = 0;
    std::from_chars(buffer.data(), end, result);
    return result;
}

double to_si(double value, std::string_view unit, std::string_view si_unit) {
    if (unit == si_unit) {
        return value;
    }
    const double converted = convert(value, unit, si_unit);
    return convert(1, unit, si_unit) == 1 ? converted : rounded(converted, 15);
}

std::string quantity_name(std::string_view si_unit) {
    for (const SiUnit& candidate : si_units) {
        if (candidate.unit == si_unit) {
            return std::string(candidate.name);
        }
    }
    return "a quantity in " + std::string(si_unit);
}

} // namespace porogen
