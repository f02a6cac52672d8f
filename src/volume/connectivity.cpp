#include "porogen/volume/connectivity.h"

#include <algorithm>
#include <numeric>

#include "porogen/core/parallel.h"
#include "volume/component_number.h"

namespace porogen {

namespace {

constexpr std::int64_t rows_per_block = 1024;

/// Consecutive joined members along x: cells [begin, end) of one row.
struct Run {
    std::int32_t begin;
    std::int32_t end;
};

/// The runs of all rows; row r = j + ny k holds runs [first[r], first[r + 1]). Runs are far fewer
/// than cells, so they, not the cells, are the nodes of the union-find.
struct Runs {
    std::vector<Run> runs;
    std::vector<std::int64_t> first;
};

/// Disjoint sets of runs. The root of a set is always its smallest run, which makes the numbering
/// of the components independent of the order of the unions.
class DisjointSets {
  public:
    explicit DisjointSets(std::size_t count) : parent_(count) {
        std::iota(parent_.begin(), parent_.end(), std::int64_t{0});
    }
    std::int64_t root(std::int64_t n) {
        while (parent(n) != n) {
            parent(n) = parent(parent(n)); // path halving
            n = parent(n);
        }
        return n;
    }
    void unite(std::int64_t a, std::int64_t b) {
        a = root(a);
        b = root(b);
        parent(std::max(a, b)) = std::min(a, b);
    }

  private:
    std::int64_t& parent(std::int64_t n) { return parent_[static_cast<std::size_t>(n)]; }
    std::vector<std::int64_t> parent_;
};

/// Calls found(run) for each run of a row.
template <class Joined, class Found>
void for_each_run(const Grid<std::uint8_t>& member, std::int64_t row, const Joined& joined,
                  const Found& found) {
    const std::int64_t nx = member.shape().x;
    const std::int64_t start = row * nx;
    std::int64_t i = 0;
    while (i < nx) {
        if (member[start + i] == 0) {
            ++i;
            continue;
        }
        const std::int64_t begin = i++;
        while (i < nx && member[start + i] != 0 && joined(Axis::x, start + i - 1)) {
            ++i;
        }
        found(Run{static_cast<std::int32_t>(begin), static_cast<std::int32_t>(i)});
    }
}

template <class Joined>
Runs find_runs(const Grid<std::uint8_t>& member, const Joined& joined) {
    const std::int64_t rows = member.shape().y * member.shape().z;
    Runs result;
    result.first.assign(static_cast<std::size_t>(rows) + 1, 0);
    parallel_blocks(rows, rows_per_block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) {
            std::int64_t count = 0;
            for_each_run(member, row, joined, [&](Run) { ++count; });
            result.first[static_cast<std::size_t>(row) + 1] = count;
        }
    });
    std::partial_sum(result.first.begin(), result.first.end(), result.first.begin());
    result.runs.resize(static_cast<std::size_t>(result.first.back()));
    parallel_blocks(rows, rows_per_block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) {
            auto next = static_cast<std::size_t>(result.first[static_cast<std::size_t>(row)]);
            for_each_run(member, row, joined, [&](Run run) { result.runs[next++] = run; });
        }
    });
    return result;
}

/// Unites the runs of a row with those of its upper neighbour row along y or z.
template <class Joined>
void unite_rows(const Runs& runs, std::int64_t nx, Axis axis, std::int64_t lower,
                std::int64_t upper, const Joined& joined, DisjointSets& sets) {
    std::int64_t a = runs.first[static_cast<std::size_t>(lower)];
    std::int64_t b = runs.first[static_cast<std::size_t>(upper)];
    const std::int64_t a_end = runs.first[static_cast<std::size_t>(lower) + 1];
    const std::int64_t b_end = runs.first[static_cast<std::size_t>(upper) + 1];
    while (a < a_end && b < b_end) {
        const Run& run_a = runs.runs[static_cast<std::size_t>(a)];
        const Run& run_b = runs.runs[static_cast<std::size_t>(b)];
        const std::int32_t end = std::min(run_a.end, run_b.end);
        for (std::int32_t i = std::max(run_a.begin, run_b.begin); i < end; ++i) {
            if (joined(axis, lower * nx + i)) {
                sets.unite(a, b);
                break;
            }
        }
        (run_a.end < run_b.end ? a : b) += 1;
    }
}

