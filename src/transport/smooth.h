#pragma once

#include "transport/stencil.h"

namespace porogen::transport {

enum class Order { forward, reversed };

/// Red-black Gauss-Seidel on A x = rhs: `sweeps` sweeps, each the cells with i + j + k even, then
/// the odd ones. `reversed` visits everything in exactly the opposite order, which makes it the
/// transpose of the forward smoother: one before and the other after a coarse correction give a
/// symmetric preconditioner. (On a periodic axis of odd length the first and last layers have one
/// colour and are neighbours; the order settles who goes first.)
///
/// All sweeps pass through the memory together: while one colour is relaxed on plane k, the next is
/// relaxed on plane k - 1 and so on, in slabs whose edges are completed in a second round. The
/// result has the same bits as smooth_plain() for any number of threads.
void smooth(const Stencil& a, const float* rhs, float* x, int sweeps, Order order);

/// The same, one colour after the other over the whole grid on one thread.
void smooth_plain(const Stencil& a, const float* rhs, float* x, int sweeps, Order order);

} // namespace porogen::transport
