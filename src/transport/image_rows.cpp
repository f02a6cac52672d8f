#include "transport/image_rows.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>

#include "porogen/core/errors.h"
#include "porogen/core/memory.h"
#include "porogen/core/parallel.h"
#include "transport/slabs.h"
#include "transport/winding_sets.h"

namespace porogen::transport {

namespace {

/// Calls f(a, b, begin, end) for each pair of runs of two rows that share the cells [begin, end).
/// Runs are [begin[r], begin[r] + node[r + 1] - node[r]).
template <class F>
void for_each_overlap(const std::vector<std::int32_t>& begin, const std::vector<std::int32_t>& node,
                      std::int32_t a, std::int32_t a_last, std::int32_t b, std::int32_t b_last,
                      const F& f) {
    const auto end_of = [&](std::int32_t run) {
        const auto r = static_cast<std::size_t>(run);
        return begin[r] + node[r + 1] - node[r];
    };
    while (a < a_last && b < b_last) {
        const std::int32_t end_a = end_of(a);
        const std::int32_t end_b = end_of(b);
        const std::int32_t first =
            std::max(begin[static_cast<std::size_t>(a)], begin[static_cast<std::size_t>(b)]);
        const std::int32_t last = std::min(end_a, end_b);
        if (first < last) {
            f(a, b, first, last);
        }
        if (end_a < end_b) {
            ++a;
        } else {
            ++b;
        }
    }
}

[[noreturn]] void throw_too_large() {
    throw_bad_input(
        "conductor network: more than 2147483646 conducting cells (they are numbered in 32 bits); "
        "cut the image or make its voxels coarser");
}

} // namespace

ImageRows::ImageRows(const ImageNetwork& network)
    : shape_(network.volume->shape()), periodic_(network.periodic),
      plates_(network.drive == Drive::fixed_potential ? lower_end | upper_end
              : network.drive == Drive::walls         ? upper_end
                                                      : 0) {
    periodic_[static_cast<std::size_t>(network.axis)] = network.drive == Drive::periodic;
    if (shape_.x >= none) {
        throw_bad_input("conductor network: " + std::to_string(shape_.x) +
                        " cells along x (rows hold 65534 at most); turn the image or cut it");
    }
    find_runs(network);
    // Measured on overlapping spheres, hierarchy and vectors of the solver included.
    constexpr double bytes_per_node = 64;
    require_memory(bytes_per_node * static_cast<double>(nodes_), "conductor network of an image");
    keep_joining_runs(network);
    set_offsets();
    set_tables(network);
    set_codes(network);
}

void ImageRows::find_runs(const ImageNetwork& network) {
    const Grid<std::uint8_t>& labels = network.volume->labels;
    std::array<bool, 256> conducts{};
    for (std::size_t label = 0; label < 256; ++label) {
        conducts[label] = network.conductivity[label] > 0;
    }
    const std::int64_t rows = shape_.y * shape_.z;
    const std::int64_t block = std::max<std::int64_t>(1, 65536 / shape_.x);
    const auto for_runs_of = [&](std::int64_t row, const auto& f) {
        const std::uint8_t* label = labels.data() + row * shape_.x;
        for (std::int64_t i = 0; i < shape_.x;) {
            while (i < shape_.x && !conducts[label[i]]) {
                ++i;
            }
            const std::int64_t begin = i;
            while (i < shape_.x && conducts[label[i]]) {
                ++i;
            }
            if (i > begin) {
                f(begin, i);
            }
        }
    };
    std::vector<std::int64_t> runs(static_cast<std::size_t>(rows));
    std::vector<std::int64_t> cells(static_cast<std::size_t>(rows));
    parallel_blocks(rows, block, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t row = first; row < last; ++row) {
            for_runs_of(row, [&](std::int64_t begin, std::int64_t end) {
                ++runs[static_cast<std::size_t>(row)];
                cells[static_cast<std::size_t>(row)] += end - begin;
            });
        }
    });
    nodes_ = std::accumulate(cells.begin(), cells.end(), std::int64_t{0});
    cells_.conducting = nodes_;
    if (nodes_ >= std::numeric_limits<std::int32_t>::max()) {
        throw_too_large();
    }
    row_run_.assign(static_cast<std::size_t>(rows + 1), 0);
    std::vector<std::int32_t> row_node(static_cast<std::size_t>(rows + 1), 0);
    for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
        row_run_[row + 1] = row_run_[row] + static_cast<std::int32_t>(runs[row]);
        row_node[row + 1] = row_node[row] + static_cast<std::int32_t>(cells[row]);
    }
    run_begin_.resize(static_cast<std::size_t>(row_run_.back()));
    run_node_.resize(run_begin_.size() + 1);
    run_node_.back() = static_cast<std::int32_t>(nodes_);
    parallel_blocks(rows, block, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t row = first; row < last; ++row) {
            auto run = static_cast<std::size_t>(row_run_[static_cast<std::size_t>(row)]);
            std::int32_t node = row_node[static_cast<std::size_t>(row)];
            for_runs_of(row, [&](std::int64_t begin, std::int64_t end) {
                run_begin_[run] = static_cast<std::int32_t>(begin);
                run_node_[run] = node;
                node += static_cast<std::int32_t>(end - begin);
                ++run;
            });
        }
    });
}

