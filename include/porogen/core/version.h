#pragma once

#include <string>
#include <string_view>

namespace porogen {

/// "0.1.0"
std::string_view version();
/// Abbreviated commit the program was built from, with "+" behind it if the tree was changed;
/// "unknown" outside a git checkout.
std::string_view commit();

/// Both in one: "porogen 0.1.0 (63f27f8eff)", the stamp on every file.
std::string program_stamp();

} // namespace porogen
