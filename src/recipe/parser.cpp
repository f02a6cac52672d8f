#include "recipe/parser.h"

#include <algorithm>
#include <optional>

#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "recipe/key_order.h"
#include "recipe/lists.h"
#include "recipe/lookup.h"
#include "recipe/syntax.h"
#include "recipe/value.h"

namespace porogen {

namespace {

/// A value, or a table that should not be there, with the place where its key stands.
struct Entry {
    toml::source_position at;
    std::string path;
    const toml::node* node = nullptr;
};

bool before(const Entry& a, const Entry& b) {
    return a.at.line != b.at.line ? a.at.line < b.at.line : a.at.column < b.at.column;
}

/// Every entry of a recipe in the order of the file: toml++ sorts by name, but the first mistake a
/// reader meets is the first in the file.
void collect(const toml::table& table, const std::string& prefix, const std::string& name,
             std::vector<Entry>& entries) {
    for (const auto& [key, node] : table) {
        if (key.str().find('.') != std::string_view::npos) {
            throw_bad_input(
                located(name, key.source().begin,
                        "the key '" + std::string(key.str()) +
                            "' is in quotes, which makes it one word; write it without"));
        }
        const std::string path = (prefix.empty() ? "" : prefix + '.') + std::string(key.str());
        if (node.is_table() && is_table_name(path)) {
            collect(*node.as_table(), path, name, entries);
        } else {
            entries.push_back({key.source().begin, path, &node});
        }
    }
}

Recipe::Value value_of(const KeySpec& spec, const toml::node& node) {
    if (const auto text = node.value_exact<std::string>()) {
        return value_from_string(spec, *text);
    }
    if (const auto integer = node.value_exact<std::int64_t>()) {
        return value_from_integer(spec, *integer);
    }
    if (const auto real = node.value_exact<double>()) {
        return value_from_real(spec, *real);
    }
    if (const auto boolean = node.value_exact<bool>()) {
        return value_from_boolean(spec, *boolean);
    }
    const std::string is = node.is_array()   ? "a list"
                           : node.is_table() ? "a table"
                                             : "a date or time";
    throw_bad_input(spec.key + " is " + is + " where one value is due; write " +
                    std::string(name_of(spec.key)) + " = " +
                    to_toml_literal(spec, default_value(spec)) + ", for example");
}

std::string describe_unknown(const Entry& entry) {
    const bool blocks = entry.node->is_array_of_tables();
    if (blocks && is_table_name(entry.path)) {
        return "[[" + entry.path + "]] is one section, not a list; write it in single brackets: [" +
               entry.path + "]";
    }
    return entry.node->is_table() || blocks ? describe_unknown_section(entry.path)
                                            : describe_unknown_key(entry.path);
}

/// An override that a variable overrides again says two things at once.
void check_overrides(const Recipe& recipe, const toml::table& root) {
    const toml::node_view<const toml::node> blocks = root["optimize"]["override"];
    for (std::size_t i = 0; i < recipe.overrides().size(); ++i) {
        const std::string& key = recipe.overrides()[i].key;
        if (std::ranges::any_of(recipe.variables(),
                                [&](const VariableEntry& v) { return v.key == key; })) {
            throw_bad_input(
                located(recipe.name(), blocks[i]["key"].node()->source().begin,
                        "'" + key +
                            "' is a variable of the search and overridden as well; remove "
                            "one of the two blocks"));
        }
    }
}

/// The values that a search gives a key.
struct SearchRange {
    double low = 0;
    double high = 0;
    std::optional<std::size_t> variable; ///< its block, if it is not fixed
};

SearchRange search_range(const Recipe& recipe, std::string_view key) {
    for (std::size_t i = 0; i < recipe.variables().size(); ++i) {
        const VariableEntry& variable = recipe.variables()[i];
        if (variable.key == key) {
            return {variable.low, variable.high, i};
        }
    }
    for (const OverrideEntry& entry : recipe.overrides()) {
        if (entry.key == key) {
            const double value = std::get<double>(value_from_text(*find_key(key), entry.value));
            return {value, value, {}};
        }
    }
    return {recipe.number(key), recipe.number(key), {}};
}

/// Keys that are ordered must be so for all values that the search may give them, or it would break
/// off at the first design of the wrong order.
void check_variables(const Recipe& recipe, const toml::table& root) {
    const toml::node_view<const toml::node> blocks = root["optimize"]["variable"];
    const auto shown = [](std::string_view key, double value) {
        return std::string(key) + " = " + readable(*find_key(key), value);
    };
    for (const KeyOrder& order : key_orders) {
        const SearchRange small = search_range(recipe, order.small);
        const SearchRange large = search_range(recipe, order.large);
        if ((!small.variable && !large.variable) || small.high <= large.low) {
            continue;
        }
        const bool blame_large = large.variable.has_value();
        const std::size_t block = blame_large ? *large.variable : *small.variable;
        const char* const field = blame_large ? "low" : "high";
        throw_bad_input(located(recipe.name(), blocks[block][field].node()->source().begin,
                                "the search may try " + shown(order.small, small.high) + " with " +
                                    shown(order.large, large.low) +
                                    " (the first must not exceed the second); " +
                                    (blame_large ? "raise low" : "lower high")));
    }
}

} // namespace

const KeySpec& settable_key(std::string_view key) {
    const KeySpec* spec = find_key(key);
    if (spec == nullptr) {
        throw_bad_input(describe_unsettable_key(key));
    }
    return *spec;
}

void check_meaning(const KeySpec& spec, const Recipe::Value& value) {
    if (spec.reference_only && value != default_value(spec)) {
        throw_bad_input(
            spec.key +
            " is kept for reference (no stage reads it, so setting it would change nothing); "
            "remove it");
    }
    if (spec.key == "optimize.objective") {
        check_result_key(std::get<std::string>(value));
    }
}

/// Turns TOML into a checked Recipe; a class because only a friend may fill one.
class RecipeParser {
  public:
    RecipeParser(std::string_view text, const std::string& name) : root_(parse_toml(text, name)) {
        recipe_.name_ = name;
        recipe_.values_ = defaults();
    }

