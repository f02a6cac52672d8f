#pragma once

#include <algorithm>
#include <cstdint>

#include "porogen/core/parallel.h"
#include "transport/buffer.h"
#include "transport/image_rows.h"
#include "transport/slabs.h"

namespace porogen::transport {

/// Loops over the nodes of a matrix; Rows is ImageRows or GraphRows. Vectors have one entry per
/// node.

/// f(n) for all entries of vectors in parallel.
template <class F>
void for_entries(std::size_t count, const F& f) {
    parallel_blocks(
        static_cast<std::int64_t>(count), 65536, [&](std::int64_t begin, std::int64_t end) {
            for (auto n = static_cast<std::size_t>(begin); n < static_cast<std::size_t>(end); ++n) {
                f(n);
            }
        });
}

/// One sweep of Gauss-Seidel on A x = b: the nodes of the even slabs in order, then those of the
/// odd ones; `reversed` is the transpose, everything in exactly the opposite order.
template <class Rows>
void smooth(const Rows& a, const Slabs& slabs, const float* b, float* x, bool reversed) {
    slabs.for_each(reversed, [&](std::int64_t begin, std::int64_t end) {
        Latest latest;
        const auto relax = [&](const auto& links) {
            latest.value = links.relaxed(b, x, reversed, latest);
            latest.node = links.n;
            x[links.n] = latest.value;
        };
        if (reversed) {
            a.backward(begin, end, relax);
        } else {
            a.forward(begin, end, relax);
        }
    });
}

/// coarse_b = sums of b - A x over the children of each coarse node.
template <class Rows>
void restrict_residual(const Rows& a, const float* b, const float* x, const std::int32_t* parent,
                       std::int64_t planes_per_parent, Buffer<float>& coarse_b) {
    for_entries(coarse_b.size(), [&](std::size_t n) { coarse_b[n] = 0; });
    const Shape& shape = a.shape();
    const std::int64_t coarse_planes = (shape.z + planes_per_parent - 1) / planes_per_parent;
    parallel_blocks(
        coarse_planes, planes_per_block(shape), [&](std::int64_t begin, std::int64_t end) {
            a.forward(planes_per_parent * begin, std::min(shape.z, planes_per_parent * end),
                      [&](const auto& links) {
                          const std::int64_t n = links.n;
                          coarse_b[static_cast<std::size_t>(parent[n])] +=
                              b[n] + links.inflow(x) - links.template plate<float>() * x[n];
                      });
        });
}

/// f(links) for all nodes in parallel, and the sum of what it returns.
template <class Rows, class F>
double sum_nodes(const Rows& a, const F& f) {
    return parallel_sum(a.shape().z, planes_per_block(a.shape()),
                        [&](std::int64_t begin, std::int64_t end) {
                            double sum = 0;
                            a.forward(begin, end, [&](const auto& links) { sum += f(links); });
                            return sum;
                        });
}

/// q = A p; returns p . q
template <class Rows>
double multiply(const Rows& a, const Buffer<float>& p, Buffer<float>& q) {
    return sum_nodes(a, [&](const auto& links) {
        const auto n = static_cast<std::size_t>(links.n);
        q[n] = links.template plate<float>() * p[n] - links.inflow(p.data());
        return static_cast<double>(p[n]) * static_cast<double>(q[n]);
    });
}

/// f(begin, end) over the entries of vectors, and the sum of what it returns for each.
template <class F>
double sum_entries(std::size_t count, const F& f) {
    return parallel_sum(
        static_cast<std::int64_t>(count), 65536, [&](std::int64_t begin, std::int64_t end) {
            double sum = 0;
            for (auto n = static_cast<std::size_t>(begin); n < static_cast<std::size_t>(end); ++n) {
                sum += f(n);
            }
            return sum;
        });
}

inline double dot(const Buffer<float>& a, const Buffer<float>& b) {
    return sum_entries(a.size(), [&](std::size_t n) {
        return static_cast<double>(a[n]) * static_cast<double>(b[n]);
    });
}

} // namespace porogen::transport
