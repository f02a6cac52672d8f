#include "transport/smooth.h"

#include <bit>

#include "porogen/core/parallel.h"
#include "transport/row_kernel.h"

namespace porogen::transport {

namespace {

/// Gauss-Seidel on the cells of one row whose index i has the given parity. Every cell is computed
/// and half of them are kept: that vectorises, a stride of two does not.
void relax_cells(std::int64_t cells, std::int64_t parity, const float* rhs,
                 const float* inverse_diagonal, const RowCopy& row,
                 const std::array<const float*, 4>& g, const std::array<const float*, 4>& v,
                 float* __restrict x) {
    const float* own = row.potential();
    const float* link = row.link();
    const auto* g0 = g[0];
    const auto* g1 = g[1];
    const auto* g2 = g[2];
    const auto* g3 = g[3];
    const auto* v0 = v[0];
    const auto* v1 = v[1];
    const auto* v2 = v[2];
    const auto* v3 = v[3];
    const auto count = static_cast<std::int32_t>(cells);
    const auto odd = static_cast<std::uint32_t>(parity);
    for (std::int32_t i = 0; i < count; ++i) {
        const float inflow = rhs[i] + (link[i] * own[i] + link[i + 1] * own[i + 2]) +
                             (g0[i] * v0[i] + g1[i] * v1[i]) + (g2[i] * v2[i] + g3[i] * v3[i]);
        const float relaxed = inflow * inverse_diagonal[i];
        const std::uint32_t keep = 0U - ((static_cast<std::uint32_t>(i) ^ odd) & 1U);
        x[i] = std::bit_cast<float>((std::bit_cast<std::uint32_t>(relaxed) & ~keep) |
                                    (std::bit_cast<std::uint32_t>(own[i + 1]) & keep));
    }
}

/// One pass of a smoother: relaxes one colour of a plane at a time.
struct Relaxation {
    const Stencil& a;
    const float* rhs;
    float* x;
    Order order;

    [[nodiscard]] int colour(int pass) const {
        return order == Order::forward ? pass & 1 : 1 - (pass & 1);
    }

    /// `plane` counts from the far end if the order is reversed.
    void plane(std::int64_t plane, int pass, RowCopy& row) const {
        const bool forward = order == Order::forward;
        const std::int64_t k = forward ? plane : a.shape.z - 1 - plane;
        for (std::int64_t line = 0; line < a.shape.y; ++line) {
            const std::int64_t j = forward ? line : a.shape.y - 1 - line;
            const RowLinks links = row_links(a, j, k);
            row.load(a, links.first, x);
            std::array<const float*, 4> v{};
            for (std::size_t side = 0; side < 4; ++side) {
                v[side] = links.neighbour[side] < 0 ? a.zero_row : x + links.neighbour[side];
            }
            relax_cells(a.shape.x, (colour(pass) + j + k) & 1, rhs + links.first,
                        a.inverse_diagonal + links.first, row, links.g, v, x + links.first);
        }
    }
};

/// The cut of the planes into slabs. Between two slabs lies a seam; seam s is the lower edge of
/// slab s.
struct Slabs {
    std::int64_t planes = 0;
    std::int64_t thickness = 1;
    std::int64_t count = 1;
    bool closed = false; ///< the last slab meets the first

    [[nodiscard]] std::int64_t begin(std::int64_t slab) const { return slab * thickness; }
    [[nodiscard]] std::int64_t end(std::int64_t slab) const {
        return slab + 1 == count ? planes : (slab + 1) * thickness;
    }
    [[nodiscard]] bool seam_below(std::int64_t slab) const { return slab > 0 || closed; }
    [[nodiscard]] bool seam_above(std::int64_t slab) const { return slab + 1 < count || closed; }
};

/// Sixteen slabs where there are planes enough; never thinner than two seams, which reach `passes`
/// planes to either side. No slabs (count 0) if even one is too thin.
Slabs cut_slabs(const Stencil& a, int passes) {
    Slabs slabs;
    slabs.planes = a.shape.z;
    slabs.closed = a.periodic[2] && a.shape.z > 1;
    const std::int64_t least = 2 * passes + 2;
    slabs.thickness = std::max({least, a.shape.z / 16, planes_per_block(a.shape)});
    slabs.count = slabs.closed && a.shape.z < least
                      ? 0
                      : std::max<std::int64_t>(1, a.shape.z / slabs.thickness);
    return slabs;
}

/// Pass p covers the slab less p planes at a seam below and p + 1 at a seam above: just what can be
/// relaxed without the neighbours' results. Planes follow each other at a distance of one.
void relax_slab(const Relaxation& relaxation, const Slabs& slabs, std::int64_t slab, int passes) {
    RowCopy row(relaxation.a.shape.x);
    const std::int64_t begin = slabs.begin(slab);
    const std::int64_t end = slabs.end(slab);
    for (std::int64_t front = begin; front < end + passes - 1; ++front) {
        for (int pass = 0; pass < passes; ++pass) {
            const std::int64_t plane = front - pass;
            const std::int64_t from = begin + (slabs.seam_below(slab) ? pass : 0);
            const std::int64_t to = end - (slabs.seam_above(slab) ? pass + 1 : 0);
            if (plane >= from && plane < to) {
                relaxation.plane(plane, pass, row);
            }
        }
    }
}

/// What relax_slab left out around the lower edge of a slab. The upper side comes first: across the
/// ends of a closed box that is the order of the planes.
void relax_seam(const Relaxation& relaxation, const Slabs& slabs, std::int64_t slab, int passes) {
    RowCopy row(relaxation.a.shape.x);
    const std::int64_t seam = slabs.begin(slab);
    for (int pass = 0; pass < passes; ++pass) {
        for (std::int64_t plane = seam; plane < seam + pass; ++plane) {
            relaxation.plane(plane, pass, row);
        }
        for (std::int64_t plane = seam - 1 - pass; plane < seam; ++plane) {
            relaxation.plane(plane < 0 ? plane + slabs.planes : plane, pass, row);
        }
    }
}

} // namespace

void smooth(const Stencil& a, const float* rhs, float* x, int sweeps, Order order) {
    const int passes = 2 * sweeps;
    const Slabs slabs = cut_slabs(a, passes);
    if (slabs.count == 0) {
        smooth_plain(a, rhs, x, sweeps, order);
        return;
    }
    const Relaxation relaxation{a, rhs, x, order};
    parallel_blocks(slabs.count, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t slab = begin; slab < end; ++slab) {
            relax_slab(relaxation, slabs, slab, passes);
        }
    });
    parallel_blocks(slabs.count, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t slab = begin; slab < end; ++slab) {
            if (slabs.seam_below(slab)) {
                relax_seam(relaxation, slabs, slab, passes);
            }
        }
    });
}

void smooth_plain(const Stencil& a, const float* rhs, float* x, int sweeps, Order order) {
    const Relaxation relaxation{a, rhs, x, order};
    RowCopy row(a.shape.x);
    for (int pass = 0; pass < 2 * sweeps; ++pass) {
        for (std::int64_t plane = 0; plane < a.shape.z; ++plane) {
            relaxation.plane(plane, pass, row);
        }
    }
}

} // namespace porogen::transport
