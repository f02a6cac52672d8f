#include "recipe/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

#include "porogen/core/errors.h"
#include "porogen/core/units.h"
#include "recipe/lookup.h"
#include "recipe/si_units.h"

namespace porogen {

namespace {

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    return first == std::string_view::npos
               ? std::string_view{}
               : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The unit in which a key is written: that of its default.
std::string display_unit(const KeySpec& spec) {
    if (spec.default_value == "auto" && spec.unit == "m") {
        return "um";
    }
    const auto space = spec.default_value.find(' ');
    return spec.unit == "1" || space == std::string::npos ? spec.unit
                                                          : spec.default_value.substr(space + 1);
}

/// The ends allow for rounding: "1 mm" need not be the double 1e-3.
bool in_range(const KeySpec& spec, double value) {
    const double slack = 1e-12 * std::abs(value);
    return (spec.low_open ? value > spec.low : value + slack >= spec.low) &&
           (spec.high_open ? value < spec.high : value - slack <= spec.high);
}

/// A value too large to be converted becomes infinite, for a message that names the key.
double to_si_or_infinite(double value, const std::string& unit, const std::string& si_unit) {
    try {
        return to_si(value, unit, si_unit);
    } catch (const Error&) {
        return std::numeric_limits<double>::infinity();
    }
}

/// A bound for people: rounded, lengths in the unit that suits their size, no exponent up to a
/// billion.
std::string readable_bound(const KeySpec& spec, double si) {
    std::string unit = display_unit(spec);
    if (spec.unit == "m") {
        unit = si < 1e-6 ? "nm" : si < 1e-3 ? "um" : "mm";
    }
    const double value = rounded(convert(si, spec.unit, unit), 12);
    const bool whole = value == std::nearbyint(value) && std::abs(value) < 1e16;
    const std::string number =
        whole ? std::to_string(static_cast<std::int64_t>(value)) : format_number(value);
    return unit == "1" ? number : number + ' ' + unit;
}

std::string example(const KeySpec& spec) {
    return spec.type == ValueType::number && spec.unit != "1" && spec.default_value != "auto"
               ? toml_string(spec.default_value)
               : spec.default_value;
}

std::string or_auto(const KeySpec& spec) {
    return spec.may_be_auto ? " or \"auto\"" : "";
}

/// "a length with its unit, for example "0.25 um"": what a number key wants.
std::string wanted(const KeySpec& spec) {
    const std::string kind =
        spec.unit == "1" ? quantity_name("1") : quantity_name(spec.unit) + " with its unit";
    return kind + or_auto(spec) +
           (spec.default_value == "auto" ? "" : ", for example " + example(spec));
}

void check_range(const KeySpec& spec, double value, const std::string& shown) {
    if (in_range(spec, value)) {
        return;
    }
    const std::string problem =
        spec.key + " = " + shown + " is out of range (" + range_text(spec) + "); ";
    if (spec.type == ValueType::number && spec.high == 1 && value > 1 &&
        in_range(spec, value / 100)) {
        throw_bad_input(problem + "did you mean " + toml_string(format_number(value) + " %") + "?");
    }
    throw_bad_input(problem + "choose a value inside" + or_auto(spec) +
                    (spec.default_value == "auto" ? "" : ", for example " + example(spec)));
}

/// A bare number with the unit it most likely was meant in: the usual one if that gives a value in
/// range, else the SI unit, else the default.
std::string with_likely_unit(const KeySpec& spec, double value) {
    for (const std::string& unit : {display_unit(spec), spec.unit}) {
        if (in_range(spec, to_si_or_infinite(value, unit, spec.unit))) {
            return toml_string(format_quantity(value, unit));
        }
    }
    return example(spec);
}

[[noreturn]] void throw_not_finite(const KeySpec& spec, const std::string& shown) {
    throw_bad_input(spec.key + " = " + shown + " is not a finite number; write " + wanted(spec));
}

[[noreturn]] void throw_no_unit(const KeySpec& spec, double value, const std::string& shown) {
    throw_bad_input(spec.key + " = " + shown + " has no unit (" + quantity_name(spec.unit) +
                    " is due); write it with one, for example " + with_likely_unit(spec, value));
}

/// A bare number in plain text or with the unit of `spec`.
double parse_number(const KeySpec& spec, std::string_view text, const std::string& shown) {
    double value = 0;
    const char* const last = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), last, value);
    if (error == std::errc::invalid_argument) {
        throw_bad_input(spec.key + " = " + shown + " is no number; write " + wanted(spec));
    }
    if (error != std::errc{} || !std::isfinite(value)) {
        throw_not_finite(spec, shown);
    }
    const std::string unit(trim({rest, static_cast<std::size_t>(last - rest)}));
    if (unit.empty() && spec.unit != "1") {
        throw_no_unit(spec, value, shown);
    }
    if (!unit.empty() && !is_unit(unit)) {
        throw_bad_input(spec.key + " = " + shown + " has the unknown unit '" + unit + "'; write " +
                        wanted(spec));
    }
    if (!unit.empty() && spec.unit == "1" && !same_dimension(unit, "1")) {
        throw_bad_input(spec.key + " = " + shown + " has a unit where none is due; write " +
                        wanted(spec));
    }
    if (!unit.empty() && !same_dimension(unit, spec.unit)) {
        throw_bad_input(spec.key + " = " + shown + " has a unit of the wrong kind ('" + unit +
                        "' is no unit of " + quantity_name(spec.unit) + "); write " + wanted(spec));
    }
    const double si = unit.empty() ? value : to_si_or_infinite(value, unit, spec.unit);
    if (!std::isfinite(si)) {
        throw_not_finite(spec, shown);
    }
    check_range(spec, si, shown);
    return si;
}

