#include "transport/coarsen.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>
#include <utility>

#include "porogen/core/parallel.h"
#include "transport/slabs.h"

namespace porogen::transport {

namespace {

constexpr float strong = 0.02F;
constexpr float dependent = 0.9F;
constexpr float stretch = 0.6F;
constexpr double comparable = 0.4;

std::size_t index(std::int64_t n) {
    return static_cast<std::size_t>(n);
}

using Factor = std::array<std::int64_t, 3>;

/// How strong links are: the strongest of each node, and the mean of those along each axis.
struct Strengths {
    Buffer<float> of_node;
    std::array<double, 3> mean{};
};

template <class Rows>
Strengths link_strengths(const Rows& fine) {
    struct Sum {
        std::array<double, 4> conductance{};
        std::array<double, 4> links{};
    };
    const std::int64_t block = planes_per_block(fine.shape());
    std::vector<Sum> sums(index((fine.shape().z + block - 1) / block));
    Strengths strengths;
    strengths.of_node.resize(index(fine.nodes()));
    parallel_blocks(fine.shape().z, block, [&](std::int64_t begin, std::int64_t end) {
        Sum sum;
        fine.forward(begin, end, [&](const auto& links) {
            float most = 0;
            links.each([&](std::int32_t, float g, std::size_t axis) {
                most = std::max(most, g);
                sum.conductance[axis] += static_cast<double>(g);
                sum.links[axis] += 1;
            });
            strengths.of_node[index(links.n)] = most;
        });
        sums[index(begin / block)] = sum;
    });
    for (std::size_t a = 0; a < 3; ++a) {
        Sum total;
        for (const Sum& sum : sums) {
            total.conductance[a] += sum.conductance[a];
            total.links[a] += sum.links[a];
        }
        strengths.mean[a] = total.links[a] > 0 ? total.conductance[a] / total.links[a] : 0;
    }
    return strengths;
}

Factor choose_factor(const Shape& shape, const std::array<double, 3>& mean) {
    double strongest = 0;
    for (std::size_t a = 0; a < 3; ++a) {
        strongest = std::max(strongest, shape[all_axes[a]] > 1 ? mean[a] : 0);
    }
    Factor factor{1, 1, 1};
    bool any = false;
    for (std::size_t a = 0; a < 3; ++a) {
        const bool halves = shape[all_axes[a]] > 1 && mean[a] >= comparable * strongest;
        factor[a] = halves ? 2 : 1;
        any = any || (halves && mean[a] > 0);
    }
    // Where nothing reaches another cell the blocks grow all the same, so that the levels end.
    return any ? factor : Factor{2, 2, 2};
}

/// Fine nodes of one coarse plane.
struct Plane {
    std::int64_t first_plane; ///< of the fine grid
    std::int64_t last_plane;
    std::int64_t first_node;
    std::int64_t last_node;
};

template <class Rows>
Plane fine_plane(const Rows& fine, const Factor& factor, std::int64_t coarse_plane) {
    const std::int64_t first = factor[2] * coarse_plane;
    const std::int64_t last = std::min(fine.shape().z, first + factor[2]);
    return {first, last, fine.plane(first), fine.plane(last)};
}

/// Numbers the pieces of a coarse plane from 0, in the order of their blocks, into `parent`;
/// returns the coarse cell of each.
template <class Rows>
std::vector<std::int64_t> find_pieces(const Rows& fine, const Buffer<float>& strongest,
                                      const Factor& factor, const Shape& coarse,
                                      std::int64_t coarse_plane, Buffer<std::int32_t>& parent) {
    const Plane plane = fine_plane(fine, factor, coarse_plane);
    const std::int64_t base = plane.first_node;
    std::vector<std::int32_t> root(index(plane.last_node - base));
    std::vector<std::int32_t> block(root.size());
    std::iota(root.begin(), root.end(), 0);
    const auto find = [&](std::int32_t n) {
        while (root[index(n)] != n) {
            root[index(n)] = root[index(root[index(n)])];
            n = root[index(n)];
        }
        return n;
    };
    fine.forward(plane.first_plane, plane.last_plane, [&](const auto& links) {
        const std::int64_t n = links.n - base;
        const Place p = links.place();
        block[index(n)] = static_cast<std::int32_t>(p.i / factor[0] + coarse.x * (p.j / factor[1]));
        const float most = dependent / std::max(links.inverse_diagonal(), 1e-38F);
        links.each_in_block(p, factor, [&](std::int32_t m, float g) {
            const float needed = strong * std::max(strongest[index(links.n)], strongest[index(m)]);
            if (g >= needed || g >= most) {
                const std::int32_t a = find(static_cast<std::int32_t>(n));
                const std::int32_t b = find(static_cast<std::int32_t>(m - base));
                root[index(std::max(a, b))] = std::min(a, b);
            }
        });
    });

    // Roots sorted by block, within a block by node.
    std::vector<std::int32_t> first(index(coarse.x * coarse.y + 1), 0);
    for (std::size_t n = 0; n < root.size(); ++n) {
        if (root[n] == static_cast<std::int32_t>(n)) {
            ++first[index(block[n]) + 1];
        }
    }
    std::partial_sum(first.begin(), first.end(), first.begin());
    std::vector<std::int64_t> cells(index(first.back()));
    for (std::size_t n = 0; n < root.size(); ++n) {
        if (root[n] == static_cast<std::int32_t>(n)) {
            const std::int32_t piece = first[index(block[n])]++;
            cells[index(piece)] = coarse.index(0, 0, coarse_plane) + block[n];
            parent[index(base) + n] = piece;
        }
    }
    for (std::size_t n = 0; n < root.size(); ++n) {
        parent[index(base) + n] = parent[index(base + find(static_cast<std::int32_t>(n)))];
    }
    return cells;
}

/// The rows of a coarse plane.
struct PlaneRows {
    std::vector<std::int32_t> links; ///< number in each row
    std::vector<std::int32_t> neighbour;
    std::vector<float> conductance;
    std::vector<float> plates;
};

/// Rows while they are summed up: their links in chunks, the first of each row at the row's own
/// number.
class RowSums {
  public:
    explicit RowSums(std::int64_t rows) : chunks_(index(rows)) {}

