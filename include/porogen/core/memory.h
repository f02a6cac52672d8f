#pragma once

#include <string>

namespace porogen {

/// Memory that could be taken without swapping: what the system has available, or less where the
/// process is confined (control groups) [B]. Infinite if the system does not say.
double available_memory();

/// Throws Error(bad_input) "what: needs … GiB, … GiB free (…); …" if `bytes` are more than is
/// available. To be asked before anything large is allocated.
void require_memory(double bytes, const std::string& what);

} // namespace porogen
