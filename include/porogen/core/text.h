#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace porogen {

/// Number of single-character insertions, deletions and substitutions
/// between two texts (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to a misspelt word, the first of equals; "" if none is close enough to be
/// what was meant (more than half of the word would have to change).
std::string closest(std::string_view word, const std::vector<std::string>& candidates);

} // namespace porogen
