#include "recipe/lists.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "porogen/core/errors.h"
#include "porogen/core/units.h"
#include "recipe/lookup.h"
#include "recipe/parser.h"
#include "recipe/si_units.h"
#include "recipe/syntax.h"
#include "recipe/value.h"

namespace porogen {

namespace {

/// Runs `check` and puts the location in front of what it complains of.
template <typename Check>
auto at(const std::string& name, const toml::node& node, const Check& check) {
    try {
        return check();
    } catch (const Error& error) {
        throw Error(error.code(), located(name, node.source().begin, error.what()));
    }
}

/// One block of a list, whose fields are known by name.
class Block {
  public:
    Block(const toml::table& table, std::string list, const std::string& name,
          const std::vector<std::string>& fields)
        : table_(table), list_("[[" + std::move(list) + "]]"), name_(name) {
        for (const auto& [key, node] : table) {
            const std::string field(key.str());
            if (std::ranges::find(fields, field) == fields.end()) {
                const std::string like = nearest(field, fields);
                throw_bad_input(located(name, key.source().begin,
                                        list_ + " has no '" + field + "'; " +
                                            (like.empty() ? "it holds " + join(fields, " and ")
                                                          : "did you mean '" + like + "'?")));
            }
        }
    }

    [[nodiscard]] const toml::node* find(std::string_view field) const { return table_.get(field); }

    [[nodiscard]] const toml::node& need(std::string_view field, const std::string& meaning) const {
        const toml::node* node = find(field);
        if (node == nullptr) {
            throw_bad_input(located(name_, table_.source().begin,
                                    list_ + " lacks '" + std::string(field) + "'; add " + meaning));
        }
        return *node;
    }

    [[nodiscard]] std::string text(std::string_view field, const std::string& meaning) const {
        const toml::node& node = need(field, meaning);
        const auto value = node.value_exact<std::string>();
        if (!value) {
            throw_bad_input(
                located(name_, node.source().begin,
                        list_ + ": " + std::string(field) + " is not a text; write " + meaning));
        }
        return *value;
    }

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const toml::table& table() const { return table_; }

