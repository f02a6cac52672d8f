#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>

#include "porogen/core/hash.h"
#include "porogen/recipe/recipe.h"
#include "porogen/recipe/schema.h"
#include "recipe/lookup.h"

namespace porogen {

namespace {

/// Twelve digits: "0.25 um" and "250 nm" differ in the last bit, and are the same length all the
/// same.
std::string canonical(double value) {
    std::array<char, 32> buffer{};
    const auto [end, error] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value == 0 ? 0.0 : value,
                      std::chars_format::scientific, 11);
    return {buffer.data(), end};
}

std::string canonical(const Recipe::Value& value) {
    if (const auto* number = std::get_if<double>(&value)) {
        return canonical(*number);
    }
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        return std::to_string(*integer);
    }
    if (const auto* boolean = std::get_if<bool>(&value)) {
        return *boolean ? "true" : "false";
    }
    return std::get<std::string>(value);
}

} // namespace

std::string Recipe::hash() const {
    std::string text;
    for (const KeySpec* spec : keys_with(populations_)) {
        if (spec->affects_result && spec->key != "seed") {
            text += spec->key + '=' + canonical(values_.find(spec->key)->second) + '\n';
        }
    }
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx",
                  static_cast<unsigned long long>(fnv1a(text)));
    return digits.data();
}

} // namespace porogen