    Recipe parse(const std::vector<std::string>& overrides) {
        std::vector<Entry> entries;
        collect(root_, "", recipe_.name_, entries);
        std::ranges::sort(entries, before);
        for (const Entry& entry : entries) {
            read(entry);
        }
        check_overrides(recipe_, root_);
        for (const std::string& text : overrides) {
            if (!is_utf8(text)) {
                throw_bad_input("--set: not UTF-8 text; correct the value");
            }
            apply(text);
        }
        check_variables(recipe_, root_);
        return std::move(recipe_);
    }

  private:
    static std::map<std::string, Recipe::Value, std::less<>> defaults() {
        static const auto values = [] {
            std::map<std::string, Recipe::Value, std::less<>> made;
            for (const KeySpec& spec : schema()) {
                made[spec.key] = default_value(spec);
            }
            return made;
        }();
        return values;
    }

    void read(const Entry& entry) {
        const KeySpec* const spec = find_key(entry.path);
        if (spec != nullptr && !(entry.node->is_table() || entry.node->is_array_of_tables())) {
            read_value(*spec, entry);
        } else if (entry.path == "optimize.variable") {
            recipe_.variables_ = read_variables(*entry.node, recipe_.name_);
        } else if (entry.path == "optimize.constraint") {
            recipe_.constraints_ = read_constraints(*entry.node, recipe_.name_);
        } else if (entry.path == "optimize.override") {
            recipe_.overrides_ = read_overrides(*entry.node, recipe_.name_);
        } else {
            throw_bad_input(located(recipe_.name_, entry.at, describe_unknown(entry)));
        }
    }

    void read_value(const KeySpec& spec, const Entry& entry) {
        const toml::source_position at = entry.node->source().begin;
        try {
            Recipe::Value value = value_of(spec, *entry.node);
            check_meaning(spec, value);
            recipe_.values_[spec.key] = std::move(value);
            recipe_.where_[spec.key] = located(recipe_.name_, at, "");
            recipe_.where_[spec.key].resize(recipe_.where_[spec.key].size() - 2);
        } catch (const Error& error) {
            throw Error(error.code(), located(recipe_.name_, at, error.what()));
        }
    }

    void apply(const std::string& text) {
        const auto equals = text.find('=');
        try {
            if (equals == std::string::npos) {
                throw_bad_input(
                    "no '=' between key and value; write --set key=value, for example --set "
                    "cast.porosity=0.5");
            }
            std::string key = text.substr(0, equals);
            key.erase(0, key.find_first_not_of(' '));
            key.erase(key.find_last_not_of(' ') + 1);
            recipe_.set(key, std::string_view(text).substr(equals + 1));
        } catch (const Error& error) {
            throw Error(error.code(), one_line("--set " + text + ": " + error.what()));
        }
    }

    toml::table root_;
    Recipe recipe_;
};

Recipe Recipe::parse(std::string_view text, const std::string& name,
                     const std::vector<std::string>& overrides) {
    return RecipeParser(text, name).parse(overrides);
}

Recipe Recipe::load(const std::filesystem::path& file, const std::vector<std::string>& overrides) {
    return parse(read_text_file(file), file.string(), overrides);
}

} // namespace porogen