template <class Joined>
DisjointSets unite_runs(const Runs& runs, const Shape& shape, std::array<bool, 3> periodic,
                        const Joined& joined) {
    DisjointSets sets(runs.runs.size());
    for (std::int64_t k = 0; k < shape.z; ++k) {
        for (std::int64_t j = 0; j < shape.y; ++j) {
            const std::int64_t row = j + shape.y * k;
            const std::int64_t first = runs.first[static_cast<std::size_t>(row)];
            const std::int64_t last = runs.first[static_cast<std::size_t>(row) + 1] - 1;
            if (periodic[0] && first < last &&
                runs.runs[static_cast<std::size_t>(first)].begin == 0 &&
                runs.runs[static_cast<std::size_t>(last)].end == shape.x &&
                joined(Axis::x, row * shape.x + shape.x - 1)) {
                sets.unite(first, last);
            }
            if (j + 1 < shape.y || periodic[1]) {
                unite_rows(runs, shape.x, Axis::y, row, (j + 1) % shape.y + shape.y * k, joined,
                           sets);
            }
            if (k + 1 < shape.z || periodic[2]) {
                unite_rows(runs, shape.x, Axis::z, row, j + shape.y * ((k + 1) % shape.z), joined,
                           sets);
            }
        }
    }
    return sets;
}

template <class Joined>
Components find_components(const Grid<std::uint8_t>& member, std::array<bool, 3> periodic,
                           const Joined& joined) {
    const Shape shape = member.shape();
    component_number(shape.x);
    Components components{Grid<std::int32_t>(shape), {shape.size()}};
    const Runs runs = find_runs(member, joined);
    DisjointSets sets = unite_runs(runs, shape, periodic, joined);

    // Runs stand in the order of their cells and a root is the smallest of its set, so every root
    // is met before the others of its set and the numbers follow the first cells.
    std::vector<std::int32_t> id(runs.runs.size());
    for (std::size_t r = 0; r < runs.runs.size(); ++r) {
        const auto root = static_cast<std::size_t>(sets.root(static_cast<std::int64_t>(r)));
        if (root == r) {
            id[r] = component_number(static_cast<std::int64_t>(components.size.size()));
            components.size.push_back(0);
        }
        id[r] = id[root];
        const std::int64_t cells = runs.runs[r].end - runs.runs[r].begin;
        components.size[static_cast<std::size_t>(id[r])] += cells;
        components.size[0] -= cells;
    }
    parallel_blocks(shape.y * shape.z, rows_per_block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) {
            const auto last =
                static_cast<std::size_t>(runs.first[static_cast<std::size_t>(row) + 1]);
            for (auto r = static_cast<std::size_t>(runs.first[static_cast<std::size_t>(row)]);
                 r < last; ++r) {
                std::int32_t* const cells = components.id.data() + row * shape.x;
                std::fill(cells + runs.runs[r].begin, cells + runs.runs[r].end, id[r]);
            }
        }
    });
    return components;
}

} // namespace

Components connected_components(const Grid<std::uint8_t>& member, std::array<bool, 3> periodic) {
    return find_components(member, periodic, [](Axis, std::int64_t) { return true; });
}

Components connected_components(const Grid<std::uint8_t>& member, std::array<bool, 3> periodic,
                                const std::function<bool(Axis, std::int64_t)>& joined) {
    return find_components(member, periodic, joined);
}

std::vector<std::uint8_t> touches_ends(const Components& components, Axis axis) {
    const Shape& shape = components.id.shape();
    std::vector<std::uint8_t> ends(components.size.size(), 0);
    const std::int64_t stride = shape.stride(axis);
    const std::int64_t layers = shape[axis];
    const std::int64_t layer_above = stride * layers; // from one stack of layers to the next
    for (std::int64_t stack = 0; stack < shape.size(); stack += layer_above) {
        for (std::int64_t n = stack; n < stack + stride; ++n) {
            ends[static_cast<std::size_t>(components.id[n])] |= 1;
            ends[static_cast<std::size_t>(components.id[n + (layers - 1) * stride])] |= 2;
        }
    }
    ends[0] = 0; // the non-members are no component
    return ends;
}

} // namespace porogen
