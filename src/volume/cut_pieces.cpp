#include "volume/cut_pieces.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace porogen {

namespace {

/// Layers of a slab: few, so that there is work for many cores and little in memory at a time.
constexpr std::int64_t slab_layers = 8;

NodeValues node_values(const LatticeDistance& lattice, std::int64_t i, std::int64_t j,
                       std::int64_t k) {
    NodeValues values;
    for (std::size_t c = 0; c < 8; ++c) {
        const auto n = static_cast<std::int64_t>(c);
        values.corner[c] = lattice.corner(i + (n & 1), j + (n >> 1 & 1), k + (n >> 2));
    }
    const auto& face = lattice.face;
    values.face = {face[0](i, j, k),     face[0](i + 1, j, k), face[1](i, j, k),
                   face[1](i, j + 1, k), face[2](i, j, k),     face[2](i, j, k + 1)};
    values.centre = lattice.centre(i, j, k);
    return values;
}

/// Values at the nodes of a cell, from a body's distances at the points around its centre: less
/// 1/32 of second differences over whole voxels (see LatticeDistance), 1/8 of those over half
/// voxels. `y`, `z`: from one point to the next in memory.
NodeValues node_values(const float* centre, std::int64_t y, std::int64_t z, float offset) {
    const auto node = [=](std::int64_t n) {
        const float* const at = centre + n;
        const float around = (at[-1] + at[1]) + (at[-y] + at[y]) + (at[-z] + at[z]);
        return 1.75F * *at - 0.125F * around - offset;
    };
    return {{node(-1 - y - z), node(1 - y - z), node(-1 + y - z), node(1 + y - z), node(-1 - y + z),
             node(1 - y + z), node(-1 + y + z), node(1 + y + z)},
            {node(-1), node(1), node(-y), node(y), node(-z), node(z)},
            node(0)};
}

std::int64_t wrap(std::int64_t n, std::int64_t cells) {
    return (n % cells + cells) % cells;
}

/// Collects the pieces of a slab.
class SlabFiller {
  public:
    SlabFiller(const PhaseVolume& volume, std::int64_t first_layer, std::int64_t last_layer,
               double margin)
        : volume_(volume), shape_(volume.shape()), margin_(static_cast<float>(margin)),
          close_(static_cast<float>(1.25 * volume.voxel.maxCoeff() + margin)),
          offset_(static_cast<float>(volume.bodies_offset)) {
        slab_.first_layer = first_layer;
        slab_.last_layer = last_layer;
        slab_.solid.resize(
            static_cast<std::size_t>(shape_.x * shape_.y * (last_layer - first_layer)));
        least_.resize(volume.bodies ? slab_.solid.size() : 0, std::numeric_limits<float>::max());
    }

    /// Adds one body of the volume.
    void add(const Bodies& bodies, std::size_t body) {
        const PointBlock& inside = bodies.blocks[body];
        PointBlock cells; // that its surface can cross: point n lies in cell n / 2 or on its side
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const auto grown = static_cast<std::int64_t>(std::ceil(
                static_cast<double>(close_ + offset_) / volume_.voxel[static_cast<int>(axis)]));
            cells.first[axis] = (inside.first[axis] >> 1) - grown;
            cells.last[axis] = (inside.last[axis] >> 1) + 1 + grown;
        }
        cells.first[2] = std::max(cells.first[2], slab_.first_layer);
        cells.last[2] = std::min(cells.last[2], slab_.last_layer);
        if (cells.first[2] >= cells.last[2]) {
            return;
        }
        PointBlock points; // of these cells, and one more to every side
        for (std::size_t axis = 0; axis < 3; ++axis) {
            points.first[axis] = 2 * cells.first[axis] - 1;
            points.last[axis] = 2 * cells.last[axis] + 2;
        }
        const Shape block{points.last[0] - points.first[0], points.last[1] - points.first[1],
                          points.last[2] - points.first[2]};
        distance_.resize(static_cast<std::size_t>(block.size()));
        bodies.sample(body, points,
                      static_cast<double>(close_ + offset_) + volume_.voxel.maxCoeff(),
                      distance_.data());
        for (std::int64_t k = cells.first[2]; k < cells.last[2]; ++k) {
            for (std::int64_t j = cells.first[1]; j < cells.last[1]; ++j) {
                const float* const first_centre =
                    distance_.data() +
                    block.index(2, 2 * (j - cells.first[1]) + 2, 2 * (k - cells.first[2]) + 2);
                add_row(first_centre, block, cells.first[0], cells.last[0] - cells.first[0],
                        shape_.index(0, wrap(j, shape_.y), k - slab_.first_layer));
            }
        }
    }

