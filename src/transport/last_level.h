#pragma once

#include <memory>

#include "transport/buffer.h"
#include "transport/graph_rows.h"

namespace porogen::transport {

/// The matrix of a hierarchy's last level, factorised. Where different conductors meet, pieces of
/// them stay apart down to a single block: some thousands of nodes that no sweep can relax.
class LastLevel {
  public:
    explicit LastLevel(const GraphRows& rows);
    ~LastLevel();
    LastLevel(const LastLevel&) = delete;
    LastLevel& operator=(const LastLevel&) = delete;

    /// A x = b, a millionth of the diagonal added, so that clusters without plates have a solution.
    void solve(const Buffer<float>& b, Buffer<float>& x) const;

  private:
    struct Factor;
    std::unique_ptr<Factor> factor_;
};

} // namespace porogen::transport