void ImageRows::keep_joining_runs(const ImageNetwork& network) {
    WindingSets sets(run_begin_.size());
    const auto run_of = [&](std::int64_t row) { return row_run_[static_cast<std::size_t>(row)]; };
    const auto length = [&](std::size_t run) { return run_node_[run + 1] - run_node_[run]; };
    const auto boxes = [&](Axis axis) { return network.axis == axis ? -1 : 0; };
    const auto join_rows = [&](std::int64_t a, std::int64_t b, std::int32_t crossed) {
        for_each_overlap(run_begin_, run_node_, run_of(a), run_of(a + 1), run_of(b), run_of(b + 1),
                         [&](std::int32_t run_a, std::int32_t run_b, auto, auto) {
                             sets.join(run_a, run_b, crossed);
                         });
    };
    for (std::int64_t k = 0; k < shape_.z; ++k) {
        for (std::int64_t j = 0; j < shape_.y; ++j) {
            const std::int64_t row = j + shape_.y * k;
            if (run_of(row) == run_of(row + 1)) {
                continue;
            }
            if (j > 0) {
                join_rows(row, row - 1, 0);
            } else if (periodic_[1]) {
                join_rows(row, row + shape_.y - 1, boxes(Axis::y));
            }
            if (k > 0) {
                join_rows(row, row - shape_.y, 0);
            } else if (periodic_[2]) {
                join_rows(row, row + shape_.y * (shape_.z - 1), boxes(Axis::z));
            }
            const std::int32_t first = run_of(row);
            const std::int32_t last = run_of(row + 1) - 1;
            if (periodic_[0] && run_begin_[static_cast<std::size_t>(first)] == 0 &&
                run_begin_[static_cast<std::size_t>(last)] +
                        length(static_cast<std::size_t>(last)) ==
                    shape_.x) {
                sets.join(first, last, boxes(Axis::x));
            }
        }
    }

    // Bit 0: reaches the lower end, bit 1: the upper one.
    std::vector<std::uint8_t> reach(run_begin_.size(), 0);
    const std::int64_t layers = shape_[network.axis];
    for (std::int64_t row = 0; row < shape_.y * shape_.z; ++row) {
        for (std::int32_t run = run_of(row); run < run_of(row + 1); ++run) {
            const auto r = static_cast<std::size_t>(run);
            const std::int64_t begin = network.axis == Axis::x   ? run_begin_[r]
                                       : network.axis == Axis::y ? row % shape_.y
                                                                 : row / shape_.y;
            const std::int64_t last = network.axis == Axis::x ? begin + length(r) - 1 : begin;
            auto& bits = reach[static_cast<std::size_t>(sets.root(run))];
            bits = static_cast<std::uint8_t>(bits | (begin == 0 ? 1U : 0U) |
                                             (last == layers - 1 ? 2U : 0U));
        }
    }

    std::size_t kept = 0;
    std::int32_t node = 0;
    std::int32_t run = 0;
    for (std::int64_t row = 0; row < shape_.y * shape_.z; ++row) {
        const std::int32_t end = run_of(row + 1);
        row_run_[static_cast<std::size_t>(row)] = static_cast<std::int32_t>(kept);
        for (; run < end; ++run) {
            const auto r = static_cast<std::size_t>(run);
            const std::uint8_t bits = reach[static_cast<std::size_t>(sets.root(run))];
            const bool joins = network.drive == Drive::periodic ? sets.winds(run)
                               : network.drive == Drive::walls  ? (bits & 2U) != 0
                                                                : bits == 3;
            const std::int32_t cells = length(r);
            (joins ? cells_.joining : bits == 0 ? cells_.floating : cells_.dead_end) += cells;
            if (joins) {
                run_begin_[kept] = run_begin_[r];
                run_node_[kept] = node;
                node += cells;
                ++kept;
            }
        }
    }
    row_run_.back() = static_cast<std::int32_t>(kept);
    run_begin_.resize(kept);
    run_node_.resize(kept + 1);
    run_node_[kept] = node;
    run_begin_.shrink_to_fit();
    run_node_.shrink_to_fit();
    nodes_ = node;
}

