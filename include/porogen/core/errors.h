#pragma once

#include <stdexcept>
#include <string>

namespace porogen {

/// What the process returns to the shell. Stable: scripts depend on it.
enum class ExitCode : int {
    done = 0,
    usage = 1,         ///< the command line itself is wrong
    bad_input = 2,     ///< a recipe or an input file is wrong
    infeasible = 3,    ///< the packing or design asked for cannot exist
    not_converged = 4, ///< an iteration gave up
    io_failure = 5,    ///< reading or writing failed
    interrupted = 6,   ///< stopped by the user; can be resumed
};

/// Every failure a user can cause or meet. The text is one line: where,
/// what is wrong (why); what to do.
class Error : public std::runtime_error {
  public:
    Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
    [[nodiscard]] ExitCode code() const { return code_; }

  private:
    ExitCode code_;
};

[[noreturn]] inline void throw_usage(const std::string& message) {
    throw Error(ExitCode::usage, message);
}
[[noreturn]] inline void throw_bad_input(const std::string& message) {
    throw Error(ExitCode::bad_input, message);
}
[[noreturn]] inline void throw_infeasible(const std::string& message) {
    throw Error(ExitCode::infeasible, message);
}
[[noreturn]] inline void throw_not_converged(const std::string& message) {
    throw Error(ExitCode::not_converged, message);
}
[[noreturn]] inline void throw_io_failure(const std::string& message) {
    throw Error(ExitCode::io_failure, message);
}

} // namespace porogen
