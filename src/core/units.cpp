#include "porogen/core/units.h"

#include <array>
#include <charconv>
#include <cmath>
#include <memory>
#include <mutex>

#include <udunits2.h>

#include "porogen/core/errors.h"

namespace porogen {

namespace {

struct FreeUnit {
    void operator()(ut_unit* unit) const { ut_free(unit); }
};
struct FreeConverter {
    void operator()(cv_converter* converter) const { cv_free(converter); }
};
using Unit = std::unique_ptr<ut_unit, FreeUnit>;
using Converter = std::unique_ptr<cv_converter, FreeConverter>;

/// UDUNITS keeps global state, so one lock guards every call into it.
std::mutex& udunits_lock() {
    static std::mutex lock;
    return lock;
}

ut_system* unit_system() {
    static ut_system* const system = [] {
        ut_set_error_message_handler(ut_ignore);
        ut_system* loaded = ut_read_xml(nullptr);
        if (loaded == nullptr) {
            throw_io_failure(
                "the UDUNITS-2 database cannot be read (libudunits2 is installed without "
                "its data); install the package libudunits2-data");
        }
        // Electrochemists write ampere-hours as one word; a prefix then gives mAh.
        const Unit ampere_hour(ut_parse(loaded, "A.h", UT_ASCII));
        ut_map_symbol_to_unit("Ah", UT_ASCII, ampere_hour.get());
        return loaded;
    }();
    return system;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
        text.replace(at, from.size(), to);
        at += to.size();
    }
}

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

Unit parse_unit(std::string_view text) {
    std::string ascii(trim(text));
    replace_all(ascii, "\u00b5", "u"); // micro sign
    replace_all(ascii, "\u03bc", "u"); // Greek mu
    replace_all(ascii, "\u03a9", "ohm");
    replace_all(ascii, "\u00b2", "2");
    replace_all(ascii, "\u00b3", "3");
    replace_all(ascii, "wt%", "%");
    replace_all(ascii, "vol%", "%");
    return Unit(ut_parse(unit_system(), ascii.c_str(), UT_ASCII));
}

double convert_parsed(double value, const ut_unit& from, const ut_unit& to) {
    const Converter converter(
        ut_get_converter(const_cast<ut_unit*>(&from), const_cast<ut_unit*>(&to)));
    return cv_convert_double(converter.get(), value);
}

bool overflowed(double value, double converted) {
    return std::isfinite(value) && !std::isfinite(converted);
}

/// UDUNITS also converts a unit to its reciprocal ("S" to "ohm"), which would turn a slip into a
/// value; only there does 0 become infinite.
bool same_dimension(const Unit& a, const Unit& b) {
    return ut_are_convertible(a.get(), b.get()) != 0 && std::isfinite(convert_parsed(0, *a, *b));
}

std::string expected(std::string_view unit) {
    return unit == "1" ? "a pure number or a percentage"
                       : "a quantity convertible to " + std::string(unit);
}

} // namespace

double parse_quantity(std::string_view text, std::string_view unit) {
    const std::string_view trimmed = trim(text);
    const std::string quoted = '"' + std::string(text) + '"';
    double value = 0;
    const char* const last = trimmed.data() + trimmed.size();
    const auto [rest, error] = std::from_chars(trimmed.data(), last, value);
    if (error != std::errc{} || !std::isfinite(value)) {
        throw_bad_input(quoted + " is not a finite number with a unit; write " + expected(unit));
    }
    const std::string_view written = trim({rest, static_cast<std::size_t>(last - rest)});
    if (written.empty()) {
        if (unit == "1") {
            return value;
        }
        throw_bad_input(quoted + " has no unit; write " + expected(unit) + ", for example \"" +
                        format_number(value) + " " + std::string(unit) + "\"");
    }
    const std::scoped_lock lock(udunits_lock());
    const Unit from = parse_unit(written);
    if (!from) {
        throw_bad_input(quoted + " has the unknown unit '" + std::string(written) + "'; write " +
                        expected(unit));
    }
    const Unit to = parse_unit(unit);
    if (!same_dimension(from, to)) {
        throw_bad_input(quoted + " has a unit of the wrong kind; write " + expected(unit));
    }
    const double converted = convert_parsed(value, *from, *to);
    if (overflowed(value, converted)) {
        throw_bad_input(quoted + " is too large to be converted; write " + expected(unit));
    }
    return converted;
}

std::string format_number(double value) {
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return {buffer.data(), end};
}

std::string format_quantity(double value, std::string_view unit) {
    return format_number(value) + (unit == "1" ? "" : " " + std::string(unit));
}

double convert(double value, std::string_view from, std::string_view to) {
    const std::scoped_lock lock(udunits_lock());
    const Unit source = parse_unit(from);
    const Unit target = parse_unit(to);
    if (!source || !target || !same_dimension(source, target)) {
        throw_bad_input("cannot convert '" + std::string(from) + "' to '" + std::string(to) +
                        "' (units of different kinds, or unknown); give units of one kind");
    }
    const double converted = convert_parsed(value, *source, *target);
    if (overflowed(value, converted)) {
        throw_bad_input(format_quantity(value, from) + " is too large to be converted to '" +
                        std::string(to) + "'; give a smaller value");
    }
    return converted;
}

} // namespace porogen