void ImageRows::set_tables(const ImageNetwork& network) {
    const PhaseVolume& volume = *network.volume;
    std::vector<double> bulk;
    std::array<std::uint8_t, 256> rank_of{};
    const std::array<std::int64_t, 256> count = count_labels(volume.labels);
    for (std::size_t label = 0; label < 256; ++label) {
        const double k = network.conductivity[label];
        if (count[label] == 0 || !(k > 0)) {
            continue;
        }
        const auto known = std::find(bulk.begin(), bulk.end(), k);
        rank_of[label] = static_cast<std::uint8_t>(known - bulk.begin());
        if (known == bulk.end()) {
            bulk.push_back(k);
        }
    }
    ranks_ = std::max<std::size_t>(1, bulk.size());
    const auto geometric = [&](Axis axis) {
        const double step = volume.voxel[static_cast<int>(axis)];
        return volume.voxel.prod() / (step * step);
    };
    double largest = 0;
    for (const Axis axis : all_axes) {
        for (const double k : bulk) {
            largest = std::max(largest, k * geometric(axis));
        }
    }
    scale_ = largest > 0 ? largest : 1;
    for (const double k : bulk) {
        end_.push_back(2 * k * geometric(network.axis) / scale_);
    }
    for (const Axis axis : all_axes) {
        face_[static_cast<std::size_t>(axis)] =
            bulk.empty() ? 0 : bulk.front() * geometric(axis) / scale_;
        face_float_[static_cast<std::size_t>(axis)] =
            static_cast<float>(face_[static_cast<std::size_t>(axis)]);
        for (const double a : bulk) {
            for (const double b : bulk) {
                pair_.push_back(geometric(axis) / scale_ * 2 * a * b / (a + b));
                pair_float_.push_back(static_cast<float>(pair_.back()));
            }
        }
    }
    if (ranks_ > 1) {
        rank_.resize(static_cast<std::size_t>(nodes_));
        parallel_blocks(shape_.z, planes_per_block(shape_),
                        [&](std::int64_t begin, std::int64_t end) {
                            forward(begin, end, [&](const auto& links) {
                                const Place p = links.place();
                                rank_[static_cast<std::size_t>(links.n)] =
                                    rank_of[volume.labels(p.i, p.j, p.k)];
                            });
                        });
    }
}