  private:
    const toml::table& table_;
    std::string list_;
    const std::string& name_;
};

std::vector<Block> blocks(const toml::node& node, const std::string& list, const std::string& name,
                          const std::vector<std::string>& fields) {
    std::vector<Block> found;
    const toml::array* const array = node.as_array();
    if (array == nullptr ||
        !std::ranges::all_of(*array, [](const toml::node& n) { return n.is_table(); })) {
        throw_bad_input(located(name, node.source().begin, describe_unknown_key(list)));
    }
    for (const toml::node& element : *array) {
        found.emplace_back(*element.as_table(), list, name, fields);
    }
    return found;
}

/// The text of a TOML scalar, as --set would take it.
std::string scalar_text(const toml::node& node) {
    if (const auto text = node.value_exact<std::string>()) {
        return *text;
    }
    if (const auto integer = node.value_exact<std::int64_t>()) {
        return std::to_string(*integer);
    }
    if (const auto real = node.value_exact<double>()) {
        return format_number(*real);
    }
    if (const auto boolean = node.value_exact<bool>()) {
        return *boolean ? "true" : "false";
    }
    throw_bad_input(
        "a single value is due here; write a quantity, a number, a text, true or false");
}

const KeySpec& variable_key(const std::string& key, const std::vector<std::string>& populations) {
    const KeySpec& spec = settable_key(key, populations);
    if (spec.type != ValueType::number || section_of(key) == "optimize") {
        throw_bad_input(
            "'" + key +
            "' cannot be searched over (it is no continuous property of an electrode); name a key "
            "that is a number or a quantity, for example cast.porosity");
    }
    if (section_of(key) == "domain" && key != "domain.thickness") {
        throw_bad_input("'" + key +
                        "' cannot be searched over (it says how an electrode is computed, not what "
                        "it is); search over the electrode's contents or domain.thickness");
    }
    if (spec.reference_only) {
        throw_bad_input(
            "'" + key +
            "' cannot be searched over (no stage reads it, so it would change nothing); remove "
            "the block");
    }
    return spec;
}

double bound(const Block& block, const KeySpec& spec, const char* field) {
    const toml::node& node = block.need(
        field, std::string("the ") + field + "est value to try, for example " + field + " = " +
                   (spec.default_value != "auto" ? to_toml_literal(spec, default_value(spec))
                    : spec.unit == "m"           ? "\"5 um\""
                                                 : "0.2"));
    return at(block.name(), node, [&] {
        const auto value =
            node.is_string()           ? value_from_string(spec, *node.value_exact<std::string>())
            : node.is_integer()        ? value_from_integer(spec, *node.value_exact<std::int64_t>())
            : node.is_floating_point() ? value_from_real(spec, *node.value_exact<double>())
                                       : value_from_text(spec, scalar_text(node));
        if (is_auto_value(spec, value)) {
            throw_bad_input(std::string(field) + " = \"auto\" is no bound; write a number");
        }
        return std::get<double>(value);
    });
}

bool is_logarithmic(const Block& block, double low) {
    const toml::node* node = block.find("scale");
    if (node == nullptr) {
        return false;
    }
    return at(block.name(), *node, [&] {
        const std::string scale = scalar_text(*node);
        if (scale != "linear" && scale != "log") {
            throw_bad_input("scale = " + toml_string(scale) +
                            " is none of \"linear\" and \"log\"; write one of them");
        }
        if (scale == "log" && !(low > 0)) {
            throw_bad_input("scale = \"log\" needs bounds above 0 (the logarithm of 0 is not "
                            "finite); raise low, or write scale = \"linear\"");
        }
        return scale == "log";
    });
}

std::string describe_reversed(const KeySpec& spec, const VariableEntry& entry) {
    return "low = " + readable(spec, entry.low) +
           " is not below high = " + readable(spec, entry.high) +
           " (nothing is left to search); swap or widen them";
}

VariableEntry read_variable(const Block& block, const std::vector<std::string>& populations) {
    VariableEntry entry;
    entry.key = block.text("key", "the recipe key to vary, for example key = \"cast.porosity\"");
    const KeySpec& spec =
        at(block.name(), *block.find("key"), [&]() -> std::reference_wrapper<const KeySpec> {
            return variable_key(entry.key, populations);
        });
    entry.low = bound(block, spec, "low");
    entry.high = bound(block, spec, "high");
    if (!(entry.low < entry.high)) {
        throw_bad_input(located(block.name(), block.find("low")->source().begin,
                                describe_reversed(spec, entry)));
    }
    entry.logarithmic = is_logarithmic(block, entry.low);
    return entry;
}

/// An end of a range on the command line.
double range_end(const KeySpec& spec, std::string_view text) {
    const Recipe::Value value = value_from_text(spec, text);
    if (is_auto_value(spec, value)) {
        throw_bad_input("\"auto\" is no bound; write a number");
    }
    return std::get<double>(value);
}

VariableEntry range_of(const std::string& text, const std::vector<std::string>& populations) {
    constexpr std::string_view logarithmic = ":log";
    const std::size_t equals = text.find('=');
    const std::size_t dots = text.find("..", std::min(equals, text.size()));
    if (equals == std::string::npos || dots == std::string::npos) {
        throw_bad_input("no range; write KEY=LOW..HIGH, for example \"cast.porosity=0.4..0.6\" or "
                        "\"coat.mass_fraction=0.1 %..5 %:log\"");
    }
    VariableEntry entry;
    entry.key = text.substr(0, equals);
    entry.logarithmic = text.ends_with(logarithmic);
    const KeySpec& spec = variable_key(entry.key, populations);
    const std::string_view range(text);
    const std::size_t end = text.size() - (entry.logarithmic ? logarithmic.size() : 0);
    entry.low = range_end(spec, range.substr(equals + 1, dots - equals - 1));
    entry.high = range_end(spec, range.substr(dots + 2, end - dots - 2));
    if (!(entry.low < entry.high)) {
        throw_bad_input(describe_reversed(spec, entry));
    }
    if (entry.logarithmic && !(entry.low > 0)) {
        throw_bad_input("a logarithmic range begins above 0; raise the low end, or leave out :log");
    }
    return entry;
}

/// A number, or a quantity in any unit, in base SI.
double result_value(const std::string& field, const toml::node& node) {
    if (const auto number = node.value<double>(); number && !node.is_boolean()) {
        if (!std::isfinite(*number)) {
            throw_bad_input(
                field + " is not a finite number; write one, or leave the line out for no bound");
        }
        return *number;
    }
    const std::string text = scalar_text(node);
    double value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || !std::isfinite(value)) {
        throw_bad_input(
            field + " = " + toml_string(text) +
            " is no finite number; write one in SI or with a unit, for example \"4 mAh/cm^2\"");
    }
    const std::string unit(rest, text.data() + text.size());
    if (unit.find_first_not_of(' ') == std::string::npos) {
        return value;
    }
    try {
        return to_si(value, unit, si_unit_of(unit));
    } catch (const Error&) {
        throw_bad_input(
            field + " = " + toml_string(text) +
            " has an unknown unit; write a number in SI or a unit, for example \"4 mAh/cm^2\"");
    }
}

ConstraintEntry read_constraint(const Block& block) {
    ConstraintEntry entry;
    entry.key =
        block.text("key", "a key of result.json, for example key = \"plating.metrics.fill\"");
    at(block.name(), *block.find("key"), [&] { check_result_key(entry.key); });
    entry.where = located(block.name(), block.find("key")->source().begin, "");
    entry.where.resize(entry.where.size() - 2); // without ": "
    if (const toml::node* low = block.find("low")) {
        entry.low = at(block.name(), *low, [&] { return result_value("low", *low); });
    }
    if (const toml::node* high = block.find("high")) {
        entry.high = at(block.name(), *high, [&] { return result_value("high", *high); });
    }
    if (block.find("low") == nullptr && block.find("high") == nullptr) {
        throw_bad_input(located(
            block.name(), block.table().source().begin,
            "[[optimize.constraint]] has neither 'low' nor 'high' (it would demand nothing); add "
            "one or both, for example low = 0.85"));
    }
    if (!(entry.low <= entry.high)) {
        throw_bad_input(located(block.name(), block.find("low")->source().begin,
                                "low = " + format_number(entry.low) +
                                    " is above high = " + format_number(entry.high) +
                                    " (nothing can meet that); swap them"));
    }
    return entry;
}

std::string stage_name(const std::string& text) {
    const std::vector<std::string> stages{"screen", "search", "confirm"};
    if (std::ranges::find(stages, text) == stages.end()) {
        throw_bad_input("until = " + toml_string(text) +
                        " is no stage of a search; write \"screen\", \"search\" or \"confirm\"");
    }
    return text;
}

OverrideEntry read_override(const Block& block, const std::vector<std::string>& populations) {
    OverrideEntry entry;
    entry.key = block.text("key", "the recipe key to change, for example key = \"domain.voxel\"");
    at(block.name(), *block.find("key"), [&] {
        const KeySpec& spec = settable_key(entry.key, populations);
        if (section_of(entry.key) == "optimize" || spec.reference_only) {
            throw_bad_input(
                "'" + entry.key +
                "' cannot be overridden (it is no property of an electrode); name another key");
        }
    });
    const toml::node& node =
        block.need("value", "what the search uses instead, for example value = \"0.5 um\"");
    at(block.name(), node, [&] {
        entry.value = scalar_text(node);
        value_from_text(*find_key(entry.key), entry.value);
    });
    if (const toml::node* until = block.find("until")) {
        entry.until = at(block.name(), *until, [&] { return stage_name(scalar_text(*until)); });
    }
    return entry;
}

/// What there may be only one block for.
std::string subject(const VariableEntry& entry) {
    return entry.key;
}
std::string subject(const ConstraintEntry& entry) {
    return entry.key;
}
std::string subject(const OverrideEntry& entry) {
    return entry.key + " until " + entry.until;
}

/// Reads every block and refuses one whose subject an earlier one has.
template <typename Entry, typename Read>
std::vector<Entry> read_unique(const std::vector<Block>& found, const Read& read) {
    std::vector<Entry> entries;
    for (const Block& block : found) {
        Entry entry = read(block);
        for (const Entry& earlier : entries) {
            if (subject(earlier) == subject(entry)) {
                throw_bad_input(
                    located(block.name(), block.find("key")->source().begin,
                            "'" + entry.key + "' has a block above already; keep one of the two"));
            }
        }
        entries.push_back(std::move(entry));
    }
    return entries;
}

} // namespace