    void add(std::int64_t row, std::int32_t to, float conductance) {
        std::size_t at = index(row);
        while (true) {
            Chunk& chunk = chunks_[at];
            for (std::int32_t e = 0; e < chunk.count; ++e) {
                if (chunk.to[index(e)] == to) {
                    chunk.conductance[index(e)] += conductance;
                    return;
                }
            }
            if (chunk.count < chunk_size) {
                chunk.to[index(chunk.count)] = to;
                chunk.conductance[index(chunk.count)] = conductance;
                ++chunk.count;
                return;
            }
            if (chunk.next == 0) {
                chunk.next = static_cast<std::int32_t>(chunks_.size());
                at = chunks_.size();
                chunks_.emplace_back();
            } else {
                at = index(chunk.next);
            }
        }
    }
    /// The neighbours next in number come last: a sweep has just computed one of them, and what
    /// waits for it should be short.
    void write(std::int64_t row, std::int32_t node, PlaneRows& rows) const {
        const std::size_t start = rows.neighbour.size();
        std::size_t at = index(row);
        do {
            const Chunk& chunk = chunks_[at];
            rows.neighbour.insert(rows.neighbour.end(), chunk.to.begin(),
                                  chunk.to.begin() + chunk.count);
            rows.conductance.insert(rows.conductance.end(), chunk.conductance.begin(),
                                    chunk.conductance.begin() + chunk.count);
            at = index(chunk.next);
        } while (at != 0);
        std::size_t last = rows.neighbour.size();
        rows.links.push_back(static_cast<std::int32_t>(last - start));
        for (std::size_t e = last; e-- > start;) {
            if (std::abs(rows.neighbour[e] - node) == 1) {
                --last;
                std::swap(rows.neighbour[e], rows.neighbour[last]);
                std::swap(rows.conductance[e], rows.conductance[last]);
            }
        }
    }