void ImageRows::set_codes(const ImageNetwork& network) {
    code_.resize(static_cast<std::size_t>(nodes_));
    const std::int64_t last_layer = shape_[network.axis] - 1;
    const bool ends = network.drive != Drive::periodic;
    if (ranks_ > 1) {
        inverse_.resize(static_cast<std::size_t>(nodes_));
    }
    parallel_blocks(shape_.z, planes_per_block(shape_), [&](std::int64_t begin, std::int64_t end) {
        forward(begin, end, [&](const auto& links) {
            unsigned code = 0;
            double diagonal = 0;
            for (std::size_t s = 0; s < faces; ++s) {
                if (links.m[s] != links.n) {
                    code |= 1U << s;
                    diagonal += links.exact_conductance(s);
                }
            }
            const std::int64_t layer = links.place()[network.axis];
            code |= ends && layer == 0 ? lower_end : 0U;
            code |= ends && layer == last_layer ? upper_end : 0U;
            code_[static_cast<std::size_t>(links.n)] = static_cast<std::uint8_t>(code);
            if (ranks_ > 1) {
                diagonal += links.template plate<double>();
                inverse_[static_cast<std::size_t>(links.n)] =
                    diagonal > 0 ? static_cast<float>(1 / diagonal) : 0.0F;
            }
        });
    });
    for (unsigned code = 0; code < 256; ++code) {
        double diagonal = 0;
        for (unsigned s = 0; s < faces; ++s) {
            diagonal += (code >> s & 1U) != 0 ? face_[s / 2] : 0;
        }
        const unsigned at_ends = (code & plates_) >> faces;
        diagonal += end_.empty() ? 0 : (at_ends % 2 + at_ends / 2) * end_.front();
        inverse_of_code_[code] = diagonal > 0 ? static_cast<float>(1 / diagonal) : 0.0F;
    }
}

std::array<std::int64_t, 4> ImageRows::rows_beside(std::int64_t row) const {
    const std::int64_t j = row % shape_.y;
    const std::int64_t k = row / shape_.y;
    const bool wraps_y = periodic_[1] && shape_.y > 1;
    const bool wraps_z = periodic_[2] && shape_.z > 1;
    const std::int64_t round_y = shape_.y - 1;
    const std::int64_t round_z = shape_.y * (shape_.z - 1);
    return {j > 0 ? row - 1 : (wraps_y ? row + round_y : -1),
            j < shape_.y - 1 ? row + 1 : (wraps_y ? row - round_y : -1),
            k > 0 ? row - shape_.y : (wraps_z ? row + round_z : -1),
            k < shape_.z - 1 ? row + shape_.y : (wraps_z ? row - round_z : -1)};
}

void ImageRows::set_offsets() {
    offset_.resize(static_cast<std::size_t>(nodes_));
    const std::int64_t block = std::max<std::int64_t>(1, 65536 / shape_.x);
    const auto run_of = [&](std::int64_t row) { return row_run_[static_cast<std::size_t>(row)]; };
    const auto set_side = [&](std::int64_t row, std::int64_t other, std::size_t side) {
        const std::int32_t base = first_node(other);
        for_each_overlap(run_begin_, run_node_, run_of(row), run_of(row + 1), run_of(other),
                         run_of(other + 1),
                         [&](std::int32_t a, std::int32_t b, std::int32_t from, std::int32_t to) {
                             const auto own = static_cast<std::size_t>(a);
                             const auto its = static_cast<std::size_t>(b);
                             const std::int32_t n = run_node_[own] - run_begin_[own];
                             const std::int32_t m = run_node_[its] - run_begin_[its] - base;
                             for (std::int32_t i = from; i < to; ++i) {
                                 offset_[static_cast<std::size_t>(n + i)][side] =
                                     static_cast<std::uint16_t>(m + i);
                             }
                         });
    };
    parallel_blocks(shape_.y * shape_.z, block, [&](std::int64_t begin, std::int64_t end) {
        std::fill(offset_.begin() + first_node(begin), offset_.begin() + first_node(end),
                  std::array<std::uint16_t, 4>{none, none, none, none});
        for (std::int64_t row = begin; row < end; ++row) {
            const std::array<std::int64_t, 4> beside = rows_beside(row);
            for (std::size_t side = 0; side < 4; ++side) {
                if (beside[side] >= 0) {
                    set_side(row, beside[side], side);
                }
            }
        }
    });
}

} // namespace porogen::transport
