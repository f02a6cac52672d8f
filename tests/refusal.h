#pragma once

#include "porogen/core/errors.h"

namespace porogen::test {

/// The exit code of the Error that an action ends in; `done` if it ends in none.
template <class Action>
ExitCode refusal(Action&& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.code();
    }
    return ExitCode::done;
}

} // namespace porogen::test