std::int64_t parse_integer(const KeySpec& spec, std::string_view text) {
    std::int64_t value = 0;
    const char* const last = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), last, value);
    if (error != std::errc{} || rest != last) {
        throw_bad_input(spec.key + " = " + std::string(text) +
                        " is not a whole number; write one, for example " + spec.default_value);
    }
    check_range(spec, static_cast<double>(value), std::string(text));
    return value;
}

std::string parse_choice(const KeySpec& spec, const std::string& text) {
    for (const std::string& choice : spec.choices) {
        if (text == choice) {
            return text;
        }
    }
    const std::string like = nearest(text, spec.choices);
    throw_bad_input(
        spec.key + " = " + toml_string(text) + " is none of " + join(spec.choices, " and ") + "; " +
        (like.empty() ? "write one of these, for example " + toml_string(spec.default_value)
                      : "did you mean " + toml_string(like) + "?"));
}

/// What a key wants where TOML gave another type altogether.
[[noreturn]] void throw_wrong_type(const KeySpec& spec, const std::string& shown,
                                   const std::string& is) {
    const std::string head = spec.key + " = " + shown + " is " + is + " where ";
    switch (spec.type) {
    case ValueType::number:
        throw_bad_input(head + quantity_name(spec.unit) + " is due; write " + wanted(spec));
    case ValueType::integer:
        throw_bad_input(head + "a whole number is due; write one, for example " +
                        spec.default_value);
    case ValueType::boolean:
        throw_bad_input(head + "true or false is due; write one of them, without quotes");
    case ValueType::text:
        throw_bad_input(head + "a text is due; put it in quotes: " + toml_string(shown));
    case ValueType::choice:
        throw_bad_input(head + "one of " + join(spec.choices, " and ") + " is due; write " +
                        toml_string(spec.default_value) + ", for example");
    }
    throw std::logic_error("unknown ValueType");
}

} // namespace

Recipe::Value value_from_si(const KeySpec& spec, double value) {
    if (spec.type == ValueType::integer) {
        if (!(std::abs(value) < 9e15) || value != std::nearbyint(value)) {
            throw_bad_input(spec.key + " = " + format_number(value) +
                            " is not a whole number; write one, for example " + spec.default_value);
        }
        return value_from_integer(spec, static_cast<std::int64_t>(value));
    }
    if (spec.type != ValueType::number) {
        throw_wrong_type(spec, format_number(value), "a number");
    }
    if (!std::isfinite(value)) {
        throw_not_finite(spec, format_number(value));
    }
    check_range(spec, value, toml_string(readable(spec, value)));
    return value;
}

Recipe::Value value_from_real(const KeySpec& spec, double value) {
    const std::string shown = format_number(value);
    if (spec.type != ValueType::number) {
        throw_wrong_type(spec, shown, "a decimal number");
    }
    if (!std::isfinite(value)) {
        throw_not_finite(spec, shown);
    }
    if (spec.unit != "1") {
        throw_no_unit(spec, value, shown);
    }
    check_range(spec, value, shown);
    return value;
}

