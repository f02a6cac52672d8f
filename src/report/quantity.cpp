#include "report/quantity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "porogen/core/units.h"
#include "porogen/recipe/schema.h"
#include "porogen/report/result_keys.h"

namespace porogen {

namespace {

/// Units of one kind that people use, from the smallest on.
struct Family {
    const char* si;
    std::vector<const char*> units;
};

const std::vector<Family>& families() {
    static const std::vector<Family> all{
        {"m", {"nm", "um", "mm", "m"}},
        {"m^2", {"um^2", "mm^2", "cm^2"}},
        {"1/m", {"1/mm", "1/um"}},
        {"1/m^2", {"1/mm^2", "1/um^2"}},
        {"1/m^3", {"1/mm^3", "1/um^3"}},
        {"s", {"ms", "s", "min", "h"}},
        {"V", {"uV", "mV", "V"}},
        {"A/m^2", {"mA/cm^2", "A/cm^2"}},
        {"C/m^2", {"mAh/cm^2"}},
        {"C/m^3", {"mAh/cm^3"}},
        {"C/kg", {"mAh/g"}},
        {"J/kg", {"W.h/kg"}},
        {"J/m^3", {"W.h/L"}},
        {"kg/m^2", {"ug/cm^2", "mg/cm^2"}},
        {"kg/m^3", {"kg/m^3", "g/cm^3"}},
        {"S/m", {"uS/m", "mS/m", "S/m"}},
        {"S", {"nS", "uS", "mS", "S"}},
        {"ohm m^2", {"ohm cm^2"}},
    };
    return all;
}

/// The largest unit in which the largest value is at least 1, else the smallest.
std::string best_unit(const std::string& si, const std::string& key,
                      const std::vector<double>& values) {
    if (si == "1" && key.ends_with("mass_fraction")) { // nobody says 0.002
        return "wt%";
    }
    double largest = 0;
    for (const double value : values) {
        largest = std::isfinite(value) ? std::max(largest, std::abs(value)) : largest;
    }
    for (const Family& family : families()) {
        if (si != family.si) {
            continue;
        }
        std::string best = family.units.front();
        for (const char* const unit : family.units) {
            if (largest > 0 && convert(largest, si, unit) >= 0.9999) {
                best = unit;
            }
        }
        return best;
    }
    return si;
}

Quantity in_unit(const std::string& key, const std::string& si, const std::string& unit,
                 const std::string& doc) {
    if (si.empty() || (si == "1" && unit == "1")) {
        return {key, "", 1, doc};
    }
    return {key, pretty_unit(unit), convert(1, si, unit), doc};
}

std::string superscript(std::string_view digits) {
    static constexpr std::array figures{"\u2070", "\u00b9", "\u00b2", "\u00b3", "\u2074",
                                        "\u2075", "\u2076", "\u2077", "\u2078", "\u2079"};
    std::string text;
    for (const char c : digits) {
        if (c == '-') {
            text += "\u207b";
        } else if (c >= '0' && c <= '9') {
            text += figures[static_cast<std::size_t>(c - '0')];
        }
    }
    return text;
}

/// Without exponent, a true minus in front.
std::string fixed(double value, int places) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f", places, std::abs(value));
    const bool is_zero =
        std::string_view(text.data()).find_first_of("123456789") == std::string_view::npos;
    return (value < 0 && !is_zero ? "\u2212" : "") + std::string(text.data());
}

/// The n of a x 10^n, 1 <= a < 10.
int exponent_of(double value) {
    return value == 0 ? 0 : static_cast<int>(std::floor(std::log10(std::abs(value))));
}

/// Numbers that need no power of ten.
bool is_handy(double value) {
    return value == 0 || (std::abs(value) >= 1e-3 && std::abs(value) < 1e5);
}

std::string without_end_zeros(std::string text) {
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') {
            text.pop_back();
        }
    }
    return text;
}

} // namespace

std::string pretty_unit(std::string_view unit) {
    std::string text;
    for (std::size_t at = 0; at < unit.size(); ++at) {
        if (unit[at] == '^') {
            const std::size_t begin = at + 1;
            while (at + 1 < unit.size() &&
                   std::string_view("-0123456789").find(unit[at + 1]) != std::string_view::npos) {
                ++at;
            }
            text += superscript(unit.substr(begin, at + 1 - begin));
        } else if (unit.substr(at).starts_with("ohm")) {
            text += "\u03a9";
            at += 2;
        } else if (unit[at] == '.') { // UDUNITS wants a point where people write Wh
            continue;
        } else if (unit[at] == 'u' && (at == 0 || unit[at - 1] == '/' || unit[at - 1] == ' ')) {
            text += "\u00b5";
        } else {
            text += unit[at];
        }
    }
    return text;
}

std::string readable(double value, int digits) {
    if (!std::isfinite(value)) {
        return "\u2013";
    }
    if (is_handy(value)) {
        const int places = std::max(0, digits - 1 - exponent_of(value));
        return without_end_zeros(fixed(value, places));
    }
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*e", digits - 1, value);
    const std::string_view all(text.data());
    const std::size_t e = all.find('e');
    const double mantissa = std::strtod(std::string(all.substr(0, e)).c_str(), nullptr);
    const int exponent = std::atoi(std::string(all.substr(e + 1)).c_str());
    return without_end_zeros(fixed(mantissa, digits - 1)) + "\u00d710" +
           superscript(std::to_string(exponent));
}

std::string plus_minus(double mean, double half_width) {
    if (!std::isfinite(mean) || !std::isfinite(half_width)) {
        return readable(mean);
    }
    if (half_width == 0) {
        return readable(mean) + " \u00b1 0";
    }
    const double larger = std::max(std::abs(mean), std::abs(half_width));
    const int exponent = is_handy(larger) ? 0 : exponent_of(larger);
    const double scale = std::pow(10, -exponent);
    // A half width far below the mean would ask for digits that nobody reads.
    const int places = std::clamp(1 - exponent_of(scale * half_width), 0, 8);
    const std::string text =
        fixed(scale * mean, places) + " \u00b1 " + fixed(scale * half_width, places);
    return exponent == 0 ? text : "(" + text + ")\u00d710" + superscript(std::to_string(exponent));
}

std::string Quantity::label() const {
    return unit.empty() ? key : key + " [" + unit + "]";
}

std::string Quantity::text(double value) const {
    const std::string number = readable(factor * value);
    return unit.empty() || !std::isfinite(value) ? number : number + "\u00a0" + unit;
}

Quantity recipe_quantity(const std::string& key, const std::vector<double>& values) {
    const KeySpec* const spec = find_key(key);
    if (spec == nullptr) {
        return {key, "", 1, ""};
    }
    const std::string si = spec->type == ValueType::number ? spec->unit : "1";
    return in_unit(key, si, best_unit(si, key, values), spec->doc);
}

Quantity result_quantity(const std::string& key, const std::vector<double>& values) {
    const ResultKey* const entry = find_result_key(key);
    if (entry == nullptr) {
        return {key, "", 1, ""};
    }
    return in_unit(key, entry->unit, best_unit(entry->unit, key, values), entry->doc);
}

} // namespace porogen
