#pragma once

// Order of equal spheres: how like a crystal their bonds are arranged.

#include <array>
#include <cmath>
#include <complex>
#include <vector>

#include "porogen/geometry/particles.h"

namespace porogen {

struct BondOrder {
    /// Global Q6 of all bonds (Steinhardt, Nelson & Ronchetti, Phys. Rev. B 1983, 28, 784): 0.575
    /// in fcc, 0.485 in hcp, 0.511 in bcc, about 1 / sqrt(bonds) without order [1].
    double q6 = 0;
    /// Part of the spheres that are crystal-like: at least 8 of their bonds join spheres whose
    /// surroundings agree, q6(i) . q6(j) > 0.7 (ten Wolde, Ruiz-Montero & Frenkel, J. Chem. Phys.
    /// 1996, 104, 9932) [1].
    double crystalline = 0;
};

/// Bonds join spheres whose centres are closer than 1.3 diameters. Spheres within `margin` of floor
/// and lid do not count.
inline BondOrder bond_order(const Packing& packing, double diameter, double margin) {
    using Harmonics = std::array<std::complex<double>, 13>; // Y_6m, m = -6..6
    const auto harmonics = [](const Vec3& d) {
        const double theta = std::acos(d.z() / d.norm());
        const double phi = std::atan2(d.y(), d.x());
        Harmonics y;
        for (int m = 0; m <= 6; ++m) {
            const std::complex<double> value =
                std::sph_legendre(6, static_cast<unsigned>(m), theta) * std::polar(1.0, m * phi);
            y[static_cast<std::size_t>(6 + m)] = value;
            y[static_cast<std::size_t>(6 - m)] = (m % 2 == 0 ? 1.0 : -1.0) * std::conj(value);
        }
        return y;
    };
    const auto& particles = packing.particles;
    std::vector<std::vector<std::size_t>> bonds(particles.size());
    std::vector<Harmonics> local(particles.size());
    Harmonics global{};
    double count = 0;
    const auto inside = [&](std::size_t i) {
        const double z = particles[i].centre.z();
        return z > margin && z < packing.box.size.z() - margin;
    };
    for (std::size_t i = 0; i < particles.size(); ++i) {
        local[i].fill(0);
        for (std::size_t j = 0; j < particles.size(); ++j) {
            const Vec3 d = packing.box.separation(particles[i].centre, particles[j].centre);
            if (i == j || d.norm() > 1.3 * diameter) {
                continue;
            }
            bonds[i].push_back(j);
            const Harmonics y = harmonics(d);
            for (std::size_t m = 0; m < y.size(); ++m) {
                local[i][m] += y[m];
                global[m] += inside(i) ? y[m] : 0;
            }
            count += inside(i) ? 1 : 0;
        }
        double norm2 = 0;
        for (const auto& value : local[i]) {
            norm2 += std::norm(value);
        }
        for (auto& value : local[i]) {
            value /= std::sqrt(norm2);
        }
    }
    BondOrder order;
    double sum = 0;
    for (const auto& value : global) {
        sum += std::norm(value / count);
    }
    order.q6 = std::sqrt(4 * M_PI / 13 * sum);
    double inner = 0;
    for (std::size_t i = 0; i < particles.size(); ++i) {
        int like = 0;
        for (const std::size_t j : bonds[i]) {
            std::complex<double> dot = 0;
            for (std::size_t m = 0; m < local[i].size(); ++m) {
                dot += local[i][m] * std::conj(local[j][m]);
            }
            like += dot.real() > 0.7;
        }
        inner += inside(i);
        order.crystalline += inside(i) && like >= 8;
    }
    order.crystalline /= inner;
    return order;
}

} // namespace porogen