Recipe::Value value_from_integer(const KeySpec& spec, std::int64_t value) {
    const std::string shown = std::to_string(value);
    if (spec.type == ValueType::number) {
        if (spec.unit != "1") {
            throw_no_unit(spec, static_cast<double>(value), shown);
        }
        check_range(spec, static_cast<double>(value), shown);
        return static_cast<double>(value);
    }
    if (spec.type != ValueType::integer) {
        throw_wrong_type(spec, shown, "a number");
    }
    check_range(spec, static_cast<double>(value), shown);
    return value;
}

Recipe::Value value_from_boolean(const KeySpec& spec, bool value) {
    if (spec.type != ValueType::boolean) {
        throw_wrong_type(spec, value ? "true" : "false", "a truth value");
    }
    return value;
}

Recipe::Value value_from_string(const KeySpec& spec, const std::string& text) {
    switch (spec.type) {
    case ValueType::text:
        return text;
    case ValueType::choice:
        return parse_choice(spec, text);
    case ValueType::number:
        if (spec.may_be_auto && trim(text) == "auto") {
            return std::string("auto");
        }
        return parse_number(spec, trim(text), toml_string(text));
    default:
        throw_wrong_type(spec, toml_string(text), "a text");
    }
}

Recipe::Value value_from_text(const KeySpec& spec, std::string_view text) {
    std::string_view plain = trim(text);
    // A shell user who quotes as in the file gets what the file would give.
    if (plain.size() >= 2 && plain.front() == '"' && plain.back() == '"') {
        plain = plain.substr(1, plain.size() - 2);
    }
    if (spec.type == ValueType::integer) {
        return parse_integer(spec, plain);
    }
    if (spec.type == ValueType::boolean && (plain == "true" || plain == "false")) {
        return plain == "true";
    }
    return value_from_string(spec, std::string(plain));
}

Recipe::Value default_value(const KeySpec& spec) {
    return value_from_text(spec, spec.default_value);
}

bool is_auto_value(const KeySpec& spec, const Recipe::Value& value) {
    return spec.may_be_auto && std::holds_alternative<std::string>(value);
}

std::string readable(const KeySpec& spec, double si) {
    const std::string unit = display_unit(spec);
    if (!std::isfinite(si) || unit == spec.unit) {
        return format_quantity(si, spec.unit);
    }
    const double value = convert(si, spec.unit, unit);
    for (int digits = 1; digits <= 17; ++digits) {
        const double short_value = rounded(value, digits);
        if (to_si(short_value, unit, spec.unit) == si) {
            return format_quantity(short_value, unit);
        }
    }
    return format_quantity(si, spec.unit);
}

std::string to_text(const KeySpec& spec, const Recipe::Value& value) {
    if (const auto* number = std::get_if<double>(&value)) {
        return readable(spec, *number);
    }
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        return std::to_string(*integer);
    }
    if (const auto* boolean = std::get_if<bool>(&value)) {
        return *boolean ? "true" : "false";
    }
    return std::get<std::string>(value);
}

std::string toml_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (code < 0x20 || code == 0x7f) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04X", static_cast<unsigned>(code));
            out += escape.data();
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string to_toml_literal(const KeySpec& spec, const Recipe::Value& value) {
    const std::string text = to_text(spec, value);
    const bool bare = std::holds_alternative<std::int64_t>(value) ||
                      std::holds_alternative<bool>(value) ||
                      (std::holds_alternative<double>(value) && spec.unit == "1");
    return bare ? text : toml_string(text);
}

std::string range_text(const KeySpec& spec) {
    const bool below = std::isfinite(spec.low);
    const bool above = std::isfinite(spec.high);
    std::string low = below ? readable_bound(spec, spec.low) : "";
    const std::string high = above ? readable_bound(spec, spec.high) : "";
    if (below && above) {
        const auto unit = [](const std::string& bound) {
            return bound.substr(std::min(bound.find(' '), bound.size()));
        };
        if (unit(low) == unit(high)) {
            low.erase(low.size() - unit(low).size());
        }
        if (!spec.low_open && !spec.high_open) {
            return low + " to " + high;
        }
        return (spec.low_open ? "above " : "at least ") + low + " and " +
               (spec.high_open ? "below " : "at most ") + high;
    }
    if (below) {
        return (spec.low_open ? "above " : "at least ") + low;
    }
    if (above) {
        return (spec.high_open ? "below " : "at most ") + high;
    }
    return "";
}

} // namespace porogen
