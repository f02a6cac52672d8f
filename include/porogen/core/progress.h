#pragma once

#include <string_view>

namespace porogen {

/// Receives how far a long computation has come. The base class ignores everything, so a library
/// user who does not care passes `no_progress()`.
class Progress {
  public:
    virtual ~Progress() = default;
    /// A new stage begins, for example "cast".
    virtual void stage(std::string_view /*name*/) {}
    /// Done part of the current stage, 0 to 1. May be called often, from one thread at a time.
    virtual void update(double /*fraction*/) {}
};

/// A Progress that ignores everything.
Progress& no_progress();

/// Asks every running computation to stop. Safe to call from a signal handler.
void request_interrupt() noexcept;
/// Forgets an earlier request.
void clear_interrupt() noexcept;
/// Throws Error(ExitCode::interrupted) if a stop was asked for. Long loops call it once per sweep.
void throw_if_interrupted();

} // namespace porogen