    /// Adds the slab's layers of a whole volume's distance.
    void add(const LatticeDistance& lattice) {
        for (std::int64_t k = slab_.first_layer; k < slab_.last_layer; ++k) {
            for (std::int64_t j = 0; j < shape_.y; ++j) {
                find_bounds(lattice, j, k, bounds_);
                const std::int64_t row = shape_.index(0, j, k - slab_.first_layer);
                for (std::int64_t i = 0; i < shape_.x; ++i) {
                    const auto at = static_cast<std::size_t>(i);
                    const auto cell = static_cast<std::size_t>(row + i);
                    if (bounds_.high[at] <= -margin_) {
                        slab_.solid[cell] = 1;
                    } else if (bounds_.low[at] <= margin_) {
                        cell_.push_back(cell);
                        values_.push_back(node_values(lattice, i, j, k));
                    }
                }
            }
        }
    }

    /// Fails if the volume's distance is not that of the bodies added, where it matters.
    void check_distance() const {
        const std::int64_t origin = shape_.index(0, 0, slab_.first_layer);
        const auto tolerance = static_cast<float>(1e-3 * volume_.voxel.minCoeff());
        for (const std::size_t cell : cell_) {
            const float there = volume_.distance[origin + static_cast<std::int64_t>(cell)];
            if (!(std::abs(there - least_[cell]) < tolerance)) {
                throw std::logic_error("cut_cells: the distance is not that of the volume's bodies "
                                       "(it was changed); reset PhaseVolume::bodies");
            }
        }
    }

    /// The slab, with its pieces by cell, those of a cell in the order of adding.
    SlabPieces finish() {
        std::vector<std::int64_t>& first = slab_.first;
        first.assign(slab_.solid.size() + 1, 0);
        const auto is_kept = [&](std::size_t n) { return slab_.solid[cell_[n]] == 0; };
        for (std::size_t n = 0; n < cell_.size(); ++n) {
            first[cell_[n] + 1] += is_kept(n) ? 1 : 0;
        }
        for (std::size_t n = 1; n < first.size(); ++n) {
            first[n] += first[n - 1];
        }
        slab_.pieces.resize(static_cast<std::size_t>(first.back()));
        std::vector<std::int64_t> next(first.begin(), first.end() - 1);
        for (std::size_t n = 0; n < cell_.size(); ++n) {
            if (is_kept(n)) {
                slab_.pieces[static_cast<std::size_t>(next[cell_[n]]++)] = values_[n];
            }
        }
        return std::move(slab_);
    }

  private:
    /// Adds `count` cells of a row of a body, from cell `first` on, whose centre is given in a
    /// block of points. `row` is the first cell of the slab's row.
    void add_row(const float* centre, const Shape& block, std::int64_t first, std::int64_t count,
                 std::int64_t row) {
        std::int64_t column = wrap(first, shape_.x);
        for (std::int64_t n = 0; n < count; ++n, centre += 2) {
            const auto cell = static_cast<std::size_t>(row + column);
            column = column + 1 == shape_.x ? 0 : column + 1;
            const float distance = *centre - offset_;
            least_[cell] = std::min(least_[cell], distance);
            if (distance > close_) {
                continue;
            }
            if (distance < -close_) {
                slab_.solid[cell] = 1;
                continue;
            }
            const NodeValues values = node_values(centre, block.x, block.x * block.y, offset_);
            const auto [low, high] = range_of(values);
            if (high <= -margin_) {
                slab_.solid[cell] = 1;
            } else if (low <= margin_) {
                cell_.push_back(cell);
                values_.push_back(values);
            }
        }
    }

    const PhaseVolume& volume_;
    Shape shape_;
    float margin_;
    float close_; ///< cells whose centre is further from a surface are all on one side
    float offset_;
    SlabPieces slab_;
    std::vector<std::size_t> cell_;  ///< of each piece, as they were added
    std::vector<NodeValues> values_; ///< their values
    std::vector<float> least_;       ///< distance of the bodies at each cell's centre
    std::vector<float> distance_;    ///< workspace
    RowBounds bounds_;
};

} // namespace

PieceMaker::PieceMaker(const PhaseVolume& volume) : volume_(&volume) {
    if (!volume.bodies) {
        lattice_ = lattice_distance(volume.distance, volume.periodic);
    }
}

std::int64_t PieceMaker::slabs() const {
    return (volume_->shape().z + slab_layers - 1) / slab_layers;
}

SlabPieces PieceMaker::slab(std::int64_t s, double margin) const {
    const std::int64_t first = s * slab_layers;
    const std::int64_t last = std::min(first + slab_layers, volume_->shape().z);
    SlabFiller filler(*volume_, first, last, margin);
    if (volume_->bodies) {
        for (std::size_t body = 0; body < volume_->bodies->blocks.size(); ++body) {
            filler.add(*volume_->bodies, body);
        }
        filler.check_distance();
    } else {
        filler.add(lattice_);
    }
    return filler.finish();
}

} // namespace porogen
