#include "recipe/lookup.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <mutex>

#include "porogen/core/errors.h"
#include "porogen/core/text.h"
#include "recipe/value.h"

namespace porogen {

namespace {

constexpr std::array list_names{"optimize.variable", "optimize.constraint", "optimize.override"};
constexpr std::string_view population_prefix = "population.";

std::string in_quotes(std::string_view word) {
    return "'" + std::string(word) + "'";
}

/// Keys of that name, in whatever section, if possible such as may be set.
std::vector<std::string> keys_named(std::string_view name) {
    std::vector<std::string> keys;
    for (const KeySpec& spec : schema()) {
        if (name_of(spec.key) == name) {
            keys.push_back(spec.key);
        }
    }
    const auto is_read = [](const std::string& key) { return !find_key(key)->reference_only; };
    if (std::ranges::any_of(keys, is_read)) {
        std::erase_if(keys, std::not_fn(is_read));
    }
    return keys;
}

std::vector<std::string> names_in(std::string_view section) {
    if (!population_of(section).empty()) {
        section = population_template;
    }
    std::vector<std::string> names;
    for (const KeySpec& spec : schema()) {
        if (section_of(spec.key) == section) {
            names.emplace_back(name_of(spec.key));
        }
    }
    return names;
}

std::vector<std::string> top_level_names() {
    std::vector<std::string> names;
    for (const std::string& section : sections()) {
        const std::string top = section.substr(0, section.find('.'));
        if (std::ranges::find(names, top) == names.end()) {
            names.push_back(top);
        }
    }
    return names;
}

std::string describe_place(std::string_view key) {
    return section_of(key).empty() ? "at the top, before the first section"
                                   : "under " + in_brackets(section_of(key));
}

/// "voxel = "0.25 um"": a key with its default, as it would stand in its section.
std::string assignment(const KeySpec& spec) {
    return std::string(name_of(spec.key)) + " = " + to_toml_literal(spec, default_value(spec));
}

bool is_population_name(std::string_view name) {
    return !name.empty() && name != "flakes" && name != "porogen" && name != "NAME" &&
           std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-';
           });
}

const std::map<std::string_view, const KeySpec*>& index() {
    static const std::map<std::string_view, const KeySpec*> all = [] {
        std::map<std::string_view, const KeySpec*> made;
        for (const KeySpec& spec : schema()) {
            made.emplace(spec.key, &spec);
        }
        return made;
    }();
    return all;
}

/// The key of one population, made from the schema's the first time somebody asks.
const KeySpec* find_population_key(std::string_view key) {
    if (population_of(section_of(key)).empty()) {
        return nullptr;
    }
    const auto general =
        index().find(std::string(population_template) + '.' + std::string(name_of(key)));
    if (general == index().end()) {
        return nullptr;
    }
    static std::mutex mutex;
    static std::map<std::string, KeySpec, std::less<>> made;
    const std::lock_guard lock(mutex);
    auto found = made.find(key);
    if (found == made.end()) {
        found = made.emplace(key, *general->second).first;
        found->second.key = key;
    }
    return &found->second;
}

} // namespace

std::string in_brackets(std::string_view section) {
    return "[" + std::string(section == "population" ? population_template : section) + "]";
}

std::string_view section_of(std::string_view key) {
    const auto dot = key.rfind('.');
    return dot == std::string_view::npos ? std::string_view{} : key.substr(0, dot);
}

std::string_view name_of(std::string_view key) {
    const auto dot = key.rfind('.');
    return dot == std::string_view::npos ? key : key.substr(dot + 1);
}

const std::vector<std::string>& sections() {
    static const std::vector<std::string> all = [] {
        std::vector<std::string> found;
        for (const KeySpec& spec : schema()) {
            const std::string section(section_of(spec.key));
            if (!section.empty() && (found.empty() || found.back() != section)) {
                found.push_back(section);
            }
        }
        return found;
    }();
    return all;
}

std::string_view population_of(std::string_view section) {
    if (!section.starts_with(population_prefix)) {
        return {};
    }
    const std::string_view name = section.substr(population_prefix.size());
    return is_population_name(name) ? name : std::string_view{};
}

void check_population_name(std::string_view name) {
    if (name == "flakes" || name == "porogen") {
        throw_bad_input("a population of its own cannot be called " + in_quotes(name) +
                        " (the base population of that name has the section " + in_brackets(name) +
                        "); choose another name");
    }
    if (name == "NAME") {
        throw_bad_input("NAME stands for a name of your choice (reference pages use it for every "
                        "population); choose one");
    }
    if (!is_population_name(name)) {
        throw_bad_input(in_quotes(name) +
                        " is no name for a population (letters, digits, _ and - only); choose "
                        "another name");
    }
}

std::vector<const KeySpec*> keys_with(const std::vector<std::string>& populations) {
    const std::vector<std::string> fields = names_in(population_template);
    std::vector<const KeySpec*> keys;
    for (const KeySpec& spec : schema()) {
        if (section_of(spec.key) != population_template) {
            keys.push_back(&spec);
        } else if (name_of(spec.key) == fields.front()) { // one population after the other
            for (const std::string& population : populations) {
                for (const std::string& field : fields) {
                    keys.push_back(
                        find_key(std::string(population_prefix) + population + '.' + field));
                }
            }
        }
    }
    return keys;
}

bool is_table_name(std::string_view path) {
    return path == "materials" || path == "population" || !population_of(path).empty() ||
           std::ranges::find(sections(), path) != sections().end();
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
    return closest(word, candidates, 3);
}

