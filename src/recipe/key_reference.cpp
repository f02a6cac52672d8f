#include "porogen/core/units.h"
#include "porogen/recipe/materials.h"
#include "porogen/recipe/schema.h"
#include "recipe/lookup.h"
#include "recipe/value.h"

namespace porogen {

namespace {

/// A Markdown table ends a cell at '|'.
std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '|' ? "\\|" : std::string(1, c);
    }
    return out;
}

std::string code(const std::string& text) {
    return text.empty() ? "" : "`" + text + "`";
}

std::string allowed(const KeySpec& spec) {
    switch (spec.type) {
    case ValueType::choice: {
        std::vector<std::string> choices;
        for (const std::string& choice : spec.choices) {
            choices.push_back(code(choice));
        }
        return join(choices, ", ");
    }
    case ValueType::boolean:
        return "true, false";
    case ValueType::text:
        return "text";
    case ValueType::integer:
        return range_text(spec) + ", whole";
    case ValueType::number:
        return range_text(spec) + (spec.may_be_auto ? ", or `auto`" : "");
    }
    return "";
}

std::string row(const KeySpec& spec) {
    return "| " + code(std::string(name_of(spec.key))) + " | " +
           code(to_toml_literal(spec, default_value(spec))) + " | " + cell(allowed(spec)) + " | " +
           cell(spec.doc) + " |\n";
}

std::string material_row(const KeySpec& spec, const MaterialValue& value) {
    KeySpec trusted = spec;
    trusted.low = value.low;
    trusted.high = value.high;
    trusted.low_open = trusted.high_open = false;
    return "| " + code(std::string(name_of(spec.key))) + " | " +
           code(to_toml_literal(spec, default_value(spec))) + " | " + range_text(trusted) + " | " +
           std::string(trust_name(value.trust)) + " | " + (spec.reference_only ? "" : "yes") +
           " | " + cell(value.source) + " |\n";
}

constexpr const char* population_introduction = R"(

One table per further kind of particle, with a name of your choice in place of NAME (letters, digits, _ and -):
`[population.fine]`. Its keys are then `population.fine.share` and so on, for `--set` and the search as well. An empty
table takes every default; the order of the tables in the file means nothing.)";

std::string heading(const std::string& section) {
    if (section.starts_with("materials.")) {
        return "\n## [" + section +
               "]\n\n| key | default | trusted range | trust | read | source |\n"
               "|---|---|---|---|---|---|\n";
    }
    return (section.empty() ? std::string("\n## Top level") : "\n## [" + section + "]") +
           (section == population_template ? population_introduction : "") +
           "\n\n| key | default | allowed | meaning |\n|---|---|---|---|\n";
}

constexpr const char* introduction = R"(# Recipe keys

A recipe is a TOML file. Every key has a default, so an empty recipe is a valid one. A quantity is written with its
unit in quotes, in any unit of its kind: `"0.25 um"`, `"250 nm"`, `"0.5 mA/cm^2"`, `"2 wt%"`. Pure numbers stand
without quotes or as percentages (`"46 %"`). `--set section.key=value` overrides a key on the command line.
)";

constexpr const char* lists = R"(
### [[optimize.variable]]

One block per property that the search changes: `key` (a number of this page), `low` and `high` (in the units of that
key), `scale` (`"linear"`, the default, or `"log"`).

### [[optimize.constraint]]

One block per demand: `key` (a number of result.json, see RESULTS.md, for example `plating.metrics.fill`), `low`, `high` or both, as
numbers in SI or with a unit.

### [[optimize.override]]

One block per key that the search evaluates with another value than the recipe's own: `key`, `value`, `until`. For speed:
a coarser voxel, a smaller box, `plating.model = "homogenised"`. `until` names the last stage that it holds for:
`"screen"` (points all over the range), `"search"` (that and NLopt) or `"confirm"` (the whole search, the default). Of two
blocks for one key the one that ends earlier counts, as long as it holds.
)";

constexpr const char* materials_introduction = R"(
## Materials

Values a recipe may replace. The range says where the value is trusted, not what is allowed: anything physically possible
is. Trust: *found*, seen in the source; *memory*, the citation is believed right but was not read again; *derived*,
arithmetic given in the source; *choice*, an engineering assumption. Values not marked *read* are kept for the record: no
stage reads them, so setting them is an error.
)";

} // namespace

std::string key_reference() {
    std::string text = introduction;
    std::string section = "none yet";
    std::size_t material = 0;
    for (const KeySpec& spec : schema()) {
        const std::string of_key(section_of(spec.key));
        const bool is_material = of_key.starts_with("materials.");
        if (of_key != section) {
            if (section == "optimize") {
                text += lists;
                text += materials_introduction;
            }
            text += heading(of_key);
            section = of_key;
        }
        text += is_material ? material_row(spec, materials()[material++]) : row(spec);
    }
    return text;
}

} // namespace porogen