void check_result_key(const std::string& key) {
    const std::vector<std::string> groups{"geometry", "transport", "plating", "performance"};
    const std::string group = key.substr(0, key.find('.'));
    const bool well_formed =
        key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.") == std::string::npos &&
        key.find("..") == std::string::npos && !key.ends_with('.');
    if (!well_formed || group == key || std::ranges::find(groups, group) == groups.end()) {
        const std::string like = nearest(group, groups);
        throw_bad_input(
            toml_string(key) +
            " is no key of result.json (they begin with geometry., transport., plating. "
            "or performance.); " +
            (like.empty() || like == group || group == key
                 ? "name one, for example \"plating.metrics.uniformity\""
                 : "did you mean " + toml_string(like + key.substr(group.size())) + "?"));
    }
}

VariableEntry parse_variable(const Recipe& recipe, const std::string& text) {
    try {
        return range_of(text, recipe.populations());
    } catch (const Error& error) {
        throw Error(error.code(), one_line("--vary " + text + ": " + error.what()));
    }
}

std::vector<VariableEntry> read_variables(const toml::node& node, const std::string& name,
                                          const std::vector<std::string>& populations) {
    return read_unique<VariableEntry>(
        blocks(node, "optimize.variable", name, {"key", "low", "high", "scale"}),
        [&](const Block& block) { return read_variable(block, populations); });
}

std::vector<ConstraintEntry> read_constraints(const toml::node& node, const std::string& name) {
    return read_unique<ConstraintEntry>(
        blocks(node, "optimize.constraint", name, {"key", "low", "high"}), read_constraint);
}

std::vector<OverrideEntry> read_overrides(const toml::node& node, const std::string& name,
                                          const std::vector<std::string>& populations) {
    return read_unique<OverrideEntry>(
        blocks(node, "optimize.override", name, {"key", "value", "until"}),
        [&](const Block& block) { return read_override(block, populations); });
}

} // namespace porogen
