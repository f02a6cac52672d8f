#include "porogen/recipe/materials.h"

#include <algorithm>
#include <stdexcept>

#include <toml++/toml.h>

#include "porogen/core/units.h"
#include "recipe/si_units.h"

namespace porogen {

namespace detail {
extern const std::string_view materials_toml; // made from data/materials.toml by the build
} // namespace detail

namespace {

Trust parse_trust(std::string_view word) {
    for (const Trust trust : {Trust::found, Trust::memory, Trust::derived, Trust::choice}) {
        if (word == trust_name(trust)) {
            return trust;
        }
    }
    throw std::logic_error("data/materials.toml: unknown trust '" + std::string(word) + "'");
}

template <typename T>
T required(const toml::table& entry, std::string_view name) {
    const auto value = entry[name].value<T>();
    if (!value) {
        throw std::logic_error("data/materials.toml: an entry lacks '" + std::string(name) + "'");
    }
    return *value;
}

MaterialValue parse_entry(const std::string& key, const toml::table& entry) {
    const auto unit = required<std::string>(entry, "unit");
    const auto written = required<double>(entry, "value");
    const auto low = entry["range"][0].value<double>();
    const auto high = entry["range"][1].value<double>();
    if (!low || !high) {
        throw std::logic_error("data/materials.toml: " + key + " lacks a range [low, high]");
    }
    MaterialValue value;
    value.key = key;
    value.unit = si_unit_of(unit);
    value.value = to_si(written, unit, value.unit);
    value.low = to_si(*low, unit, value.unit);
    value.high = to_si(*high, unit, value.unit);
    value.written = format_quantity(written, unit);
    value.trust = parse_trust(required<std::string>(entry, "trust"));
    value.source = required<std::string>(entry, "source");
    return value;
}

/// toml++ sorts keys by name; the file's own order is the one a reader knows.
struct Placed {
    toml::source_position at;
    MaterialValue value;
};

std::vector<MaterialValue> parse_materials() {
    const toml::table root =
        toml::parse(detail::materials_toml, std::string_view("materials.toml"));
    std::vector<Placed> placed;
    for (const auto& [section, node] : root) {
        for (const auto& [name, entry] : *node.as_table()) {
            if (entry.is_table()) { // the lists beside them are tables of open-circuit voltages
                const std::string key = std::string(section.str()) + '.' + std::string(name.str());
                placed.push_back({entry.source().begin, parse_entry(key, *entry.as_table())});
            }
        }
    }
    std::ranges::sort(placed, {}, [](const Placed& p) { return p.at.line; });
    std::vector<MaterialValue> values;
    values.reserve(placed.size());
    for (Placed& p : placed) {
        values.push_back(std::move(p.value));
    }
    return values;
}

} // namespace

std::string_view trust_name(Trust trust) {
    switch (trust) {
    case Trust::found:
        return "found";
    case Trust::memory:
        return "memory";
    case Trust::derived:
        return "derived";
    case Trust::choice:
        return "choice";
    }
    return "";
}

const std::vector<MaterialValue>& materials() {
    static const std::vector<MaterialValue> values = parse_materials();
    return values;
}

} // namespace porogen
