#include "porogen/report/result_keys.h"

#include <algorithm>
#include <map>

#include "porogen/core/errors.h"
#include "porogen/core/text.h"
#include "porogen/recipe/options.h"
#include "porogen/recipe/schema.h"

namespace porogen {

namespace {

constexpr std::string_view any_name = "NAME";
constexpr std::string_view recipe_prefix = "recipe.";
constexpr std::string_view recipe_entry = "recipe.KEY";

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

bool is_population_name(std::string_view text) {
    return !text.empty() &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "_-") == std::string_view::npos;
}

/// A key of the table, {a,b} written out, is `key`; NAME is any name.
bool is_instance(std::string_view pattern, std::string_view key) {
    const std::vector<std::string_view> wanted = split(pattern, '.');
    const std::vector<std::string_view> given = split(key, '.');
    return std::ranges::equal(wanted, given, [](std::string_view want, std::string_view part) {
        return want == part || (want == any_name && is_population_name(part));
    });
}

/// Every key of the table written out, with its entry, in the order of the table.
const std::vector<std::pair<std::string, const ResultKey*>>& instances() {
    static const auto all = [] {
        std::vector<std::pair<std::string, const ResultKey*>> found;
        for (const ResultKey& entry : result_reference()) {
            for (std::string& key : result_key_instances(entry)) {
                found.emplace_back(std::move(key), &entry);
            }
        }
        return found;
    }();
    return all;
}

bool is_number(const ResultKey& entry) {
    return !entry.unit.empty() && entry.key.find("[]") == std::string::npos;
}

/// With the unknown key's own name where the table says NAME: a name is no slip.
std::string named_like(const std::string& key, std::string_view unknown) {
    const std::size_t at = key.find(any_name);
    if (at == std::string::npos) {
        return key;
    }
    const std::string before = key.substr(0, at);
    const auto dots = static_cast<std::size_t>(std::ranges::count(before, '.'));
    const std::vector<std::string_view> parts = split(unknown, '.');
    std::string name = "flakes";
    if (dots < parts.size() && is_population_name(parts[dots])) {
        const auto length = static_cast<std::size_t>(parts[dots].data() - unknown.data());
        if (!closest(unknown.substr(0, length), {before}).empty()) {
            name = parts[dots];
        }
    }
    return before + name + key.substr(at + any_name.size());
}

std::string_view condition(ResultWhen when) {
    switch (when) {
    case ResultWhen::always:
        return "";
    case ResultWhen::oriented:
        return "`cast.orientation_r` given";
    case ResultWhen::bound:
        return "with binder";
    case ResultWhen::measured:
        return "measured";
    case ResultWhen::both_states:
        return "measured, `transport.host_state = \"both\"`";
    case ResultWhen::plated:
        return "plated";
    case ResultWhen::resolved:
        return "plated in space";
    case ResultWhen::beside:
        return "plated in space, with a prediction";
    case ResultWhen::electrode:
        return "plated, homogenised or with a prediction";
    }
    return "";
}

std::string_view group_of(std::string_view key) {
    for (const std::string_view group :
         {"geometry", "transport", "plating", "performance", "status"}) {
        if (key.starts_with(group)) {
            return group;
        }
    }
    return "run";
}

/// A Markdown table ends a cell at '|'.
std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '|' ? "\\|" : std::string(1, c);
    }
    return out;
}

constexpr const char* introduction = R"(# Numbers of result.json

Everything in SI, under names that are added to and never renamed. A number here can be an objective or a constraint of a
search (`porogen optimize`), if it begins with geometry., transport., plating. or performance. What does not exist for an
electrode is null; true and false count as 1 and 0. `{a,b}` stands for one key each, `NAME` for the name of a population, `[]`
for the elements of a list, which a search cannot ask for. Keys without a unit are no numbers.

*When*: without a word the key stands in every result. *Measured*: `porogen run` got past the casting, and the axis is one
of `transport.axes`. *Plated*: there is the plating that the recipe asks for; *in space*: with `plating.model = "resolved"`;
*prediction*: that of the one-dimensional model beside it.
)";

} // namespace

std::vector<std::string> result_key_instances(const ResultKey& key) {
    std::vector<std::string> done;
    std::vector<std::string> open{key.key};
    while (!open.empty()) {
        const std::string pattern = open.back();
        open.pop_back();
        const std::size_t begin = pattern.find('{');
        if (begin == std::string::npos) {
            done.push_back(pattern);
            continue;
        }
        const std::size_t end = pattern.find('}', begin);
        const std::vector<std::string_view> choices =
            split(std::string_view(pattern).substr(begin + 1, end - begin - 1), ',');
        for (auto choice = choices.rbegin(); choice != choices.rend(); ++choice) {
            open.push_back(pattern.substr(0, begin) + std::string(*choice) +
                           pattern.substr(end + 1));
        }
    }
    return done;
}

const ResultKey* find_result_key(std::string_view key) {
    const bool of_recipe =
        key.starts_with(recipe_prefix) && find_key(key.substr(recipe_prefix.size())) != nullptr;
    for (const auto& [pattern, entry] : instances()) {
        if (of_recipe ? pattern == recipe_entry : is_instance(pattern, key)) {
            return entry;
        }
    }
    return nullptr;
}

bool is_result_number(std::string_view key) {
    const ResultKey* const entry = find_result_key(key);
    if (entry == nullptr || entry->key != recipe_entry) {
        return entry != nullptr && is_number(*entry);
    }
    const KeySpec* const spec = find_key(key.substr(recipe_prefix.size()));
    return spec != nullptr && spec->type != ValueType::text && spec->type != ValueType::choice;
}

std::string nearest_result_key(std::string_view unknown) {
    if (unknown.starts_with(recipe_prefix)) {
        const std::string key = nearest_key(unknown.substr(recipe_prefix.size()));
        return key.empty() ? "" : std::string(recipe_prefix) + key;
    }
    std::vector<std::string> keys;
    for (const auto& [pattern, entry] : instances()) {
        if (is_number(*entry)) {
            keys.push_back(named_like(pattern, unknown));
        }
    }
    const std::string end = "." + std::string(unknown);
    const auto same_end =
        std::ranges::find_if(keys, [&](const std::string& key) { return key.ends_with(end); });
    return same_end != keys.end() ? *same_end : closest(unknown, keys);
}

void require_result_numbers(const Recipe& recipe) {
    const auto require = [](const std::string& where, const std::string& key) {
        if (is_result_number(key)) {
            return;
        }
        const std::string nearest = nearest_result_key(key);
        throw_bad_input(where + ": result.json has no number '" + key + "'; " +
                        (nearest.empty() ? "recipes/RESULTS.md lists them"
                                         : "did you mean '" + nearest + "'?"));
    };
    const SearchGoal goal = search_goal(recipe);
    require(recipe.where("optimize.objective"), goal.objective);
    for (const ConstraintEntry& constraint : goal.constraints) {
        require(constraint.where, constraint.key);
    }
}

std::string result_reference_markdown() {
    std::string text = introduction;
    std::string_view group;
    for (const ResultKey& entry : result_reference()) {
        const std::string_view of_entry = group_of(entry.key);
        if (of_entry != group) {
            text += "\n## ";
            text += of_entry;
            text += "\n\n| key | unit | when | meaning |\n|---|---|---|---|\n";
            group = of_entry;
        }
        text += "| `" + entry.key + "` | " + (entry.unit.empty() ? "" : "`" + entry.unit + "`") +
                " | " + std::string(condition(entry.when)) + " | " + cell(entry.doc) + " |\n";
    }
    return text;
}

} // namespace porogen
