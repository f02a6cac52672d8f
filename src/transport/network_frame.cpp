#include "transport/network_frame.h"

#include "porogen/core/errors.h"

namespace porogen::transport {

NetworkFrame::NetworkFrame(const PhaseVolume& volume, Axis axis, std::array<bool, 3> periodic)
    : ends_{volume.shape(), axis}, voxel_(volume.voxel), periodic_(periodic) {
    if (volume.shape().size() <= 0) {
        throw_bad_input(
            "conductor network: the volume has no cells (nothing to conduct); give it some");
    }
    if (!((voxel_.array() > 0).all() && voxel_.array().isFinite().all())) {
        throw_bad_input(
            "conductor network: the voxel size is not positive (conductances need lengths); set "
            "all three edges in metres");
    }
    periodic_[static_cast<std::size_t>(axis)] = false;
}

ConductorNetwork NetworkFrame::empty_network() const {
    ConductorNetwork network;
    network.shape = ends_.shape;
    network.axis = ends_.axis;
    network.periodic = periodic_;
    network.face.fill(Grid<float>(ends_.shape));
    network.end_lower.assign(static_cast<std::size_t>(ends_.size()), 0.0F);
    network.end_upper = network.end_lower;
    return network;
}

double NetworkFrame::geometric_factor(Axis along) const {
    const double step = voxel_[static_cast<int>(along)];
    return voxel_.prod() / (step * step);
}

} // namespace porogen::transport