  private:
    static constexpr std::int32_t chunk_size = 10;
    struct Chunk {
        std::int32_t count = 0;
        std::int32_t next = 0;
        std::array<std::int32_t, chunk_size> to;
        std::array<float, chunk_size> conductance;
    };
    std::vector<Chunk> chunks_;
};

template <class Rows>
PlaneRows coarse_rows(const Rows& fine, const Factor& factor, std::optional<Axis> plates,
                      std::int64_t coarse_plane, const Buffer<std::int32_t>& parent,
                      std::int64_t first_coarse, std::int64_t count) {
    std::array<float, 4> longer{1, 1, 1, stretch}; // by axis, and within a cell
    for (std::size_t a = 0; a < 3; ++a) {
        longer[a] = factor[a] > 1 ? stretch : 1;
    }
    const float to_plate = plates ? longer[static_cast<std::size_t>(*plates)] : 1;
    const Plane plane = fine_plane(fine, factor, coarse_plane);
    RowSums sums(count);
    PlaneRows rows;
    rows.plates.assign(index(count), 0.0F);
    fine.forward(plane.first_plane, plane.last_plane, [&](const auto& links) {
        const std::int32_t own = parent[index(links.n)];
        links.each([&](std::int32_t m, float g, std::size_t axis) {
            if (parent[index(m)] != own) {
                sums.add(own - first_coarse, parent[index(m)], longer[axis] * g);
            }
        });
        rows.plates[index(own - first_coarse)] += to_plate * links.template plate<float>();
    });
    rows.links.reserve(index(count));
    rows.neighbour.reserve(index(8 * count));
    rows.conductance.reserve(index(8 * count));
    for (std::int64_t c = 0; c < count; ++c) {
        sums.write(c, static_cast<std::int32_t>(first_coarse + c), rows);
    }
    return rows;
}

/// Puts the rows of all planes behind each other.
void join_planes(std::vector<PlaneRows>& planes, const std::vector<std::int64_t>& first_node,
                 std::int64_t block, Graph& coarse) {
    std::vector<std::int64_t> first_link(planes.size() + 1, 0);
    for (std::size_t k = 0; k < planes.size(); ++k) {
        first_link[k + 1] = first_link[k] + static_cast<std::int64_t>(planes[k].neighbour.size());
    }
    coarse.first.resize(coarse.cell.size() + 1);
    coarse.plates.resize(coarse.cell.size());
    coarse.neighbour.resize(index(first_link.back()));
    coarse.conductance.resize(index(first_link.back()));
    parallel_blocks(static_cast<std::int64_t>(planes.size()), block,
                    [&](std::int64_t begin, std::int64_t end) {
                        for (auto k = index(begin); k < index(end); ++k) {
                            PlaneRows& plane = planes[k];
                            std::copy(plane.neighbour.begin(), plane.neighbour.end(),
                                      coarse.neighbour.begin() + first_link[k]);
                            std::copy(plane.conductance.begin(), plane.conductance.end(),
                                      coarse.conductance.begin() + first_link[k]);
                            std::copy(plane.plates.begin(), plane.plates.end(),
                                      coarse.plates.begin() + first_node[k]);
                            std::int64_t link = first_link[k];
                            for (std::size_t n = 0; n < plane.links.size(); ++n) {
                                coarse.first[index(first_node[k]) + n] = link;
                                link += plane.links[n];
                            }
                            plane = {};
                        }
                    });
    coarse.first.back() = first_link.back();
}

} // namespace

template <class Rows>
Coarsening coarsen(const Rows& fine, std::optional<Axis> plates) {
    const Shape& shape = fine.shape();
    Coarsening result;
    Graph& coarse = result.coarse;
    Strengths strengths = link_strengths(fine);
    result.factor = choose_factor(shape, strengths.mean);
    const auto coarse_extent = [&](Axis axis) {
        const std::int64_t factor = result.factor[static_cast<std::size_t>(axis)];
        return (shape[axis] + factor - 1) / factor;
    };
    coarse.shape = {coarse_extent(Axis::x), coarse_extent(Axis::y), coarse_extent(Axis::z)};
    const std::int64_t planes = coarse.shape.z;
    const std::int64_t block = planes_per_block(shape);

    result.parent.resize(index(fine.nodes()));
    std::vector<std::int64_t> first(index(planes + 1), 0);
    {
        std::vector<std::vector<std::int64_t>> cells(index(planes));
        parallel_blocks(planes, block, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t k = begin; k < end; ++k) {
                cells[index(k)] = find_pieces(fine, strengths.of_node, result.factor, coarse.shape,
                                              k, result.parent);
            }
        });
        for (std::int64_t k = 0; k < planes; ++k) {
            first[index(k + 1)] =
                first[index(k)] + static_cast<std::int64_t>(cells[index(k)].size());
        }
        coarse.cell.resize(index(first.back()));
        parallel_blocks(planes, block, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t k = begin; k < end; ++k) {
                std::copy(cells[index(k)].begin(), cells[index(k)].end(),
                          coarse.cell.begin() + first[index(k)]);
            }
        });
    }
    parallel_blocks(planes, block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t k = begin; k < end; ++k) {
            const Plane plane = fine_plane(fine, result.factor, k);
            for (std::int64_t n = plane.first_node; n < plane.last_node; ++n) {
                result.parent[index(n)] += static_cast<std::int32_t>(first[index(k)]);
            }
        }
    });

    std::vector<PlaneRows> rows(index(planes));
    parallel_blocks(planes, block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t k = begin; k < end; ++k) {
            rows[index(k)] = coarse_rows(fine, result.factor, plates, k, result.parent,
                                         first[index(k)], first[index(k + 1)] - first[index(k)]);
        }
    });
    join_planes(rows, first, block, coarse);
    finish(coarse);
    return result;
}

template Coarsening coarsen(const ImageRows& fine, std::optional<Axis> plates);
template Coarsening coarsen(const GraphRows& fine, std::optional<Axis> plates);

} // namespace porogen::transport
