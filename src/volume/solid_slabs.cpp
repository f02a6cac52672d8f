#include "volume/solid_slabs.h"

#include <algorithm>
#include <cstddef>
#include <map>

#include "volume/simplex_cut.h"

namespace porogen {

namespace {

using Plane = std::vector<double>;

/// Along x, from cells to the corners between them, row by row.
void along_rows(const Plane& in, std::int64_t length, const std::vector<CornerStencil>& stencils,
                Plane& out) {
    const std::int64_t rows = static_cast<std::int64_t>(in.size()) / length;
    out.resize(static_cast<std::size_t>(rows) * stencils.size());
    double* to = out.data();
    for (std::int64_t j = 0; j < rows; ++j) {
        const double* const row = in.data() + j * length;
        for (const CornerStencil& s : stencils) {
            *to++ = static_cast<double>(s.weight[0]) * row[s.cell[0]] +
                    static_cast<double>(s.weight[1]) * row[s.cell[1]] +
                    static_cast<double>(s.weight[2]) * row[s.cell[2]] +
                    static_cast<double>(s.weight[3]) * row[s.cell[3]];
        }
    }
}

/// One row (or plane) from four others.
void across(const std::array<const double*, 4>& in, const CornerStencil& s, std::size_t length,
            double* out) {
    const std::array<double, 4> w{
        static_cast<double>(s.weight[0]), static_cast<double>(s.weight[1]),
        static_cast<double>(s.weight[2]), static_cast<double>(s.weight[3])};
    for (std::size_t i = 0; i < length; ++i) {
        out[i] = w[0] * in[0][i] + w[1] * in[1][i] + w[2] * in[2][i] + w[3] * in[3][i];
    }
}

/// Within a plane, from rows to those between them.
void between_rows(const Plane& in, std::int64_t length, const std::vector<CornerStencil>& stencils,
                  Plane& out) {
    out.resize(stencils.size() * static_cast<std::size_t>(length));
    for (std::size_t j = 0; j < stencils.size(); ++j) {
        const auto row = [&](std::size_t n) { return in.data() + stencils[j].cell[n] * length; };
        across({row(0), row(1), row(2), row(3)}, stencils[j], static_cast<std::size_t>(length),
               out.data() + j * static_cast<std::size_t>(length));
    }
}

/// Values on the nodes of a cell: centre, face centres and corners as in NodeValues.
struct Nodes {
    double centre;
    std::array<double, 6> face;
    std::array<double, 8> corner;
};

/// Area below which a cell counts as not cut: its own value would weigh too much [voxel^2].
constexpr double sliver = 0.05;

/// Most tetrahedra of a cut cell are on one side, which the signs at their corners tell.
SlabSolid cut(const Nodes& v) {
    std::array<unsigned, 8> corner_in{};
    for (std::size_t n = 0; n < 8; ++n) {
        corner_in[n] = v.corner[n] <= 0 ? 1U : 0U;
    }
    const unsigned centre_in = v.centre <= 0 ? 1U : 0U;
    SlabSolid sum;
    for (std::size_t f = 0; f < 6; ++f) {
        const std::size_t axis = f / 2;
        const std::size_t next = std::size_t{1} << (axis + 1) % 3;
        const std::size_t last = std::size_t{1} << (axis + 2) % 3;
        const std::size_t origin = f % 2 << axis;
        const std::array<std::size_t, 4> around{origin, origin + next, origin + next + last,
                                                origin + last};
        const unsigned middle_in = centre_in + (v.face[f] <= 0 ? 1U : 0U);
        for (std::size_t e = 0; e < 4; ++e) {
            const std::size_t first = around[e];
            const std::size_t second = around[(e + 1) % 4];
            const unsigned in = middle_in + corner_in[first] + corner_in[second];
            if (in == 0) {
                continue;
            }
            if (in == 4) {
                sum.inside += 1;
                continue;
            }
            const TetrahedronCut part =
                cut_tetrahedron(v.corner[first], v.corner[second], v.face[f], v.centre);
            sum.inside += part.inside;
            sum.growth += part.density;
        }
    }
    return {sum.inside / 24, sum.growth / 24};
}

} // namespace

SolidSlabs::SolidSlabs(const PhaseVolume& volume)
    : shape_(volume.shape()), periodic_(volume.periodic), voxel_(volume.voxel.x()) {
    for (std::size_t a = 0; a < 3; ++a) {
        const std::int64_t cells = shape_[all_axes[a]];
        for (std::int64_t n = 0; n <= cells; ++n) {
            stencils_[a].push_back(corner_stencil(n, cells, periodic_[a]));
        }
    }
}

std::vector<std::int64_t> SolidSlabs::around(std::int64_t k) const {
    std::vector<std::int64_t> slabs;
    for (std::int64_t layer = k - reach; layer <= k + reach; ++layer) {
        const bool beyond = layer < 0 || layer >= shape_.z;
        if (beyond && !periodic_[2]) {
            continue;
        }
        slabs.push_back((layer + reach * shape_.z) % shape_.z / layers);
    }
    std::sort(slabs.begin(), slabs.end());
    slabs.erase(std::unique(slabs.begin(), slabs.end()), slabs.end());
    return slabs;
}

void SolidSlabs::sharpen(const Grid<float>& distance, std::int64_t k, Plane& out) const {
    const std::int64_t x = shape_.x;
    out.resize(static_cast<std::size_t>(x * shape_.y));
    constexpr double part = 1.0 / 32;
    for (std::int64_t j = 0; j < shape_.y; ++j) {
        const float* const at = distance.data() + shape_.index(0, j, k);
        double* const to = out.data() + j * x;
        for (std::int64_t i = 0; i < x; ++i) {
            to[i] = static_cast<double>(at[i]);
        }
        const auto lower = [&](const float* below, const float* above) {
            for (std::int64_t i = 0; i < x; ++i) {
                to[i] -= part * ((static_cast<double>(below[i]) + static_cast<double>(above[i])) -
                                 2 * static_cast<double>(at[i]));
            }
        };
        const auto sides = [&](std::int64_t n, std::int64_t cells, std::int64_t stride,
                               bool wraps) {
            if (wraps || (n > 0 && n + 1 < cells)) {
                lower(at + ((n + cells - 1) % cells - n) * stride,
                      at + ((n + 1) % cells - n) * stride);
            }
        };
        sides(j, shape_.y, x, periodic_[1]);
        sides(k, shape_.z, x * shape_.y, periodic_[2]);
        const auto in_row = [&](std::int64_t below, std::int64_t i, std::int64_t above) {
            to[i] -= part * ((static_cast<double>(at[below]) + static_cast<double>(at[above])) -
                             2 * static_cast<double>(at[i]));
        };
        for (std::int64_t i = 1; i + 1 < x; ++i) {
            in_row(i - 1, i, i + 1);
        }
        if (periodic_[0] && x > 1) {
            in_row(x - 1, 0, 1);
            in_row(x - 2, x - 1, 0);
        }
    }
}

SlabSolid SolidSlabs::at(const Grid<float>& distance, std::int64_t s, const Grid<float>* move,
                         Grid<std::uint8_t>* is_cut) const {
    const std::int64_t first = s * layers;
    const std::int64_t last = std::min(first + layers, shape_.z);
    const std::int64_t x = shape_.x;
    const auto plane_size = static_cast<std::size_t>(x * shape_.y);
    std::map<std::int64_t, Plane> centres; // the layers of the slab and those around it
    const auto centre = [&](std::int64_t k) -> const Plane& {
        const auto [place, is_new] = centres.try_emplace(k);
        if (is_new) {
            sharpen(distance, k, place->second);
        }
        return place->second;
    };
    // Nodes between layers: those below the current one, and those above.
    std::array<Plane, 2> z_face;
    std::array<Plane, 2> corner;
    Plane edge;
    const auto make_between = [&](std::int64_t k, std::size_t side) {
        const CornerStencil& z = stencils_[2][static_cast<std::size_t>(k)];
        z_face[side].resize(plane_size);
        across({centre(z.cell[0]).data(), centre(z.cell[1]).data(), centre(z.cell[2]).data(),
                centre(z.cell[3]).data()},
               z, plane_size, z_face[side].data());
        between_rows(z_face[side], x, stencils_[1], edge);
        along_rows(edge, x, stencils_[0], corner[side]);
    };
    Plane x_face;
    Plane y_face;
    std::vector<double> low(static_cast<std::size_t>(x));
    std::vector<double> high(static_cast<std::size_t>(x));
    SlabSolid sum;
    make_between(first, 0);
    for (std::int64_t k = first; k < last; ++k) {
        make_between(k + 1, 1);
        along_rows(centre(k), x, stencils_[0], x_face);
        between_rows(centre(k), x, stencils_[1], y_face);
        for (std::int64_t j = 0; j < shape_.y; ++j) {
            const double* const c = centre(k).data() + j * x;
            const std::array<const double*, 6> faces{
                x_face.data() + j * (x + 1), x_face.data() + j * (x + 1) + 1,
                y_face.data() + j * x,       y_face.data() + (j + 1) * x,
                z_face[0].data() + j * x,    z_face[1].data() + j * x};
            std::array<const double*, 8> corners{};
            for (std::size_t n = 0; n < 8; ++n) {
                const auto m = static_cast<std::int64_t>(n);
                corners[n] = corner[n >> 2].data() + (j + (m >> 1 & 1)) * (x + 1) + (m & 1);
            }
            std::copy(c, c + x, low.begin());
            std::copy(c, c + x, high.begin());
            const auto include = [&](const double* row) {
                for (std::size_t i = 0; i < low.size(); ++i) {
                    low[i] = std::min(low[i], row[i]);
                    high[i] = std::max(high[i], row[i]);
                }
            };
            std::for_each(faces.begin(), faces.end(), include);
            std::for_each(corners.begin(), corners.end(), include);
            SlabSolid row; // summed by rows, which rounds less
            for (std::int64_t i = 0; i < x; ++i) {
                const auto n = static_cast<std::size_t>(i);
                if (high[n] <= 0) {
                    row.inside += 1;
                } else if (low[n] <= 0) {
                    Nodes nodes{c[i], {}, {}};
                    for (std::size_t f = 0; f < 6; ++f) {
                        nodes.face[f] = faces[f][i];
                    }
                    for (std::size_t v = 0; v < 8; ++v) {
                        nodes.corner[v] = corners[v][i];
                    }
                    const SlabSolid part = cut(nodes);
                    row.inside += part.inside;
                    const std::int64_t cell = shape_.index(i, j, k);
                    if (move != nullptr && (*move)[cell] > 0) {
                        row.growth += part.growth * static_cast<double>((*move)[cell]);
                    }
                    if (is_cut != nullptr) { // d is a distance: growth is area
                        (*is_cut)[cell] = part.growth * voxel_ > sliver ? 1 : 0;
                    }
                }
            }
            sum.inside += row.inside;
            sum.growth += row.growth;
        }
        std::swap(z_face[0], z_face[1]);
        std::swap(corner[0], corner[1]);
    }
    return sum;
}

} // namespace porogen
