#pragma once

#include <memory>

#include "porogen/core/progress.h"

namespace porogen::cli {

/// Progress on stderr: a line that redraws itself on a terminal, with the time left once it can be
/// told; one plain line per finished stage elsewhere and under NO_COLOR; nothing if quiet. An empty
/// stage name ends the line.
std::unique_ptr<Progress> terminal_progress(bool quiet);

} // namespace porogen::cli
