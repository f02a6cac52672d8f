#include <cmath>

#include "porogen/core/units.h"
#include "porogen/recipe/recipe.h"
#include "porogen/recipe/schema.h"
#include "recipe/lookup.h"
#include "recipe/value.h"

namespace porogen {

namespace {

std::string line(const std::string& name, const std::string& literal) {
    return name + " = " + literal + '\n';
}

std::string write(const VariableEntry& variable) {
    const KeySpec& spec = *find_key(variable.key);
    return "\n[[optimize.variable]]\n" + line("key", toml_string(variable.key)) +
           line("low", to_toml_literal(spec, variable.low)) +
           line("high", to_toml_literal(spec, variable.high)) +
           line("scale", variable.logarithmic ? "\"log\"" : "\"linear\"");
}

std::string write(const ConstraintEntry& constraint) {
    std::string text = "\n[[optimize.constraint]]\n" + line("key", toml_string(constraint.key));
    if (std::isfinite(constraint.low)) {
        text += line("low", format_number(constraint.low));
    }
    if (std::isfinite(constraint.high)) {
        text += line("high", format_number(constraint.high));
    }
    return text;
}

std::string write(const OverrideEntry& entry) {
    return "\n[[optimize.override]]\n" + line("key", toml_string(entry.key)) +
           line("value", toml_string(entry.value)) + line("until", toml_string(entry.until));
}

template <typename Entry>
std::string write_all(const std::vector<Entry>& entries) {
    std::string text;
    for (const Entry& entry : entries) {
        text += write(entry);
    }
    return text;
}

} // namespace

std::string Recipe::to_toml() const {
    const std::string lists =
        write_all(variables_) + write_all(constraints_) + write_all(overrides_);
    std::string text;
    std::string section;
    for (const KeySpec* key : keys_with(populations_)) {
        const KeySpec& spec = *key;
        const std::string of_key(section_of(spec.key));
        if (of_key != section) {
            text += section == "optimize" ? lists : "";
            text += "\n[" + of_key + "]\n";
            section = of_key;
        }
        const Value& value = values_.find(spec.key)->second;
        text += std::string(name_of(spec.key)) + " = " + to_toml_literal(spec, value) +
                (is_given(spec.key) ? "" : " # default") + '\n';
    }
    return text;
}

} // namespace porogen
