#include "recipe/lookup.h"

#include <algorithm>
#include <array>
#include <map>

#include "porogen/core/text.h"
#include "recipe/value.h"

namespace porogen {

namespace {

constexpr std::array list_names{"optimize.variable", "optimize.constraint", "optimize.override"};

std::string in_quotes(std::string_view word) {
    return "'" + std::string(word) + "'";
}

/// Keys of that name, in whatever section.
std::vector<std::string> keys_named(std::string_view name) {
    std::vector<std::string> keys;
    for (const KeySpec& spec : schema()) {
        if (name_of(spec.key) == name) {
            keys.push_back(spec.key);
        }
    }
    return keys;
}

std::vector<std::string> names_in(std::string_view section) {
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

std::string in_brackets(std::string_view section) {
    return "[" + std::string(section) + "]";
}

std::string describe_place(std::string_view key) {
    return section_of(key).empty() ? "at the top, before the first section"
                                   : "under " + in_brackets(section_of(key));
}

/// "voxel = "0.25 um"": a key with its default, as it would stand in its section.
std::string assignment(const KeySpec& spec) {
    return std::string(name_of(spec.key)) + " = " + to_toml_literal(spec, default_value(spec));
}

} // namespace

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

bool is_table_name(std::string_view path) {
    return path == "materials" || std::ranges::find(sections(), path) != sections().end();
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
    static const std::map<std::string_view, const KeySpec*> index = [] {
        std::map<std::string_view, const KeySpec*> made;
        for (const KeySpec& spec : schema()) {
            made.emplace(spec.key, &spec);
        }
        return made;
    }();
    const auto found = index.find(key);
    return found == index.end() ? nullptr : found->second;
}

std::string nearest_key(std::string_view unknown) {
    const std::vector<std::string> elsewhere = keys_named(name_of(unknown));
    if (!elsewhere.empty()) {
        return elsewhere.front();
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
    if (is_table_name(path)) {
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
    const std::vector<std::string> elsewhere = keys_named(name);
    if (!elsewhere.empty()) {
        std::vector<std::string> places;
        for (const std::string& key : elsewhere) {
            places.push_back(describe_place(key));
        }
        const std::string here =
            section.empty() ? "outside every section" : "in " + in_brackets(section);
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

std::string describe_unknown_section(std::string_view path) {
    if (const KeySpec* spec = find_key(path)) {
        return in_quotes(path) + " is a value, not a section; write " + assignment(*spec) + ' ' +
               describe_place(spec->key);
    }
    const std::string like = nearest(path, sections());
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
