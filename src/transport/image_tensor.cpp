#include "transport/image_tensor.h"

#include "porogen/core/parallel.h"
#include "transport/slabs.h"

namespace porogen::transport {

namespace {

/// Falls of the three potentials across one face; NaN where one is not defined.
using Falls = std::array<double, 3>;

/// Sum over the faces along an axis of g times the falls of two potentials.
Mat3 face_powers(const PhaseVolume& volume, const std::array<double, 256>& conductivity, Axis along,
                 const std::array<Grid<double>, 3>& v) {
    const Shape& shape = volume.shape();
    const double step = volume.voxel[static_cast<int>(along)];
    const double factor = volume.voxel.prod() / (step * step);
    const std::int64_t stride = shape.stride(along);
    const std::int64_t extent = shape[along];
    Mat3 powers = Mat3::Zero();
    if (extent < 2) {
        // The only neighbour is the cell itself, one period on.
        const auto a = static_cast<std::size_t>(along);
        for (std::int64_t n = 0; n < shape.size(); ++n) {
            if (v[a][n] == v[a][n]) {
                powers(static_cast<int>(a), static_cast<int>(a)) +=
                    factor * conductivity[volume.labels[n]];
            }
        }
        return powers;
    }
    const auto falls_at = [&](std::int64_t n) {
        const bool last = n / stride % extent == extent - 1;
        const std::int64_t m = last ? n - (extent - 1) * stride : n + stride;
        Falls falls{};
        for (std::size_t a = 0; a < 3; ++a) {
            falls[a] = v[a][n] - v[a][m] + (last && all_axes[a] == along ? 1 : 0);
        }
        const double k_n = conductivity[volume.labels[n]];
        const double k_m = conductivity[volume.labels[m]];
        const double g = k_n > 0 && k_m > 0 ? factor * 2 * k_n * k_m / (k_n + k_m) : 0;
        return std::pair(g, falls);
    };
    for (std::size_t a = 0; a < 3; ++a) {
        for (std::size_t b = a; b < 3; ++b) {
            const double power =
                parallel_sum(shape.size(), 65536, [&](std::int64_t begin, std::int64_t end) {
                    double sum = 0;
                    for (std::int64_t n = begin; n < end; ++n) {
                        const auto [g, falls] = falls_at(n);
                        const double part = g * falls[a] * falls[b];
                        sum += g > 0 && part == part ? part : 0; // NaN: one of them stands still
                    }
                    return sum;
                });
            powers(static_cast<int>(a), static_cast<int>(b)) = power;
            powers(static_cast<int>(b), static_cast<int>(a)) = power;
        }
    }
    return powers;
}

} // namespace

ImageTensor image_tensor(const PhaseVolume& volume, const std::array<double, 256>& conductivity,
                         const SolveOptions& options, Progress& progress,
                         const std::function<void()>& next) {
    ImageTensor tensor;
    std::array<Grid<double>, 3> v;
    for (std::size_t a = 0; a < 3; ++a) {
        const ImageNetwork network =
            voxel_network(volume, conductivity, all_axes[a], {true, true, true}, Drive::periodic);
        v[a] = solve_precisely(network, options, progress, tensor.report[a]);
        next();
    }
    for (const Axis along : all_axes) {
        tensor.conductance += face_powers(volume, conductivity, along, v);
    }
    return tensor;
}

} // namespace porogen::transport
