#include "recipe/parser.h"

#include <algorithm>
#include <optional>

#include "porogen/core/errors.h"
#include "porogen/core/files.h"
#include "porogen/core/units.h"
#include "recipe/between_keys.h"
#include "recipe/lists.h"
#include "recipe/lookup.h"
#include "recipe/si_units.h"
#include "recipe/syntax.h"
#include "recipe/value.h"

namespace porogen {

namespace {

/// A value, a population's table or a table that should not be there, with the place where its key
/// stands.
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
        const bool population = prefix == "population";
        const bool section = node.is_table() && (population || is_table_name(path));
        if (section) {
            collect(*node.as_table(), path, name, entries);
        }
        if (!section || population) {
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
        return "[[" + entry.path + "]] is one section, not a list; write it in single brackets: " +
               in_brackets(entry.path);
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

/// Nothing for a key that is auto for every design.
std::optional<SearchRange> search_range(const Recipe& recipe, std::string_view key) {
    for (std::size_t i = 0; i < recipe.variables().size(); ++i) {
        const VariableEntry& variable = recipe.variables()[i];
        if (variable.key == key) {
            return SearchRange{variable.low, variable.high, i};
        }
    }
    for (const OverrideEntry& entry : recipe.overrides()) {
        if (entry.key == key) {
            const Recipe::Value value = value_from_text(*find_key(key), entry.value);
            const auto* number = std::get_if<double>(&value);
            return number ? std::optional(SearchRange{*number, *number, {}}) : std::nullopt;
        }
    }
    if (recipe.is_auto(key)) {
        return {};
    }
    return SearchRange{recipe.number(key), recipe.number(key), {}};
}

std::string shown(std::string_view key, double value) {
    return std::string(key) + " = " + readable(*find_key(key), value);
}

/// Keys that are ordered must be so for all values that the search may give them, or it would break
/// off at the first design of the wrong order.
void check_orders(const Recipe& recipe, const toml::table& root) {
    const toml::node_view<const toml::node> blocks = root["optimize"]["variable"];
    for (const KeyOrder& order : key_orders(recipe)) {
        const auto small = search_range(recipe, order.small);
        const auto large = search_range(recipe, order.large);
        if (!small || !large || (!small->variable && !large->variable) ||
            small->high <= large->low) {
            continue;
        }
        const bool blame_large = large->variable.has_value();
        const std::size_t block = blame_large ? *large->variable : *small->variable;
        const char* const field = blame_large ? "low" : "high";
        throw_bad_input(located(recipe.name(), blocks[block][field].node()->source().begin,
                                "the search may try " + shown(order.small, small->high) + " with " +
                                    shown(order.large, large->low) +
                                    " (the first must not exceed the second); " +
                                    (blame_large ? "raise low" : "lower high")));
    }
}

/// So must the shares of a role stay parts of one whole, which takes one that makes up the rest.
void check_shares(const Recipe& recipe, const toml::table& root, const ShareKeys& shares) {
    const toml::node_view<const toml::node> blocks = root["optimize"]["variable"];
    std::optional<std::size_t> last;
    double sum = 0;
    for (const std::string& key : shares.all()) {
        if (const auto range = search_range(recipe, key)) {
            last = range->variable ? range->variable : last;
            sum += range->high;
        }
    }
    if (!last) {
        return;
    }
    const toml::node_view<const toml::node> block = blocks[*last];
    if (search_range(recipe, shares.base)) {
        throw_bad_input(located(recipe.name(), block["key"].node()->source().begin,
                                "the search changes shares that add up to 1 only together; leave " +
                                    shares.base + " at \"auto\" and search over the others"));
    }
    if (!(sum <= 1 + share_slack)) {
        throw_bad_input(located(recipe.name(), block["high"].node()->source().begin,
                                "the search may try shares of the " + shares.role +
                                    " that add up to " + format_number(rounded(sum, 6)) +
                                    " (they are parts of one whole); lower high"));
    }
}

} // namespace

const KeySpec& settable_key(std::string_view key, const std::vector<std::string>& populations) {
    const KeySpec* spec = find_key(key);
    if (spec == nullptr) {
        throw_bad_input(describe_unsettable_key(key));
    }
    const std::string_view section = section_of(key);
    if ((section == population_template || !population_of(section).empty()) &&
        std::ranges::find(populations, population_of(section)) == populations.end()) {
        throw_bad_input(describe_undeclared(key, populations));
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
        check_objective(std::get<std::string>(value));
    }
}

/// Turns TOML into a checked Recipe; a class because only a friend may fill one.
class RecipeParser {
  public:
    RecipeParser(std::string_view text, const std::string& name) : root_(parse_toml(text, name)) {
        recipe_.name_ = name;
    }

