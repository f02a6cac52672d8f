#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace porogen {

/// Edits that turn a into b: insertions, deletions, replacements, and swaps of neighbours (optimal
/// string alignment; Damerau, Commun. ACM 1964, 7, 171).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to a misspelt word, the first of equals; "" if none is close enough to be
/// what was meant: more than 1 / `part` of the longer one's letters (and more than one) would have
/// to change.
std::string closest(std::string_view word, const std::vector<std::string>& candidates,
                    std::size_t part = 2);

} // namespace porogen
