#pragma once

#include <array>
#include <cstdint>

#include "porogen/core/parallel.h"
#include "porogen/transport/network.h"
#include "transport/end_layer.h"
#include "transport/stencil.h"

namespace porogen::transport {

/// What every network on a volume shares: its shape, its plates, which sides
/// wrap, the geometry of faces.
class NetworkFrame {
  public:
    /// `periodic` along `axis` is ignored: the plates are there. Throws Error(bad_input) if the
    /// volume has no cells or no voxel size.
    NetworkFrame(const PhaseVolume& volume, Axis axis, std::array<bool, 3> periodic);

    /// A network without any conductance.
    [[nodiscard]] ConductorNetwork empty_network() const;
    [[nodiscard]] const EndLayer& ends() const { return ends_; }
    /// Face area / distance of the cell centres [m].
    [[nodiscard]] double geometric_factor(Axis along) const;

    /// Calls body(n, up) in parallel for every cell n that has an upper neighbour `up` along an
    /// axis, around the sides that wrap included. A cell is no neighbour of itself.
    template <class Body>
    void for_each_face(Axis along, const Body& body) const;

  private:
    EndLayer ends_;
    Vec3 voxel_;
    std::array<bool, 3> periodic_;
};

template <class Body>
void NetworkFrame::for_each_face(Axis along, const Body& body) const {
    const Shape& shape = ends_.shape;
    const std::int64_t stride = shape.stride(along);
    const std::int64_t extent = shape[along];
    const bool wraps = periodic_[static_cast<std::size_t>(along)] && extent > 1;
    parallel_blocks(shape.z, planes_per_block(shape), [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t k = begin; k < end; ++k) {
            for (std::int64_t j = 0; j < shape.y; ++j) {
                for (std::int64_t i = 0; i < shape.x; ++i) {
                    const std::int64_t n = shape.index(i, j, k);
                    const std::int64_t at = along == Axis::x ? i : along == Axis::y ? j : k;
                    if (at + 1 < extent) {
                        body(n, n + stride);
                    } else if (wraps) {
                        body(n, n - at * stride);
                    }
                }
            }
        }
    });
}

/// The public voxel_network() with the periodic axes one by one.
ConductorNetwork voxel_network(const PhaseVolume& volume,
                               const std::array<double, 256>& conductivity, Axis axis,
                               std::array<bool, 3> periodic);

} // namespace porogen::transport
