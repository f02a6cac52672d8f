#include "recipe/syntax.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <regex>

#include "porogen/core/errors.h"
#include "recipe/value.h"

namespace porogen {

namespace {

/// Bytes of the UTF-8 sequence that starts here, 0 if none does or a control character stands here.
std::size_t character_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) {
        const bool printable =
            (lead >= 0x20 && lead != 0x7f) || lead == '\t' || lead == '\n' || lead == '\r';
        return printable ? 1 : 0;
    }
    const std::size_t length = lead >= 0xf0 && lead < 0xf5   ? 4
                               : lead >= 0xe0 && lead < 0xf0 ? 3
                               : lead >= 0xc2 && lead < 0xe0 ? 2
                                                             : 0;
    if (length == 0 || length > text.size()) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) {
            return 0;
        }
    }
    return length;
}

/// Throws unless every byte belongs to a printable UTF-8 character.
void check_is_text(std::string_view text, const std::string& name) {
    toml::source_position at{1, 1};
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = character_length(text.substr(i));
        if (length == 0) {
            std::array<char, 8> hex{};
            std::snprintf(hex.data(), hex.size(), "0x%02x", static_cast<unsigned char>(text[i]));
            throw_bad_input(located(name, at,
                                    std::string("not a text file (byte ") + hex.data() +
                                        " is no printable UTF-8); give a recipe, saved as UTF-8"));
        }
        ++at.column;
        if (text[i] == '\n') {
            ++at.line;
            at.column = 1;
        }
        i += length;
    }
}

std::string line_at(std::string_view text, std::uint32_t number) {
    for (std::uint32_t line = 1; line < number && !text.empty(); ++line) {
        const auto end = text.find('\n');
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    std::string found(text.substr(0, text.find('\n')));
    found.erase(std::remove(found.begin(), found.end(), '\r'), found.end());
    return found;
}

/// "a" of "cannot redefine existing integer 'a'", "a" of "cannot redefine existing array 'a' as
/// table".
std::string last_quoted(const std::string& text) {
    const auto close = text.rfind('\'');
    const auto open =
        close == std::string::npos || close == 0 ? close : text.rfind('\'', close - 1);
    return open == std::string::npos || open == close ? ""
                                                      : text.substr(open + 1, close - open - 1);
}

std::string describe_redefinition(const std::string& description, const std::string& line) {
    const std::string what = last_quoted(description);
    if (description.find(" as table") != std::string::npos) {
        return description.find("existing array") != std::string::npos
                   ? "[" + what + "] was a list of [[" + what +
                         "]] blocks above; write it in double brackets"
                   : "'" + what + "' is a value above and a section here; remove one of the two";
    }
    if (line.find('[') != std::string::npos && line.find('[') <= line.find('=')) {
        return "section [" + what +
               "] stands here a second time; write all its keys below its first line";
    }
    return "the key '" + what + "' stands here a second time; keep one of the two";
}

/// The usual slips of a line "key = value"; nothing if it is none of them.
std::optional<std::string> describe_value_slip(const std::string& line) {
    // std::regex recurses per character, and no one slips like this in a line of kilobytes.
    if (line.size() > 500) {
        return std::nullopt;
    }
    std::smatch match;
    static const std::regex missing(R"(^\s*([\w.\-]+)\s*=\s*(#.*)?$)");
    if (std::regex_match(line, match, missing)) {
        return "the value of " + match[1].str() +
               " is missing; write one behind the '=', or remove the line";
    }
    static const std::regex comma(R"(^\s*([\w.\-]+)\s*=\s*([+-]?\d+),(\d+)\s*(#.*)?$)");
    if (std::regex_match(line, match, comma)) {
        return "decimal comma in the value of " + match[1].str() + "; write " + match[1].str() +
               " = " + match[2].str() + "." + match[3].str();
    }
    static const std::regex quantity(
        R"re(^\s*([\w.\-]+)\s*=\s*([+-]?\d[\d.]*(?:[eE][+-]?\d+)?\s*[^\s\d.,"'#\[\]{}=][^"'#]*?)\s*(#.*)?$)re");
    if (std::regex_match(line, match, quantity)) {
        return "the quantity " + match[2].str() + " is not in quotes; write " + match[1].str() +
               " = " + toml_string(match[2].str());
    }
    static const std::regex word(R"(^\s*([\w.\-]+)\s*=\s*([A-Za-z][^"'#=\[\]{}]*?)\s*(#.*)?$)");
    if (std::regex_match(line, match, word)) {
        return "the text " + match[2].str() + " is not in quotes; write " + match[1].str() + " = " +
               toml_string(match[2].str());
    }
    static const std::regex open_text(R"re(^\s*([\w.\-]+)\s*=\s*(["'])[^"']*$)re");
    if (std::regex_match(line, match, open_text)) {
        return "the text is not closed on its line; add the missing " + match[2].str();
    }
    static const std::regex open_header(R"(^\s*\[[^\]]*$)");
    if (std::regex_match(line, match, open_header)) {
        return "the section header is not closed; add the missing ]";
    }
    static const std::regex no_equals(R"(^\s*[\w.\-]+\s*(:.*|[^=]*)$)");
    if (std::regex_match(line, match, no_equals)) {
        return "no '=' between a key and its value; write key = value, or # in front of a remark";
    }
    return std::nullopt;
}

std::string describe(const toml::parse_error& error, std::string_view text) {
    const std::string description = one_line(std::string(error.description()));
    const std::string line = line_at(text, error.source().begin.line);
    if (description.find("cannot redefine") != std::string::npos) {
        return describe_redefinition(description, line);
    }
    if (const auto slip = describe_value_slip(line)) {
        return *slip;
    }
    static constexpr std::string_view prefix = "Error while parsing ";
    const std::string reason =
        description.starts_with(prefix) ? description.substr(prefix.size()) : description;
    return "not valid TOML (" + reason + "); correct the line, see https://toml.io";
}

} // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const bool ascii = static_cast<unsigned char>(text[0]) < 0x80; // control characters too
        const std::size_t length = ascii ? 1 : character_length(text);
        if (length == 0) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

std::string one_line(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    if (text.size() > 1000) { // what is wrong and what to do stand at the ends
        text.replace(400, text.size() - 800, " ... ");
    }
    return text;
}

std::string located(const std::string& name, const toml::source_position& at,
                    const std::string& message) {
    return name + ':' + std::to_string(at.line) + ':' + std::to_string(at.column) + ": " +
           one_line(message);
}

toml::table parse_toml(std::string_view text, const std::string& name) {
    check_is_text(text, name);
    try {
        return toml::parse(text, std::string_view(name));
    } catch (const toml::parse_error& error) {
        throw_bad_input(located(name, error.source().begin, describe(error, text)));
    }
}

} // namespace porogen