std::string join(const std::vector<std::string>& words, std::string_view last) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) {
            text += i + 1 == words.size() ? last : ", ";
        }
        text += words[i];
    }
    return text;
}

const KeySpec* find_key(std::string_view key) {
    const auto found = index().find(key);
    return found == index().end() ? find_population_key(key) : found->second;
}

std::string nearest_key(std::string_view unknown) {
    const std::vector<std::string> elsewhere = keys_named(name_of(unknown));
    if (!elsewhere.empty()) {
        const std::string like = nearest(unknown, elsewhere);
        return like.empty() ? elsewhere.front() : like;
    }
    // A slip in the name is likelier than one in name and section together.
    const std::string section(section_of(unknown));
    const std::string name = nearest(name_of(unknown), names_in(section));
    if (!name.empty()) {
        return section.empty() ? name : section + '.' + name;
    }
    std::vector<std::string> keys;
    std::string best;
    for (const KeySpec& spec : schema()) {
        keys.push_back(spec.key);
    }
    best = nearest(unknown, keys);
    if (!best.empty()) {
        return best;
    }
    std::vector<std::string> names;
    names.reserve(keys.size());
    for (const std::string& key : keys) {
        names.emplace_back(name_of(key));
    }
    const std::string like = nearest(name_of(unknown), names);
    return like.empty() ? "" : keys_named(like).front();
}

std::string describe_unknown_key(std::string_view path) {
    const std::string section(section_of(path));
    const std::string name(name_of(path));
    const std::vector<std::string> elsewhere = keys_named(name);
    if (is_table_name(path) && (section != "population" || elsewhere.empty())) {
        return in_quotes(path) + " is a section, not a value; write its keys below a line " +
               in_brackets(path);
    }
    if (std::ranges::find(list_names, path) != list_names.end()) {
        return in_quotes(path) + " is a list of blocks; write [[" + std::string(path) +
               "]] in double brackets and its keys below";
    }
    if (const KeySpec* parent = find_key(section)) {
        return in_quotes(section) + " is a value, not a section; write " + assignment(*parent) +
               ' ' + describe_place(parent->key);
    }
    if (!elsewhere.empty()) {
        std::vector<std::string> places;
        for (const std::string& key : elsewhere) {
            places.push_back(describe_place(key));
        }
        const std::string here = section.empty() ? "outside every section" : "in [" + section + "]";
        return in_quotes(name) + " has no meaning " + here + "; write it " + join(places);
    }
    const std::string like = nearest_key(path);
    if (!like.empty()) {
        return "unknown key " + in_quotes(path) + "; did you mean " + in_quotes(like) + "?";
    }
    if (!section.empty() && !is_table_name(section)) {
        return describe_unknown_section(section);
    }
    const std::vector<std::string> names = names_in(section);
    return "unknown key " + in_quotes(path) + "; " +
           (section.empty() ? "outside the sections a recipe holds "
                            : in_brackets(section) + " holds ") +
           join(names, " and ");
}

std::string describe_unsettable_key(std::string_view key) {
    if (std::ranges::find(list_names, key) != list_names.end()) {
        return in_quotes(key) + " is a list of blocks; write it in a recipe as [[" +
               std::string(key) + "]]";
    }
    if (is_table_name(key)) {
        const std::vector<std::string> names = names_in(key);
        return in_quotes(key) + " is a section; name one of its keys" +
               (names.empty() ? std::string()
                              : ", for example " + std::string(key) + '.' + names.front());
    }
    const std::string like = nearest_key(key);
    return "unknown key " + in_quotes(key) + "; " +
           (like.empty() ? "the keys are section.name, for example domain.voxel"
                         : "did you mean " + in_quotes(like) + "?");
}

std::string describe_undeclared(std::string_view key, const std::vector<std::string>& declared) {
    const std::string name(section_of(key).substr(population_prefix.size()));
    const std::string problem =
        "this recipe has no population " + in_quotes(name) +
        (declared.empty() ? " and no other" : " (it has " + join(declared, " and ") + ")");
    const std::string like = nearest(name, declared);
    return problem +
           (like.empty() ? "; declare it by a line " +
                               in_brackets(name == "NAME" ? population_template : section_of(key)) +
                               " in the recipe"
                         : "; did you mean '" + std::string(population_prefix) + like + '.' +
                               std::string(name_of(key)) + "'?");
}

std::string describe_unknown_section(std::string_view path) {
    if (const KeySpec* spec = find_key(path)) {
        return in_quotes(path) + " is a value, not a section; write " + assignment(*spec) + ' ' +
               describe_place(spec->key);
    }
    if (path.starts_with(population_prefix)) {
        return in_quotes(path) + " is a table in a population, which has none; write its keys " +
               "below a line " + in_brackets(section_of(path));
    }
    std::vector<std::string> known = sections();
    known.emplace_back("population");
    const std::string like = nearest(path, known);
    if (!like.empty()) {
        return "unknown section " + in_brackets(path) + "; did you mean " + in_brackets(like) + "?";
    }
    if (path.starts_with("materials.")) {
        std::vector<std::string> materials;
        for (const std::string& section : sections()) {
            if (section.starts_with("materials.")) {
                materials.push_back(section);
            }
        }
        return "unknown section " + in_brackets(path) + "; the materials are " +
               join(materials, " and ");
    }
    return "unknown section " + in_brackets(path) + "; the sections are " +
           join(top_level_names(), " and ");
}

} // namespace porogen