    Recipe parse(const std::vector<std::string>& overrides) {
        std::vector<Entry> entries;
        collect(root_, "", recipe_.name_, entries);
        std::ranges::sort(entries, before);
        declare_populations(entries);
        for (const KeySpec* spec : keys_with(recipe_.populations_)) {
            recipe_.values_[spec->key] = default_of(*spec);
        }
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
        check_orders(recipe_, root_);
        for (const char* role : {"host", "porogen"}) {
            check_shares(recipe_, root_, share_keys(recipe_, role));
        }
        return std::move(recipe_);
    }

  private:
    /// default_value(), converted once: all populations have the same.
    static const Recipe::Value& default_of(const KeySpec& spec) {
        static const auto values = [] {
            std::map<std::string, Recipe::Value, std::less<>> made;
            for (const KeySpec& each : schema()) {
                made[each.key] = default_value(each);
            }
            return made;
        }();
        const bool of_population = !population_of(section_of(spec.key)).empty();
        return values
            .find(of_population
                      ? std::string(population_template) + '.' + std::string(name_of(spec.key))
                      : spec.key)
            ->second;
    }

    /// First of all, since the blocks of a search may name a population that stands below them.
    void declare_populations(const std::vector<Entry>& entries) {
        for (const Entry& entry : entries) {
            const std::string_view name = population_of(entry.path);
            if (entry.node->is_table() && !name.empty()) {
                recipe_.populations_.emplace_back(name);
            }
        }
        std::ranges::sort(recipe_.populations_);
    }

    void read(const Entry& entry) {
        const KeySpec* const spec = find_key(entry.path);
        if (entry.node->is_table() && section_of(entry.path) == "population") {
            read_population(entry);
        } else if (spec != nullptr &&
                   !(entry.node->is_table() || entry.node->is_array_of_tables())) {
            read_value(*spec, entry);
        } else if (entry.path == "optimize.variable") {
            recipe_.variables_ = read_variables(*entry.node, recipe_.name_, recipe_.populations_);
        } else if (entry.path == "optimize.constraint") {
            recipe_.constraints_ = read_constraints(*entry.node, recipe_.name_);
        } else if (entry.path == "optimize.override") {
            recipe_.overrides_ = read_overrides(*entry.node, recipe_.name_, recipe_.populations_);
        } else {
            throw_bad_input(located(recipe_.name_, entry.at, describe_unknown(entry)));
        }
    }

    void read_population(const Entry& entry) {
        try {
            check_population_name(name_of(entry.path));
        } catch (const Error& error) {
            throw Error(error.code(), located(recipe_.name_, entry.at, error.what()));
        }
        remember(entry.path, entry.at);
    }

    void read_value(const KeySpec& spec, const Entry& entry) {
        const toml::source_position at = entry.node->source().begin;
        try {
            Recipe::Value value = value_of(spec, *entry.node);
            check_meaning(spec, value);
            recipe_.values_[spec.key] = std::move(value);
            remember(spec.key, at);
        } catch (const Error& error) {
            throw Error(error.code(), located(recipe_.name_, at, error.what()));
        }
    }

    void remember(const std::string& path, const toml::source_position& at) {
        const std::string place = located(recipe_.name_, at, "");
        recipe_.where_[path] = place.substr(0, place.size() - 2);
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
