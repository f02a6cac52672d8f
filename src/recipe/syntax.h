#pragma once

#include <string>
#include <string_view>

#include <toml++/toml.h>

namespace porogen {

/// Control characters, which a message may quote from a recipe, as spaces: a message
/// is one line, and not of kilobytes.
std::string one_line(std::string text);

/// "name:line:column: message", in one line.
std::string located(const std::string& name, const toml::source_position& at,
                    const std::string& message);

/// Reads TOML. Throws Error(bad_input) with location, in one line and in the words of someone who
/// writes recipes rather than parsers: what is no text, no TOML, or stands twice.
toml::table parse_toml(std::string_view text, const std::string& name);

/// Does every byte belong to a UTF-8 character?
bool is_utf8(std::string_view text);

} // namespace porogen
