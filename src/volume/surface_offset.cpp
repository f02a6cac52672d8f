#include <algorithm>
#include <cmath>

#include "porogen/core/parallel.h"
#include "porogen/volume/cut_cells.h"
#include "volume/cut_pieces.h"

namespace porogen {

namespace {

constexpr double tolerance = 1e-7;
constexpr int max_steps = 60;

/// The cells of a slab that a surface can cross, and how many it cannot because they are solid.
struct OpenCells {
    double solid = 0;
    std::vector<std::int64_t>
        first; ///< of each cell, the first of its pieces; ends with their number
    std::vector<NodeValues> pieces;
};

OpenCells open_cells(SlabPieces slab) {
    OpenCells open;
    for (std::size_t n = 0; n < slab.solid.size(); ++n) {
        open.solid += slab.solid[n];
        if (slab.first[n + 1] > slab.first[n]) {
            open.first.push_back(slab.first[n]);
        }
    }
    open.first.push_back(slab.first.back());
    open.pieces = std::move(slab.pieces);
    return open;
}

/// Mean solid fraction, and its derivative by an outward move of the surface [1/m].
struct Fraction {
    double value = 0;
    double growth = 0;
};

/// The solid fraction of a volume as a function of how far its surface is moved.
class MovedSurface {
  public:
    /// Up to `margin` either way [m].
    MovedSurface(const PhaseVolume& volume, const PieceMaker& maker, double margin)
        : voxel_(volume.voxel), cells_(static_cast<double>(volume.shape().size())),
          slabs_(static_cast<std::size_t>(maker.slabs())) {
        parallel_blocks(maker.slabs(), 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t s = begin; s < end; ++s) {
                slabs_[static_cast<std::size_t>(s)] = open_cells(maker.slab(s, margin));
            }
        });
    }

    [[nodiscard]] Fraction at(double offset) const {
        std::vector<Fraction> parts(slabs_.size()); // summed in their order
        parallel_blocks(static_cast<std::int64_t>(slabs_.size()), 1,
                        [&](std::int64_t begin, std::int64_t end) {
                            for (std::int64_t s = begin; s < end; ++s) {
                                const auto at = static_cast<std::size_t>(s);
                                parts[at] = of_slab(slabs_[at], offset);
                            }
                        });
        Fraction sum;
        for (const Fraction& part : parts) {
            sum.value += part.value;
            sum.growth += part.growth;
        }
        return {sum.value / cells_, sum.growth / cells_};
    }

  private:
    [[nodiscard]] Fraction of_slab(const OpenCells& slab, double offset) const {
        Fraction sum{slab.solid, 0};
        for (std::size_t n = 0; n + 1 < slab.first.size(); ++n) {
            const auto begin = static_cast<std::size_t>(slab.first[n]);
            const auto count = static_cast<std::size_t>(slab.first[n + 1]) - begin;
            const CubeCut cut =
                cut_union(std::span(slab.pieces).subspan(begin, count), voxel_, offset);
            sum.value += cut.inside;
            sum.growth += cut.growth;
        }
        return sum;
    }

    Vec3 voxel_;
    double cells_;
    std::vector<OpenCells> slabs_;
};

} // namespace

SurfaceOffset surface_offset(const PhaseVolume& volume, double target, double limit) {
    const PieceMaker maker(volume);
    double margin = std::min(limit, volume.voxel.minCoeff() / 4); // usually enough
    std::optional<MovedSurface> surface(std::in_place, volume, maker, margin);
    // The fraction grows with the offset and its derivative is at hand: Newton's method, bracketed.
    double low = -limit;
    double high = limit;
    double offset = 0;
    double last_offset = 0;
    double last_growth = 0;
    SurfaceOffset result;
    for (int step = 0; step < max_steps; ++step) {
        if (std::abs(offset) > margin) {
            margin = limit;
            surface.emplace(volume, maker, margin);
        }
        const Fraction fraction = surface->at(offset);
        const double excess = fraction.value - target;
        if (step == 0) {
            result.fraction_before = fraction.value;
        }
        if (std::abs(excess) <= tolerance) {
            result.offset = offset;
            return result;
        }
        (excess < 0 ? low : high) = offset;
        if (!(low < high) || !std::isfinite(excess)) { // the limit, and still not there
            return result;
        }
        if (step > 0) { // Newton's next step is off by the second-order term: often nothing
            const double bend = (fraction.growth - last_growth) / (offset - last_offset);
            const double step_size = excess / fraction.growth;
            if (std::abs(bend) * step_size * step_size < tolerance / 100) {
                result.offset = offset - step_size;
                return result;
            }
        }
        last_offset = offset;
        last_growth = fraction.growth;
        const double next = std::clamp(offset - excess / fraction.growth, -limit, limit);
        const bool inside = next > low && next < high;
        const bool at_limit = (next == limit && high == limit) || (next == -limit && low == -limit);
        offset = inside || at_limit ? next : (low + high) / 2;
    }
    return result;
}

} // namespace porogen
